import type { EngineKind } from '../../shared/image/problem';
import type { EngineEndpoint } from './discover';

/** What is known of an engine that was found. */
export interface Known {
  readonly kind: EngineKind;
  readonly endpoint: Pick<EngineEndpoint, 'named' | 'added' | 'apart'>;
  /** It answers, has answered before, or refuses: somebody is there. */
  readonly isThere: boolean;
}

/** On the person's list alone: nothing of this machine leads to it. */
const isOwnOnly = ({ endpoint }: Known): boolean => endpoint.added === true && endpoint.apart === true;

/**
 * Which of all that were found are listed, in their order: who is there, who was named, and of a kind of which there is none the first one, which says
 * that it does not run. What a person put on the list is another engine beside those of the machine, and hides none of them.
 */
export function listedEngines<T extends Known>(all: readonly T[]): readonly T[] {
  return all.filter((each) => {
    if (each.endpoint.named || each.isThere) return true;
    const others = all.filter((other) => other.kind === each.kind && !isOwnOnly(other));
    return others[0] === each && !others.some((other) => other.endpoint.named || other.isThere);
  });
}
