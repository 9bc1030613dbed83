import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { problem } from '../../shared/image/problem';
import { shortageOf } from '../../shared/image/shortage';
import type { Privileged } from '../actions/ground/context';
import { makeOwnFolder } from '../store/ownPlaces';
import { userNumber } from '../store/thisUser';
import type { TreeStyle, WorkerPool } from '../worker/jobs';
import {
  canMapIds,
  canMountIn,
  enterWords,
  ensureHolder,
  findProgram,
  hasSubordinateIds,
  NoNamespace,
  type Holder,
} from './holder';
import { helperFlag } from './helper';
import { startRemotePool } from './remotePool';
import { hasCapabilities, idMap, idsFromZero, isMachines, outsideId } from './idMap';

type Mode = Privileged['mode'];

/** What a person may ask for by `STRATIGRAPH_OVERLAY`; else the best that works is taken. */
const modes: readonly string[] = ['root', 'mapped', 'single', 'fuse'];

function askedMode(): Mode | 'none' | null {
  const asked = process.env['STRATIGRAPH_OVERLAY'] ?? '';
  if (asked === '') return null;
  // What is no kind is asked for as little as none: the best one may be what a person wanted to keep away from.
  return modes.includes(asked) ? (asked as Mode) : 'none';
}

const styles: { readonly [M in Mode]: TreeStyle } = {
  root: { attributes: 'trusted', whiteouts: 'device', owners: 'kept', devices: true },
  mapped: { attributes: 'user', whiteouts: 'device', owners: 'kept', devices: false },
  single: { attributes: 'user', whiteouts: 'device', owners: 'single', devices: false },
  fuse: { attributes: 'user', whiteouts: 'file', owners: 'single', devices: false },
};

/** How trees are written with rights of a kind. */
export const styleOf = (mode: Mode): TreeStyle => styles[mode];

/** CAP_SYS_ADMIN in the first user namespace: what mounting and `trusted.` attributes need. Throws `system-short`. */
function isRealRoot(): boolean {
  if (process.geteuid?.() !== 0) return false;
  try {
    return hasCapabilities(1n << 21n) && isMachines(idMap('self', 'uid'));
  } catch (thrown) {
    const lack = shortageOf(String(thrown));
    if (lack) throw lack;
    return false;
  }
}

/** The words that start this program again as a helper: our own binary in the app, Node in the command line. */
function helperWords(): readonly string[] {
  const script = process.env['STRATIGRAPH_HELPER'] ?? join(__dirname, 'helper.cjs');
  const inApp =
    process.versions['electron'] !== undefined && process.env['ELECTRON_RUN_AS_NODE'] === undefined;
  if (!inApp) return [process.execPath, script];
  return [process.execPath, helperFlag, '--no-sandbox', '--ozone-platform=headless', '--disable-gpu'];
}

async function openNamespace(store: string, wanted: Holder['mode'] | null): Promise<Privileged> {
  const folder = await makeOwnFolder(store, 'mounts');
  const holder = await ensureHolder(store, wanted);
  const refused = await canMountIn(holder, folder);
  if (refused !== null)
    throw problem('mount-unavailable', { reason: 'kernel', detail: refused, missing: 'fuse-overlayfs' });
  const enter = enterWords(holder);
  const pool = await startRemotePool([...enter, ...helperWords()], process.env);
  const uid = userNumber();
  return {
    pool,
    mode: holder.mode,
    key: `${holder.mode}-${uid}${holder.mode === 'mapped' ? `-${firstSubordinate(holder.pid)}` : ''}`,
    style: styles[holder.mode],
    ids: mappedIds(holder.pid),
    enter,
    reach: (path) => `/proc/${holder.pid}/root${path}`,
  };
}

/** Whether this user may open the device of FUSE: without the kernel's module there is none, and containers are given none. Throws `system-short`. */
function canOpenFuse(): boolean {
  try {
    closeSync(openSync('/dev/fuse', 'r+'));
    return true;
  } catch (thrown) {
    const lack = shortageOf(String(thrown));
    if (lack) throw lack;
    return false;
  }
}

/** How many IDs from 0 up a namespace has, users and groups alike. */
const mappedIds = (pid: number): number =>
  Math.min(idsFromZero(idMap(pid, 'uid')), idsFromZero(idMap(pid, 'gid')));

