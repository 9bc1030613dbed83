import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  rmdirSync,
  unlinkSync,
} from 'node:fs';
import { heldPath, openPath, type FsPath } from './beneath';
import { closeHere, openDirectoryHere } from './syscalls';
import { systemCode } from '../../shared/image/systemCode';

/**
 * Levels that are gone down with a descriptor each. What lies deeper is moved up to the top first: no tree is too deep to
 * be removed, and no path is too long, since there is none.
 */
const levels = 64;
/** How often a directory that is filled while it is emptied is begun again. */
const attempts = 10;

interface Level {
  readonly fd: number;
  /** Its name in the level above. */
  readonly name: Buffer;
  /** What is still in it. */
  names: Buffer[];
  attempts: number;
  /** Whether a descriptor of Node's. */
  readonly node: boolean;
}

const codeOf = (thrown: unknown): string => systemCode(thrown) ?? '';
const inside = (fd: number, name: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`/proc/self/fd/${fd}/`), name]);

/**
 * Removes an object and everything in it, by descriptors: no link is followed, what is mounted in the tree is never entered
 * (EXDEV or EBUSY), and a directory that its owner may not look into is opened up first. Nothing happens where nothing is.
 * `tick` is called once a directory and may throw. Throws the file system's own faults. Where there is no /proc
 * (not Linux) a removal by paths.
 */
export function removeBeneath(path: FsPath, tick: () => void = () => undefined): void {
  if (process.platform !== 'linux') {
    rmSync(path, { recursive: true, force: true });
    return;
  }
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isDirectory()) {
    unlinkSync(path);
    return;
  }
  new Removal(path, tick).run();
}

/** Removes what a fault has left behind, as far as that can be done: the fault itself is what people have to hear of. */
export function dropBeneath(path: FsPath): void {
  try {
    removeBeneath(path);
  } catch {
    // It stays: whoever sweeps the folder it is in finds it.
  }
}

class Removal {
  private readonly stack: Level[] = [];
  private readonly prefix = `.deep-${randomBytes(12).toString('hex')}-`;
  private moved = 0;
  private readonly top: Level;

  constructor(
    private readonly path: FsPath,
    private readonly tick: () => void,
  ) {
    const fd = openSync(path, openPath | constants.O_DIRECTORY | constants.O_NOFOLLOW);
    this.top = { fd, name: Buffer.alloc(0), names: [], attempts: 0, node: true };
  }

  run(): void {
    this.stack.push(this.top);
    try {
      this.list(this.top);
      for (let level = this.stack.at(-1); level; level = this.stack.at(-1)) {
        const name = level.names.pop();
        if (name !== undefined) this.remove(level, name);
        else if (!this.leave(level)) this.list(level);
      }
    } finally {
      for (const level of this.stack) this.close(level);
    }
  }

  private close({ fd, node }: Level): void {
    if (node) closeSync(fd);
    else closeHere(fd);
  }

  /** Runs what needs rights on a directory; where its owner has none, they are given first. */
  private allowed<T>(fd: number, work: () => T): T {
    try {
      return work();
    } catch (thrown) {
      if (codeOf(thrown) !== 'EACCES') throw thrown;
    }
    // Without the dot: to look at one's own dot takes the right to search, which may be what is missing.
    chmodSync(`/proc/self/fd/${fd}`, 0o700);
    return work();
  }

  private list(level: Level): void {
    this.tick();
    level.names = this.allowed(level.fd, () => readdirSync(heldPath(level.fd), { encoding: 'buffer' }));
  }

  private remove(level: Level, name: Buffer): void {
    const at = inside(level.fd, name);
    try {
      this.allowed(level.fd, () => unlinkSync(at));
      return;
    } catch (thrown) {
      const code = codeOf(thrown);
      if (code === 'ENOENT') return;
      if (code !== 'EISDIR' && code !== 'EPERM') throw thrown;
      if (lstatSync(at, { throwIfNoEntry: false })?.isDirectory() !== true) throw thrown;
    }
    this.enter(level, name);
  }

  private enter(level: Level, name: Buffer): void {
    const next = this.open(level, name);
    if (this.stack.length < levels) {
      this.stack.push(next);
      this.list(next);
      return;
    }
    try {
      const target = Buffer.from(`${this.prefix}${this.moved++}`);
      // The entry for the directory above is in the moved one itself, which must be writable for that.
      this.allowed(next.fd, () => renameSync(inside(level.fd, name), inside(this.top.fd, target)));
      this.top.names.push(target);
    } finally {
      this.close(next);
    }
  }

  private open(level: Level, name: Buffer): Level {
    const beneath = openDirectoryHere(level.fd, name);
    if (beneath !== null) return { fd: beneath, name, names: [], attempts: 0, node: false };
    const flags = openPath | constants.O_DIRECTORY | constants.O_NOFOLLOW;
    const fd = openSync(inside(level.fd, name), flags);
    if (fstatSync(fd).dev !== fstatSync(level.fd).dev) {
      closeSync(fd);
      throw Object.assign(new Error('EXDEV: something is mounted there'), { code: 'EXDEV' });
    }
    return { fd, name, names: [], attempts: 0, node: true };
  }

  /** Removes a directory that was emptied; false when there is something in it again. */
  private leave(level: Level): boolean {
    const above = this.stack.at(-2);
    try {
      if (above) this.allowed(above.fd, () => rmdirSync(inside(above.fd, level.name)));
      else rmdirSync(this.path);
    } catch (thrown) {
      const code = codeOf(thrown);
      const filled = code === 'ENOTEMPTY' || code === 'EEXIST';
      if (filled && ++level.attempts < attempts) return false;
      if (code !== 'ENOENT') throw thrown;
    }
    this.stack.pop();
    this.close(level);
    return true;
  }
}
