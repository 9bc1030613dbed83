import { findProgram } from '../namespace/holder';
import { cgroupTree } from './cgroups';
import type { Runtime } from './findRuntime';

/** Where and how a runtime is started. */
export interface RuntimeStart {
  readonly runtime: Runtime;
  /** Words that enter the namespaces in which the tree is mounted; none as root. */
  readonly enter: readonly string[];
  readonly asRoot: boolean;
  /** The runtime's own folder of what runs. */
  readonly state: string;
  /** Whether the runtime makes a cgroup for the command; without one it leaves them alone. */
  readonly cgroup: boolean;
}

/** What is arranged for a command in a mount namespace of its own, before the runtime starts. */
export interface Arrangement {
  /** The tree, '' for none: mounts for a run see setuid bits, as a container does, and no devices. */
  readonly root: string;
  /** Whether /sys with all that is mounted below it becomes read-only, since the command will see it. */
  readonly sealSys: boolean;
}

/**
 * In a mount namespace that ends with the runtime: makes every mount of /sys read-only, one by one (a bind mount takes its
 * flags over; `ro` of a recursive bind is for its top alone), covers cgroups that the runtime could not work with, and takes
 * the flag `nosuid` off the tree. Adding flags is allowed in user namespaces, too. Nothing of an image is part of the script.
 */
const script = `root=$1 cover=$2 seal=$3; shift 3
if [ -n "$seal" ]; then
  while read -r id parent device from point rest; do
    case $point in /sys|/sys/*)
      point=$(printf %b "$point")
      # What is mounted beneath another mount is seen by nobody.
      [ ! -e "$point" ] || mount -o remount,bind,ro,nosuid,nodev,noexec "$point" || exit 125 ;;
    esac
  done < /proc/self/mountinfo
fi
if [ -n "$cover" ]; then
  if [ -n "$seal" ]; then flags=ro,nosuid,nodev,noexec; else flags=nosuid,nodev,noexec; fi
  mount -t "$cover" -o "$flags" none /sys/fs/cgroup 2>/dev/null
fi
if [ -n "$root" ]; then
  mount --bind "$root" "$root" && mount -o remount,bind,suid,nodev "$root" || exit 125
fi
exec "$@"`;

/**
 * What to mount over /sys/fs/cgroup for a runtime that refuses to start with what is there: crun wants no two kinds side by
 * side, and none of them starts without any.
 */
function coverFor({ name }: Runtime): '' | 'tmpfs' | 'cgroup2' {
  const tree = cgroupTree();
  if (tree === 'none') return name === 'runc' ? 'cgroup2' : 'tmpfs';
  return tree === 'hybrid' && name === 'crun' ? 'tmpfs' : '';
}

/** The command line of a runtime with these words (`run …`, `delete …`). */
export function runtimeCommand(
  { runtime, enter, asRoot, state, cgroup }: RuntimeStart,
  { root, sealSys }: Arrangement,
  words: readonly string[],
): readonly string[] {
  const cover = coverFor(runtime);
  // A tree of cgroups can be mounted in a user namespace that has a cgroup namespace of its own.
  const own = cover === 'cgroup2' && !asRoot ? ['--cgroup'] : [];
  const unshare = [findProgram('unshare') ?? 'unshare', '--mount', ...own, '--propagation', 'private', '--'];
  const shell = ['/bin/sh', '-c', script, 'sh', root, cover, sealSys ? 'yes' : ''];
  const apart = runtime.name === 'crun' ? ['--cgroup-manager=disabled'] : ['--rootless', 'true'];
  const manager = runtime.name === 'crun' ? ['--cgroup-manager=cgroupfs'] : [];
  return [
    ...enter,
    ...unshare,
    ...shell,
    runtime.path,
    '--root',
    state,
    ...(cgroup ? manager : apart),
    ...words,
  ];
}

/** The words that have a runtime write its log to a file. crun takes what is before a colon for the kind of a log, also in a path. */
export const logWords = ({ name }: Pick<Runtime, 'name'>, path: string): readonly string[] => [
  '--log',
  name === 'crun' ? `file:${path}` : path,
];

/** Environment of a runtime: nothing of the person's. */
export function runtimeEnvironment(state: string): Readonly<Record<string, string>> {
  return { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', XDG_RUNTIME_DIR: state };
}
