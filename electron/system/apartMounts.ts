import { closeSync, openSync } from 'node:fs';
import koffi from 'koffi';
import {
  atCurrentDirectory,
  cString,
  currentDirectory,
  failure,
  leaveMounts,
  mount,
  mountFlags,
  type Path,
} from './syscalls';

/**
 * Mounts that are made apart from where they are seen: the newer calls of Linux for that (5.2), which older C libraries
 * have not (glibc before 2.36). Like `syscalls.ts`, not for a main thread with a window.
 */
interface Calls {
  setns(fd: number, type: number): number;
  fchdir(fd: number): number;
  chroot(path: Uint8Array): number;
  close(fd: number): number;
  fsopen(type: Uint8Array, flags: number): number;
  fsconfig(
    fd: number,
    command: number,
    key: Uint8Array | null,
    value: Uint8Array | null,
    aux: number,
  ): number;
  fsmount(fd: number, flags: number, attributes: number): number;
  move_mount(from: number, path: Uint8Array, to: number, target: Uint8Array, flags: number): number;
}

let loaded: Calls | null = null;

/** setns(2): a descriptor of a mount namespace (CLONE_NEWNS). */
const mountNamespace = 0x20000;

/** Throws where the C library has them not (glibc before 2.36). */
function calls(): Calls {
  if (loaded) return loaded;
  const library = koffi.load('libc.so.6');
  const path = 'const uint8_t *';
  const define = (name: string, ...types: string[]): unknown => library.func(name, 'int', types) as unknown;
  loaded = {
    setns: define('setns', 'int', 'int'),
    fchdir: define('fchdir', 'int'),
    chroot: define('chroot', path),
    close: define('close', 'int'),
    fsopen: define('fsopen', path, 'uint'),
    fsconfig: define('fsconfig', 'int', 'uint', path, path, 'int'),
    fsmount: define('fsmount', 'int', 'uint', 'uint'),
    move_mount: define('move_mount', 'int', path, 'int', path, 'uint'),
  } as Calls;
  return loaded;
}

/**
 * Runs `work` in a mount namespace that the calling thread has for itself, a copy of its own: what is mounted there is
 * seen by nobody else, and is gone with it, also when the process is killed. The thread's current directory is what it
 * was, or `/` where this user may not go back. Needs CAP_SYS_ADMIN and CAP_SYS_CHROOT.
 */
export function inOwnMounts<T>(work: () => T): T {
  const known = calls();
  const home = openSync('/proc/thread-self/ns/mnt', 'r');
  const root = openSync('/', 'r');
  const before = currentDirectory();
  try {
    leaveMounts();
    try {
      // Else what is mounted in the copy would be mounted for everybody.
      mount('none', '/', '', mountFlags.recursive | mountFlags.private);
      return work();
    } finally {
      // A thread that cannot go back must do no more work; its pool starts another.
      const back = known.setns(home, mountNamespace) === 0 && known.fchdir(root) === 0;
      if (!back || known.chroot(cString('.')) !== 0) process.exit(1);
      if (before !== null) known.fchdir(before);
    }
  } finally {
    if (before !== null) closeSync(before);
    closeSync(home);
    closeSync(root);
  }
}

/** Attributes of {@link makeMount} (linux/mount.h, MOUNT_ATTR). */
export const mountAttributes = { readOnly: 1, noSuid: 2, noDev: 4 } as const;

/**
 * Makes a file system that is mounted nowhere yet (fsopen(2), fsconfig(2), fsmount(2)) and returns it as a descriptor for
 * {@link attachMount}. An option without a value is a flag; one that is given again adds to what was said before, where
 * the file system has it so.
 */
export function makeMount(
  type: string,
  options: readonly (readonly [key: string, value: string | null])[],
  attributes: number,
): number {
  const known = calls();
  const commands = { flag: 0, string: 1, create: 6 } as const;
  const context = known.fsopen(cString(type), 1);
  if (context < 0) throw failure('fsopen', type);
  try {
    for (const [key, value] of options) {
      const text = value === null ? null : cString(value);
      const command = text === null ? commands.flag : commands.string;
      if (known.fsconfig(context, command, cString(key), text, 0) !== 0) throw failure('fsconfig', key);
    }
    if (known.fsconfig(context, commands.create, null, null, 0) !== 0) throw failure('fsconfig', type);
    const made = known.fsmount(context, 1, attributes);
    if (made < 0) throw failure('fsmount', type);
    return made;
  } finally {
    closeMade(context);
  }
}

/** Closes a descriptor of {@link makeMount}; `node:fs` warns of those that it has not opened. */
function closeMade(fd: number): void {
  calls().close(fd);
}

/** Mounts what {@link makeMount} made at a directory (move_mount(2)), and closes the descriptor. */
export function attachMount(made: number, target: Path): void {
  const emptyPath = 4;
  try {
    if (calls().move_mount(made, cString(''), atCurrentDirectory, cString(target), emptyPath) !== 0)
      throw failure('move_mount', target);
  } finally {
    closeMade(made);
  }
}
