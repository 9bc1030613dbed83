import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { systemCode } from '../../shared/image/systemCode';

/** A process that holds something on disk, named so that others can tell whether it is still there. */
export interface Owner {
  readonly pid: number;
  /** Start time of the process in clock ticks since boot: tells a process from a later one with its number. */
  readonly start: string;
  /** Identity of the boot and of the process namespace; both are needed for `pid` to mean anything. */
  readonly boot: string;
  readonly namespace: string;
  readonly host: string;
  /** Identity of the machine, which outlives its boots and differs where host names do not; '' where the system has none. */
  readonly machine: string;
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

const short = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 8);

/** machine-id(5) is not to be made known: what is derived from it is. */
function machineOf(): string {
  const id = text('/etc/machine-id') || text('/var/lib/dbus/machine-id');
  return /^[0-9a-f]{32}$/.test(id) ? createHash('sha256').update(`stratigraph ${id}`).digest('hex') : '';
}

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
    machine: machineOf(),
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
  const { pid, start, boot, namespace, host, machine, token } = value as Partial<
    Record<keyof Owner, unknown>
  >;
  if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid <= 0) return null;
  if (!isWord(start) || !isWord(boot) || !isWord(namespace) || !isWord(host)) return null;
  // Owners of earlier versions name no machine.
  if (machine !== undefined && !isWord(machine)) return null;
  if (!isWord(token) || !/^[0-9a-f]{32}$/.test(token)) return null;
  return { pid, start, boot, namespace, host, machine: machine ?? '', token };
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

/** Whether process numbers of an owner are of this machine and process namespace, by their names: two machines may share all of them. */
const isOfHere = ({ host, namespace }: Owner): boolean => host === self.host && namespace === self.namespace;

/**
 * Whether an owner is still there: yes, no, or not to be told from here (another machine, boot or process namespace). A number
 * alone names no process: where the system tells start times, an owner without one is nobody.
 */
export function isAlive(owner: Owner): boolean | null {
  if (!isOfHere(owner) || owner.boot !== self.boot) return null;
  try {
    process.kill(owner.pid, 0);
  } catch (thrown) {
    if (systemCode(thrown) === 'ESRCH') return false;
  }
  const [state = '', ...more] = statOf(owner.pid);
  // One that has ended and that its parent has not asked for yet does nothing any more, for however long that takes.
  if (state === 'Z' || state === 'X') return false;
  return owner.start === (more[18] ?? '') && (owner.start !== '' || self.start === '');
}

/**
 * Whether an owner may be of an earlier boot of this machine. Copies of a machine have its identity, too, and run at the same time: it
 * was one only where it has given no sign since this boot began, see `isStillThere`.
 */
export const mayBeOfBefore = (owner: Owner): boolean =>
  isOfHere(owner) && owner.boot !== self.boot && owner.machine !== '' && owner.machine === self.machine;

/** Where the number of this process counts, in a file name. */
const place = short([self.machine, self.host, self.namespace].join('\0'));

/** This process in a word that fits into a file name: number, start time, boot, and where its number counts. */
export function ownerWord(): string {
  return [self.pid, self.start || '0', short(self.boot), place].join('-');
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
  const owner = ownerOfWord(word);
  return owner && isAlive(owner);
}

/** As much of an owner as an {@link ownerWord} says; null for one of another machine or process namespace. */
export function ownerOfWord(word: string): Owner | null {
  const [pid = '', start = '', boot = '', where = ''] = word.split('-');
  if (where !== place) return null;
  const owner = { ...self, pid: Number(pid), start: start === '0' ? '' : start, token: '' };
  return { ...owner, boot: boot === short(self.boot) ? self.boot : 'another' };
}
