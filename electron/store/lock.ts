import { createHash } from 'node:crypto';
import { link, lstat, open, rm, rmdir, unlink, utimes } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { problem, ProblemError } from '../../shared/image/problem';
import { systemCode } from '../../shared/image/systemCode';
import { storeProblem } from './durable';
import { identityOf, listOwn, readOwnText } from './ownPlaces';
import { isAlive, isMakerAlive, newOwner, ownName, parseOwner, type Owner } from './owner';
import { ageOf, isOwnerGone, isSettled, isStillThere, quietSince } from './settled';

/** Milliseconds after which a lock counts as left behind when nobody can tell whether its owner lives. */
const stale = 60_000;
/** How often a holder shows that it is there. */
const refresh = 15_000;
/** For how long nothing may have changed while one is watched that is said to be stale, milliseconds: a true holder has shown itself. */
const watch = refresh + 5_000;
/** Locks that are watched at once, at most. */
const mostWatched = 1000;
/**
 * After so many milliseconds something in a lock's place that names no owner, and has not changed, is left over from a power
 * cut or put there by somebody: a lock appears with its whole content.
 */
const ownerless = 5_000;
/** How long to wait for a lock, milliseconds. */
const patience = 30_000;

/**
 * Whom a lock names; null where nothing is, or what is there names nobody. Throws `file-unwritable` where it cannot be read:
 * its owner may live.
 */
async function readOwner(path: string): Promise<Owner | null> {
  try {
    return parseOwner(await readOwnText(path));
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOENT') return null;
    // Larger than any owner is: it names nobody.
    if (thrown instanceof ProblemError && thrown.problem.code === 'limit-exceeded') return null;
    throw storeProblem(thrown, path);
  }
}

/** Writes a new file and its bytes to disk, so that a power cut leaves it whole or not at all. Throws `EEXIST`. */
async function writeOwner(path: string, owner: Owner): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(JSON.stringify(owner));
    await file.datasync();
  } finally {
    await file.close();
  }
}

/** What a file system says that knows no second names for a file (vfat, exFAT, some network shares). */
const noLinks = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL', 'EMLINK', 'EACCES']);

/**
 * Creates `path` with its whole content at once: a link appears complete or not at all. Where there are no links it is
 * written in place, and names nobody for a moment. False when it is there.
 */
async function createOwned(path: string, owner: Owner): Promise<boolean> {
  if (identityOf(path) !== '') return false;
  // Whose it is stands in its name, too: who is killed before it has a content leaves one that says so.
  const draft = `${path}.${ownName()}`;
  try {
    await writeOwner(draft, owner);
    await link(draft, path).catch(async (thrown: unknown) => {
      if (!noLinks.has(systemCode(thrown) ?? '')) throw thrown;
      await writeOwner(path, owner);
    });
    return true;
  } catch (thrown) {
    if (systemCode(thrown) === 'EEXIST') return false;
    throw storeProblem(thrown, path);
  } finally {
    await rm(draft, { force: true });
  }
}

/** What is watched of other machines' locks: how it looks, and since when, milliseconds of our monotonic clock. */
const watched = new Map<string, { readonly identity: string; readonly since: number }>();

/**
 * For how long something has looked the same to this process, milliseconds from the first time that it asks: by a clock that nobody
 * sets, and that stands still while the machine sleeps, as its holder's does when that is in another container of it.
 */
function unchangedFor(path: string): number {
  const identity = identityOf(path);
  const before = watched.get(path);
  if (before?.identity === identity && identity !== '') return performance.now() - before.since;
  if (watched.size >= mostWatched) watched.clear();
  watched.set(path, { identity, since: performance.now() });
  return 0;
}

/**
 * Whether the owner of a lock is gone. Of one that cannot be looked for from here: when the lock has shown no change for a minute by the
 * file system's own clock, and none for longer than a holder is silent while we watch, since any clock may jump; or none for a
 * minute while we watch, whatever its times say.
 */
async function isLeftBehind(path: string, owner: Owner): Promise<boolean> {
  const there = await isStillThere(owner, path);
  if (there !== null) return !there;
  const seen = unchangedFor(path);
  return seen > stale || (seen > watch && ((await quietSince(path)) ?? 0) > stale);
}

/**
 * Whether neither the holder of a lock nor the lock's times say if it is left behind: it takes a minute of watching to tell, in which a
 * true holder shows itself four times.
 */
const isUntold = async (path: string, holder: Owner | null): Promise<boolean> =>
  holder !== null && isAlive(holder) === null && (await quietSince(path)) === null;

/**
 * Removes a lock whose owner is gone. Two processes may come to that conclusion at once, and the slower one must not
 * remove the lock that the faster one has taken since. So only who holds the claim file named after the dead lock's
 * token may remove it; tokens are never used again, so a later lock is safe from an old claim. A claim whose holder died
 * is broken in the same way.
 */
async function breakLock(path: string, dead: Owner): Promise<void> {
  await withClaim(path, dead.token.slice(0, 16), async () => {
    if ((await readOwner(path))?.token === dead.token) await unlink(path);
  });
}

/** Runs `work` while holding the claim of a name on a lock; not at all while another process holds it. */
async function withClaim(path: string, name: string, work: () => Promise<void>): Promise<void> {
  const claim = `${path}.break-${name}`;
  if (claim.length > 3000) return;
  if (!(await createOwned(claim, newOwner()))) {
    const other = await readOwner(claim);
    const identity = identityOf(claim);
    if (other && (await isLeftBehind(claim, other))) await breakLock(claim, other);
    else if (!other && identity !== '' && (await isLongThere(claim))) await breakOwnerless(claim, identity);
    return;
  }
  try {
    await work();
  } finally {
    await rm(claim, { force: true });
  }
}

