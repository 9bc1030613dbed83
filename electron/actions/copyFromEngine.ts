import { addBytes } from '../../shared/image/bytes';
import { createWriteStream } from 'node:fs';
import type { Writable } from 'node:stream';
import { type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Digest, ImageId } from '../../shared/image/digest';
import type { ImageNode } from '../../shared/graph/imageGraph';
import { displayName } from '../../shared/graph/sharing';
import { problem, problemOf, ProblemError } from '../../shared/image/problem';
import { parseReference } from '../../shared/image/reference';
import type { OperationResult } from '../../shared/ipc/operation';
import { RoomWatch } from '../worker/freeSpace';
import { diskProblem, isHeldFile } from '../worker/jobTools';
import { createRing, feedRing } from '../worker/byteRing';
import type { StagedRoot } from '../source/imageSource';
import { refusedProblem } from '../engine/engine';
import { familiarNames, type EngineView } from '../engine/readImages';
import type { ActionContext, Run } from './context';
import { fullName, type OpenEngine } from './engineImages';
import { loadImages } from './loadImages';
import { resolveImage, type ResolvedImage } from './resolveImage';
import { withTarget } from './target';

/** Images of an engine to take out of it, and the words by which to ask for them. */
export interface EnginePick {
  readonly images: readonly ImageNode[];
  /** Names in full, and IDs of images that have none. */
  readonly words: readonly string[];
  /** The image that each of the names is listed for, by their familiar spelling. */
  readonly wanted: ReadonlyMap<string, ImageId>;
  /** How people know the images, in the order asked for. */
  readonly names: readonly string[];
  /** Unpacked bytes, shared layers once: about what the archive will have. */
  readonly bytes: number;
  readonly layers: number;
}

/** As `resolveImage`; an image that the engine lists, and that is left out for what it says about it, is no image that is not there. */
function resolveListed({ graph, damaged }: EngineView, text: string): ResolvedImage {
  try {
    return resolveImage(graph, text);
  } catch (thrown) {
    if (problemOf(thrown).code !== 'image-not-found') throw thrown;
    const [asked] = familiarNames([text]);
    const found = damaged.find(({ name }) => name === asked || name === text)?.problem;
    throw found ? problem(found.code, found.facts) : thrown;
  }
}

/**
 * Resolves names and IDs; a name takes that name along only, an ID all names of its image. Throws `image-not-found`, and why an image
 * is left out that the engine lists.
 */
export function pickFromEngine(view: EngineView, what: readonly string[]): EnginePick {
  const { graph } = view;
  const images = new Map<ImageId, ImageNode>();
  const words = new Set<string>();
  const wanted = new Map<string, ImageId>();
  const names = new Set<string>();
  for (const text of what) {
    const { image, name } = resolveListed(view, text);
    images.set(image.id, image);
    names.add(name ?? displayName(image));
    const asked = name === null ? image.names : [name];
    if (asked.length === 0) words.add(image.id);
    for (const each of asked) {
      words.add(fullName(each));
      wanted.set(parseReference(each).familiar, image.id);
    }
  }
  if (images.size === 0) throw new ProblemError('nothing-to-save');
  const chains = new Set([...images.values()].flatMap(({ layers }) => layers));
  const layers = graph.layers.filter(({ chainId }) => chains.has(chainId));
  return {
    images: [...images.values()],
    words: [...words],
    wanted,
    names: [...names],
    bytes: layers.reduce((sum, { size }) => addBytes(sum, size), 0),
    layers: layers.length,
  };
}

/**
 * What was asked for of what arrived: the images that the engine had listed, each under the names that it was asked for by. Names
 * beyond these are left out; an image beyond them, under whatever name, is refused, since nobody chose it. Throws
 * `engine-copy-differs`.
 */
