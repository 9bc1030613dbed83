import { findProgram } from '../namespace/holder';
import { cgroupTree } from './cgroups';
import type { Runtime } from './findRuntime';
import type { MountStep } from './mountWish';

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
  /** What is mounted in the tree for the command. */
  readonly mounts?: {
    readonly steps: readonly MountStep[];
    /** A file that says which one could not be: `WISH changed`, or `WISH failed` with what mount(8) said. */
    readonly told: string;
  };
}

/**
 * In a mount namespace that ends with the runtime: makes every mount of /sys read-only, one by one (a bind mount takes its
 * flags over; `ro` of a recursive bind is for its top alone), covers cgroups that the runtime could not work with, and takes
 * the flag `nosuid` off the tree. Adding flags is allowed in user namespaces, too. Nothing of an image is part of the script.
 *
 * Then mounts what the command is to see, in the tree and before the runtime sees it. mount(8) follows links, and somebody may put one on
 * the way at any moment: a source has to be the object that was found before, and a mount counts only where the kernel says that
 * it lies at its place. Each mount of it gets its flags beside those that it has (a user namespace may take none off), and has them
 * afterwards. A folder in memory is mounted at a place of the run's own first, where nobody else makes names.
 */
const script = `root=$1 cover=$2 seal=$3 steps=$4 told=$5; shift 5
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
refuse() { printf '%s %s' "$wish" "$*" > "$told"; exit 125; }
# A path as the kernel lists it: what would be a separator stands there as a backslash and three octal digits.
plain() {
  case $1 in
    *\\\\*) plain=$(printf %b. "$(printf %s "$1" | sed 's/\\\\/\\\\0/g')"); plain=\${plain%.} ;;
    *) plain=$1 ;;
  esac
}
while [ "$steps" -gt 0 ]; do
  wish=$1 how=$2 source=$3 same=$4 point=$5 flags=$6; shift 6; steps=$((steps - 1))
  case $how in
    folder) said=$(umask 022; mkdir -p -- "$source" 2>&1) || refuse failed "$said"; continue ;;
    file)
      said=$(umask 022; { mkdir -p -- "\${source%/*}" && : > "$source"; } 2>&1) || refuse failed "$said"
      continue ;;
    tmpfs)
      said=$(mount -t tmpfs -o "$same" tmpfs "$source" 2>&1) || refuse failed "$said"
      same=$(stat -c %d:%i -- "$source") how=bind ;;
  esac
  said=$(mount -o "$how" -- "$source" "$point" 2>&1) || refuse failed "$said"
  [ "$(stat -c %d:%i -- "$point")" = "$same" ] || refuse changed
  found=
  while read -r id parent device from at has rest; do
    plain "$at"
    case $plain in "$point") found=yes ;; "$point"/*) ;; *) continue ;; esac
    all=remount,bind
    for flag in $flags; do all=$all,$flag; done
    for flag in nosuid nodev noexec noatime nodiratime relatime ro; do
      case ,$has, in *,"$flag",*) all=$all,$flag ;; esac
    done
    said=$(mount -o "$all" -- "$plain" 2>&1) || refuse failed "$said"
  done < /proc/self/mountinfo
  [ -n "$found" ] || refuse changed
  without=
  while read -r id parent device from at has rest; do
    plain "$at"
    case $plain in "$point"|"$point"/*) ;; *) continue ;; esac
    lacks=
    for flag in $flags; do
      case ,$has, in *,"$flag",*) ;; *) lacks=yes ;; esac
    done
    # Of two at one place the last is seen.
    if [ -z "$lacks" ]; then [ "$without" != "$plain" ] || without=
    else [ -z "$without" ] || [ "$without" = "$plain" ] || refuse changed; without=$plain; fi
  done < /proc/self/mountinfo
  [ -z "$without" ] || refuse changed
done
exec "$@"`;

/** The words of a step, six of them. */
function wordsOf(step: MountStep): readonly string[] {
  const { wish, how, source } = step;
  const rest =
    'point' in step
      ? ['options' in step ? step.options.join(',') : step.identity, step.point, step.flags.join(' ')]
      : ['', '', ''];
  return [String(wish), how, source, ...rest];
}

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
  { root, sealSys, mounts = { steps: [], told: '' } }: Arrangement,
  words: readonly string[],
): readonly string[] {
  const cover = coverFor(runtime);
  // A tree of cgroups can be mounted in a user namespace that has a cgroup namespace of its own.
  const own = cover === 'cgroup2' && !asRoot ? ['--cgroup'] : [];
  const unshare = [findProgram('unshare') ?? 'unshare', '--mount', ...own, '--propagation', 'private', '--'];
  const { steps, told } = mounts;
  const arranged = [root, cover, sealSys ? 'yes' : '', String(steps.length), told];
  const shell = ['/bin/sh', '-c', script, 'sh', ...arranged, ...steps.flatMap(wordsOf)];
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
