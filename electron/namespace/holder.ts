import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { problem } from '../../shared/image/problem';
import { shortageOf } from '../../shared/image/shortage';
import { userName, userNumber } from '../store/thisUser';
import {
  dropHolder,
  holderCommand,
  holderElsewhere,
  isOurHolder,
  readHolder,
  withHolders,
  writeHolder,
} from './holderRecord';
import { runQuietly } from './runQuietly';
import { giveWholeRange, hasWholeRange } from './wholeRange';

/**
 * The holder: a process that does nothing but keep a user and a mount namespace alive for a store, so that mounts outlast
 * the command that made them (Podman's pause process does the same). Everybody who works on the store enters its
 * namespaces by nsenter(1).
 */
export interface Holder {
  readonly pid: number;
  /** `mapped`: a range of IDs is there, the person's subordinate ones or all of this process's namespace. `single`: only the person's own ID, as 0. */
  readonly mode: 'mapped' | 'single';
}

/** Why there can be no user namespace, in the words of the program that failed. */
export class NoNamespace extends Error {
  override name = 'NoNamespace';
}

/** Where a program is, or null. System folders are searched, too: Debian keeps them off an ordinary user's PATH. */
export function findProgram(name: string): string | null {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder.startsWith('/'));
  for (const folder of [...folders, '/usr/local/bin', '/usr/bin', '/bin', '/usr/sbin', '/sbin']) {
    const path = join(folder, name);
    if (existsSync(path)) return path;
  }
  return null;
}

/** Whether the programs are there that give an ordinary user's namespace the user's range of IDs. */
export const canMapIds = (): boolean =>
  findProgram('newuidmap') !== null && findProgram('newgidmap') !== null;

/** Whether /etc/subuid and /etc/subgid give this user a range (subuid(5)), and the programs to use it are there. Throws `system-short`. */
export function hasSubordinateIds(): boolean {
  const [uid, username] = [userNumber(), userName()];
  const listed = (file: string): boolean => {
    try {
      return readFileSync(file, 'utf8')
        .split('\n')
        .some((line) => {
          const [who, , count] = line.split(':');
          return (who === username || who === String(uid)) && Number(count) > 0;
        });
    } catch (thrown) {
      // It may well list him.
      const lack = shortageOf(String(thrown));
      if (lack) throw lack;
      return false;
    }
  };
  return canMapIds() && listed('/etc/subuid') && listed('/etc/subgid');
}

/** How long a holder may take until it stands, milliseconds. */
const patience = 20_000;

/** The holder of a store's namespaces, when there is one that lives. Writes nothing. */
export async function findHolder(store: string): Promise<Holder | null> {
  const record = await readHolder(store);
  return record && { pid: record.owner.pid, mode: record.mode };
}

/**
 * The holder of a store's namespaces, started where there is none. `wanted` limits the mode (tests, and people who ask for
 * it). Throws {@link NoNamespace}, `system-short`, `mount-unavailable` where another namespace of this user's has mounts of the store, and what {@link withHolders} throws.
 */
export async function ensureHolder(store: string, wanted: Holder['mode'] | null): Promise<Holder> {
  const fits = (holder: Holder | null): holder is Holder =>
    holder !== null && (wanted === null || holder.mode === wanted);
  const found = await findHolder(store);
  if (fits(found)) return found;
  return withHolders(async () => {
    const since = await findHolder(store);
    if (fits(since)) return since;
    // Mounted a second time on the same folders, both would write into them.
    const elsewhere = await holderElsewhere(store);
    if (elsewhere !== null)
      throw problem('mount-unavailable', { reason: 'elsewhere', detail: String(elsewhere), missing: '' });
    const holder = await startHolder(wanted);
    try {
      // It says that it is ready as a shell, and is what it is known by a moment later.
      for (let tries = 0; !isOurHolder(holder.pid) && tries < patience / 5; tries++) await sleep(5);
      await writeHolder(store, holder.pid, holder.mode);
    } catch (thrown) {
      // Nobody would ever find it.
      process.kill(holder.pid, 'SIGTERM');
      throw thrown;
    }
    return holder;
  });
}

async function startHolder(wanted: Holder['mode'] | null): Promise<Holder> {
  const unshare = findProgram('unshare');
  if (unshare === null || findProgram('nsenter') === null)
    throw new NoNamespace('unshare and nsenter (Debian: util-linux) are missing');
  const faults: string[] = [];
  if (wanted !== 'single' && hasSubordinateIds()) {
    const pid = await tryHolder(unshare, ['--map-root-user', '--map-auto'], faults);
    if (pid !== null) return { pid, mode: 'mapped' };
  }
  if (wanted !== 'single' && hasWholeRange()) {
    const pid = await tryHolder(unshare, 'whole-range', faults);
    if (pid !== null) return { pid, mode: 'mapped' };
  }
  if (wanted !== 'mapped') {
    const pid = await tryHolder(unshare, ['--map-root-user'], faults);
    if (pid !== null) return { pid, mode: 'single' };
  }
  throw new NoNamespace(faults.at(-1) ?? 'this user has no subordinate IDs');
}

