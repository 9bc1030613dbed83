import type { RuntimeConfig } from '../../shared/image/imageConfig';
import type { RunUser } from './imageUser';

/** What to run, apart from what the image says. */
export interface RunOptions {
  /** Takes the place of the image's command; the entrypoint stays. Null runs the image's own. */
  readonly command: readonly string[] | null;
  /** Takes the place of the image's entrypoint; null leaves it. */
  readonly entrypoint: readonly string[] | null;
  /** `KEY=VALUE`, over the image's. */
  readonly env: readonly string[];
  readonly workingDir: string | null;
  readonly terminal: boolean;
  /** The network of this machine; otherwise the command has none but its own loopback. */
  readonly network: boolean;
}

/** The command line of a run: entrypoint, then command (a new entrypoint drops the image's command, as in Docker). */
export function commandLine(
  image: Pick<RuntimeConfig, 'entrypoint' | 'cmd'>,
  { command, entrypoint }: Pick<RunOptions, 'command' | 'entrypoint'>,
): readonly string[] {
  if (entrypoint !== null) return [...entrypoint, ...(command ?? [])];
  return [...image.entrypoint, ...(command ?? image.cmd)];
}

/** The capabilities that Docker gives a container. */
const capabilities = [
  'CAP_CHOWN',
  'CAP_DAC_OVERRIDE',
  'CAP_FSETID',
  'CAP_FOWNER',
  'CAP_MKNOD',
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

/** The last of equal keys counts. */
function environment(...lists: (readonly string[])[]): string[] {
  const byKey = new Map<string, string>();
  for (const entry of lists.flat()) {
    const equals = entry.indexOf('=');
    // An entry without a value would be looked up in the runtime's own environment (CVE-2026-57231).
    if (equals > 0 && !entry.includes('\0')) byKey.set(entry.slice(0, equals), entry);
  }
  return [...byKey.values()];
}

/** Paths that a runtime makes in a tree where they are missing, to mount something there (parents before children). */
export function mountPoints({ network }: Pick<RunOptions, 'network'>): readonly string[] {
  return ['dev', 'proc', 'sys', ...(network ? ['etc', 'etc/resolv.conf'] : [])];
}

/** What a `config.json` is made of (OCI runtime-spec). */
export interface SpecInput {
  readonly image: RuntimeConfig;
  readonly options: RunOptions;
  readonly user: RunUser;
  readonly root: string;
  readonly hostname: string;
  /** With IDs from 0 up to this; groups beyond cannot own devices. */
  readonly ids: number;
}

/**
 * The `config.json` of a run. No network unless it is asked for, Docker's default capabilities, masked kernel files. There
 * is no seccomp profile: Docker's is part of Docker, and half a profile breaks programs without protecting anybody; the
 * command has the rights of the person at the most, and in a user namespace fewer.
 */
export function runtimeSpec({
  image,
  options,
  user,
  root,
  hostname,
  ids,
}: SpecInput): Record<string, unknown> {
  const term = options.terminal ? ['TERM=xterm-256color'] : [];
  const cwd = options.workingDir ?? (image.workingDir || '/');
  const ptyGroup = ids > 5 ? ['gid=5'] : [];
  const tmpfs = (destination: string, ...more: string[]): Record<string, unknown> => ({
    destination,
    type: 'tmpfs',
    source: 'tmpfs',
    options: ['nosuid', 'noexec', 'nodev', ...more],
  });
  return {
    ociVersion: '1.0.2',
    process: {
      terminal: options.terminal,
      user: { uid: user.uid, gid: user.gid, ...(ids > 1 ? { additionalGids: user.groups } : {}) },
      args: commandLine(image, options),
      env: environment(
        [defaultPath, `HOME=${user.home}`, `HOSTNAME=${hostname}`, ...term],
        image.env,
        options.env,
      ),
      cwd: cwd.startsWith('/') ? cwd : `/${cwd}`,
      capabilities: {
        bounding: capabilities,
        permitted: capabilities,
        effective: user.uid === 0 ? capabilities : [],
        inheritable: [],
      },
      noNewPrivileges: false,
    },
    root: { path: root, readonly: false },
    hostname,
    mounts: [
      { destination: '/proc', type: 'proc', source: 'proc', options: ['nosuid', 'noexec', 'nodev'] },
      {
        destination: '/dev',
        type: 'tmpfs',
        source: 'tmpfs',
        options: ['nosuid', 'strictatime', 'mode=755', 'size=65536k'],
      },
      {
        destination: '/dev/pts',
        type: 'devpts',
        source: 'devpts',
        options: ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620', ...ptyGroup],
      },
      { ...tmpfs('/dev/shm', 'mode=1777', 'size=65536k'), source: 'shm' },
      {
        destination: '/dev/mqueue',
        type: 'mqueue',
        source: 'mqueue',
        options: ['nosuid', 'noexec', 'nodev'],
      },
      options.network
        ? {
            destination: '/sys',
            type: 'none',
            source: '/sys',
            options: ['rbind', 'nosuid', 'noexec', 'nodev', 'ro'],
          }
        : {
            destination: '/sys',
            type: 'sysfs',
            source: 'sysfs',
            options: ['nosuid', 'noexec', 'nodev', 'ro'],
          },
      ...(options.network
        ? [
            {
              destination: '/etc/resolv.conf',
              type: 'none',
              source: '/etc/resolv.conf',
              options: ['bind', 'ro'],
            },
          ]
        : []),
    ],
    linux: {
      namespaces: [
        { type: 'pid' },
        { type: 'ipc' },
        { type: 'uts' },
        { type: 'mount' },
        ...(options.network ? [] : [{ type: 'network' }]),
      ],
      maskedPaths: [
        '/proc/acpi',
        '/proc/asound',
        '/proc/kcore',
        '/proc/keys',
        '/proc/latency_stats',
        '/proc/timer_list',
        '/proc/timer_stats',
        '/proc/sched_debug',
        '/proc/scsi',
        '/sys/firmware',
      ],
      readonlyPaths: ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'],
    },
  };
}
