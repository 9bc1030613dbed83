import { existsSync } from 'node:fs';
import type { RuntimeConfig } from '../../shared/image/imageConfig';
import type { OtherWords } from '../../shared/image/startWords';
import { findProgram } from '../namespace/holder';
import { deviceMounts, deviceRules } from './devices';
import type { RunUser } from './imageUser';
import type { StartHooks } from './commandStart';
import { pidOfState, recordInit } from './initRecord';
import { maskedPaths, readonlyPaths } from './maskedPaths';
import type { MountWish } from './mountWish';
import type { ProcessGuard } from './processLimit';
import { seccompProfile } from './seccompProfile';

/** What to run, apart from what the image says. */
export interface RunOptions extends OtherWords {
  /** `KEY=VALUE`, over the image's. */
  readonly env: readonly string[];
  /** Null or '' for the image's. */
  readonly workingDir: string | null;
  readonly terminal: boolean;
  /** The network of this machine; otherwise the command has none but its own loopback. */
  readonly network: boolean;
  /** Processes and threads that there may be at once; null for no limit. */
  readonly processes: number | null;
  /** What of this machine, and of memory, the command sees in the tree; nothing where nothing is said. */
  readonly mounts?: readonly MountWish[];
  /** What people call the run; no two at a time have one. Null, or left out, for what it runs in. */
  readonly title?: string | null;
  /** Null, or left out, for one made of the image's name. */
  readonly hostname?: string | null;
  /** Whether nothing but what is mounted can be written to. */
  readonly readOnly?: boolean;
}

/** What holds around a run, as far as this machine and its runtime can. */
export interface Guards {
  /** A cgroup decides which devices open. */
  readonly deviceRules: boolean;
  /** What keeps the number of processes. */
  readonly processes: ProcessGuard;
  /** The runtime filters system calls. */
  readonly seccomp: boolean;
}

/** The capabilities that Docker gives a container, but CAP_MKNOD. */
const capabilities = [
  'CAP_CHOWN',
  'CAP_DAC_OVERRIDE',
  'CAP_FSETID',
  'CAP_FOWNER',
  'CAP_NET_RAW',
  'CAP_SETGID',
  'CAP_SETUID',
  'CAP_SETFCAP',
  'CAP_SETPCAP',
  'CAP_NET_BIND_SERVICE',
  'CAP_SYS_CHROOT',
  'CAP_KILL',
  'CAP_AUDIT_WRITE',
];

const defaultPath = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The environment of a run; of equal keys the last counts, and one that is asked for without a value is not there. */
export function runEnvironment(
  image: Pick<RuntimeConfig, 'env'>,
  { env, terminal }: Pick<RunOptions, 'env' | 'terminal'>,
  { home, hostname }: { readonly home: string; readonly hostname: string },
): readonly string[] {
  const byKey = new Map<string, string>();
  const own = [
    defaultPath,
    `HOME=${home}`,
    `HOSTNAME=${hostname}`,
    ...(terminal ? ['TERM=xterm-256color'] : []),
  ];
  const put = (entry: string): void => {
    const equals = entry.indexOf('=');
    // An entry without a value would be looked up in the runtime's own environment (CVE-2026-57231).
    if (equals > 0 && !entry.includes('\0')) byKey.set(entry.slice(0, equals), entry);
  };
  for (const entry of [...own, ...image.env]) put(entry);
  for (const entry of env) {
    if (entry.includes('=')) put(entry);
    else byKey.delete(entry);
  }
  return [...byKey.values()];
}

/** What a `config.json` is made of (OCI runtime-spec). */
export interface SpecInput {
  readonly args: readonly string[];
  readonly env: readonly string[];
  /** Absolute, without links. */
  readonly cwd: string;
  readonly terminal: boolean;
  readonly network: boolean;
  readonly user: RunUser;
  readonly root: string;
  /** The folder of the run. */
  readonly bundle: string;
  /** Hooks that tell whether the command began. */
  readonly start: StartHooks;
  readonly hostname: string;
  /** With IDs from 0 up to this; groups beyond cannot own devices, and cannot be taken on. */
  readonly ids: number;
  /** What the runtime is told of its cgroup, where it has one. */
  readonly cgroups: string;
  readonly guards: Guards;
  /** Processes that there may be at once, where a cgroup counts them; null for no limit. */
  readonly processes: number | null;
  /** Limits of the process (setrlimit(2)). */
  readonly rlimits: readonly Record<string, unknown>[];
  /** Where in the tree the host's resolv.conf is to be seen, without links; null for nowhere. */
  readonly resolvConf: string | null;
  readonly readOnly: boolean;
  /** Whether a /sys of its own can be mounted; else the host's is bound, which must be sealed before. */
  readonly ownSys: boolean;
  /**
   * Whether device nodes are bound by us: a runtime that may make nodes makes them in /dev, where they would not open. In a
   * user namespace it binds the host's itself, and runc fails where something is bound already.
   */
  readonly ownNodes: boolean;
}

const guarded = ['nosuid', 'noexec', 'nodev'];

