import { existsSync } from 'node:fs';
import { visibleText } from '../../../shared/text/format';
import { openFilesLimit } from '../../run/openFiles';
import { defaultProcesses } from '../../run/processLimit';
import type { TerminalCommand } from '../../run/terminals';
import { userNumber, userShell } from '../../store/thisUser';
import type { ActionContext, Run } from '../ground/context';
import { openTree, type TreeName } from '../trees/openTree';
import { planRun, type PlannedRun } from './runImage';

/**
 * Takes the first word for the limit of open files ('' for the one that is), goes to the second as a folder and becomes the rest;
 * nothing of an image is part of the script.
 */
const shellScript = '[ -z "$1" ] || ulimit -S -n "$1"; cd "$2" && shift 2 && exec "$@"';

/**
 * What makes a shell of this machine say in its prompt where it is: a variable that Debian's own prompts show, and a prompt for shells
 * that make none. The name is the value of a variable, of which a shell runs nothing.
 */
export function promptWith(name: string): Readonly<Record<string, string>> {
  const sign = userNumber() === 0 ? '#' : '$';
  return { debian_chroot: name, STRATIGRAPH_PLACE: name, PS1: `($STRATIGRAPH_PLACE) $PWD ${sign} ` };
}

/** The words that start a shell in a folder, with the limits that the person's own shells have. */
export function shellWords(folder: string, shell: string, limit = openFilesLimit()): readonly string[] {
  return ['/bin/sh', '-c', shellScript, 'sh', limit === null ? '' : String(limit.soft), folder, shell];
}

/**
 * What to start in a terminal on a tree: the image's command or another one in an OCI runtime (`run`), or the person's own
 * shell in the folder (`shell`), in the namespaces where the tree is mounted. Throws what {@link planRun} and
 * {@link openTree} throw.
 */
export async function planTerminal(
  context: ActionContext,
  tree: TreeName,
  what: {
    readonly kind: 'run' | 'shell';
    readonly command: readonly string[] | null;
    /** Takes the place of the image's entrypoint; null leaves it. */
    readonly entrypoint: readonly string[] | null;
    /** Every word that the person has allowed: these are run and no others. Null where nothing was asked. */
    readonly allowed: readonly string[] | null;
    readonly network: boolean;
  },
  run: Run,
): Promise<TerminalCommand & Pick<PlannedRun, 'title' | 'missing'>> {
  if (what.kind === 'run') {
    const options = {
      env: [],
      workingDir: null,
      user: null,
      terminal: true,
      processes: defaultProcesses,
    } as const;
    const { network, allowed, command, entrypoint } = what;
    const words = allowed === null ? { entrypoint, command } : { entrypoint: allowed, command: [] };
    return planRun(context, tree, { ...options, ...words, network }, run);
  }
  const open = await openTree(context, tree, run);
  const privileged = await context.privileged();
  const named = userShell();
  const shell = named !== null && existsSync(named) ? named : '/bin/sh';
  const env = Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  return {
    command: [...privileged.enter, ...shellWords(open.path, shell)],
    env: { ...env, ...promptWith(visibleText(open.name)) },
    title: open.name,
    missing: [],
    finish: () => open.release(),
  };
}
