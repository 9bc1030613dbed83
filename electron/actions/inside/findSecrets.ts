import { addBytes } from '../../../shared/image/bytes';
import type { ChainId, ImageId } from '../../../shared/image/digest';
import { layerNumber } from '../../../shared/graph/cutImage';
import { displayName } from '../../../shared/graph/sharing';
import { storedOrigin } from '../../../shared/image/jsonDocument';
import { parseImageConfig, type ImageConfig } from '../../../shared/image/imageConfig';
import { LayerStack, stackProblem, toStackEntry, type StackEntry } from '../../../shared/layer/stackLayers';
import { secretsIn, type SecretMatch } from '../../../shared/layer/secretScan';
import { readLayerEntries } from '../../index/layerIndex';
import { readLayerSecrets, type LayerSecrets } from '../../index/secretFindings';
import type { ActionContext, Run } from '../ground/context';
import { namingImages } from '../images/damageOf';
import { imageLayers, type ImageLayer } from '../images/imageLayers';
import { openStoredLayer } from '../images/storedLayers';
import { readLayersOnce } from './readLayersOnce';
import { imageById, type ImageOrLayer } from '../images/resolveImage';
import { readStoreView } from '../images/storeView';

/** A secret in a file of a layer. */
export interface FileSecret extends SecretMatch {
  readonly path: string;
  /** From the base, 1 up. */
  readonly layer: number;
  readonly chainId: ChainId;
  readonly createdBy: string;
  /** Whether the file is seen in the end, or what a later layer did to it: `by` is its number, null for `visible`. */
  readonly state: 'visible' | 'covered' | 'deleted';
  readonly by: number | null;
}

/** A secret in an image's config. */
export interface ConfigSecret extends SecretMatch {
  /** Where in the config: `Env`, `Labels`, `Cmd`, `Entrypoint`, `history`; `key` names the variable, the label or the step. */
  readonly field: string;
  readonly key: string;
}

/** What was found in an image. */
export interface ImageSecrets {
  readonly id: ImageId;
  readonly names: readonly string[];
  readonly files: readonly FileSecret[];
  readonly config: readonly ConfigSecret[];
  readonly scanned: LayerSecrets['scanned'];
  readonly skipped: LayerSecrets['skipped'];
}

/**
 * Looks for secrets in all layers of images, also in files that later layers delete or cover, and in their configs; of one layer
 * in its files and in the step that made it. Each layer
 * is read once for all times, until the rules change. Throws `image-not-found`, `layer-invalid`, `blob-damaged`, `disk-full`,
 * `cancelled`.
 */
export async function findSecrets(
  context: Pick<ActionContext, 'store' | 'pool'>,
  asked: readonly ImageOrLayer[],
  run: Run,
): Promise<readonly ImageSecrets[]> {
  const ids = asked.map((each) => (typeof each === 'string' ? each : each.image));
  return namingImages(context, ids, () => secretsOf(context, asked, run));
}

async function secretsOf(
  context: Pick<ActionContext, 'store' | 'pool'>,
  asked: readonly ImageOrLayer[],
  run: Run,
): Promise<readonly ImageSecrets[]> {
  const view = await readStoreView(context);
  const { store } = context;
  const images = asked.map((each) => {
    const image = imageById(view.graph, typeof each === 'string' ? each : each.image);
    return { image, only: typeof each === 'string' ? null : layerNumber(image, each.layer) };
  });
  const layers = images.map(({ image }) => imageLayers(view, image));
  const known = (layer: ImageLayer): LayerSecrets | null =>
    readLayerSecrets(store.secretsPathOf(layer.digest), layer.diffId);
  const toRead = new Map(
    layers.flatMap((own, i) =>
      own.flatMap((layer, at) =>
        isAsked(images[i]?.only ?? null, at) && known(layer) === null ? [[layer.digest, layer] as const] : [],
      ),
    ),
  );
  await readLayersOnce(
    context,
    [...toRead.values()].map(({ digest, diffId, blob }) => ({ digest, diffId, size: blob.size })),
    { job: 'scan-secrets', cache: 'secrets' },
    run,
  );
  const found: ImageSecrets[] = [];
  for (const [i, { image, only }] of images.entries()) {
    const own = layers[i] ?? [];
    const secrets = own.map((layer, at) => (isAsked(only, at) ? known(layer) : null));
    const fates = secrets.some((each) => each !== null && each.files.length > 0)
      ? await fatesOf(context, own, displayName(image))
      : null;
    const { config } = await configOf(context, image.id);
    const sum = { scanned: { files: 0, bytes: 0 }, skipped: { large: 0, sparse: 0, samples: 0 } };
    for (const each of secrets) {
      if (!each) continue;
      sum.scanned.files += each.scanned.files;
      sum.scanned.bytes = addBytes(sum.scanned.bytes, each.scanned.bytes);
      sum.skipped.large += each.skipped.large;
      sum.skipped.sparse += each.skipped.sparse;
      sum.skipped.samples += each.skipped.samples;
    }
    found.push({
      id: image.id,
      names: image.names,
      files: secrets
        .flatMap((each, at) =>
          (each?.files ?? []).flatMap(({ path, matches }) =>
            matches.map((match): FileSecret => {
              const { chainId, createdBy } = own[at]?.node ?? { chainId: '' as ChainId, createdBy: '' };
              const fate = fates?.(at, path) ?? ({ state: 'visible', by: null } as const);
              return { ...match, path, layer: at + 1, chainId, createdBy, ...fate };
            }),
          ),
        )
        .sort(byPlace),
      config: only === null ? configSecrets(config) : stepSecrets(config, only),
      ...sum,
    });
  }
  return found;
}

