import { exactJson } from '../../../shared/image/exactJson';
import type { Digest, ImageId } from '../../../shared/image/digest';
import { matchHistory } from '../../../shared/image/history';
import { parseManifest } from '../../../shared/image/manifest';
import { parseImageConfig, type ImageConfig } from '../../../shared/image/imageConfig';
import { asObject, asText, looseMember, storedOrigin } from '../../../shared/image/jsonDocument';
import type { ImageNode, LayerBlob } from '../../../shared/graph/imageGraph';
import { ownLayer, ownLayers } from '../../../shared/graph/ownLayer';
import { sharingOf } from '../../../shared/graph/sharing';
import type { ImageDetail, KeyValue } from '../../../shared/ipc/detail';
import type { ActionContext } from '../ground/context';
import { imageBundle, type ImageBundle } from './imageBundle';
import { mountedAt } from './imageUse';
import { configMembers, graphDriver, repoDigests } from './layerMembers';
import { imageById } from './resolveImage';
import { tarBytesOf } from './storedLayers';
import { readStoreView, type StoreView } from './storeView';

type Context = Pick<ActionContext, 'store' | 'pool'>;

/** Images listed as sharing at the most. */
const sharingListed = 100;

const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** An image's config, read and as text. Throws `blob-damaged`, `document-invalid`. */
export async function readConfig(
  { store }: Context,
  id: ImageId,
): Promise<{ config: ImageConfig; raw: string }> {
  const bytes = await store.readDocument(id);
  return { config: parseImageConfig(bytes, storedOrigin(id)), raw: decode(bytes) };
}

/** Bytes of the uncompressed layers; null when one cannot be read. */
async function tarSizeOf(context: Context, view: StoreView, image: ImageNode): Promise<number | null> {
  const own = new Set(image.layers);
  return tarBytesOf(
    context,
    view.graph.layers.filter(({ chainId }) => own.has(chainId)),
  );
}

function keyValue(text: string): KeyValue {
  const equals = text.indexOf('=');
  return equals < 0
    ? { key: text, value: '' }
    : { key: text.slice(0, equals), value: text.slice(equals + 1) };
}

/** A step of an image's history with the layer that it made. */
export type HistoryRow = ImageDetail['history'][number];

/** The history of an image matched to its layers, oldest first. Throws `image-not-found`, `blob-damaged`. */
export async function historyOf(context: Context, id: ImageId): Promise<readonly HistoryRow[]> {
  const view = await readStoreView(context);
  const image = imageById(view.graph, id);
  const { config } = await readConfig(context, id);
  return historyRows(view, image, config);
}

function historyRows(view: StoreView, image: ImageNode, config: ImageConfig): readonly HistoryRow[] {
  const byChain = new Map(view.graph.layers.map((layer) => [layer.chainId, layer]));
  return matchHistory(config).map(({ layer, ...step }) => {
    const chainId = layer === null ? null : (image.layers[layer] ?? null);
    const node = chainId === null ? undefined : byChain.get(chainId);
    return { ...step, chainId, size: node ? ownLayer(image, node).size : 0 };
  });
}

/** What a container of an image starts with, as the inspector shows it. */
export function configDetail({ runtime }: ImageConfig): ImageDetail['config'] {
  return {
    env: runtime.env.map(keyValue),
    cmd: runtime.cmd,
    entrypoint: runtime.entrypoint,
    workingDir: runtime.workingDir,
    user: runtime.user,
    labels: Object.entries(runtime.labels).map(([key, value]) => ({ key, value })),
    ports: runtime.ports,
    volumes: runtime.volumes,
    stopSignal: runtime.stopSignal,
    healthcheck: runtime.healthcheck,
  };
}

/** Everything that the inspector shows of an image. Throws `image-not-found`, `blob-damaged`. */
export async function inspectImage(context: Context, id: ImageId): Promise<ImageDetail> {
  const view = await readStoreView(context);
  const image = imageById(view.graph, id);
  const { config, raw } = await readConfig(context, id);
  const manifests = [];
  let rawManifest = '';
  for (const digest of image.manifests) {
    const bytes = await context.store.readDocument(digest);
    if (rawManifest === '') rawManifest = decode(bytes);
    const type = asText(looseMember(asObject(JSON.parse(decode(bytes))) ?? {}, 'mediaType'));
    manifests.push({ digest, size: bytes.length, mediaType: type });
  }
  const bundle = await imageBundle(context, view, image);
  return {
    id,
    author: config.author,
    comment: config.comment,
    dockerVersion: config.dockerVersion,
    tarSize: await tarSizeOf(context, view, image),
    config: configDetail(config),
    history: historyRows(view, image, config),
    manifests,
    ...bundle,
    sharing: sharingOf(view.graph, image).slice(0, sharingListed),
    rawConfig: raw,
    rawManifest,
    inspectJson: exactJson(await inspectDocument(context, view, image, { config, bundle }), 2),
  };
}