/** Whether what names nobody is so old that nobody can be about to write it. */
async function isLongThere(path: string): Promise<boolean> {
  const age = await ageOf(path);
  // One from the future is watched instead.
  return age !== null && age > stale && age !== Infinity;
}

/**
 * Removes what lies in a lock's place and names no owner, when it is still what was watched: an empty or damaged file, a link
 * (not what it leads to), an empty folder. Throws `store-unsafe` for a folder that holds something.
 */
async function breakOwnerless(path: string, identity: string): Promise<void> {
  const name = createHash('sha256').update(identity).digest('hex').slice(0, 16);
  await withClaim(path, name, async () => {
    if (identityOf(path) !== identity || (await readOwner(path)) !== null) return;
    const info = await lstat(path).catch(() => null);
    try {
      if (info?.isDirectory()) await rmdir(path);
      else if (info) await unlink(path);
    } catch (thrown) {
      if (info?.isDirectory())
        throw problem('store-unsafe', { path: dirname(path), place: basename(path), fault: 'not-a-file' });
      throw storeProblem(thrown, path);
    }
  });
}

/**
 * Removes drafts of locks, and claims on them, in a folder that processes left which were killed while they took one. A draft's name is never
 * used twice, so nobody can have made it anew in between.
 */
export async function sweepLockDrafts(folder: string): Promise<void> {
  for (const name of await listOwn(folder)) {
    // A claim on a dead lock protects nothing once both are dead: the next one to break it makes its own.
    if (!/^\.?lock.*(?:\.[0-9a-f]{32}|\.break-[0-9a-f]{16})$/.test(name)) continue;
    const path = join(folder, name);
    const alive = isMakerAlive(name);
    if (alive === false) await rm(path, { force: true }).catch(() => undefined);
    if (alive !== null) continue;
    const owner = await readOwner(path);
    if (owner ? await isOwnerGone(owner, path) : await isSettled(path))
      await rm(path, { force: true }).catch(() => undefined);
  }
}

/** Removes locks of processes that are gone, by their paths; one that is held stays. */
export async function sweepDeadLocks(paths: readonly string[]): Promise<void> {
  for (const path of paths)
    await withLock(path, () => Promise.resolve(), 0).catch((thrown: unknown) => {
      if (!(thrown instanceof ProblemError) || thrown.problem.code !== 'store-busy') throw thrown;
    });
}

/** Holders in this process wait for each other without touching the disk. */
const queues = new Map<string, Promise<unknown>>();

async function withFileLock<T>(path: string, work: () => Promise<T>, wait: number): Promise<T> {
  const owner = newOwner();
  const began = performance.now();
  /** What was found that names nobody, and since when it has been the same. */
  let nobody = { identity: '', since: began };
  for (let pause = 2; !(await createOwned(path, owner)); pause = Math.min(pause * 1.6, 120)) {
    const holder = await readOwner(path);
    if (holder && (await isLeftBehind(path, holder))) {
      await breakLock(path, holder);
      continue;
    }
    const identity = holder ? '' : identityOf(path);
    if (identity !== nobody.identity) nobody = { identity, since: performance.now() };
    if (!holder && identity !== '')
      if (performance.now() - nobody.since > ownerless || (await isLongThere(path))) {
        await breakOwnerless(path, identity);
        nobody = { identity: '', since: performance.now() };
      }
    const waited = performance.now() - began;
    if (waited > wait && (waited > stale + refresh || wait < ownerless || !(await isUntold(path, holder)))) {
      const name = holder ? `${holder.host}, process ${holder.pid}` : 'unknown';
      throw problem('store-busy', { path, owner: name, seconds: Math.round(wait / 1000) });
    }
    await sleep(pause * (0.5 + Math.random()));
  }
  const beat = setInterval(() => {
    const now = new Date();
    void utimes(path, now, now).catch(() => undefined);
  }, refresh);
  beat.unref();
  /** Only our own lock: were it ever taken from us, the new one is not ours to remove. */
  const release = async (): Promise<void> => {
    clearInterval(beat);
    if ((await readOwner(path))?.token === owner.token) await rm(path, { force: true });
  };
  let done: T;
  try {
    done = await work();
  } catch (thrown) {
    // Why the work failed is what counts; a lock of a process that is gone is removed by the next one.
    await release().catch(() => undefined);
    throw thrown;
  }
  await release().catch((thrown: unknown) => {
    throw problem('lock-left', { path, reason: lockReason(thrown) }, { cause: thrown });
  });
  return done;
}

/** The system's name of what keeps a lock from being released. */
function lockReason(thrown: unknown): string {
  if (thrown instanceof ProblemError && thrown.problem.code === 'file-unwritable')
    return thrown.problem.facts.reason;
  return systemCode(thrown) ?? 'EIO';
}

/**
 * Runs `work` while holding the lock file at `path` against every other process and every other call in this one.
 * Throws `store-busy` after `wait` milliseconds, `disk-full` and `file-unwritable` where the file cannot be made, and `lock-left` where the
 * work is done and the file cannot be removed.
 */
export async function withLock<T>(path: string, work: () => Promise<T>, wait = patience): Promise<T> {
  const before = queues.get(path) ?? Promise.resolve();
  const run = before.then(
    () => withFileLock(path, work, wait),
    () => withFileLock(path, work, wait),
  );
  const settled = run.then(
    () => undefined,
    () => undefined,
  );
  queues.set(path, settled);
  void settled.then(() => {
    if (queues.get(path) === settled) queues.delete(path);
  });
  return run;
}

/** Whether somebody in this process has a lock, or waits for it: who asks while he has it himself would wait for ever. */
export const isAskedFor = (path: string): boolean => queues.has(path);
