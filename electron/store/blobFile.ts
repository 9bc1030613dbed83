import { closeSync, constants, fstatSync, openSync, type BigIntStats } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Digest } from '../../shared/image/digest';
import { storedLimits, type Limits } from '../../shared/image/limits';
import { askInput } from '../../shared/image/inputFault';
import { problem } from '../../shared/image/problem';
import { systemCode } from '../../shared/image/systemCode';

/**
 * A blob that lies in an archive, or in somebody's layout, which is looked at where it lies. What stands there may be replaced at any
 * time: `mark` is what the file was when the place was found.
 */
export interface FileRange {
  readonly path: string;
  /** Where the blob begins, bytes. */
  readonly offset: number;
  /** Bytes of the blob. */
  readonly size: number;
  /** See {@link markOf}. */
  readonly mark: string;
  /** What the tar of a layer has to be, where that is claimed of it and nobody has proved it. */
  readonly diffId: string | null;
  /** What the person called the input. */
  readonly label: string;
  /** It lies in the person's own store, and stands in for a layer that the input was saved without. */
  readonly isStandIn?: true;
  /** The bounds that the input is held against: no load has let it in. */
  readonly limits: Limits;
}

/** Where the blobs of an input are that is looked at where it lies; filled while its documents are read. */
export type LookedBlobs = Map<Digest, FileRange>;

/** Where the bytes of a blob are: in a file of their own in the store, or in a part of another one. */
export type BlobFile = string | FileRange;

/** The bounds that hold for what is read of a blob: those of the store, or of the input that it lies in. */
export const limitsOfBlob = (file: BlobFile): Limits =>
  typeof file === 'string' ? storedLimits : file.limits;

/** Tells a file from what is written to it later, and from another one of its name. */
export function markOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs, ctimeNs].join(':');
}

/** A path as it is told to people: enough to find a file by, and no more, for the window never learns the whole way to one. */
export const nearPath = (path: string): string => join(basename(dirname(path)), basename(path));

const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;

/** Opens the file that a range is of, for reading. Throws `place-changed` where it is not what it was, `place-gone`, `file-unreadable`. */
export function openRange({ path, mark, label }: FileRange): number {
  const changed = (cause?: unknown): Error => problem('place-changed', { path: label }, { cause });
  let fd: number;
  try {
    fd = openSync(path, flags);
  } catch (cause) {
    const code = systemCode(cause) ?? 'unknown';
    if (code === 'ELOOP') throw changed(cause);
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw problem('place-gone', { name: label, path: nearPath(path) }, { cause });
    throw problem('file-unreadable', { path: label, reason: code }, { cause });
  }
  try {
    if (askInput(label, () => markOf(fstatSync(fd, { bigint: true }))) !== mark) throw changed();
    return fd;
  } catch (thrown) {
    closeSync(fd);
    throw thrown;
  }
}

/**
 * The file of a blob, for what needs one of its own: a layer's image points into it. Throws `place-cannot` for a part of another file.
 */
export function wholeFile(file: BlobFile): string {
  if (typeof file === 'string') return file;
  throw problem('place-cannot', { place: file.label, need: 'mount' });
}