/**
 * The document that `stratigraph inspect IMG` prints: the members of `docker inspect` in Docker's spelling, then our own.
 * `Size` is that of the uncompressed layers, as in Docker; what the image takes in the store stands in `StoredSize`.
 */
async function inspectDocument(
  context: Context,
  view: StoreView,
  image: ImageNode,
  {
    config,
    bundle: { platforms, artifacts },
  }: { readonly config: ImageConfig; readonly bundle: ImageBundle },
): Promise<Record<string, unknown>> {
  const { document } = config;
  const size = await tarSizeOf(context, view, image);
  const contents: unknown[] = [];
  for (const { digest } of artifacts) contents.push(await contentsOf(context, digest));
  const layers = ownLayers(image, new Map(view.graph.layers.map((layer) => [layer.chainId, layer])));
  return {
    Id: image.id,
    RepoTags: image.names,
    RepoDigests: repoDigests([image]),
    Parent: asText(looseMember(document, 'parent')),
    Comment: config.comment,
    ...(config.created === null ? {} : { Created: config.created }),
    ...configMembers(config),
    Author: config.author,
    Architecture: config.architecture,
    ...(config.variant === '' ? {} : { Variant: config.variant }),
    Os: config.os,
    Size: size ?? 0,
    VirtualSize: size ?? 0,
    GraphDriver: graphDriver(await mountedAt(context.store.directory, image.id)),
    RootFS: { Type: 'layers', Layers: config.diffIds },
    Manifests: image.manifests,
    ChainIds: image.layers,
    ...(platforms.length > 1
      ? {
          Platforms: platforms.map((each) => ({
            Platform: each.platform,
            Id: each.image,
            Manifest: each.manifest,
          })),
        }
      : {}),
    ...(artifacts.length > 0
      ? {
          Artifacts: artifacts.map(({ digest, kind, type, predicates, parts, size, subject }, i) => ({
            Digest: digest,
            Kind: kind,
            Type: type,
            ...(predicates.length > 0 ? { Predicates: predicates } : {}),
            Parts: parts,
            Size: size,
            Subject: subject,
            Contents: contents[i],
          })),
        }
      : {}),
    // With the documents: what the layers take, each as this image's own manifest names it, and the image add up.
    Layers: layers.map(({ chainId, diffId, blobs, size: bytes }, i) => ({
      Number: i + 1,
      ChainId: chainId,
      DiffId: diffId,
      Blobs: blobs.map(({ digest }) => digest),
      ...(isElsewhere(blobs)
        ? { Missing: true, Urls: blobs.flatMap(({ missing }) => missing?.urls ?? []) }
        : {}),
      StoredSize: bytes,
    })),
    DocumentsSize: layers.reduce((rest, { size: bytes }) => rest - bytes, image.size),
    StoredSize: image.size,
    SharedSize: image.shared,
    UniqueSize: image.unique,
  };
}

/** The parts of an artifact, for who wants to read one (`stratigraph blob`): statements, signatures, files. */
async function contentsOf({ store }: Context, digest: Digest): Promise<readonly Record<string, unknown>[]> {
  const { layers } = parseManifest(await store.readDocument(digest), storedOrigin(digest));
  return layers.map(({ digest: part, size, mediaType, annotations }) => {
    const predicate = annotations?.['in-toto.io/predicate-type'];
    return {
      Digest: part,
      MediaType: mediaType,
      Size: size,
      ...(predicate === undefined ? {} : { Predicate: predicate }),
    };
  });
}

/** Whether a layer is left where it came from. */
const isElsewhere = (blobs: readonly LayerBlob[]): boolean =>
  blobs.length > 0 && blobs.every(({ missing }) => missing !== undefined);

/** {@link inspectDocument} of an image by its ID. */
export async function inspectImageDocument(context: Context, id: ImageId): Promise<Record<string, unknown>> {
  const view = await readStoreView(context);
  const image = imageById(view.graph, id);
  const { config } = await readConfig(context, id);
  return inspectDocument(context, view, image, { config, bundle: await imageBundle(context, view, image) });
}
