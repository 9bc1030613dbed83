import { constants, createWriteStream } from 'node:fs';
import { lstat, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { problem } from '../../../shared/image/problem';
import type { OperationResult } from '../../../shared/ipc/operation';
import type { FileTree, TreeFile } from '../../../shared/layer/fileTree';
import type { TreePart } from '../../../shared/layer/treePart';
import type { OpenLayer } from '../../index/openLayer';
import { spareName, sweepDrafts } from '../../store/drafts';
import { setModified } from '../../system/syscalls';
import { checkRoom } from '../../worker/freeSpace';
import { diskProblem, isHeldFile } from '../../worker/jobTools';
import type { JobInput } from '../../worker/jobs';
import type { ActionContext, Run } from '../ground/context';
import { namingImages } from '../images/damageOf';
import { fileTree, findTyped, isDirectory, readTreeFile, stackedTree, typedPath } from '../inside/imageFiles';
import type { ImageLayer } from '../images/imageLayers';
import type { HeldWay } from '../target/heldWay';
import { imageById } from '../images/resolveImage';
import { shownLayers, writing, type Shown, type ShownLayers } from './shownLayers';
import { readStoreView } from '../images/storeView';
import { Drafts, withTarget } from '../target/target';
import { findExisting, findTarget } from '../target/targetPlace';
import { unkeptOf } from '../ground/unkept';
import { whileHeld } from '../images/whileHeld';

/** What is copied out of a tree, and how. */
export interface CopyRequest {
  readonly from: Shown;
  /** As it was typed: a slash at the end says that it is a folder, `/.` that what is in it is meant. */
  readonly path: string;
  /** A link in the last place is followed; else it is copied itself. */
  readonly follow: boolean;
  /** Owners and special bits are copied, too; else all is the person's own. */
  readonly owners: boolean;
}

/** What a copy came to. */
export type Copied = OperationResult & {
  readonly kind: 'export' | 'copy';
  /** Devices and pipes, which are not made. */
  readonly leftOut: number;
};

/** What is to be copied, found in its tree. */
interface Source {
  readonly context: ActionContext;
  readonly request: CopyRequest;
  readonly shown: ShownLayers;
  readonly at: TreeFile<ImageLayer | OpenLayer>;
  /** The name that it gets in a folder; null where what is in it is meant. */
  readonly name: string | null;
  readonly run: Run;
}

/**
 * Copies a file, link or folder of a tree to a path, by the rules of `docker cp`: into a folder that is there under its own name,
 * else as the path; folders are merged, and of what is in the way regular files and links alone are replaced. To a stream it goes
 * as a tar with the recorded metadata. A link of the target is followed as far as the person typed it, not below. Read from the
 * layers, without a mount, but of a workspace. Throws `file-not-found`, `file-unreadable`, `file-unwritable`, `target-in-store`,
 * `no-room`, `disk-full`, `cancelled`, and what reading the tree throws.
 */
export async function copyFromTree(
  context: ActionContext,
  request: CopyRequest,
  target: string | Writable,
  run: Run,
): Promise<Copied> {
  const ids = 'image' in request.from ? [request.from.image] : null;
  return namingImages(context, ids, () => copy(context, request, target, run));
}

async function copy(
  context: ActionContext,
  request: CopyRequest,
  target: string | Writable,
  run: Run,
): Promise<Copied> {
  run.report({ phase: 'starting', done: 0, total: null });
  const { from } = request;
  // A workspace's changes are written by whoever may read them, into the store: there nothing is left behind.
  const own = 'image' in from ? null : await context.store.beginIngest();
  const work = async (): Promise<Copied> => {
    const shown = await shownLayers(context, from, own, run);
    const source = { context, request, shown, run, ...(await find(context, request, shown)) };
    const made =
      target instanceof Writable
        ? toStream(source, target)
        : isDirectory(source.at)
          ? folderTo(source, target)
          : fileTo(source, target);
    return { ...(await made), ...(shown.sockets && unkeptOf(shown.sockets, source.at.path)) };
  };
  try {
    return await ('image' in from ? whileHeld(context, [from.image], work) : work());
  } finally {
    await own?.abort();
  }
}

async function treeOf(
  context: ActionContext,
  from: Shown,
  { stored, label, top }: ShownLayers,
): Promise<FileTree<ImageLayer | OpenLayer>> {
  if (!('image' in from)) return stackedTree(context, stored, label, top ? [top] : []);
  const view = await readStoreView(context);
  return fileTree(context, view, imageById(view.graph, from.image, from.upTo), from.only ?? null);
}

async function find(
  context: ActionContext,
  { from, path, follow }: CopyRequest,
  shown: ShownLayers,
): Promise<Pick<Source, 'at' | 'name'>> {
  const tree = await treeOf(context, from, shown);
  const isFolder = /(?:^|\/)\.?$/.test(path);
  const found = findTyped(tree, path, follow || isFolder);
  if (!found || found.at.entry.kind === 'whiteout')
    throw problem('file-not-found', { path: `/${typedPath(path)}` });
  const { at, path: typed } = found;
  if (isFolder && !isDirectory(at))
    throw problem('file-unreadable', { path: `/${typed}`, reason: 'ENOTDIR' });
  const isContents = typed === '' || at.path === '' || /(?:^|\/)\.$/.test(path);
  return { at, name: isContents ? null : basename(typed) };
}

/** As a tar, in the order of the tree, with what is recorded. */
async function toStream({ context, shown, at, name, run }: Source, stream: Writable): Promise<Copied> {
  return withTarget(context, stream, run, async ({ label: file, draft, scratch, finish }) => {
    const input = {
      layers: shown.layers,
      keepWhiteouts: false,
      spool: await scratch(),
      target: draft,
      indexTarget: null,
      label: shown.label,
      targetLabel: file,
      part: { path: at.path, as: name ?? '' },
    };
    const options = { signal: run.signal, onBytes: writing(run) };
    const { size, entries } = await context.pool.run('merge-layers', input, options);
    await finish();
    return { kind: 'copy', bytes: size, entries, file, token: null, leftOut: 0 };
  });
}

/** Whether there is a folder at a path, links followed. */
async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (info) => info.isDirectory(),
    () => false,
  );
}

