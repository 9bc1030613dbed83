import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** A process that holds something on disk, named so that others can tell whether it is still there. */
export interface Owner {
  readonly pid: number;
  /** Start time of the process in clock ticks since boot: tells a process from a later one with its number. */
  readonly start: string;
  /** Identity of the boot and of the process namespace; both are needed for `pid` to mean anything. */
  readonly boot: string;
  readonly namespace: string;
  readonly host: string;
  /** Never used twice. */
  readonly token: string;
}

function text(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}

/** What proc(5) says of a process from its third field on. */
function statOf(pid: number): readonly string[] {
  const stat = text(`/proc/${pid}/stat`);
  // The name in the second field may hold spaces and parentheses: count from its end.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

const startOf = (pid: number): string => statOf(pid)[19] ?? '';

const self = ((): Omit<Owner, 'token'> => {
  let namespace = '';
  try {
    namespace = readlinkSync('/proc/self/ns/pid');
  } catch {
    // Not Linux: process numbers are the machine's.
  }
  return {
    pid: process.pid,
    start: startOf(process.pid),
    boot: text('/proc/sys/kernel/random/boot_id'),
    namespace,
    host: hostname(),
  };
})();

/** Identity of the running boot; '' where the system has none. */
export const bootId = self.boot;

/** This process as an owner, with a fresh token. */
export function newOwner(): Owner {
  return { ...self, token: randomBytes(16).toString('hex') };
}

/** Another running process as an owner, with a fresh token. */
export function ownerOf(pid: number): Owner {
  return { ...self, pid, start: startOf(pid), token: randomBytes(16).toString('hex') };
}

/** Reads an owner that {@link JSON.stringify} wrote; null for anything else. */
export function parseOwner(json: string): Owner | null {
  try {
    return toOwner(JSON.parse(json));
  } catch {
    return null;
  }
}

/** Whether a value is a text of an owner: names of hosts have at most 255 characters. */
const isWord = (value: unknown): value is string => typeof value === 'string' && value.length <= 255;

/**
 * An owner in a record that was parsed; null for what does not say all that an owner says, in its terms: it may have been put
 * there by somebody, so no more of it is kept than an owner has.
 */
export function toOwner(value: unknown): Owner | null {
  if (typeof value !== 'object' || value === null) return null;
  const { pid, start, boot, namespace, host, token } = value as Partial<Record<keyof Owner, unknown>>;
  if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid <= 0) return null;
  if (!isWord(start) || !isWord(boot) || !isWord(namespace) || !isWord(host)) return null;
  return isWord(token) && /^[0-9a-f]{32}$/.test(token) ? { pid, start, boot, namespace, host, token } : null;
}

/** Whether an owner is this very process. */
export function isOurs({ pid, start, boot, namespace, host }: Owner): boolean {
  return (
    pid === self.pid &&
    start === self.start &&
    boot === self.boot &&
    namespace === self.namespace &&
    host === self.host
  );
}

/**
 * Whether an owner is still there: yes, no, or not to be told from here (another machine or process namespace). A number alone
 * names no process: where the system tells start times, an owner without one is nobody.
 */
export function isAlive(owner: Owner): boolean | null {
  if (owner.host !== self.host || owner.namespace !== self.namespace) return null;
  if (owner.boot !== self.boot) return false;
  try {
    process.kill(owner.pid, 0);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const [state = '', ...more] = statOf(owner.pid);
  // One that has ended and that its parent has not asked for yet does nothing any more, for however long that takes.
  if (state === 'Z' || state === 'X') return false;
  return owner.start === (more[18] ?? '') && (owner.start !== '' || self.start === '');
}

const short = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 8);

/** This process in a word that fits into a file name: number, start time, boot, and where its number counts. */
export function ownerWord(): string {
  return [self.pid, self.start || '0', short(self.boot), short(`${self.host}\0${self.namespace}`)].join('-');
}

/** A name of this process's own, that is never given twice and says whose it is: an {@link ownerWord} and random digits. */
export const ownName = (): string => `${ownerWord()}.${randomBytes(16).toString('hex')}`;

/** The {@link ownerWord} in what ends with an {@link ownName}; null where there is none. */
export const wordOfName = (name: string): string | null =>
  /(?:^|\.)(\d+-\d+-[0-9a-f]{8}-[0-9a-f]{8})\.[0-9a-f]{32}$/.exec(name)?.[1] ?? null;

/** Whether the process is still there that gave what ends with an {@link ownName}; null where that is not to be told. */
export function isMakerAlive(name: string): boolean | null {
  const word = wordOfName(name);
  return word === null ? null : isWordAlive(word);
}

/** Whether the process of an {@link ownerWord} is still there; null where that is not to be told from here. */
export function isWordAlive(word: string): boolean | null {
  const [pid = '', start = '', boot = '', place = ''] = word.split('-');
  if (place !== short(`${self.host}\0${self.namespace}`)) return null;
  const owner = { ...self, pid: Number(pid), start: start === '0' ? '' : start, token: '' };
  return isAlive({ ...owner, boot: boot === short(self.boot) ? self.boot : 'another' });
}
