import { problemOf, type ProblemCode } from '../../../shared/image/problem';
import type { ActionContext } from '../ground/context';

/** What a removal meets that is marked immutable, or has something mounted in it. */
const stuck: ReadonlySet<ProblemCode> = new Set(['file-unwritable', 'file-unreadable', 'mount-busy']);

/**
 * Removes a folder that counts for nothing any more. False for one that cannot be removed: it stays until the next sweep, and keeps no
 * command from its own work.
 */
export async function removeLeft(context: Pick<ActionContext, 'privileged'>, path: string): Promise<boolean> {
  const { pool } = await context.privileged();
  try {
    await pool.run('remove-tree', { path });
    return true;
  } catch (thrown) {
    if (!stuck.has(problemOf(thrown).code)) throw thrown;
    return false;
  }
}
