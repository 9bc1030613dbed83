import { createWriteStream } from 'node:fs';
import { mkdir, open, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { appendStep } from '../../../shared/image/appendLayer';
import {
  applyConfigChanges,
  parseConfigChanges,
  type ConfigChange,
} from '../../../shared/image/configChange';
import { layerMediaType } from '../../../shared/image/mediaType';
import type { ImageId } from '../../../shared/image/digest';
import { defaultLimits } from '../../../shared/image/limits';
import { problem, problemOf, type ProblemError } from '../../../shared/image/problem';
import { parseReference } from '../../../shared/image/reference';
import { isWhiteoutNumber } from '../../../shared/layer/layerShape';
import { transportOf } from '../../../shared/image/transport';
import { isSavedImage } from '../../../shared/layer/rootfsShape';
import { opaquePath, reservedPart, whiteoutPath } from '../../../shared/layer/whiteout';
import { hasChecksum } from '../../../shared/layer/tarHeader';
import { readLayerEntries } from '../../index/layerIndex';
import type { Ingest } from '../../store/contentStore';
import { hostArchitecture } from '../../system/hostArchitecture';
import { RoomWatch } from '../../worker/freeSpace';
import { diskProblem } from '../../worker/jobTools';
import type { BlobFacts, TreeStyle } from '../../worker/jobs';
import type { Unkept } from '../../../shared/ipc/operation';
import { systemCode } from '../../../shared/image/systemCode';
import { addImage, type AddedImage } from '../making/addImage';
import type { ActionContext, Run } from '../ground/context';
import { unkeptOf } from '../ground/unkept';
import { withinTime } from '../ground/withinTime';

/** What an image is to be made of. */
export interface ImportRequest {
  /** A tarball, plain or compressed, a folder, or `-` for a tarball on standard input. */
  readonly path: string;
  /** Null makes a dangling image. */
  readonly reference: string | null;
  /** Who was shown to have that name, see `checkHolder`. */
  readonly holder?: ImageId | null | undefined;
  readonly message: string;
  /** Changes to the config in Dockerfile words. */
  readonly changes: readonly string[];
}

/** What an import came to; `layerBytes` are those of the one layer as stored. */
export interface ImportedImage extends AddedImage {
  readonly layerBytes: number;
  readonly entries: number;
  /** Members of the tarball that are no files and were left out: see `LayerFacts.leftOut`. */
  readonly leftOut?: number;
  /** What of a folder no layer can hold. */
  readonly unkept?: Unkept;
  /** Where the store itself was in the folder: it was left out. */
  readonly ownStore?: string;
}

interface Staged {
  readonly facts: BlobFacts;
  readonly path: string;
  readonly indexPath: string;
  /** Members that are no entries, where the layer was written anew without them. */
  readonly leftOut?: number | undefined;
  readonly unkept?: Unkept;
  /** Where the store itself was in the folder: it was left out. */
  readonly ownStore?: string;
}

/** Members that are looked at to tell a saved image: its documents may stand behind all its layers, which are few. */
const mostSavedNames = 20_000;

/** A folder on this machine: nothing in it marks a deletion. */
const style: TreeStyle = { attributes: 'trusted', whiteouts: 'none', owners: 'kept', devices: true };

/**
 * Makes an image of one layer from a root filesystem: a tarball as `export`, `docker export` or `tar` write it, or a
 * folder as debootstrap fills it. A tarball that is plain, gzip or zstd is kept as it is; any other compression is taken
 * off. What is mounted below a folder is part of it, as for tar(1). A name that begins with `.wh.` would delete what the
 * layers below have, and there are none: it is refused. Throws `name-reserved`, `device-reserved`, `tree-changed`,
 * `tree-too-deep`, `reference-invalid`, `config-change-invalid`, `file-not-found`, `file-unreadable`, `layer-invalid`, `archive-damaged`,
 * `archive-truncated`, `limit-exceeded`, `disk-full`, `cancelled`.
 */
export async function importRootfs(
  context: ActionContext,
  request: ImportRequest,
  run: Run,
): Promise<ImportedImage> {
  const changes = request.changes.flatMap((text) => parseConfigChanges(text));
  if (request.reference !== null) parseReference(request.reference);
  const label = request.path === '-' ? '-' : basename(resolve(request.path));
  return withinTime(context.limits ?? defaultLimits, label, run, (timed) =>
    importWithin(context, { ...request, changes, label }, timed),
  );
}

async function importWithin(
  context: ActionContext,
  request: Omit<ImportRequest, 'changes'> & {
    readonly changes: readonly ConfigChange[];
    readonly label: string;
  },
  run: Run,
): Promise<ImportedImage> {
  const { changes, label } = request;
  run.report({ phase: 'starting', done: 0, total: null });
  const ingest = await context.store.beginIngest();
  try {
    const { facts, path, indexPath, leftOut, unkept, ownStore } = await stage(
      context,
      ingest,
      { path: request.path, label },
      run,
    );
    if (facts.facts === null || facts.diffId === null)
      throw problem('layer-invalid', { file: label, entry: '', reason: 'not-tar' });
    const names: string[] = [];
    for await (const entry of readLayerEntries(indexPath)) {
      names.push(entry.path);
      if (names.length > mostSavedNames) break;
    }
    if (isSavedImage(names)) throw problem('is-an-image', { file: label });
    const { digest, size, diffId } = facts;
    const type = layerMediaType(facts.facts.compression);
    if (type === null) throw new Error('other compressions were taken off');
    await ingest.adopt({ path, digest, size, index: { path: indexPath, facts: facts.facts } });
    run.report({ phase: 'committing', done: size, total: size });
    const created = new Date().toISOString();
    const empty = {
      architecture: hostArchitecture,
      os: 'linux',
      config: {},
      rootfs: { type: 'layers', diff_ids: [] },
    };
    const config = appendStep(applyConfigChanges(empty, changes), {
      diffId,
      created,
      author: '',
      comment: request.message === '' ? `Imported from ${label}` : request.message,
      createdBy: `stratigraph import ${label}`,
    });
    const layers = [{ digest, size, mediaType: type }];
    const { reference, holder } = request;
    const added = await addImage(context, ingest, { config, layers, reference, holder }, run);
    const { entries, leftOut: own = leftOut } = facts.facts;
    return {
      ...added,
      layerBytes: size,
      entries,
      ...(own === undefined ? {} : { leftOut: own }),
      ...(unkept && { unkept }),
      ...(ownStore !== undefined && { ownStore }),
    };
  } finally {
    await ingest.abort();
  }
}

async function stage(
  context: ActionContext,
  ingest: Ingest,
  { path, label }: { readonly path: string; readonly label: string },
  run: Run,
): Promise<Staged> {
  if (path === '-') {
    const spooled = ingest.newPath('input');
    try {
      const room = new RoomWatch(spooled, label);
      const watched = async function* (chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
        for await (const chunk of chunks) {
          room.take(chunk.length);
          yield chunk;
        }
      };
      await pipeline(process.stdin, watched, createWriteStream(spooled, { flags: 'wx', mode: 0o600 }), {
        signal: run.signal,
      });
    } catch (cause) {
      throw run.signal.aborted ? problem('cancelled', {}, { cause }) : diskProblem(cause, label, 'write');
    }
    return tarball(context, ingest, { file: spooled, label }, run);
  }
  const info = await stat(path).catch((cause: unknown) => {
    const word = systemCode(cause) === 'ENOENT' ? transportOf(path) : null;
    throw word
      ? problem('transport-word', { text: path, ...word }, { cause })
      : diskProblem(cause, path, 'read');
  });
  // To open a pipe nobody writes to would wait for ever, and a tarball is read more than once: `-` takes a stream.
  if (!info.isDirectory() && !info.isFile()) throw problem('not-a-rootfs', { file: label, seen: 'special' });
  return info.isDirectory()
    ? folder(context, ingest, { upper: resolve(path), label }, run)
    : tarball(context, ingest, { file: resolve(path), label }, run);
}

async function folder(
  context: ActionContext,
  ingest: Ingest,
  { upper, label }: { readonly upper: string; readonly label: string },
  run: Run,
): Promise<Staged> {
  const base = ingest.newPath('nothing');
  await mkdir(base, { mode: 0o700 });
  const [target, indexTarget] = [ingest.newPath('layer'), ingest.newPath('index')];
  const limits = context.limits ?? defaultLimits;
  // It grows while it is read.
  const without = context.store.directory;
  let done = 0;
  const facts = await context.pool.run(
    'write-layer',
    {
      upper,
      base,
      style,
      paths: null,
      owners: {},
      lists: new Map(),
      target,
      indexTarget,
      label,
      limits,
      without,
    },
    {
      signal: run.signal,
      onBytes: (bytes) => run.report({ phase: 'reading', done: (done += bytes), total: null }),
    },
  );
  return {
    facts,
    path: target,
    indexPath: indexTarget,
    ...unkeptOf(facts.sockets),
    ...(facts.without !== null && { ownStore: facts.without }),
  };
}

async function tarball(
  context: ActionContext,
  ingest: Ingest,
  { file, label }: { readonly file: string; readonly label: string },
  run: Run,
): Promise<Staged> {
  const { size } = await stat(file).catch((cause: unknown) => {
    throw diskProblem(cause, file, 'read');
  });
  let done = 0;
  const options = {
    signal: run.signal,
    onBytes: (bytes: number) =>
      run.report({ phase: 'reading', done: (done = Math.min(size, done + bytes)), total: size }),
  };
  const [target, indexTarget] = [ingest.newPath('layer'), ingest.newPath('index')];
  const range = { file, offset: 0, size, label, entry: label, limits: context.limits ?? defaultLimits };
  const facts = await context.pool
    .run('read-blob', { ...range, target, asLayer: true, indexTarget }, options)
    .catch(async (cause: unknown) => {
      throw (await noTarball(file, label, cause)) ?? cause;
    });
  if (facts.facts === null || facts.diffId === null) return { facts, path: target, indexPath: indexTarget };
  await refuseMarks(indexTarget);
  const layer = { file: target, digest: facts.digest, diffId: facts.diffId };
  // Whoever wanted a root filesystem is told now, not when the image is mounted.
  await context.pool.run('prove-layer', { ...layer, label }, { signal: run.signal });
  if (layerMediaType(facts.facts.compression) !== null)
    return { facts, path: target, indexPath: indexTarget };
  const plain = { target: ingest.newPath('layer'), indexTarget: ingest.newPath('index') };
  const merged = await context.pool.run(
    'merge-layers',
    { layers: [layer], keepWhiteouts: true, spool: null, ...plain, label },
    { signal: run.signal },
  );
  return { facts: merged, path: plain.target, indexPath: plain.indexTarget, leftOut: facts.facts.leftOut };
}

/** What to say of a file in which the very first block is none of a tar; null where there is more to it. */
async function noTarball(path: string, file: string, cause: unknown): Promise<ProblemError | null> {
  const { code } = problemOf(cause);
  if (!['layer-invalid', 'archive-truncated', 'archive-damaged'].includes(code)) return null;
  const [head, { detectCompression }, { isText }] = await Promise.all([
    readHead(path),
    import('../../tar/decompress'),
    import('../../source/sources'),
  ]);
  if (detectCompression(head) !== 'none' || hasChecksum(head)) return null;
  const seen = isText(head) ? 'text' : 'unknown';
  return problem('not-a-rootfs', { file, seen }, { cause });
}

async function readHead(path: string): Promise<Uint8Array> {
  const handle = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(512), 0, 512, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/**
 * Throws `name-reserved` for a member of a tarball whose name is a mark, or leads through one, and `device-reserved` for the
 * device that is one to overlayfs.
 */
async function refuseMarks(index: string): Promise<void> {
  for await (const entry of readLayerEntries(index)) {
    const { kind, path } = entry;
    if (kind === 'character' && isWhiteoutNumber(kind, entry.major, entry.minor))
      throw problem('device-reserved', { path: `/${path}` });
    let found = reservedPart(path);
    if (found === null && kind === 'whiteout') found = whiteoutPath(path);
    if (found === null && kind === 'opaque') found = opaquePath(path);
    if (found !== null) throw problem('name-reserved', { path: `/${found}` });
  }
}
