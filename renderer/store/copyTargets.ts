import type { SourceInfo } from '../../shared/ipc/source';
import { isHome, placeCan } from '../../shared/ipc/placeKinds';
import type { Translate } from '../../shared/text/catalogue';
import { sourceName, whyNotNow, whyNotReady } from './sources';
import type { AppState } from './state';

/** What a place is called where something is copied to it. */
export function copyWords(to: SourceInfo, t: Translate): string {
  return isHome(to.id) ? t('source.copyIn') : t('command.copyOut', { engine: sourceName(to, t) });
}

/** Why a place cannot take images of the one in view, as its control says; null where it can. */
export function whyNotTaken(
  state: Pick<AppState, 'source' | 'sources' | 'language'>,
  to: SourceInfo,
  t: Translate,
): string | null {
  const name = sourceName(to, t);
  if (to.id === state.source) return t('copyTo.here');
  if (!placeCan(to.id, 'target')) return t('copyTo.onlyLooked', { name });
  return whyNotNow(state, t) ?? whyNotReady(to, state, t);
}
