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
): string {
  const { result, finishedAt } = last;
  const said = operationOutcome(last, t);
  if (result?.kind !== 'look' || state.sources.length === 0) return said;
  const place = state.sources.find(({ id }) => id === result.source);
  // The list may not have been read yet since it was opened.
  if (!place) return state.backSince.has(result.source) ? t('place.closed', { name: last.subject }) : said;
  const silent = whyNotReady(place, state, t);
  if (silent !== null) return silent;
  const since = state.backSince.get(place.id) ?? 0;
  if (since <= (finishedAt ?? 0) || place.images === null) return said;
  return t('place.readAgain', { name: sourceName(place, t), images: place.images });
}
