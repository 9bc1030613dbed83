import type { OperationState } from '../../shared/ipc/operation';

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

/** Whether "Try again" can do something for it. */
export function canRetry(operation: OperationState): boolean {
  if (operation.status === 'running' || operation.status === 'done') return false;
  return operation.kind === 'samples' || operation.kind === 'prune' || operation.retryToken !== null;
}
