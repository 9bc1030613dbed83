import { groupDigits } from './format';

/** A count with its noun: `1 change`, `2 changes`, `5 000 changes`. `many` where it is not `one` with an s. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${groupDigits(count)} ${count === 1 ? one : many}`;
}
