import { constants, createReadStream, type Stats } from 'node:fs';
import { access, open, realpath, rmdir, stat, type FileHandle } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { problem, ProblemError } from '../../../shared/image/problem';
import { systemCode } from '../../../shared/image/systemCode';
import { draftName, isDraftName, removeDraft, spareName, sweepDrafts } from '../../store/drafts';
import { removeByDescriptors } from '../../store/removeOwn';
import { isWayOurs } from '../../store/ownWay';
import { temporaryHome } from '../../store/temporary';
import type { Ingest } from '../../store/contentStore';
import { diskProblem, isHeldFile } from '../../worker/jobTools';
import type { ActionContext, Run } from '../ground/context';
import { emptyHeldFolder, makeHeldFolder, type HeldFolder } from './heldFolder';
import type { HeldWay } from './heldWay';
import { openSink } from './targetSink';
import { checkDescriptor, findTarget, type TargetPlace } from './targetPlace';

type TargetContext = Pick<ActionContext, 'store' | 'pool'>;

/** What a target is opened with: who writes the draft decides how it may look. */
interface TargetOptions {
  /** Bits of a new file, which the process's umask takes from; an old file keeps its own. Without: 0600. */
  readonly mode?: number;
  /** The draft is made by another process, or is a folder: it has to have a name. */
  readonly named?: boolean;
  /** What a link in the last place is: followed, or replaced itself, and then no device is written into. */
  readonly links?: 'followed' | 'replaced';
  /** What holds something stays, also what comes or is written to meanwhile: `target-there`. */
  readonly keepsOld?: boolean;
  /** Gives the open draft its metadata, in place of those of the old file and of `mode`. */
  readonly dress?: (draft: FileHandle) => Promise<void>;
}

/** What {@link findTarget} found, which is closed at the end, and what people know it by. */
interface FoundTarget {
  readonly place: TargetPlace;
  readonly label: string;
}

/** Something that a person asked for, on its way to where it was asked for. */
export interface Target {
  /** What people know it by; `-` for standard output. */
  readonly label: string;
  /** Path for what is written: a file that is there already (`/proc/self/fd/N`), or a name for a new one. */
  readonly draft: string;
  /** Where a stream is written to that need not be whole first; null for a file. */
  readonly sink: Writable | null;
  /** Path for a file that is needed on the way, on the same disk. */
  readonly scratch: () => Promise<string>;
  /** Puts the draft in the target's place, or writes it into the stream. Throws `file-unwritable`, `disk-full`, `cancelled`. */
  readonly finish: () => Promise<void>;
}

/**
 * The one way to write to a path that a person names. Finds out what is there ({@link findTarget}), hands out a draft, and
 * puts it into place when `work` has called {@link Target.finish}: a new file appears whole, a regular file is replaced in one
 * step and keeps its mode, access list and owner, a pipe or device is written into, and nothing else is ever replaced. Drafts have no name
 * (O_TMPFILE), so that whatever ends this process leaves nothing; where the file system has none of that, or a draft must have
 * a name, it is swept by its name (`electron/store/drafts.ts`). A stream gets what was written and verified in a file without a
 * name first. Throws `file-unwritable`, `target-in-store`, `target-there`, `disk-full`, and what `work` throws.
 */
export async function withTarget<T>(
  context: TargetContext,
  target: string | FoundTarget | Writable,
  run: Pick<Run, 'signal'>,
  work: (target: Target) => Promise<T>,
  options: TargetOptions = {},
): Promise<T> {
  const [place, label] =
    target instanceof Writable
      ? [target, '-']
      : typeof target === 'string'
        ? [await findTarget(target, context.store.directory, options.links), basename(target)]
        : [target.place, target.label];
  if (place instanceof Writable && 'fd' in place && typeof place.fd === 'number')
    await checkDescriptor(place.fd, context.store.directory, label);
  if (!(place instanceof Writable) && place.kind === 'file')
    return withFile(context, { ...place, label }, run, work, options).finally(place.folder.close);
  const sink = place instanceof Writable ? place : await sinkAt(place, label, run.signal);
  const drafts = await Drafts.open(context, await realpath(temporaryHome()));
  try {
    const draft = await drafts.next(options.named === true);
    return await work({
      label,
      draft,
      sink,
      scratch: () => drafts.next(),
      finish: async () => {
        try {
          // What was copied out of a tree may be a link: it is not read through.
          const flags = constants.O_RDONLY | (isHeldFile(draft) ? 0 : constants.O_NOFOLLOW);
          await pipeline(createReadStream(draft, { flags: flags as unknown as string }), sink, {
            end: sink !== place,
            signal: run.signal,
          });
        } catch (cause) {
          if (run.signal.aborted) throw problem('cancelled', {}, { cause });
          throw diskProblem(cause, label, 'write');
        }
      },
    });
  } catch (cause) {
    throw ofTarget(cause, label);
  } finally {
    if (sink !== place) sink.destroy();
    await drafts.close();
  }
}