/**
 * Starts `unshare` with these maps, or gives it those of this process's own namespace; its process number once it stands, or null with the reason added to `faults`. Throws
 * `system-short`, of which a namespace of another kind would be no cure.
 */
async function tryHolder(
  unshare: string,
  maps: readonly string[] | 'whole-range',
  faults: string[],
): Promise<number | null> {
  // The holder outlives its caller and must not keep the caller's terminal, folder or pipes: whoever started the app would
  // wait for their end. Chromium leaves its descriptors open to children; a plain sh can close only those of one digit.
  const isGiven = maps === 'whole-range';
  const words = ['--user', ...(isGiven ? [] : maps), '--mount', '--propagation', 'slave', '--'];
  const script =
    (isGiven ? 'echo unmapped; read -r mapped || exit; exec 0</dev/null; ' : '') +
    'echo ready; exec 1>/dev/null 2>&1; for f in /proc/self/fd/*; do n=${f##*/}; ' +
    'if [ "$n" -gt 2 ] && { [ "$n" -lt 10 ] || [ -n "$BASH_VERSION" ]; }; then eval "exec $n>&-"; fi; done; ' +
    `exec ${holderCommand.join(' ')}`;
  const shell = findProgram('bash') ?? '/bin/sh';
  // Without a descriptor that is free there is nothing but the fault: no streams.
  const child: ChildProcess = spawn(unshare, [...words, shell, '-c', script], {
    cwd: '/',
    detached: true,
    stdio: [isGiven ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
  });
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr?.on('data', (text: Buffer) => (said += text.toString()));
    const fail = (reason: string): void => {
      clearTimeout(timer);
      const lack = shortageOf(reason);
      if (lack) reject(lack);
      faults.push(reason);
      resolve(null);
    };
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      fail('unshare does not answer');
    }, patience);
    child.on('error', (fault) => fail(fault.message));
    child.on('exit', () => fail(said.trim()));
    child.stdin?.on('error', () => undefined);
    let answer = '';
    child.stdout?.on('data', (text: Buffer) => {
      answer += text.toString();
      if (isGiven && answer === 'unmapped\n') {
        try {
          giveWholeRange(child.pid ?? 0);
          child.stdin?.end('mapped\n');
        } catch (thrown) {
          said = String(thrown);
          child.stdin?.end();
        }
        return;
      }
      if (!answer.endsWith('ready\n')) return;
      clearTimeout(timer);
      child.removeAllListeners('exit');
      child.stdin?.destroy();
      child.stdout?.destroy();
      child.stderr?.destroy();
      child.unref();
      resolve(child.pid ?? null);
    });
  });
}

/** The words that run a command inside of a holder's namespaces. */
export function enterWords(holder: Holder): readonly string[] {
  const nsenter = findProgram('nsenter') ?? 'nsenter';
  return [nsenter, '-t', String(holder.pid), '--user', '--mount', '--preserve-credentials', '--'];
}

/** Ends the holder of a store when no other process is in its namespaces; mounts must be gone before. */
export async function endHolderIfAlone(store: string): Promise<void> {
  if ((await findHolder(store)) === null) return;
  await withHolders(async () => {
    const holder = await findHolder(store);
    if (!holder) return;
    const namespace = readlinkSync(`/proc/${holder.pid}/ns/mnt`);
    const others = readdirSync('/proc').filter((name) => {
      if (!/^\d+$/.test(name) || name === String(holder.pid)) return false;
      try {
        return readlinkSync(`/proc/${name}/ns/mnt`) === namespace;
      } catch {
        return false;
      }
    });
    if (others.length > 0) return;
    process.kill(holder.pid, 'SIGTERM');
    await dropHolder(store);
  });
}

/**
 * Tries whether overlayfs can be mounted inside of a holder's namespaces, on the file system of `folder`: null when it
 * can, else what was said. Throws `system-short` where there was too little to try it.
 */
export async function canMountIn(holder: Holder, folder: string): Promise<string | null> {
  const script =
    'd=$(mktemp -d "$1/try-XXXXXX") && mkdir "$d/l" "$d/u" "$d/w" "$d/m" && ' +
    // Options first: with POSIXLY_CORRECT in the environment there are none behind a word.
    'mount -t overlay -o "userxattr,lowerdir=$d/l,upperdir=$d/u,workdir=$d/w" overlay "$d/m"; r=$?; ' +
    'umount "$d/m" 2>/dev/null; rm -rf "$d"; exit $r';
  const words = [...enterWords(holder), '/bin/sh', '-c', script, 'sh', folder];
  const { code, said } = await runQuietly(words);
  const lack = code === 0 ? null : shortageOf(said);
  if (lack) throw lack;
  return code === 0 ? null : said || `mount ended with ${code ?? 'a signal'}`;
}
