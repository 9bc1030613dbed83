/** A flag that a mount for a command has beside `nodev`, which all of them have (mount(8), "FILESYSTEM-INDEPENDENT MOUNT OPTIONS"). */
export type MountFlag = 'ro' | 'nosuid' | 'noexec';

/** A file or folder of this machine that a command is to see. */
export interface BindWish {
  readonly kind: 'bind';
  /** As it was typed, relative to the current folder or absolute. */
  readonly source: string;
  /** Absolute, in the tree. */
  readonly target: string;
  readonly flags: readonly MountFlag[];
  /** With what is mounted below it on this machine. */
  readonly recursive: boolean;
}

/** An empty file system in memory that goes with the command. */
export interface TmpfsWish {
  readonly kind: 'tmpfs';
  /** Absolute, in the tree. */
  readonly target: string;
  readonly flags: readonly MountFlag[];
  /** Options of tmpfs(5): `size=64m`. */
  readonly options: readonly string[];
}

export type MountWish = BindWish | TmpfsWish;

/** A step that arranges mounts for a command, in the order in which they are taken; `wish` is the place in the list of what was asked for. */
export type MountStep = { readonly wish: number } & (
  | {
      /** With what is mounted below it, or without. */
      readonly how: 'rbind' | 'bind';
      /** Absolute, without links. */
      readonly source: string;
      /** `DEVICE:INODE` as `stat -c %d:%i` says them: another object by then is not mounted. */
      readonly identity: string;
      /** Absolute, without links, for whoever starts the runtime. */
      readonly point: string;
      readonly flags: readonly string[];
    }
  | {
      readonly how: 'tmpfs';
      /** A folder of the run's own, where it is mounted first. */
      readonly source: string;
      readonly options: readonly string[];
      readonly point: string;
      readonly flags: readonly string[];
    }
  | {
      /** A mount point in one of those file systems. */
      readonly how: 'folder' | 'file';
      readonly source: string;
    }
);