function mountsOf({
  network,
  ids,
  resolvConf,
  ownSys,
  ownNodes,
}: SpecInput): readonly Record<string, unknown>[] {
  const mount = (type: string, destination: string, options: readonly string[], source = type) => ({
    destination,
    type,
    source,
    options,
  });
  return [
    mount('proc', '/proc', guarded),
    // `nodev`: nodes that the command makes open for nobody. The usual ones are mounts of their own.
    mount('tmpfs', '/dev', [...guarded, 'strictatime', 'mode=755', 'size=65536k']),
    mount('devpts', '/dev/pts', [
      'nosuid',
      'noexec',
      'newinstance',
      'ptmxmode=0666',
      'mode=0620',
      ...(ids > 5 ? ['gid=5'] : []),
    ]),
    mount('tmpfs', '/dev/shm', [...guarded, 'mode=1777', 'size=65536k'], 'shm'),
    mount('mqueue', '/dev/mqueue', guarded),
    ...(ownNodes ? deviceMounts() : []),
    // One of its own shows the devices of the network that the mounting process is in, and has nothing mounted below it.
    ownSys
      ? mount('sysfs', '/sys', [...guarded, 'ro'])
      : mount('none', '/sys', ['rbind', ...guarded, 'ro'], '/sys'),
    ...(network && resolvConf !== null
      ? [mount('none', resolvConf, ['bind', ...guarded, 'ro'], '/etc/resolv.conf')]
      : []),
  ];
}

/**
 * Takes device nodes off the root once more, in the container's mounts before it begins: crun clears the flags that the tree
 * was mounted with, and the nodes of an image's layers would open. All mount points are made by then: with `readOnly` nothing on it
 * can be written to any more. It goes into them from outside: a hook that runs in the container is counted among its processes, and a
 * low limit of these would leave no room for it. A hook that fails ends the start.
 */
function rootWithoutNodes(root: string, readOnly: boolean): Record<string, unknown> {
  const script = `${pidOfState}\nexec "$1" --mount="/proc/$pid/ns/mnt" -- "$2" -o "$4" "$3"`;
  const options = `remount,bind,suid,nodev${readOnly ? ',ro' : ''}`;
  const programs = [findProgram('nsenter') ?? '/usr/bin/nsenter', findProgram('mount') ?? '/bin/mount'];
  const words = [...programs, root, options];
  return { path: '/bin/sh', args: ['sh', '-c', script, 'sh', ...words] };
}

/**
 * What Docker sets in a network of the command's own: whoever it runs as listens on any port (an image with `USER` and a port
 * below 1024 starts), and may send pings. Settings that this kernel has not would end the start.
 */
function networkSettings(ids: number): Readonly<Record<string, string>> {
  const wanted = {
    'net.ipv4.ip_unprivileged_port_start': '0',
    // Groups that the user namespace has.
    'net.ipv4.ping_group_range': `0 ${Math.min(ids - 1, 2 ** 31 - 1)}`,
  };
  const known = Object.entries(wanted).filter(([name]) =>
    existsSync(`/proc/sys/${name.replaceAll('.', '/')}`),
  );
  return Object.fromEntries(known);
}

/** `resources` of a config (OCI runtime-spec, config-linux.md): what cgroups hold a command to. */
export function resourcesFor(
  held: { readonly devices: boolean; readonly pids: boolean },
  processes: number | null,
): Record<string, unknown> {
  return {
    ...(held.devices ? { devices: deviceRules() } : {}),
    ...(held.pids && processes !== null ? { pids: { limit: processes } } : {}),
  };
}

/** Whether a cgroup is made for a run: where one holds the command to something. */
export const needsCgroup = ({ deviceRules, processes }: Guards): boolean =>
  deviceRules || processes === 'cgroup';

/**
 * The `config.json` of a run: no network unless it is asked for, Docker's default capabilities, devices and masked kernel
 * files, and a filter of system calls. See docs/containers.md for a comparison with what engines give.
 */
export function runtimeSpec(input: SpecInput): Record<string, unknown> {
  const { user, ids, guards, network } = input;
  // A node that nobody can open is of no use, and where no cgroup says so as well, there should be none.
  const given = guards.deviceRules ? [...capabilities, 'CAP_MKNOD'] : capabilities;
  const groups = user.groups.filter((group) => group < ids);
  const held = { devices: guards.deviceRules, pids: guards.processes === 'cgroup' };
  const resources = resourcesFor(held, input.processes);
  const filter = guards.seccomp ? seccompProfile() : null;
  return {
    ociVersion: '1.0.2',
    process: {
      terminal: input.terminal,
      user: { uid: user.uid, gid: user.gid, ...(ids > 1 ? { additionalGids: groups } : {}) },
      args: input.args,
      env: input.env,
      cwd: input.cwd,
      capabilities: {
        bounding: given,
        permitted: given,
        effective: user.uid === 0 ? given : [],
        inheritable: [],
      },
      noNewPrivileges: false,
      ...(input.rlimits.length > 0 ? { rlimits: input.rlimits } : {}),
    },
    // The hook makes it read-only: runc would take `nodev` off as it does.
    root: { path: input.root, readonly: false },
    hostname: input.hostname,
    hooks: {
      createRuntime: [
        recordInit(input.bundle),
        rootWithoutNodes(input.root, input.readOnly),
        // Last: what it starts lives until the command begins.
        input.start.createRuntime,
      ],
      poststart: input.start.poststart,
    },
    mounts: mountsOf(input),
    linux: {
      namespaces: [
        { type: 'pid' },
        { type: 'ipc' },
        { type: 'uts' },
        { type: 'mount' },
        { type: 'cgroup' },
        ...(network ? [] : [{ type: 'network' }]),
      ],
      ...(needsCgroup(guards) ? { cgroupsPath: input.cgroups, resources } : {}),
      ...(filter ? { seccomp: filter } : {}),
      ...(network ? {} : { sysctl: networkSettings(ids) }),
      maskedPaths: maskedPaths(),
      readonlyPaths,
    },
  };
}