/**
 * The first subordinate ID of a namespace: what files of its ID 1 belong to on disk. Where it has the IDs of ours, what those are
 * outside: the same numbers are others in another namespace.
 */
function firstSubordinate(pid: number): string {
  const first = outsideId(idMap(pid, 'uid'), 1);
  const outside = first === 1 ? outsideId(idMap('self', 'uid'), 1) : first;
  return String(outside ?? 0);
}

/** Why there is no namespace with a range of IDs, and the package that it lacks. */
function whyUnmapped(): {
  readonly reason: 'command' | 'subordinate-ids' | 'user-namespaces';
  readonly missing: string;
} {
  if (!canMapIds()) return { reason: 'command', missing: 'uidmap' };
  return { reason: hasSubordinateIds() ? 'user-namespaces' : 'subordinate-ids', missing: '' };
}

/**
 * Finds out how trees can be made and overlays mounted here, the best way first: as root, in a user namespace with a range
 * of IDs, in one with a single ID, through fuse-overlayfs; the `preferred` one where the person asks for none. Throws `mount-unavailable` with what to install;
 * `system-short` where the system gave too little to find out.
 */
export async function openPrivileged(
  store: string,
  pool: WorkerPool,
  preferred: Mode | null = null,
): Promise<Privileged> {
  const asked = askedMode() ?? (preferred === 'root' && !isRealRoot() ? null : preferred);
  if (process.platform !== 'linux')
    throw problem('mount-unavailable', { reason: 'platform', detail: process.platform, missing: '' });
  if (asked === 'none') throw problem('mount-unavailable', { reason: 'asked', detail: '', missing: '' });
  if (asked === 'root' || (asked === null && isRealRoot())) {
    const here = (path: string): string => path;
    return { pool, mode: 'root', key: 'root', style: styles.root, ids: 2 ** 32 - 1, enter: [], reach: here };
  }
  let refused = '';
  if (asked !== 'fuse') {
    try {
      return await openNamespace(store, asked === null ? null : asked);
    } catch (thrown) {
      const kernel = (thrown as { problem?: { code: string; facts: { detail?: string; reason?: string } } })
        .problem;
      const isKernels = kernel?.code === 'mount-unavailable' && kernel.facts.reason !== 'elsewhere';
      if (!(thrown instanceof NoNamespace) && !isKernels) throw thrown;
      refused = thrown instanceof NoNamespace ? thrown.message : (kernel?.facts.detail ?? '');
    }
  }
  const hasFuse =
    (asked === null || asked === 'fuse') &&
    findProgram('fuse-overlayfs') !== null &&
    findProgram('fusermount3') !== null;
  if (hasFuse && canOpenFuse()) {
    const here = (path: string): string => path;
    const uid = userNumber();
    return { pool, mode: 'fuse', key: `fuse-${uid}`, style: styles.fuse, ids: 1, enter: [], reach: here };
  }
  if (hasFuse) throw problem('mount-unavailable', { reason: 'fuse-device', detail: refused, missing: '' });
  if (asked === 'mapped') throw problem('mount-unavailable', { detail: refused, ...whyUnmapped() });
  const reason = asked === 'fuse' ? 'command' : 'user-namespaces';
  throw problem('mount-unavailable', { reason, detail: refused, missing: 'fuse-overlayfs' });
}

/**
 * The rights of one process, asked for once of each kind and shared; `prefer` says of which kind from then on, `close` ends the
 * helper processes. A failure is not remembered: the person may install what was missing and try again.
 */
export function createPrivileges(
  store: () => string,
  pool: WorkerPool,
): {
  readonly get: () => Promise<Privileged>;
  readonly prefer: (mode: Mode) => void;
  readonly close: () => Promise<void>;
} {
  const opened = new Map<Mode | null, Promise<Privileged>>();
  let preferred: Mode | null = null;
  return {
    get: () => {
      const mode = preferred;
      const known = opened.get(mode);
      if (known) return known;
      const opening = openPrivileged(store(), pool, mode).catch((thrown: unknown) => {
        opened.delete(mode);
        throw thrown;
      });
      opened.set(mode, opening);
      return opening;
    },
    prefer: (mode) => {
      preferred = mode;
    },
    async close() {
      for (const opening of opened.values()) {
        const found = await opening.catch(() => null);
        if (found && found.pool !== pool) await found.pool.close();
      }
    },
  };
}
