import type { Digest, DiffId } from '../../../shared/image/digest';
import { isReadable, type ImageNode } from '../../../shared/graph/imageGraph';
import { defaultLimits } from '../../../shared/image/limits';
import { problem } from '../../../shared/image/problem';
import type { OperationResult } from '../../../shared/ipc/operation';
import { stageInput, type ArchiveInput } from '../../source/sources';
import type { StagedRoot } from '../../source/imageSource';
import { storedLayer, type SourceTools } from '../../source/sourceTools';
import { checkRoom } from '../../worker/freeSpace';
import type { ActionContext, Run } from '../ground/context';
import { imagesBelow, listRoots, NameTable, type MovedName } from '../images/indexNames';
import { unfitImages } from '../images/unfitImages';
import { withinTime } from '../ground/withinTime';
import { readStoreView, type StoreView } from '../images/storeView';

/** Most platforms that are named as missing. */
const mostPlatforms = 100;
/** Most names that are told of as not taken. */
const mostNames = 20;

/** What to load. */
export interface LoadRequest {
  /** A file, a folder, `-` for standard input, or memory that is being fed. */
  readonly path: ArchiveInput;
  /** What the person called it. */
  readonly label: string;
  /** Says, before any of it is visible, what is listed of what was found, and under which names; what it throws ends the load. */
  readonly accept?: (roots: readonly StagedRoot[]) => readonly StagedRoot[];
}

/**
 * Loads every image of an archive or layout. All or nothing: until the last byte is verified nothing is visible, and
 * after a fault or a cancel the store is as it was. Names that another image had move, as with `docker load`.
 * Throws a ProblemError that says what is wrong with the input.
 */
export async function loadImages(
  context: ActionContext,
  request: LoadRequest,
  run: Run,
): Promise<OperationResult & { readonly kind: 'load' | 'samples' }> {
  return withinTime(context.limits ?? defaultLimits, request.label, run, (timed) =>
    loadWithin(context, request, timed),
  );
}

async function loadWithin(
  context: ActionContext,
  { path, label, accept }: LoadRequest,
  run: Run,
): Promise<OperationResult & { readonly kind: 'load' | 'samples' }> {
  const { store } = context;
  run.report({ phase: 'starting', done: 0, total: null });
  const ingest = await store.beginIngest();
  try {
    const before = await readStoreView(context);
    const tools = sourceTools(context, before);
    const found = await stageInput(path, label, ingest, tools, run);
    const staged = { ...found, roots: accept?.(found.roots) ?? found.roots };
    if (run.signal.aborted) throw problem('cancelled', {});
    run.report({ phase: 'committing', done: 0, total: null });
    let moved: readonly MovedName[] = [];
    const images = imagesByRoot(before, staged.roots);
    const beforeRoots = new Set(before.roots.map(({ digest }) => digest));
    let meanwhile: ReadonlySet<Digest> = new Set();
    const { newBlobs, addedBytes } = await ingest.commit((index) => {
      meanwhile = new Set(index.manifests.flatMap(({ digest }) => (beforeRoots.has(digest) ? [] : [digest])));
      const table = new NameTable(index);
      moved = listRoots(table, staged.roots, images);
      for (const referrer of staged.referrers ?? []) table.addDangling(referrer);
      return table.index();
    });
    const fresh = new Set<Digest>(newBlobs);
    const after = await readStoreView({ store });
    const ids = [...new Set(staged.roots.flatMap(({ images }) => images.map(({ id }) => id)))];
    const names = namesNow(after, staged.roots);
    const layers = new Set(after.graph.layers.flatMap(({ blobs }) => blobs.map(({ digest }) => digest)));
    const diffs = diffIdsOf(after, new Set(ids));
    // What others loaded while this was read counts as there before.
    const others = after.graph.images.filter(({ roots }) => roots.some((root) => meanwhile.has(root)));
    const known: ReadonlySet<Digest> = new Set([...before.graph.images, ...others].map(({ id }) => id));
    const knownDiffs = diffIdsOf(after, new Set(others.map(({ id }) => id)));
    for (const { diffId } of before.graph.layers) knownDiffs.add(diffId);
    const newIds = new Set<string>(ids.filter((id) => !known.has(id)));
    let leftOut = 0;
    for (const digest of fresh)
      if (layers.has(digest)) leftOut += (await store.factsOf(digest))?.leftOut ?? 0;
    const absent = (staged.absentPlatforms ?? []).slice(0, mostPlatforms).map((each) => each.slice(0, 200));
    const namesLeftOut = (staged.namesLeftOut ?? []).slice(0, mostNames).map((each) => each.slice(0, 200));
    const unfit = await unfitImages(context, after, newIds, run);
    return {
      kind: 'load',
      images: ids.map((id) => ({
        id,
        names: names.get(id) ?? [],
        isNew: !known.has(id),
      })),
      // One content in two compressions is one layer.
      layers: Math.min(staged.layers, diffs.size),
      newLayers: [...diffs].filter((diffId) => !knownDiffs.has(diffId)).length,
      addedBytes,
      movedNames: moved.map(({ name }) => name),
      ...(moved.length > 0 ? { movedFrom: moved } : {}),
      converted: staged.converted ?? 0,
      ...(unfit.length > 0 ? { unfit } : {}),
      ...(leftOut > 0 ? { leftOut } : {}),
      ...(namesLeftOut.length > 0 ? { namesLeftOut } : {}),
      ...(absent.length > 0 ? { absentPlatforms: absent } : {}),
      ...(staged.lostReferrers ? { lostReferrers: staged.lostReferrers } : {}),
    };
  } finally {
    await ingest.abort();
  }
}

