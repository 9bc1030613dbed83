import { groupDigits } from './format';

/** A count with its noun: `1 change`, `2 changes`, `5 000 changes`. `many` where it is not `one` with an s. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${groupDigits(count)} ${count === 1 ? one : many}`;
}

/**
 * A part of a count with the verb that both take: `0 of 1 layer was`, `1 of 3 layers was`, `2 of 3 layers were`. `verbs`: of one, of
 * several.
 */
export function countedPart(
  part: number,
  whole: number,
  one: string,
  [ofOne, ofMany]: readonly [ofOne: string, ofMany: string],
): string {
  return `${groupDigits(part)} of ${counted(whole, one)} ${part === 1 || whole === 1 ? ofOne : ofMany}`;
}

/** Layers that were new among those of something that came in: `1 of 3 layers was new`. */
export const newOf = (fresh: number, layers: number): string =>
  `${countedPart(fresh, layers, 'layer', ['was', 'were'])} new`;
