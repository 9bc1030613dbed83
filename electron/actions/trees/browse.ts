import { basename, dirname, resolve } from 'node:path';
import type { OperationResult } from '../../../shared/ipc/operation';
import type { ListedEntry } from '../../worker/jobs';
import type { ActionContext, Run } from '../ground/context';
import { openTree, type TreeName } from './openTree';
import { withTarget } from '../target/target';

/** Entries of a directory that are listed at once. */
const listLimit = 20_000;

/**
 * What is in a directory of a mounted tree. Read where the mounts are, so that an ordinary user sees the files of every
 * owner. Throws `file-not-found`, `file-unreadable` and what opening the tree throws.
 */
export async function listTree(
  context: ActionContext,
  tree: TreeName,
  path: string,
): Promise<{ entries: readonly ListedEntry[]; more: boolean }> {
  const quiet: Run = { signal: new AbortController().signal, report: () => undefined };
  const open = await openTree(context, tree, quiet);
  const { pool } = await context.privileged();
  const entries = await pool.run('list-directory', { root: open.path, path, limit: listLimit + 1 });
  return { entries: entries.slice(0, listLimit), more: entries.length > listLimit };
}

/** Copies a file or a directory out of a mounted tree, as the person's own. Throws as {@link listTree}, and `file-unwritable`. */
export async function copyOutOfTree(
  context: ActionContext,
  tree: TreeName,
  what: { readonly path: string; readonly target: string },
  run: Run,
): Promise<OperationResult & { readonly kind: 'export' | 'copy' }> {
  run.report({ phase: 'starting', done: 0, total: null });
  // The draft is made where the mounts are, by a process that cannot be handed a file of ours.
  const options = { named: true } as const;
  return withTarget(
    context,
    what.target,
    run,
    async ({ label, draft, finish }) => {
      const open = await openTree(context, tree, run);
      const { pool } = await context.privileged();
      let done = 0;
      const { bytes, leftOut } = await pool.run(
        'copy-out',
        { root: open.path, path: what.path, target: draft, label },
        {
          signal: run.signal,
          onBytes: (more) => run.report({ phase: 'writing', done: (done += more), total: null }),
        },
      );
      await finish();
      const folder = basename(dirname(resolve(what.target)));
      const unkept = leftOut.count > 0 ? { unkept: leftOut } : {};
      return { kind: 'copy', bytes, entries: 1, ...unkept, file: `${folder}/${label}`, token: null };
    },
    options,
  );
}
