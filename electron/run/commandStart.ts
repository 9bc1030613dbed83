import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readOwnText } from '../store/ownPlaces';
import type { Runtime } from './findRuntime';
import { pidOfState } from './initRecord';

/**
 * Whether a command began: whether the first process of a container became it by execve(2). No runtime tells: an execve that fails is
 * said to the container's standard error with an exit code that a command may have, and so is what a runtime's own program dies of
 * there. The kernel knows: a process that was forked and has executed nothing since has the flag PF_FORKNOEXEC (proc(5), the ninth
 * field of stat), also when it has ended and nobody has waited for it.
 */

const file = 'start';

/** How far the start of a command came. `dead`: its process was there, and ended before it became the command. */
export type CommandStart = 'begun' | 'dead' | 'none' | 'unknown';

/** Hooks of a config (OCI runtime-spec), by when they are started. */
export interface StartHooks {
  readonly createRuntime: Record<string, unknown>;
  readonly poststart: readonly Record<string, unknown>[];
}

const words: Readonly<Record<string, CommandStart>> = { w: 'none', b: 'begun', d: 'dead', u: 'unknown' };

/** How often it is looked without a break: half a second, about, where a start takes a hundredth of that. */
const looks = 10_000;

/**
 * Watches a process until it has executed something or has ended, while its parent, the runtime, cannot wait for it: at first without a
 * break, since a program to sleep would be one process more, and there may be none. A process whose other threads live shows as ended while one of
 * them executes. What was written is there already, and is only changed: that needs no room.
 */
const script = `${pidOfState}
told=$1 fifo=$2 when=$3
tell() { printf "$1" 1<> "$told"; }
look() {
  stat=; while read -r line || [ -n "$line" ]; do stat=$stat$line; done < "/proc/$pid/stat"
  set -- \${stat##*) }
  state=$1 flags=\${7:-} threads=\${18:-0}
}
watch() {
  n=0
  while look; [ -n "$flags" ]; do
    [ $((flags & 64)) -ne 0 ] || { tell b; return; }
    case $state in [ZX]) [ "$threads" -gt 1 ] || break ;; esac
    # Nobody starts what its runtime has left behind: that is not waited for at full speed.
    n=$((n + 1))
    [ $n -ne ${looks} ] || tell u
    [ $n -lt ${looks} ] || sleep 0.05
  done
  tell d
}
[ "$when" != unwatched ] || { tell u; exit 0; }
if [ "$when" = poststart ]; then
  read -r was < "$told"
  [ "$was" = u ] || watch
  exit 0
fi
look
[ -n "$flags" ] && [ $((flags & 64)) -ne 0 ] || { tell u; exit 0; }
[ -n "$fifo" ] || exit 0
[ -p "$fifo" ] || { tell u; exit 0; }
exec 8<> "$fifo" 9> "$fifo" 8>&-
# Should somebody end what watches.
tell u
# Of the pipes that a runtime reads until their end nothing is kept.
{ exec < /dev/null > /dev/null 2>&1; watch; } &
exit 0`;

/**
 * Hooks (runtime-spec) that tell in a bundle whether the command began. crun starts hooks of `poststart` when its process has gone on to
 * execute the command, and waits for that process only afterwards. runc does so before: but it reads the end of a FIFO that its
 * process has open until it executes the command, and waits for that process only afterwards; whoever has it open as well keeps it
 * there. With a `terminal` crun reads that only after its hooks, and what a short command says there may be gone: so it is not watched.
 */
export function tellStart(
  bundle: string,
  { name }: Pick<Runtime, 'name'>,
  at: { readonly state: string; readonly id: string; readonly terminal: boolean },
): StartHooks {
  const hook = (fifo: string, when: string): Record<string, unknown> => ({
    path: '/bin/sh',
    args: ['sh', '-c', script, 'sh', join(bundle, file), fifo, when],
  });
  if (name === 'crun' && at.terminal) return { createRuntime: hook('', 'unwatched'), poststart: [] };
  return name === 'crun'
    ? { createRuntime: hook('', 'createRuntime'), poststart: [hook('', 'poststart')] }
    : { createRuntime: hook(join(at.state, at.id, 'exec.fifo'), 'createRuntime'), poststart: [] };
}

/** Makes the place in a bundle where the hooks tell, before the runtime starts. Throws what the file system throws. */
export async function makeStartRecord(bundle: string): Promise<void> {
  await writeFile(join(bundle, file), 'w\n', { flag: 'wx', mode: 0o600 });
}

/** How far the start of the command of a bundle came, once its runtime has ended. */
export async function readStart(bundle: string): Promise<CommandStart> {
  const text = await readOwnText(join(bundle, file)).catch(() => '');
  return words[text.charAt(0)] ?? 'unknown';
}