/** Contents of the layers of images; one that is left where it came from is none of the store. */
function diffIdsOf({ graph }: StoreView, ids: ReadonlySet<Digest>): Set<DiffId> {
  const chains = new Set(graph.images.flatMap(({ id, layers }) => (ids.has(id) ? layers : [])));
  return new Set(
    graph.layers.flatMap(({ chainId, diffId, blobs }) =>
      chains.has(chainId) && blobs.some(({ missing }) => missing === undefined) ? [diffId] : [],
    ),
  );
}

/** The staged names that images have now: of two roots in one archive with the same name the last one has it. */
function namesNow(view: StoreView, roots: readonly StagedRoot[]): ReadonlyMap<Digest, readonly string[]> {
  const now = new Map<Digest, ReadonlySet<string>>(
    view.graph.images.map(({ id, names }) => [id, new Set(names)]),
  );
  const found = new Map<Digest, Set<string>>();
  for (const { images, names } of roots) {
    for (const { id } of images) {
      const own = found.get(id) ?? new Set<string>();
      found.set(id, own);
      for (const name of names) if (now.get(id)?.has(name)) own.add(name);
    }
  }
  return new Map([...found].map(([id, names]) => [id, [...names]]));
}

/** Images below each root, of the store and of what was staged. */
function imagesByRoot(
  view: StoreView,
  roots: readonly StagedRoot[],
): ReadonlyMap<Digest, ReadonlySet<Digest>> {
  const found = imagesBelow(roots);
  for (const image of view.graph.images)
    for (const root of image.roots) found.set(root, new Set([...(found.get(root) ?? []), image.id]));
  return found;
}

/** What sources ask of the store. */
export function sourceTools(
  { store, pool, limits = defaultLimits }: ActionContext,
  view: StoreView,
): SourceTools {
  const byDiffId = new Map<DiffId, { digest: Digest; size: number; mediaType: string }>();
  for (const { diffId, blobs } of view.graph.layers) {
    const blob = blobs.find(isReadable);
    if (blob && !byDiffId.has(diffId)) byDiffId.set(diffId, blob);
  }
  const images = new Map<Digest, ImageNode>(view.graph.images.map((image) => [image.id, image]));
  const roots = new Map(view.roots.map((root) => [root.digest, root]));
  const layers: Pick<SourceTools, 'blobs' | 'layerWithDiffId'> = {
    blobs: store,
    layerWithDiffId: (diffId) => Promise.resolve(byDiffId.get(diffId) ?? null),
  };
  return {
    ...layers,
    limits,
    pool,
    checkRoom,
    async standIn(layer, ingest) {
      const known = await storedLayer(layers, layer);
      if (!known || !(await ingest.lease(known.digest))) return null;
      return { digest: known.digest, size: known.size, file: store.fileOf(known) };
    },
    async manifestOfImage(id) {
      for (const digest of images.get(id)?.manifests ?? []) {
        const root = roots.get(digest);
        const blobs = view.closures.get(digest);
        if (!root || !blobs) continue;
        const { mediaType, size } = root;
        return Promise.resolve({ mediaType, digest, size, blobs: [...blobs.keys()] });
      }
      return Promise.resolve(null);
    },
  };
}
