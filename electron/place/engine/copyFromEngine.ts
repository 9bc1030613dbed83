import { addBytes } from '../../../shared/image/bytes';
import { createWriteStream } from 'node:fs';
import type { Writable } from 'node:stream';
import { type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { problem, ProblemError } from '../../../shared/image/problem';
import type { OperationResult } from '../../../shared/ipc/operation';
import { RoomWatch } from '../../worker/freeSpace';
import { diskProblem, isHeldFile } from '../../worker/jobTools';
import { createRing, feedRing } from '../../worker/byteRing';
import type { StagedRoot } from '../../source/imageSource';
import { refusedProblem } from '../../engine/engine';
import type { ActionContext, Run } from '../../actions/ground/context';
import type { GiveRequest } from '../place';
import type { OpenEngine } from './engineImages';
import { archiveProblem, checkEngineArchive, pickedRoots } from './engineArchive';
import { pickFromEngine, type EnginePick } from './enginePick';
import { inScratch } from './inScratch';
import { listedIn } from '../../actions/copy/planArchive';
import { saveImages } from '../../actions/copy/saveImages';
import { readStoreView } from '../../actions/images/storeView';
import { loadImages } from '../../actions/copy/loadImages';
import { withTarget, type Target } from '../../actions/target/target';

/** The archive of images as the engine writes it. */
async function archiveOf({ engine }: OpenEngine, pick: EnginePick, signal: AbortSignal): Promise<Readable> {
  try {
    // An engine gathers the layers before the first byte: that may take its time.
    const request = { path: '/images/get', query: { names: pick.words }, signal, patience: null };
    return await engine.connection.stream(request);
  } catch (thrown) {
    throw refusedProblem(engine, thrown);
  }
}

/** Bytes of an archive before it is there: a guess, for headers and padding are not known; null once it proves wrong. */
function guess(done: number, { bytes }: EnginePick): number | null {
  return done <= bytes ? bytes : null;
}

/**
 * Copies images of an engine into the store: its archive streams into the ordinary load, every digest verified, all or
 * nothing, with the same image IDs. Throws as a load does, `engine-lost`, and `engine-copy-differs` when something else
 * arrives than the engine listed.
 */
export async function copyFromEngine(
  context: ActionContext,
  open: OpenEngine,
  request: GiveRequest,
  run: Run,
): Promise<OperationResult & { readonly kind: 'load' | 'samples' | 'copyIn' }> {
  run.report({ phase: 'starting', done: 0, total: null });
  const pick = pickFromEngine(await open.view(), request);
  run.report({ phase: 'waiting', waitsFor: open.engine.name, done: 0, total: null });
  const abort = new AbortController();
  const signal = AbortSignal.any([abort.signal, run.signal]);
  const answer = await archiveOf(open, pick, signal);
  const memory = createRing();
  let fault: unknown = null;
  const feeding = feedRing(memory, answer as AsyncIterable<Uint8Array>, { signal }).catch(
    (thrown: unknown) => {
      fault = open.engine.connection.problemOf(thrown, { signal: run.signal });
    },
  );
  const guessing: Run = {
    signal: run.signal,
    report: (step) =>
      run.report(step.phase === 'reading' ? { ...step, total: guess(step.done, pick) } : step),
  };
  const accept = (roots: readonly StagedRoot[]): readonly StagedRoot[] =>
    pickedRoots(roots, pick, open.engine.name);
  try {
    const label = open.engine.name;
    return { ...(await loadImages(context, { path: memory, label, accept }, guessing)), kind: 'copyIn' };
  } catch (thrown) {
    // A load that found an unfinished archive says so; why it is unfinished is known here.
    abort.abort();
    await feeding;
    if (run.signal.aborted) throw problem('cancelled', {}, { cause: thrown });
    throw fault === null || isOwnFault(thrown) ? archiveProblem(open.engine, thrown) : fault;
  } finally {
    abort.abort();
    answer.destroy();
    await feeding;
  }
}

/** Whether a load failed for what it read, rather than for what it did not get to read. */
function isOwnFault(thrown: unknown): boolean {
  return !(thrown instanceof ProblemError) || thrown.problem.code !== 'archive-truncated';
}

/** Bytes at the end of every tar: two blocks of zeros. */
const tailBytes = 1024;

/** What {@link saveFromEngine} is asked for. */
interface SaveRequest extends Pick<GiveRequest, 'what' | 'exact'> {
  readonly target: string | Writable;
  /** A file that holds something stays, whenever it came. */
  readonly keepsOld?: boolean;
}

/**
 * Saves images of an engine to a file or a stream, in the form that the engine writes. The target gets it only when the archive is
 * whole and holds what was asked for. One that has names beyond that is not handed on: whoever loads the file would have them; the
 * images are taken out and written anew without. Throws `engine-lost`, `engine-copy-differs`, `file-unwritable`, `target-there`, `disk-full`, and as a load does.
 */
export async function saveFromEngine(
  context: ActionContext,
  open: OpenEngine,
  request: SaveRequest,
  run: Run,
): Promise<Saved> {
  return (await saveAsItIs(context, open, request, run)) ?? writeAnew(context, open, request, run);
}

type Saved = OperationResult & { readonly kind: 'save' };

/** The images as a docker-archive of ours, each under the names that were asked for. */
async function writeAnew(
  context: ActionContext,
  open: OpenEngine,
  { target, keepsOld = false, ...request }: SaveRequest,
  run: Run,
): Promise<Saved> {
  return inScratch(context, async (scratch) => {
    await copyFromEngine(scratch, open, request, run);
    const { graph } = await readStoreView(scratch);
    const all = graph.images.flatMap(({ id, names }) => (names.length === 0 ? [id] : names));
    return saveImages(scratch, { what: all, format: 'docker-archive', target, keepsOld }, run);
  });
}

/** Thrown where an archive has names beyond those that were asked for: what was written of it goes. */
class MoreNames extends Error {}

/** The archive of the engine as it is; null where it has names that nobody asked for. */
async function saveAsItIs(
  context: ActionContext,
  open: OpenEngine,
  request: SaveRequest,
  run: Run,
): Promise<Saved | null> {
  run.report({ phase: 'starting', done: 0, total: null });
  const pick = pickFromEngine(await open.view(), request);
  run.report({ phase: 'waiting', waitsFor: open.engine.name, done: 0, total: null });
  let bytes = 0;
  let tail: Uint8Array = new Uint8Array(0);
  const watch = async function* (
    chunks: AsyncIterable<Uint8Array>,
    room: RoomWatch,
  ): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of chunks) {
        bytes = addBytes(bytes, chunk.length);
        run.report({ phase: 'writing', done: bytes, total: guess(bytes, pick) });
        tail = Buffer.concat([tail, chunk]).subarray(-tailBytes);
        room.take(chunk.length);
        yield chunk;
      }
    } catch (thrown) {
      if (thrown instanceof ProblemError) throw thrown;
      throw open.engine.connection.problemOf(thrown, { signal: run.signal });
    }
    // An engine that fails in the middle writes why where the next member should be, and ends as if all were well.
    if (bytes < tailBytes || tail.some((byte) => byte !== 0))
      throw open.engine.connection.invalid({ path: '/images/get' }, 'archive-ends', bytes);
  };
  const writing = async ({ label: file, draft, finish }: Target): Promise<Saved> => {
    const room = new RoomWatch(draft, file);
    const answer = await archiveOf(open, pick, run.signal);
    const flags = isHeldFile(draft) ? 'r+' : 'wx';
    const out = createWriteStream(draft, { flags, mode: 0o600, flush: true });
    try {
      await pipeline(watch(answer as AsyncIterable<Uint8Array>, room), out, { signal: run.signal });
    } catch (thrown) {
      if (run.signal.aborted) throw problem('cancelled', {}, { cause: thrown });
      throw diskProblem(thrown, file, 'write');
    }
    const checked = await checkEngineArchive(context, open.engine, { path: draft, pick }, run);
    if (checked.hasMoreNames) throw new MoreNames();
    await finish();
    const { layers } = checked;
    return {
      kind: 'save' as const,
      images: pick.images.length,
      layers,
      bytes,
      listed: listedIn(
        pick.images.map(({ id }) => ({
          id,
          names: [...pick.wanted].flatMap(([name, of]) => (of === id ? [name] : [])),
        })),
      ),
      file,
      token: null,
    };
  };
  const { target, keepsOld = false } = request;
  return withTarget(context, target, run, writing, { keepsOld }).catch((thrown: unknown) => {
    if (thrown instanceof MoreNames) return null;
    throw thrown;
  });
}