/** A file or a link: into a folder that is there, else as the path, over a file that is there. */
async function fileTo(source: Source, target: string): Promise<Copied> {
  const { context, request, at, name, run } = source;
  const { path } = at;
  const store = context.store.directory;
  const into = (await isFolder(target)) ? await findExisting(target, store) : null;
  const entry = at.body ?? at.entry;
  const kind = at.entry.kind === 'symlink' ? 'symlink' : entry.kind;
  if (kind !== 'file' && kind !== 'symlink') {
    await into?.close();
    throw problem('file-unreadable', { path: `/${path}`, reason: 'another-kind' });
  }
  // What is in the person's folder is not followed; what the person typed is.
  const links = into ? 'replaced' : 'followed';
  const to = await findTarget(into ? (name ?? '') : target, store, links, into);
  const label = into && name ? name : basename(target);
  const isSparse = entry.kind === 'file' && entry.offset < 0;
  // Of a file that is read by itself its attributes are not known.
  if ((kind === 'symlink' || isSparse || request.owners) && to.kind === 'file')
    return withDrafts(source, to.folder, async (drafts) => {
      const folder = await drafts.next(true);
      const made = await part(source, { path, as: 'it' }, folder, label);
      await placeInto(context, drafts, join(folder, 'it'), to.name);
      return { ...made, file: label };
    });
  if (kind === 'symlink') {
    if (to.kind === 'stream') await to.folder?.close();
    throw problem('file-unwritable', { path: label, reason: 'another-kind' });
  }
  const size = entry.kind === 'file' ? entry.size : 0;
  const dress = (draft: FileHandle): Promise<void> => dressed(draft, source);
  return withTarget(
    context,
    { place: to, label },
    run,
    async ({ label: file, draft, finish }) => {
      checkRoom(draft, size, file);
      const flags = isHeldFile(draft)
        ? constants.O_WRONLY
        : constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
      const output = createWriteStream(draft, {
        flags: flags as unknown as string,
        mode: 0o600,
        flush: true,
      });
      const report = writing(run);
      const read = async function* (): AsyncGenerator<Uint8Array> {
        for await (const chunk of readTreeFile(context, at)) {
          report(chunk.length);
          yield chunk;
        }
      };
      await pipeline(read(), output, { signal: run.signal }).catch((cause: unknown) => {
        throw run.signal.aborted ? problem('cancelled', {}, { cause }) : diskProblem(cause, file, 'write');
      });
      await finish();
      return { kind: 'copy', bytes: size, entries: 1, file, token: null, leftOut: 0 };
    },
    { links, dress },
  );
}

