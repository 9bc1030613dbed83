import type { ImageId } from '../../../shared/image/digest';
import { displayName } from '../../../shared/graph/sharing';
import { defaultLimits, limitNames, type Limits } from '../../../shared/image/limits';
import { readLayerFacts } from '../../index/layerIndex';
import { openDirectoryStore } from '../../store/directoryStore';
import { takeUnpacked, type UnpackedOf } from '../../store/unpackedArchives';
import { checkRoom } from '../../worker/freeSpace';
import { createContext } from '../../actions/ground/createContext';
import type { Run } from '../../actions/ground/context';
import { fillUnpacked, type Unpacked } from '../opened/fillUnpacked';
import { lookAt, type LookedContext, type LookTools } from '../opened/lookAt';
import { copyFromEngine } from './copyFromEngine';
import { pickedRoots } from './engineArchive';
import type { OpenEngine } from './engineImages';
import { pickFromEngine } from './enginePick';

/** Bytes that are written beside the layers of an image: its documents. */
const documentBytes = 1 << 20;

/** By what a saved image is found again: an image of this ID never changes. The form in which it is saved is its engine's. */
const savedOf = (open: OpenEngine, id: ImageId, limits: Limits): UnpackedOf => ({
  path: `${open.engine.kind}-image ${id}`,
  mark: null,
  how: JSON.stringify(limitNames.map((name) => limits[name])),
});

/** Takes an image out of an engine, verified as a load is; nothing of it is read where it is kept of an earlier look. */
async function savedImage(
  open: OpenEngine,
  id: ImageId,
  { pool, limits = defaultLimits }: LookTools,
  run: Run,
): Promise<Unpacked<true>> {
  const view = await open.view();
  // By its ID, so that it comes without names: these are the engine's, which may change.
  const { bytes, images } = pickFromEngine(view, { what: [id], exact: true });
  const [image] = images;
  return fillUnpacked({
    of: { ...savedOf(open, id, limits), bytes },
    signal: run.signal,
    async fill(folder) {
      checkRoom(folder, bytes + documentBytes, image ? displayName(image) : id);
      const store = await openDirectoryStore(folder, { readFacts: readLayerFacts });
      const context = { ...createContext(store, pool), limits };
      try {
        await copyFromEngine(context, open, { what: [id], exact: true }, run);
        return true as const;
      } finally {
        await context.close();
      }
    },
    isWhole: () => true,
  });
}

/**
 * Opens images of an engine as an archive is that is looked at: each is saved through the engine's API once, verified as a load is, and
 * kept by its ID for the next look, also of other processes; names are those that the engine has now. Nothing is written to the person's store. What is not
 * kept goes with the context's `close`, and after a fault or a cancelled run nothing is left. Throws as `copyFromEngine` and
 * {@link lookAt} do, `no-room`.
 */
export async function lookAtEngine(
  open: OpenEngine,
  images: readonly ImageId[],
  tools: LookTools,
  run: Run,
): Promise<LookedContext> {
  const saved: Unpacked<true>[] = [];
  const end = async (): Promise<void> => {
    for (const each of saved.splice(0)) await each.end();
  };
  try {
    for (const id of images) saved.push(await savedImage(open, id, tools, run));
    const label = open.engine.name;
    const pick = images.length === 0 ? null : pickFromEngine(await open.view(), { what: images });
    const context = await lookAt(
      saved.map(({ folder }) => folder),
      {
        ...tools,
        label,
        accept: (roots) => (pick ? pickedRoots(roots, pick, label) : roots),
      },
      run,
    );
    return {
      ...context,
      inputOf(digest) {
        const kept = saved.find((each) => each.kept?.blobs.has(digest.slice('sha256:'.length)))?.kept;
        return kept ? { file: label, forget: () => kept.forget() } : context.inputOf(digest);
      },
      async close() {
        await context.close();
        await end();
      },
    };
  } catch (thrown) {
    await end();
    throw thrown;
  }
}

/**
 * The image of an engine that a blob is of, whose digest begins with hex digits: by what the engine tells of images and layers, else by what is kept of
 * images that were looked at, as manifests are which exist in saved images alone. Null for none.
 */
export async function imageOfBlob(
  open: OpenEngine,
  hex: string,
  limits: Limits = defaultLimits,
): Promise<ImageId | null> {
  const { graph } = await open.view();
  const starts = (digest: string): boolean => digest.startsWith(hex, 'sha256:'.length);
  const named = graph.images.find(({ id }) => starts(id));
  if (named) return named.id;
  const chains = new Set(graph.layers.flatMap(({ chainId, diffId }) => (starts(diffId) ? [chainId] : [])));
  const holder = graph.images.find(({ layers }) => layers.some((layer) => chains.has(layer)));
  if (holder) return holder.id;
  for (const { id } of graph.images) {
    const kept = await takeUnpacked(savedOf(open, id, limits));
    await kept?.release();
    if (kept && [...kept.blobs].some((name) => name.startsWith(hex))) return id;
  }
  return null;
}