/** Whether the layer at an index from 0 is looked at, where one is asked for by its number, or all are. */
const isAsked = (only: number | null, at: number): boolean => only === null || at + 1 === only;

/** Layers from the base up, in each the files by their paths, in each from the top. */
const byPlace = (a: FileSecret, b: FileSecret): number =>
  a.layer - b.layer || (a.path < b.path ? -1 : a.path > b.path ? 1 : a.line - b.line);

type Fate = Pick<FileSecret, 'state' | 'by'>;

/** What became of the file that a layer (from 0) has at a path. */
async function fatesOf(
  context: Pick<ActionContext, 'store' | 'pool'>,
  layers: readonly ImageLayer[],
  label: string,
): Promise<(layer: number, path: string) => Fate> {
  interface Body {
    readonly layer: number;
    readonly path: string;
    names: number;
  }
  const bodies = new Map<string, Body>();
  const fates = new Map<Body, { by: number; path: string; state: 'covered' | 'deleted' }>();
  let at = 0;
  let lost: { body: Body; path: string }[] = [];
  const stack = new LayerStack<Body>({
    named: (body) => void body.names++,
    gone: (body, path) => {
      if (--body.names === 0) lost.push({ body, path });
    },
  });
  for (const [layer, { blob }] of layers.entries()) {
    at = layer;
    lost = [];
    const { indexPath } = await openStoredLayer(context, blob);
    const entries: StackEntry<Body>[] = [];
    for await (const entry of readLayerEntries(indexPath)) {
      const body: Body = { layer, path: entry.path, names: 0 };
      if (entry.kind === 'file') bodies.set(`${layer}:${entry.path}`, body);
      const stacked = toStackEntry(entry, body);
      if (stacked) entries.push(stacked);
    }
    try {
      stack.add(entries);
    } catch (thrown) {
      throw stackProblem(thrown, label);
    }
    for (const { body, path } of lost)
      fates.set(body, { by: at, path, state: stack.at(path) ? 'covered' : 'deleted' });
  }
  return (layer, path) => {
    const body = bodies.get(`${layer}:${path}`);
    const fate = body && fates.get(body);
    return fate ? { state: fate.state, by: fate.by + 1 } : { state: 'visible', by: null };
  };
}

async function configOf(
  { store }: Pick<ActionContext, 'store'>,
  id: ImageId,
): Promise<{ config: ImageConfig }> {
  return { config: parseImageConfig(await store.readDocument(id), storedOrigin(id)) };
}

/** Secrets in the step that made a layer, by its number from 1. */
function stepSecrets({ history }: ImageConfig, layer: number): readonly ConfigSecret[] {
  let layers = 0;
  const at = history.findIndex(({ empty }) => !empty && ++layers === layer);
  const step = history[at];
  return step ? textSecrets('history', String(at + 1), [step.createdBy, step.comment]) : [];
}

function textSecrets(field: string, key: string, texts: readonly string[]): readonly ConfigSecret[] {
  return texts.flatMap((text) => secretsIn(text).map((match) => ({ ...match, field, key })));
}

function configSecrets({ runtime, history }: ImageConfig): readonly ConfigSecret[] {
  const found: ConfigSecret[] = [];
  const look = (field: string, key: string, ...texts: readonly string[]): void => {
    found.push(...textSecrets(field, key, texts));
  };
  for (const pair of runtime.env) look('Env', pair.split('=', 1)[0] ?? '', pair);
  for (const [key, value] of Object.entries(runtime.labels)) look('Labels', key, `${key}=${value}`);
  look('Cmd', '', (runtime.cmd ?? []).join(' '));
  look('Entrypoint', '', (runtime.entrypoint ?? []).join(' '));
  for (const [i, { createdBy, comment }] of history.entries()) {
    look('history', String(i + 1), createdBy, comment);
  }
  return found;
}
