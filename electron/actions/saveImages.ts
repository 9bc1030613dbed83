import { randomBytes } from 'node:crypto';
import { createReadStream, constants } from 'node:fs';
import { access, mkdtemp, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve, sep } from 'node:path';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ImageId } from '../../shared/image/digest';
import type { ImageNode } from '../../shared/graph/imageGraph';
import { displayName } from '../../shared/graph/sharing';
import { problem, ProblemError } from '../../shared/image/problem';
import type { OperationResult } from '../../shared/ipc/operation';
import { exports as formats } from '../export/exports';
import type { ExportImage, ExportPlan, ImageExport } from '../export/imageExport';
import type { ActionContext, Run } from './context';
import { blobToRead } from './imageLayers';
import { openStoredLayer } from './inspectLayer';
import { resolveImage } from './resolveImage';
import { readStoreView, type StoreView } from './storeView';

/** What to save, where and how. */
export interface SaveRequest {
  /** Names or IDs; a name writes that name only, an ID all names of the image. */
  readonly what: readonly string[];
  readonly format: ImageExport['format'];
  /** A file, or a stream that the archive is written to once it is whole. */
  readonly target: string | Writable;
}

/** What a save would write. */
export interface SavePlan {
  readonly images: number;
  readonly layers: number;
  readonly bytes: number;
  /** How people know the images, in the order asked for. */
  readonly names: readonly string[];
}

interface Picked {
  readonly image: ImageNode;
  readonly names: Set<string>;
}

function pick(view: StoreView, what: readonly string[]): readonly Picked[] {
  const picked = new Map<ImageId, Picked>();
  for (const text of what) {
    const { image, name } = resolveImage(view.graph, text);
    let entry = picked.get(image.id);
    if (!entry) picked.set(image.id, (entry = { image, names: new Set() }));
    for (const each of name === null ? image.names : [name]) entry.names.add(each);
  }
  if (picked.size === 0) throw new ProblemError('nothing-to-save');
  return [...picked.values()];
}

function toExport(view: StoreView, { image, names }: Picked, format: ImageExport['format']): ExportImage {
  const byChain = new Map(view.graph.layers.map((layer) => [layer.chainId, layer]));
  const root = view.roots.find(({ digest }) => digest === image.roots[0]);
  const [manifest] = image.manifests;
  if (!root || !manifest) throw problem('image-not-found', { name: displayName(image) });
  return {
    root,
    names: [...names].sort(),
    id: image.id,
    manifest,
    layers: image.layers.map((chainId) => {
      const layer = byChain.get(chainId);
      // A layout lists a layer that is elsewhere as its manifest does; a docker-archive has to hold it.
      const blob = layer && (format === 'docker-archive' ? blobToRead(layer) : layer.blobs[0]);
      if (!layer || !blob) throw problem('layer-not-found', { name: chainId });
      return { blob: blob.digest, size: blob.size, diffId: layer.diffId, mediaType: blob.mediaType };
    }),
  };
}

/** An archive as it would be written. */
export interface ArchivePlan {
  readonly plan: ExportPlan;
  /** How people know the images, in the order asked for. */
  readonly names: readonly string[];
  readonly images: readonly ExportImage[];
}

/** Plans an archive of images; `spell` changes the names in it. Throws `image-not-found`, `image-ambiguous`. */
export async function planArchive(
  context: ActionContext,
  what: readonly string[],
  format: ImageExport['format'],
  spell: (name: string) => string = (name) => name,
): Promise<ArchivePlan> {
  const view = await readStoreView(context);
  const picked = pick(view, what);
  const images = picked.map((entry) => {
    const image = toExport(view, entry, format);
    return { ...image, names: image.names.map(spell) };
  });
  const tarSize = async (layer: ExportImage['layers'][number]): Promise<number> =>
    (await openStoredLayer(context, layer.blob)).facts.tarSize;
  const names = picked.map(({ image, names: [first] }) => first ?? displayName(image));
  return { plan: await formats[format].plan(images, context.store, tarSize), names, images };
}

/** What a save would write, exactly. Throws `image-not-found`, `image-ambiguous`. */
export async function planSave(
  context: ActionContext,
  what: readonly string[],
  format: ImageExport['format'] = 'docker-archive',
): Promise<SavePlan> {
  const made = await planArchive(context, what, format);
  return { images: made.images.length, layers: made.plan.layers, bytes: made.plan.bytes, names: made.names };
}

/** Refuses a target inside of the store: a save there could replace a blob. */
export async function checkTarget(target: string, store: string): Promise<void> {
  const folder = await realpath(dirname(target)).catch((cause: unknown) => {
    const reason = (cause as NodeJS.ErrnoException).code ?? 'unknown';
    throw problem('file-unwritable', { path: basename(target), reason }, { cause });
  });
  const inside = await realpath(store).catch(() => store);
  if (folder === inside || folder.startsWith(inside + sep))
    throw problem('target-in-store', { path: basename(target) });
  if ((await stat(target).catch(() => null))?.isDirectory())
    throw problem('file-unwritable', { path: basename(target), reason: 'EISDIR' });
  await access(folder, constants.W_OK).catch((cause: unknown) => {
    const reason = (cause as NodeJS.ErrnoException).code ?? 'unknown';
    throw problem('file-unwritable', { path: basename(target), reason }, { cause });
  });
}

/**
 * Writes images into one archive, shared layers once. The archive is written beside its target, verified as it is
 * copied, fsynced and renamed, so the target is the old file or the whole new one; after a fault or a cancel nothing is
 * left. Layers keep their bytes (a docker-archive holds them uncompressed), configs too, so image IDs survive.
 */
export async function saveImages(
  context: ActionContext,
  request: SaveRequest,
  run: Run,
): Promise<OperationResult & { readonly kind: 'save' }> {
  run.report({ phase: 'starting', done: 0, total: null });
  const made = await planArchive(context, request.what, request.format);
  const toFile = typeof request.target === 'string';
  const target = typeof request.target === 'string' ? resolve(request.target) : '';
  if (toFile) await checkTarget(target, context.store.directory);
  const folder = toFile ? dirname(target) : await mkdtemp(join(tmpdir(), 'stratigraph-save-'));
  const draft = join(
    folder,
    `.${toFile ? basename(target) : 'archive'}.${randomBytes(6).toString('hex')}.part`,
  );
  const total = made.plan.bytes;
  let done = 0;
  try {
    const { bytes } = await context.pool.run(
      'write-archive',
      { target: draft, members: made.plan.members, label: toFile ? basename(target) : '-' },
      {
        signal: run.signal,
        onBytes: (more) => {
          done = Math.min(total, done + more);
          run.report({ phase: 'writing', done, total });
        },
      },
    );
    if (typeof request.target === 'string') {
      if (run.signal.aborted) throw problem('cancelled', {});
      await rename(draft, target).catch((cause: unknown) => {
        const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
        throw problem('file-unwritable', { path: target, reason }, { cause });
      });
      const handle = await open(folder, 'r');
      await handle.sync().finally(() => handle.close());
    } else await pipeline(createReadStream(draft), request.target, { end: false, signal: run.signal });
    run.report({ phase: 'writing', done: total, total });
    return {
      kind: 'save',
      images: made.images.length,
      layers: made.plan.layers,
      bytes,
      file: toFile ? basename(target) : '-',
      token: null,
    };
  } finally {
    await rm(toFile ? draft : folder, { recursive: true, force: true });
  }
}
