import type { OperationState } from '../../shared/ipc/operation';
import type { Translate } from '../../shared/text/catalogue';
import { operationOutcome } from './operationText';
import { sourceName, whyNotReady } from './sources';
import type { AppState } from './state';

/**
 * What the foot of the window says of the operation that ended last. Of something that was opened it tells how that is now: the file may
 * have become another since, be gone, or be closed.
 */
export function lastOutcome(
  last: OperationState,
  state: Pick<AppState, 'sources' | 'backSince' | 'language'>,
  t: Translate,
): { readonly text: string; readonly trouble: boolean } {
  const fine = (text: string) => ({ text, trouble: last.status === 'failed' });
  const { result, finishedAt } = last;
  const said = operationOutcome(last, t);
  if (result?.kind !== 'look' || state.sources.length === 0) return fine(said);
  const place = state.sources.find(({ id }) => id === result.source);
  // The list may not have been read yet since it was opened.
  if (!place)
    return state.backSince.has(result.source) ? fine(t('place.closed', { name: last.subject })) : fine(said);
  const silent = whyNotReady(place, state, t);
  if (silent !== null) return { text: silent, trouble: true };
  const since = state.backSince.get(place.id) ?? 0;
  if (since <= (finishedAt ?? 0) || place.images === null) return fine(said);
  return fine(t('place.readAgain', { name: sourceName(place, t), images: place.images }));
}
