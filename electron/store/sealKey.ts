import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  linkSync,
  lstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads';
import { storeProblem } from './durable';
import { dataHome, ownDataHome } from './homes';
import { makeFolders } from './makeFolders';
import { openOwnSync } from './ownPlaces';
import { systemCode } from '../../shared/image/systemCode';

/** Bytes of the key. */
const keyBytes = 32;
/** Where threads find the key of a process that cannot keep one in a file, or was given one. */
const sharedName = 'stratigraph.seal-key';

/** The key in a file, when it is ours alone: nobody else has written it or can read it. */
function readKey(path: string): Buffer | null {
  try {
    const fd = openOwnSync(path);
    try {
      const info = fstatSync(fd);
      const isOurs = info.uid === (process.geteuid?.() ?? info.uid) && (info.mode & 0o077) === 0;
      return isOurs && info.size === keyBytes ? readFileSync(fd) : null;
    } finally {
      closeSync(fd);
    }
  } catch (thrown) {
    if (isNone(thrown)) return null;
    throw thrown;
  }
}

/** Whether a fault says that no file of ours is there: one that cannot be read now is not to be replaced. */
const isNone = (thrown: unknown): boolean =>
  ['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM'].includes(systemCode(thrown) ?? '');

/** {@link readKey}, and whether there is one that this process cannot read now: it is neither taken nor replaced. */
function keyAt(path: string): Buffer | null | 'unread' {
  try {
    return readKey(path);
  } catch {
    return 'unread';
  }
}

/** Makes the key where there is none that can be used; another process may be faster, then its key counts. */
function makeKey(path: string): Buffer | null {
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    makeFolders(dirname(path), 0o700);
    const fd = openSync(draft, 'wx', 0o600);
    try {
      writeSync(fd, randomBytes(keyBytes));
    } finally {
      closeSync(fd);
    }
    try {
      linkSync(draft, path);
    } catch (cause) {
      const made = readKey(path);
      if (made) return made;
      // A half-written one of a power cut, or one that others can read. Where there are no hard links, too.
      if (systemCode(cause) === 'ENOENT') throw cause;
      renameSync(draft, path);
    }
    return readKey(path);
  } catch {
    return null;
  } finally {
    try {
      rmSync(draft, { force: true });
    } catch {
      // Its folder is not ours to write in: then there is no draft either.
    }
  }
}

/** Keys by the data folder that the environment names. */
const keys = new Map<string, Buffer>();
/** Those whose key is in a file, where later processes find it. */
const lasting = new Set<string>();

/**
 * The secret with which this user's caches are sealed: 32 random bytes in `stratigraph/cache-key` of the user's data folder,
 * outside of every store, readable by nobody else. Where no file can be kept the key is one for this process, its threads included, and other processes make the caches again.
 */
export function sealKey(environment: NodeJS.ProcessEnv = process.env): Buffer {
  // Asked for with each seal: the way to it is looked at once.
  const named = dataHome(environment);
  const known = keys.get(named);
  if (known) return known;
  const own = ownDataHome(environment);
  const names =
    own === null
      ? []
      : ['cache-key', `cache-key-${process.geteuid?.() ?? 0}`].map((name) => join(own, 'stratigraph', name));
  const shared = getEnvironmentData(sharedName);
  let key: Buffer | null = null;
  if (typeof shared === 'string') key = Buffer.from(shared, 'hex');
  else {
    for (const path of names) {
      const found = keyAt(path);
      // Its seals are good: another key in its place would make nothing of all of them.
      if (found === 'unread') break;
      key ??= found;
    }
    for (const path of names) key ??= isForeign(path) || keyAt(path) === 'unread' ? null : makeKey(path);
  }
  if (key && typeof shared !== 'string') lasting.add(named);
  if (!key) {
    key = randomBytes(keyBytes);
    setEnvironmentData(sharedName, key.toString('hex'));
  }
  keys.set(named, key);
  return key;
}

/**
 * Has this process and its threads seal with the key of the process that it works for. A helper in a user namespace may see no way to
 * the file: who has no number there looks like anybody. To be called before anything is sealed.
 */
export function takeSealKey(key: string): void {
  keys.clear();
  setEnvironmentData(sharedName, key);
}

/**
 * That later processes have the key, too: what they would not know as ours they could not end. Throws `file-unwritable` where
 * none can be kept.
 */
export function checkLastingKey(): void {
  sealKey();
  const named = dataHome();
  if (lasting.has(named)) return;
  const folder = join(ownDataHome() ?? named, 'stratigraph');
  throw storeProblem(Object.assign(new Error(folder), { code: 'EACCES' }), folder);
}

/** Whether what is there belongs to somebody else, so that it must stay as it is. */
function isForeign(path: string): boolean {
  try {
    const info = lstatSync(path, { throwIfNoEntry: false });
    return info !== undefined && info.uid !== (process.geteuid?.() ?? 0);
  } catch {
    return true;
  }
}
