import { closeSync, constants, lstatSync, openSync, readSync, realpathSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { defaultLimits, limitNames, storedLimits, type Limits } from '../../../shared/image/limits';
import type { Digest } from '../../../shared/image/digest';
import { inputFault } from '../../../shared/image/inputFault';
import { ofLooked, problem, type PlaceNeed } from '../../../shared/image/problem';
import type { MovedFrom } from '../../../shared/ipc/operation';
import { readLayerFacts } from '../../index/layerIndex';
import type { StagedRoot } from '../../source/imageSource';
import { Lacks } from '../../source/lacks';
import { stageInput } from '../../source/sources';
import { storedLayer, type SourceTools } from '../../source/sourceTools';
import { markOf, type LookedBlobs } from '../../store/blobFile';
import type { ImageStore } from '../../store/contentStore';
import { openDirectoryStore } from '../../store/directoryStore';
import { ScratchDocuments } from '../../store/scratch';
import { readsFrom } from '../../store/readPlaces';
import { temporaryProblem } from '../../store/temporary';
import type { HeldUnpacked } from '../../store/unpackedArchives';
import { detectCompression } from '../../tar/decompress';
import { checkRoom } from '../../worker/freeSpace';
import type { WorkerPool } from '../../worker/jobs';
import type { ActionContext, Run } from '../../actions/ground/context';
import { createContext, type OwnedContext } from '../../actions/ground/createContext';
import { imagesBelow, listRoots, NameTable } from '../../actions/images/indexNames';
import { sourceTools } from '../../actions/copy/loadImages';
import { readStoreView } from '../../actions/images/storeView';
import { withinTime } from '../../actions/ground/withinTime';
import type { BlobInput } from './damagedInput';
import { fillUnpacked, type ToKeep } from './fillUnpacked';

/** Bytes that tell a compression. */
const headBytes = 6;

/** The path of an archive or a folder, links followed. Throws `file-not-found`, `not-an-image`, `file-unreadable`. */
function realPath(path: string, label: string): string {
  try {
    // A pipe that a descriptor stands for has no path of its own.
    const info = statSync(path);
    if (!info.isFile() && !info.isDirectory())
      throw problem('not-an-image', { file: label, seen: 'special', looked: true });
    return realpathSync(path);
  } catch (cause) {
    throw inputFault(cause, label);
  }
}

/** Images that are looked at where they lie, as a store. */
export interface LookedContext extends OwnedContext {
  /** The input in which a blob lies, by its digest or its tar's; null for what lies in no input. */
  inputOf(digest: string): BlobInput | null;
}

/** What looking takes beside the input. */
export interface LookTools {
  readonly pool: WorkerPool;
  readonly limits?: Limits;
  /** The person's own store, asked for when an input was saved without layers; null where there is none. */
  readonly own?: () => Promise<ActionContext | null>;
  /** Where its layers would have to be read it throws {@link ReadsAll}: a compressed archive, one from before Docker 1.10. */
  readonly headersOnly?: boolean;
  /** What people know the place by, where that is not how its inputs are called. */
  readonly label?: string;
  /** Says what is listed of what was found, and under which names, as for a load. */
  readonly accept?: (roots: readonly StagedRoot[]) => readonly StagedRoot[];
}

/**
 * Opens an archive (docker-archive, OCI archive, one from before Docker 1.10) or a layout folder where it lies, without loading it.
 * Its documents are read, verified and kept in a folder of our own in the system's temporary one, which goes with
 * the context's `close`; layers stay where they are and are verified by whoever reads them. Of a compressed archive everything is
 * unpacked in one pass, bounded as a load is, and kept for the next look, also of other processes (`unpackedArchives.ts`). A layer that was left out of the input is read where the person's own store has it,
 * verified as a load would. Several inputs are one place, in which a name that several have is the last one's, as after a load; `shadowed` tells. What the use cases are given
 * is a store like any other, to which nothing can be written. Throws what loading throws of an input that is not as it should be, `no-room`, `cancelled`.
 */
export async function lookAt(
  path: string | readonly string[],
  tools: LookTools,
  run: Run,
): Promise<LookedContext> {
  const { pool, limits = defaultLimits } = tools;
  const inputs = (typeof path === 'string' ? [path] : path).map((each) => {
    const label = tools.label ?? (basename(resolve(each)) || '/');
    return { real: realPath(each, label), label };
  });
  const label = tools.label ?? inputs.map((input) => input.label).join(', ');
  const staged = await stageAnywhere(inputs, { ...tools, limits }, run);
  const { folder, ranges, scratch, kept, shadowed, lacks } = staged;
  try {
    const refuse = (need: PlaceNeed): Error => problem('place-cannot', { place: label, need });
    const store = await openDirectoryStore(folder, {
      readFacts: readLayerFacts,
      ranges,
      refuse,
      lacks,
      ...(scratch && { scratch }),
    });
    const context = { ...createContext(store, pool), limits, label, shadowed };
    const forget = inputs.map(({ real }) => readsFrom(real, 'looked'));
    const byTar = new Map(
      [...ranges.values()].flatMap((range) => (range.diffId ? [[range.diffId, range]] : [])),
    );
    return {
      ...context,
      inputOf(digest) {
        if (kept?.blobs.has(digest.slice('sha256:'.length)))
          return { file: label, forget: () => kept.forget() };
        const range = ranges.get(digest as Digest) ?? byTar.get(digest);
        return range && !range.isStandIn ? { file: range.label } : null;
      },
      async close() {
        for (const each of forget) each();
        await context.close();
        await staged.end();
      },
    };
  } catch (thrown) {
    await staged.end();
    throw temporaryProblem(ofLooked(thrown));
  }
}

/** Inputs whose documents lie in a layout of our own. */
interface Staged {
  readonly folder: string;
  readonly ranges: LookedBlobs;
  /** What of it is not there. */
  readonly lacks: Lacks;
  /** Documents that memory holds; null where all are in files. */
  readonly scratch: ScratchDocuments | null;
  /** What is kept for later looks, where that is what lies there. */
  readonly kept: HeldUnpacked | null;
  /** See `ActionContext`. */
  readonly shadowed: MovedFrom;
  /** To be called when nothing reads it any more. */
  end(this: void): Promise<void>;
}

type Inputs = readonly { readonly real: string; readonly label: string }[];
type StageTools = LookTools & { readonly limits: Limits };

/** Finds what is kept of an archive, or reads the inputs: into what is kept from now on, or into a folder that goes again. */
async function stageAnywhere(inputs: Inputs, tools: StageTools, run: Run): Promise<Staged> {
  const [input, ...others] = inputs;
  const { folder, kept, filled, end } = await fillUnpacked({
    of: input && others.length === 0 ? unpackedOf(input, tools.limits) : null,
    keeps: tools.headersOnly !== true,
    signal: run.signal,
    async fill(at, toKeep) {
      const ranges: LookedBlobs = new Map();
      const scratch = toKeep ? null : new ScratchDocuments();
      const lacks = new Lacks();
      try {
        const shadowed = await stageAll({ inputs, folder: at, ranges, lacks, scratch }, tools, run);
        return { ranges, lacks, scratch, shadowed };
      } catch (thrown) {
        throw toKeep ? ofLooked(thrown) : temporaryProblem(ofLooked(thrown));
      }
    },
    // A layer of the person's own store, which stands in for one that was left out, is none of the archive's.
    isWhole: ({ ranges, lacks, shadowed }) => ranges.size + shadowed.length === 0 && lacks.isEmpty,
  });
  // What is kept lies there as a whole, and nothing of it is shadowed.
  const whole = { ranges: new Map() as LookedBlobs, lacks: new Lacks(), scratch: null, shadowed: [] };
  return { ...(kept ? whole : (filled ?? whole)), folder, kept, end };
}

/** Of what an archive's unpacked form is kept, with the archive's bytes; null for what is looked at in place. */
function unpackedOf({ real, label }: Inputs[number], limits: Limits): ToKeep | null {
  try {
    const info = lstatSync(real, { bigint: true });
    if (!info.isFile() || detectCompression(headOf(real)) === 'none') return null;
    const how = JSON.stringify([label, ...limitNames.map((name) => limits[name])]);
    return { path: real, mark: markOf(info), how, bytes: Number(info.size) };
  } catch {
    // Why it cannot be read is said by who reads it.
    return null;
  }
}

/** The first bytes of a file. */
function headOf(path: string): Uint8Array {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  try {
    const head = new Uint8Array(headBytes);
    return head.subarray(0, readSync(fd, head, 0, headBytes, 0));
  } finally {
    closeSync(fd);
  }
}

async function stageAll(looking: Looking, tools: StageTools, run: Run): Promise<MovedFrom> {
  const label = tools.label ?? looking.inputs.map((input) => input.label).join(', ');
  return withinTime(tools.limits, label, run, (timed) => stage(looking, tools, timed));
}

interface Looking extends Pick<Staged, 'folder' | 'ranges' | 'lacks' | 'scratch'> {
  readonly inputs: Inputs;
}

/** Reads the documents into a layout of our own; answers which names several of the images came with. */
async function stage(
  { inputs, folder, ranges, lacks, scratch }: Looking,
  tools: StageTools,
  run: Run,
): Promise<MovedFrom> {
  const store = await openDirectoryStore(folder, {
    readFacts: readLayerFacts,
    ...(scratch && { scratch }),
  });
  const ingest = await store.beginIngest();
  try {
    const found: Awaited<ReturnType<typeof stageInput>>[] = [];
    for (const { real, label } of inputs)
      found.push(
        await stageInput(
          real,
          label,
          ingest,
          // The bare tags of several inputs are as good as sure to be the same ones.
          { ...toolsFor(store, tools, ranges, label), lacks, ownNames: inputs.length === 1 },
          run,
        ),
      );
    if (run.signal.aborted) throw problem('cancelled', {});
    let shadowed: MovedFrom = [];
    await ingest.commit((index) => {
      const table = new NameTable(index);
      const all = found.flatMap((each) => each.roots);
      const roots = tools.accept?.(all) ?? all;
      shadowed = listRoots(table, roots, imagesBelow(roots));
      for (const { referrers = [] } of found) for (const referrer of referrers) table.addDangling(referrer);
      return table.index();
    });
    return shadowed;
  } finally {
    await ingest.abort();
  }
}

/**
 * Nothing of what a store has is known: the input stands for itself. Only what was left out of it is read in the person's own
 * store, where nothing is held for it: a blob that goes meanwhile is told as an input that changes.
 */
function toolsFor(
  store: ImageStore,
  { pool, limits, own, headersOnly = false }: StageTools,
  looked: LookedBlobs,
  label: string,
): SourceTools {
  const nothing = (): Promise<null> => Promise.resolve(null);
  let opened: Promise<SourceTools | null> | null = null;
  const open = async (): Promise<SourceTools | null> => {
    const context = await own?.();
    return context ? sourceTools(context, await readStoreView(context)) : null;
  };
  return {
    limits,
    blobs: store,
    pool,
    looked,
    headersOnly,
    checkRoom,
    layerWithDiffId: nothing,
    manifestOfImage: nothing,
    async standIn(layer) {
      const there = await (opened ??= open());
      const known = there && (await storedLayer(there, layer));
      if (!known) return null;
      const path = there.blobs.pathOf(known.digest);
      const info = lstatSync(path, { bigint: true, throwIfNoEntry: false });
      if (!info || info.size !== BigInt(known.size)) return null;
      const range = {
        path,
        offset: 0,
        size: known.size,
        mark: markOf(info),
        diffId: layer.diffId,
        label,
        limits: storedLimits,
      };
      looked.set(known.digest, { ...range, isStandIn: true });
      return { digest: known.digest, size: known.size, file: there.blobs.fileOf(known) };
    },
  };
}