/** Gives the draft of a file the recorded mode and time, and with `owners` the owner. */
async function dressed(draft: FileHandle, { at, request: { owners } }: Source): Promise<void> {
  const { mode, uid, gid, mtime } = at.body ?? at.entry;
  if (owners) await draft.chown(uid, gid);
  await draft.chmod(mode & (owners ? 0o7777 : 0o777));
  const seconds = Math.floor(mtime);
  setModified(`/proc/self/fd/${draft.fd}`, seconds, Math.round((mtime - seconds) * 1e9), true);
}

/** A folder: as a new one, or into one that is there. */
async function folderTo(source: Source, target: string): Promise<Copied> {
  const { context, at, name } = source;
  const store = context.store.directory;
  const refuse = (path: string): Error =>
    problem('file-unwritable', { path: basename(path), reason: 'ENOTDIR' });
  if (!(await isFolder(target))) {
    const path = resolve(target);
    const there = await lstat(path).catch(() => null);
    if (target !== '' && there?.isSymbolicLink() === true && !(await stat(path).catch(() => null))) {
      // A link to where nothing is, yet: the folder is made there, as a file would be.
      const to = await findTarget(path, store);
      if (to.kind === 'file' && to.old === null) return newFolder(source, to.folder, to.name);
      if (to.kind !== 'descriptor') await to.folder?.close();
    }
    if (target === '' || there) throw refuse(target || '""');
    return newFolder(source, await findExisting(dirname(path), store), basename(path));
  }
  const folder = await findExisting(target, store);
  if (name === null) return intoFolder(source, folder);
  const there = await lstat(`${folder.at}/${name}`).catch(() => null);
  if (there === null) return newFolder(source, folder, name);
  try {
    // A link in it leads to where the person did not say.
    if (!there.isDirectory()) throw refuse(name);
    return await intoFolder(source, await findExisting(name, store, folder));
  } finally {
    await folder.close();
  }

  async function newFolder(from: Source, parent: HeldWay, label: string): Promise<Copied> {
    return withDrafts(from, parent, async (drafts) => {
      const draft = await drafts.next(true);
      const made = await part(from, { path: at.path, as: '' }, draft, label);
      await placeInto(context, drafts, draft, label);
      return { ...made, file: label };
    });
  }

  async function intoFolder(from: Source, into: HeldWay): Promise<Copied> {
    return withDrafts(from, into, async (drafts) => {
      const label = basename(into.path);
      const draft = await drafts.next(true);
      const made = await part(from, { path: at.path, as: '' }, draft, label);
      await context.pool.run('merge-tree', {
        draft,
        target: drafts.folder,
        store,
        spare: spareName(),
        label,
      });
      return { ...made, file: label };
    });
  }
}

/** Drafts in a folder, which is closed with them. */
async function withDrafts(
  { context }: Source,
  folder: HeldWay,
  work: (drafts: Drafts) => Promise<Omit<Copied, 'kind' | 'token'>>,
): Promise<Copied> {
  await sweepDrafts(folder.at);
  const drafts = await Drafts.open(context, folder).finally(folder.close);
  try {
    const made = await work(drafts);
    await drafts.sync();
    return { kind: 'copy', token: null, ...made };
  } finally {
    await drafts.close();
  }
}

/** Writes a part of the tree as a new folder, with what is left out. */
async function part(
  { context, request: { owners }, shown: { layers, label }, run }: Source,
  wanted: TreePart,
  target: string,
  targetLabel: string,
): Promise<{ readonly bytes: number; readonly entries: number; readonly leftOut: number }> {
  const input: JobInput<'copy-part'> = { layers, part: wanted, target, owners, label, targetLabel };
  return context.pool.run('copy-part', input, { signal: run.signal, onBytes: writing(run) });
}

/** Gives a draft its name in the folder of the drafts. */
async function placeInto(
  { pool }: Pick<ActionContext, 'pool'>,
  drafts: Drafts,
  draft: string,
  name: string,
): Promise<void> {
  const spare = spareName();
  await drafts.note(spare);
  await pool.run('place-file', { draft, folder: drafts.folder, name, spare, links: true });
}
