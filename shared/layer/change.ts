/**
 * What a writable overlay changed of the image below it, in the words of `docker diff`: added, changed, removed. Paths
 * are spelled as in {@link LayerEntry}: relative to the root, without `./`, losing nothing of names that are not UTF-8.
 */

/** The type of a file system object. Sockets appear in an upper directory and have no place in a layer. */
export type NodeType = 'file' | 'directory' | 'symlink' | 'character' | 'block' | 'fifo' | 'socket';

/** What `lstat` says of one side of a change. */
export interface NodeFacts {
  readonly type: NodeType;
  /** Permission bits with setuid, setgid and sticky: 0..0o7777. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes of a regular file, 0 for anything else. */
  readonly size: number;
  /** Seconds since 1970, with fraction. */
  readonly mtime: number;
  /** Target of a symlink, '' otherwise. */
  readonly target: string;
}

/** What differs of a path that is on both sides. `type`: one kind of object stands in for another. */
export type ChangeAspect = 'content' | 'mode' | 'owner' | 'times' | 'xattrs' | 'target' | 'type';

/** One path that a workspace changed. */
export interface Change {
  readonly path: string;
  readonly kind: 'added' | 'changed' | 'removed';
  /** Null for what was added. */
  readonly before: NodeFacts | null;
  /** Null for what was removed. */
  readonly after: NodeFacts | null;
  /** For changed paths: what differs; empty for others. */
  readonly aspects: readonly ChangeAspect[];
  /** Bytes of the file that lie in the workspace because a file of the image was opened for writing: stored twice now. */
  readonly copiedUp: number;
  /** How many bytes really differ, where that was counted; null where it was not. */
  readonly changedBytes: number | null;
  /** Bytes of the image that this hides: of the removed or replaced file, or of everything below a removed directory. */
  readonly hiddenBytes: number;
  /** A directory that is listed only because something below it changed (`docker diff` lists it as changed, too). */
  readonly onlyParent: boolean;
}

/** All changes of a workspace at one moment, by path in byte order. */
export interface ChangeSet {
  readonly changes: readonly Change[];
  /** Changes beyond the limit that was asked for, {@link Change.onlyParent} ones not counted; 0 when all are listed. */
  readonly omitted: number;
  /** Bytes of regular files that lie in the workspace (hard links once). */
  readonly bytes: number;
  /** Changes with every change to the workspace: equal means nothing happened. */
  readonly fingerprint: string;
  /**
   * What a person is shown by it, for what removes or commits it: another where a path is changed, or changed in another way,
   * that was not, where one is not any more, or where the workspace is another or stands on another image. Contents are not in
   * it: a program that writes a log would hold everything up for ever.
   */
  readonly listed: string;
}