function pickedRoots(
  roots: readonly StagedRoot[],
  { images, wanted }: EnginePick,
  engine: string,
): readonly StagedRoot[] {
  const listed = new Set<Digest>(images.map(({ id }) => id));
  const idsOf = ({ digest, images: own }: StagedRoot): readonly Digest[] => [
    digest,
    ...own.map(({ id }) => id),
  ];
  // The containerd image store of Docker calls an image by its manifest or index, all others by its config.
  const isListed = (root: StagedRoot): boolean =>
    listed.has(root.digest) || (root.images.length > 0 && root.images.every(({ id }) => listed.has(id)));
  const differs = (name: string, expected: Digest, found: Digest | ''): ProblemError =>
    problem('engine-copy-differs', { engine, name, expected, found });
  const [first] = images;
  for (const root of roots) {
    if (isListed(root)) continue;
    const name = root.names.find((each) => wanted.has(each));
    const expected = name === undefined ? first?.id : wanted.get(name);
    const found = root.images[0]?.id ?? root.digest;
    if (first && expected !== undefined) throw differs(name ?? displayName(first), expected, found);
  }
  const left = new Map(wanted);
  const taken = roots.map((root) => {
    const ids = new Set(idsOf(root));
    const names = root.names.filter((name) => ids.has(left.get(name) ?? ('' as Digest)) && left.delete(name));
    return { ...root, names };
  });
  for (const image of images)
    if (!taken.some((root) => idsOf(root).includes(image.id)))
      throw differs(displayName(image), image.id, roots[0]?.images[0]?.id ?? '');
  // A name that the archive gives to another of the listed images, or to none, is the one's for which the engine listed it.
  return taken.map((root) => {
    const ids = new Set(idsOf(root));
    const own = [...left].filter(([name, id]) => ids.has(id) && left.delete(name)).map(([name]) => name);
    return { ...root, names: [...root.names, ...own] };
  });
}

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
  what: readonly string[],
  run: Run,
): Promise<OperationResult & { readonly kind: 'load' | 'samples' | 'copyIn' }> {
  run.report({ phase: 'starting', done: 0, total: null });
  const pick = pickFromEngine(await open.view(), what);
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
    throw fault === null || isOwnFault(thrown) ? thrown : fault;
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

/**
 * Saves images of an engine to a file or a stream, in the form that the engine writes. The file is replaced only when the
 * archive is whole. Throws `engine-lost`, `file-unwritable`, `disk-full`, `archive-truncated`.
 */
export async function saveFromEngine(
  context: ActionContext,
  open: OpenEngine,
  request: { readonly what: readonly string[]; readonly target: string | Writable },
  run: Run,
): Promise<OperationResult & { readonly kind: 'save' }> {
  run.report({ phase: 'starting', done: 0, total: null });
  const pick = pickFromEngine(await open.view(), request.what);
  let bytes = 0;
  let tail: Uint8Array = new Uint8Array(0);
  const watch = async function* (
    chunks: AsyncIterable<Uint8Array>,
    room: RoomWatch | null,
  ): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of chunks) {
        bytes = addBytes(bytes, chunk.length);
        run.report({ phase: 'writing', done: bytes, total: guess(bytes, pick) });
        tail = Buffer.concat([tail, chunk]).subarray(-tailBytes);
        room?.take(chunk.length);
        yield chunk;
      }
    } catch (thrown) {
      if (thrown instanceof ProblemError) throw thrown;
      throw open.engine.connection.problemOf(thrown, { signal: run.signal });
    }
    // An engine that fails in the middle writes why where the next member should be, and ends as if all were well.
    if (bytes < tailBytes || tail.some((byte) => byte !== 0))
      throw problem('archive-truncated', { file: open.engine.name, read: bytes });
  };
  return withTarget(context, request.target, run, async ({ label: file, draft, sink, finish }) => {
    const room = sink === null ? new RoomWatch(draft, file) : null;
    const answer = await archiveOf(open, pick, run.signal);
    const flags = isHeldFile(draft) ? 'r+' : 'wx';
    const out = sink ?? createWriteStream(draft, { flags, mode: 0o600, flush: true });
    try {
      await pipeline(watch(answer as AsyncIterable<Uint8Array>, room), out, {
        end: sink === null,
        signal: run.signal,
      });
    } catch (thrown) {
      if (run.signal.aborted) throw problem('cancelled', {}, { cause: thrown });
      throw diskProblem(thrown, file, 'write');
    }
    if (sink === null) await finish();
    const { images, layers } = pick;
    return { kind: 'save', images: images.length, layers, bytes, file, token: null };
  });
}