async function sinkAt(
  place: TargetPlace & { readonly kind: 'stream' | 'descriptor' },
  label: string,
  signal: AbortSignal,
): Promise<Writable> {
  try {
    return await openSink(place, label, signal);
  } finally {
    if (place.kind === 'stream') await place.folder?.close();
  }
}

async function withFile<T>(
  context: TargetContext,
  place: TargetPlace & { readonly kind: 'file' } & { readonly label: string },
  run: Pick<Run, 'signal'>,
  work: (target: Target) => Promise<T>,
  { mode = 0o600, named = false, links = 'followed', keepsOld = false, dress: own }: TargetOptions,
): Promise<T> {
  const { label, old, folder } = place;
  if (keepsOld && old?.isFile() === true && old.size > 0)
    throw problem('target-there', { path: label, bytes: old.size });
  await access(`${folder.at}/.`, constants.W_OK).catch((cause: unknown) => {
    throw diskProblem(cause, label, 'write');
  });
  await sweepDrafts(folder.at);
  const drafts = await Drafts.open(context, folder);
  try {
    const draft = await drafts.next(named);
    return await work({
      label,
      draft,
      sink: null,
      scratch: () => drafts.next(),
      finish: async () => {
        if (run.signal.aborted) throw problem('cancelled', {});
        if (own) await dressBy(draft, own);
        else if (!named) await dress(draft, old, mode);
        // A draft that replaces something passes through this name, which is noted as a draft's is.
        const spare = spareName();
        if (old !== null) await drafts.note(spare);
        const input = {
          draft,
          folder: drafts.folder,
          name: place.name,
          spare,
          links: links === 'replaced',
          ...(keepsOld && { only: old && { dev: old.dev, ino: old.ino } }),
          ...(old !== null && !own && !named && { dressedAs: { dev: old.dev, ino: old.ino, uid: old.uid } }),
        };
        await context.pool.run('place-file', input);
        await drafts.sync();
      },
    });
  } catch (cause) {
    throw ofTarget(cause, label);
  } finally {
    await drafts.close();
  }
}

/** A fault of a draft as one of its target: nobody knows a draft by its name, or by the number that it has without one. */
function ofTarget(cause: unknown, label: string): unknown {
  if (!(cause instanceof ProblemError)) return diskProblem(cause, label, 'write');
  const { code, facts } = cause.problem;
  const isDraft = 'path' in facts && (isDraftName(facts.path) || /^\d+$/.test(facts.path));
  if (!isDraft) return cause;
  if (code === 'disk-full' || code === 'no-room')
    return problem(code, { ...cause.problem.facts, path: label }, { cause });
  return code === 'file-unwritable' ? problem(code, { ...facts, path: label }, { cause }) : cause;
}

async function dressBy(draft: string, own: (draft: FileHandle) => Promise<void>): Promise<void> {
  const file = await open(draft, 'r');
  await own(file).finally(() => file.close());
}

/**
 * Gives a draft the mode and owner of the file that it replaces, without the bits that give rights to whoever runs it. Its access
 * list, which says what the group bits of that mode mean, follows where it takes the place (`keepList` in `electron/mount/placeFile.ts`).
 */
async function dress(draft: string, old: Stats | null, mode: number): Promise<void> {
  const file = await open(draft, 'r');
  try {
    if (old === null) return await file.chmod(mode & ~process.umask());
    // As root for everybody; else a group that we are in. Who cannot keep the owner becomes it.
    const uid = process.getuid?.() === 0 ? old.uid : -1;
    await file.chown(uid, old.gid).catch(() => undefined);
    await file.chmod(old.mode & 0o777);
  } finally {
    await file.close();
  }
}

