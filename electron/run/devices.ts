import { statSync } from 'node:fs';

/** A character device that every command gets, as Docker gives it; the name in /dev. */
interface Device {
  readonly name: string;
  readonly major: number;
  readonly minor: number;
}

/** Linux' fixed numbers (Documentation/admin-guide/devices.txt). */
const devices: readonly Device[] = [
  { name: 'null', major: 1, minor: 3 },
  { name: 'zero', major: 1, minor: 5 },
  { name: 'full', major: 1, minor: 7 },
  { name: 'random', major: 1, minor: 8 },
  { name: 'urandom', major: 1, minor: 9 },
  { name: 'tty', major: 5, minor: 0 },
];

/** /dev/console, /dev/ptmx, and all numbers of pseudo terminals: made by the kernel or the runtime, not bound. */
const terminals: readonly { readonly major: number; readonly minor?: number }[] = [
  { major: 5, minor: 1 },
  { major: 5, minor: 2 },
  { major: 136 },
];

/** Rules of the devices cgroup (OCI runtime-spec, config-linux): nothing but these; any node may be made, not opened. */
export function deviceRules(): readonly Record<string, unknown>[] {
  const open = [...devices.map(({ major, minor }) => ({ major, minor })), ...terminals];
  return [
    { allow: false, access: 'rwm' },
    ...['c', 'b'].map((type) => ({ allow: true, type, access: 'm' })),
    ...open.map((numbers) => ({ allow: true, type: 'c', ...numbers, access: 'rwm' })),
  ];
}

/**
 * The host's own nodes, one bind mount each: what is around them in /dev can be `nodev` then, so that a node which a command
 * makes opens for nobody, whether or not a cgroup has a say. Read-only keeps mode and owner of the host's node from the
 * command; a device is written to all the same.
 */
export function deviceMounts(): readonly Record<string, unknown>[] {
  const real = devices.filter(({ name }) =>
    statSync(`/dev/${name}`, { throwIfNoEntry: false })?.isCharacterDevice(),
  );
  return real.map(({ name }) => ({
    destination: `/dev/${name}`,
    type: 'bind',
    source: `/dev/${name}`,
    options: ['bind', 'ro', 'nosuid', 'noexec'],
  }));
}
