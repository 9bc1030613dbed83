import { raisedLimit, type LimitName } from '../../shared/image/limits';
import type { OperationState } from '../../shared/ipc/operation';
import { undoTime } from '../../shared/ipc/undoTime';
import type { AppState } from './state';

/** The list with a new state of one operation; newest start first. */
export function withOperation(
  operations: readonly OperationState[],
  operation: OperationState,
): readonly OperationState[] {
  const known = operations.some(({ id }) => id === operation.id);
  if (known) return operations.map((other) => (other.id === operation.id ? operation : other));
  return [operation, ...operations].sort((a, b) => b.startedAt - a.startedAt);
}

/** The ones that run, oldest first: a row keeps its place while others come. */
export function runningOperations(operations: readonly OperationState[]): readonly OperationState[] {
  return operations.filter(({ status }) => status === 'running').reverse();
}

/** The ones that ended, latest end first. */
export function finishedOperations(operations: readonly OperationState[]): readonly OperationState[] {
  return operations
    .filter(({ status }) => status !== 'running')
    .sort((a, b) => (b.finishedAt ?? 0) - (a.finishedAt ?? 0));
}

/** What puts back what an operation took out; null where it took out nothing, undefined where nothing can be put back. */
export const trashOf = (result: OperationState['result']): string | null | undefined =>
  result !== null && 'trash' in result ? result.trash : undefined;

/** Milliseconds for which what an operation took out can still be put back; null where it cannot. */
export function timeToUndo({ result, finishedAt }: OperationState, now: number): number | null {
  const trash = trashOf(result) ?? null;
  const left = trash === null || finishedAt === null ? 0 : finishedAt + undoTime - now;
  return left > 0 ? left : null;
}

/** Whether "Try again" can do something for it. */
export function canRetry(
  operation: OperationState,
  { askedIn, page }: Pick<AppState, 'askedIn' | 'page'>,
): boolean {
  if (operation.status === 'running' || operation.status === 'done') return false;
  const asked = askedIn.get(operation.id);
  // The page that is shown has everything in it, and its button.
  if (asked && 'page' in asked.in) return JSON.stringify(asked.in.page) !== JSON.stringify(page);
  return (
    asked !== undefined ||
    operation.kind === 'samples' ||
    operation.kind === 'prune' ||
    operation.retryToken !== null
  );
}

/** Whether it came to nothing because what was to be loaded or opened is, or may be, a root filesystem, of which an image can be made. */
export function isImportable({ problem, retryToken }: OperationState): boolean {
  const isOne = problem?.code === 'not-an-image' && importable.has(problem.facts.seen);
  return isOne && retryToken !== null;
}
const importable: ReadonlySet<string> = new Set(['rootfs', 'rootfs-folder', 'tar', 'directory']);

/** A bound that kept a file from being loaded, as it is and as it would have to be; null where nothing can be raised. */
export function raisableLimit(
  operation: OperationState,
): { readonly name: LimitName; readonly now: number; readonly then: number } | null {
  const { problem, retryToken, kind } = operation;
  if ((kind !== 'load' && kind !== 'look') || retryToken === null || problem?.code !== 'limit-exceeded')
    return null;
  const { name, limit, found } = problem.facts;
  const then = name === undefined ? null : raisedLimit(name, limit, found);
  return name === undefined || then === null ? null : { name, now: limit, then };
}
