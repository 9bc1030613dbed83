import type { Digest, DiffId } from '../../shared/image/digest';
import type { OciIndex } from '../../shared/image/manifest';
import { problem } from '../../shared/image/problem';
import type { OperationResult } from '../../shared/ipc/operation';
import { stageInput } from '../source/sources';
import type { StagedRoot } from '../source/imageSource';
import type { SourceTools } from '../source/sourceTools';
import type { ActionContext, Run } from './context';
import { addDangling, addName, rootWithName } from './indexNames';
import { readStoreView } from './storeView';

/** What to load. */
export interface LoadRequest {
  /** A file, a folder, or `-` for standard input. */
  readonly path: string;
  /** What the person called it. */
  readonly label: string;
}

/**
 * Loads every image of an archive or layout. All or nothing: until the last byte is verified nothing is visible, and
 * after a fault or a cancel the store is as it was. Names that another image had move, as with `docker load`.
 * Throws a ProblemError that says what is wrong with the input.
 */
export async function loadImages(
  context: ActionContext,
  { path, label }: LoadRequest,
  run: Run,
): Promise<OperationResult & { readonly kind: 'load' | 'samples' }> {
  const { store } = context;
  run.report({ phase: 'starting', done: 0, total: null });
  const ingest = await store.beginIngest();
  try {
    const before = await readStoreView(context);
    const known = new Set(before.graph.images.map(({ id }) => id as string));
    const tools = makeTools(context, before.graph.layers);
    const staged = await stageInput(path, label, ingest, tools, run);
    if (run.signal.aborted) throw problem('cancelled', {});
    run.report({ phase: 'committing', done: 0, total: null });
    const moved = new Set<string>();
    const { newBlobs, addedBytes } = await ingest.commit((index) => {
      moved.clear();
      return staged.roots.reduce((next, root) => list(next, root, moved), index);
    });
    const fresh = new Set<Digest>(newBlobs);
    const after = await readStoreView({ store });
    const ids = [...new Set(staged.roots.flatMap(({ images }) => images.map(({ id }) => id)))];
    const layers = new Set(after.graph.layers.flatMap(({ blobs }) => blobs.map(({ digest }) => digest)));
    return {
      kind: 'load',
      images: ids.map((id) => ({
        id,
        names: namesIn(staged.roots, id),
        isNew: !known.has(id),
      })),
      layers: staged.layers,
      newLayers: [...fresh].filter((digest) => layers.has(digest)).length,
      addedBytes,
      movedNames: [...moved],
    };
  } finally {
    await ingest.abort();
  }
}

function namesIn(roots: readonly StagedRoot[], id: Digest): readonly string[] {
  return [
    ...new Set(
      roots.filter(({ images }) => images.some((image) => image.id === id)).flatMap(({ names }) => names),
    ),
  ];
}

/** Lists a root in the index under its names; `moved` gathers the names that it takes from other roots. */
function list(index: OciIndex, root: StagedRoot, moved: Set<string>): OciIndex {
  const descriptor = { mediaType: root.mediaType, digest: root.digest, size: root.size };
  if (root.names.length === 0) return addDangling(index, descriptor);
  return root.names.reduce((next, name) => {
    const holder = rootWithName(next, name);
    if (holder && holder.digest !== root.digest) moved.add(name);
    return addName(next, descriptor, name);
  }, index);
}

function makeTools(
  { store, pool }: ActionContext,
  layers: readonly {
    diffId: DiffId;
    blobs: readonly { digest: Digest; size: number; mediaType: string }[];
  }[],
): SourceTools {
  const byDiffId = new Map<DiffId, { digest: Digest; size: number; mediaType: string }>();
  for (const { diffId, blobs } of layers) {
    const [blob] = blobs;
    if (blob && !byDiffId.has(diffId)) byDiffId.set(diffId, blob);
  }
  return {
    blobs: store,
    pool,
    layerWithDiffId: (diffId) => Promise.resolve(byDiffId.get(diffId) ?? null),
  };
}