/** open(2), O_TMPFILE: a file without a name. Not among Node's own constants. */
const temporaryFile = 0o20000000 | constants.O_DIRECTORY;

/** Files that are being written in one folder, which is held open. */
export class Drafts {
  private readonly held: FileHandle[] = [];
  private readonly names: string[] = [];
  private readonly folders: HeldFolder[] = [];
  private notes: Ingest | null = null;

  private constructor(
    private readonly context: TargetContext,
    private readonly directory: FileHandle,
    /** The folder as long as it is held, wherever its name leads by then. */
    readonly folder: string,
    private readonly path: string,
  ) {}

  /** Holds a folder open, also when whoever found it closes it. Throws what open(2) does. */
  static async open(context: TargetContext, found: string | HeldWay): Promise<Drafts> {
    const { at, path } = typeof found === 'string' ? { at: found, path: found } : found;
    const directory = await open(`${at}/.`, constants.O_RDONLY | constants.O_DIRECTORY);
    const held = `/proc/self/fd/${directory.fd}`;
    const isHere = await access(held).then(
      () => true,
      () => false,
    );
    return new Drafts(context, directory, isHere ? held : path, path);
  }

  /**
   * A path to write to: a file without a name where there can be one and it needs none, else a name. Throws `file-unwritable` to
   * root for a name in a folder that another user can exchange.
   */
  async next(named = false): Promise<string> {
    if (!named && this.folder !== this.path) {
      const file = await open(this.folder, temporaryFile | constants.O_RDWR, 0o600).catch(
        (cause: unknown) => {
          const code = systemCode(cause) ?? '';
          if (['EOPNOTSUPP', 'ENOTSUP', 'EISDIR', 'ENOENT', 'EINVAL'].includes(code)) return null;
          throw cause;
        },
      );
      if (file) {
        this.held.push(file);
        return `/proc/self/fd/${file.fd}`;
      }
    }
    const name = draftName();
    // A folder, or what is copied, is written to by its name many times: root must not be led elsewhere meanwhile.
    if (named && process.getuid?.() === 0 && !(await isWayOurs(join(this.path, name))))
      throw problem('file-unwritable', { path: basename(this.path), reason: 'foreign-folder' });
    const [held, there] = [await this.directory.stat(), await stat(this.path)];
    if (there.dev !== held.dev || there.ino !== held.ino)
      throw problem('file-unwritable', { path: basename(this.path), reason: 'changed' });
    await this.note(name);
    this.names.push(name);
    // A process that works in another folder of processes cannot follow our descriptors.
    return join(this.path, name);
  }

  /**
   * Notes in the store that a draft of this name will be in the folder, for the next writer if this process is killed. A
   * store that cannot be written to keeps no notes: then the next writer into the folder finds the draft.
   */
  async note(name: string): Promise<void> {
    this.notes ??= await this.context.store.beginIngest().catch(() => null);
    await this.notes?.noteOutside(join(this.path, name)).catch(() => undefined);
  }

  /**
   * A new folder of this user's alone, for drafts of many files. What its removal needs is held from the start: a process that
   * is out of descriptors gets no thread, and would leave all of it.
   */
  async folderWithin(): Promise<string> {
    const path = await this.next(true);
    this.folders.push(await makeHeldFolder(path));
    return path;
  }

  /** Makes what was renamed in the folder durable. */
  async sync(): Promise<void> {
    await this.directory.sync();
  }

  /** Lets go of files without a name, which are gone then, and removes those that have one. */
  async close(): Promise<void> {
    for (const file of this.held) await file.close().catch(() => undefined);
    for (const folder of this.folders) await emptyHeldFolder(folder).catch(() => undefined);
    // A copy of a large tree is removed file by file. Where there is too little for a thread, it goes all the same.
    const removeFolder = (path: string): Promise<unknown> =>
      rmdir(path)
        .catch(() => this.context.pool.run('remove-tree', { path }))
        .catch(() => removeByDescriptors(path));
    for (const name of this.names) await removeDraft(this.folder, name, removeFolder).catch(() => undefined);
    await this.notes?.abort();
    await this.directory.close();
  }
}
