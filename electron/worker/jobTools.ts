import {
  close,
  constants,
  fdatasync,
  fstatSync,
  fsyncSync,
  openSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { basename } from 'node:path';
import { openRange, type BlobFile } from '../store/blobFile';
import { openOwnSync } from '../store/ownPlaces';
import { fullFactsOf } from '../store/fullFolder';
import { OwnDescriptor } from '../system/ownDescriptor';
import { askInput, inputFault } from '../../shared/image/inputFault';
import { problem, ProblemError } from '../../shared/image/problem';
import { systemCode } from '../../shared/image/systemCode';
import { RoomWatch } from './freeSpace';

/** What a job is handed beside its input: a way to report bytes and to learn that it should stop. */
export interface JobTools {
  /** Counts bytes read; throws `cancelled` when the job should stop. Call it once a chunk. */
  readonly tick: (bytes: number) => void;
}

/** Bytes read at once. */
export const chunkSize = 1 << 20;

/** Names the disk's fault as a problem of the file that it struck; anything else is passed on as it is. */
export function diskProblem(cause: unknown, path: string, doing: 'read' | 'write'): unknown {
  if (cause instanceof ProblemError) return cause;
  const code = systemCode(cause);
  if (code === undefined || !/^E[A-Z0-9]+$/.test(code)) return cause;
  const name = basename(path);
  const full = fullFactsOf(code, path);
  if (full) return problem('disk-full', full, { cause });
  if (doing === 'write') return problem('file-unwritable', { path: name, reason: code }, { cause });
  if (code === 'ENOENT') return problem('file-not-found', { path: name }, { cause });
  return problem('file-unreadable', { path: name, reason: code }, { cause });
}

/** What a fault of reading a stored blob means: it is not what was stored. Anything else is passed on as it is. */
export function damagedProblem(cause: unknown, digest: string): unknown {
  if (!(cause instanceof ProblemError)) return cause;
  switch (cause.problem.code) {
    case 'file-not-found':
      return problem('blob-damaged', { digest, reason: 'missing', found: '' }, { cause });
    case 'archive-truncated':
      return problem('blob-damaged', { digest, reason: 'short', found: '' }, { cause });
    default:
      return cause;
  }
}

/** Opens a file for reading; throws `file-not-found` or `file-unreadable` of `label`. `-` is standard input. */
export function openForReading(path: string, label = basename(path)): number {
  if (path === '-') return openStandardInput();
  try {
    // What became a pipe since somebody looked is not waited for.
    return openSync(path, isHeldFile(path) ? 'r' : constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (cause) {
    throw inputFault(cause, label);
  }
}

/**
 * Opens a file of the store, or a draft without a name that this process holds, for reading: no link and no FIFO in a
 * file's place. Throws as {@link openForReading}.
 */
export function openStored(path: string): number {
  if (isHeldFile(path)) return openForReading(path);
  try {
    return openOwnSync(path);
  } catch (cause) {
    throw diskProblem(cause, path, 'read');
  }
}

/** A stored blob that is open: from where in which file, and how long it is. */
export interface OpenedBlob {
  readonly fd: number;
  readonly offset: number;
  readonly size: number;
}

/** Opens the file of a stored blob. Throws `blob-damaged` where it is not there, `place-changed`. */
export function openBlob(file: BlobFile, digest: string): OpenedBlob {
  if (typeof file !== 'string') return { fd: openRange(file), offset: file.offset, size: file.size };
  let fd: number;
  try {
    fd = openStored(file);
  } catch (cause) {
    throw damagedProblem(cause, digest);
  }
  try {
    return { fd, offset: 0, size: sizeOfFile(fd, digest) };
  } catch (cause) {
    closeReading(fd);
    throw cause;
  }
}

/**
 * A pipe is opened once more, so that reads of ours do not block and those of other processes stay as they are: a thread
 * that waits in the kernel for a silent writer cannot be told to stop.
 */
function openStandardInput(): number {
  if (!fstatSync(0).isFIFO()) return 0;
  try {
    return openSync('/proc/self/fd/0', constants.O_RDONLY | constants.O_NONBLOCK);
  } catch {
    return 0;
  }
}

/** Closes what {@link openForReading} opened. That this fails takes nothing from what was read. */
export function closeReading(fd: number): void {
  if (fd !== 0) new OwnDescriptor(fd).drop();
}

/**
 * Whether a path names a file that this process holds open: it was made without a name, or belongs to whoever started us.
 * Such a file is written as it is, and there is no name to take away.
 */
export const isHeldFile = (path: string): boolean => path.startsWith('/proc/self/fd/');

/** Takes away what a job has begun to write, as far as that can be done: it is another fault that people have to hear of. */
export function dropOutFile(path: string): void {
  if (isHeldFile(path)) return;
  try {
    rmSync(path, { force: true });
  } catch {
    // It lies in a folder that is swept.
  }
}

/** After so many bytes the disk is set to work on what was written, while the job goes on. */
const flushEvery = 32 << 20;

/**
 * A file that a job writes: every fault names the file, closing makes it durable, and it is stopped with `no-room` before the
 * disk is full. `label` is what the person knows it as.
 */
export class OutFile {
  private readonly own: OwnDescriptor;
  /** Bytes written so far. */
  size = 0;
  private flushed = 0;
  private readonly room: RoomWatch;

  /** `durable`: whether a crash of the machine has to leave it whole; else somebody syncs it later, or nobody. */
  constructor(
    readonly path: string,
    label: string,
    private readonly durable = true,
  ) {
    this.room = new RoomWatch(path, label);
    try {
      const flags = isHeldFile(path) ? constants.O_WRONLY : 'wx';
      this.own = new OwnDescriptor(openSync(path, flags, 0o600));
    } catch (cause) {
      throw diskProblem(cause, path, 'write');
    }
  }

  write(bytes: Uint8Array): void {
    this.room.take(bytes.length);
    try {
      let at = 0;
      while (at < bytes.length) at += writeSync(this.own.fd, bytes, at, bytes.length - at);
    } catch (cause) {
      throw diskProblem(cause, this.path, 'write');
    }
    this.size += bytes.length;
    if (this.durable && this.size - this.flushed >= flushEvery) this.beginFlush();
  }

  /**
   * Has the disk write in the meantime what the end would wait for. Through a file descriptor of its own: a fault of the disk
   * is told once a descriptor, and it is the end that has to hear of it.
   */
  private beginFlush(): void {
    this.flushed = this.size;
    try {
      const fd = openSync(this.path, 'r');
      fdatasync(fd, () => close(fd, () => undefined));
    } catch {
      // Then the end waits for all of it.
    }
  }

  /** fsync where it has to be durable, then close. */
  finish(durable = this.durable): void {
    try {
      if (durable) fsyncSync(this.own.fd);
      this.own.close();
    } catch (cause) {
      this.abandon();
      throw diskProblem(cause, this.path, 'write');
    }
  }

  /** Closes the file, unless that was done. */
  abandon(): void {
    this.own.drop();
  }
}

/**
 * The bytes of a range of a file in chunks. `reuse`: every chunk is the same buffer, for callers that are done with one
 * before they ask for the next. A file that ends inside of the range throws `archive-truncated`.
 */
export function* readRange(
  fd: number,
  range: { offset: number; size: number },
  at: { label: string; reuse: boolean },
  tools: JobTools,
): Generator<Uint8Array> {
  let buffer = Buffer.allocUnsafe(Math.min(chunkSize, Math.max(range.size, 1)));
  let done = 0;
  while (done < range.size) {
    if (!at.reuse && done > 0) buffer = Buffer.allocUnsafe(chunkSize);
    let read: number;
    try {
      read = readSync(fd, buffer, 0, Math.min(buffer.length, range.size - done), range.offset + done);
    } catch (cause) {
      throw diskProblem(cause, at.label, 'read');
    }
    if (read === 0) {
      const expected = range.offset + range.size;
      throw problem('archive-truncated', { file: at.label, read: range.offset + done, expected });
    }
    done += read;
    tools.tick(read);
    yield buffer.subarray(0, read);
  }
}

/** Least room that is read into, bytes: as much as a pipe holds. */
const leastRead = 1 << 16;
/** How long a silent writer is waited for before it is asked again, milliseconds: short at first, a pipe is soon full. */
const wait = { first: 0.05, most: 20 } as const;

/** Everything from where the file stands to its end, in fresh chunks; for pipes and for archives read in one go. */
export function* readToEnd(fd: number, label: string, tools: JobTools): Generator<Uint8Array> {
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  let buffer = Buffer.allocUnsafe(chunkSize);
  let pause: number = wait.first;
  for (;;) {
    if (buffer.length < leastRead) buffer = Buffer.allocUnsafe(chunkSize);
    let read: number;
    try {
      read = readSync(fd, buffer, 0, buffer.length, null);
    } catch (cause) {
      const code = systemCode(cause);
      if (code === 'EAGAIN') {
        Atomics.wait(sleeper, 0, 0, pause);
        pause = Math.min(wait.most, pause * 2);
        tools.tick(0);
        continue;
      }
      if (code === 'EOF') return;
      throw diskProblem(cause, label, 'read');
    }
    if (read === 0) return;
    pause = wait.first;
    tools.tick(read);
    const chunk = buffer.subarray(0, read);
    buffer = buffer.subarray(read);
    yield chunk;
  }
}

/** Bytes of a regular file; throws `file-unreadable` for anything else. */
export function sizeOfFile(fd: number, label: string): number {
  const info = askInput(label, () => fstatSync(fd));
  if (!info.isFile()) throw problem('file-unreadable', { path: label, reason: 'EINVAL' });
  return info.size;
}
