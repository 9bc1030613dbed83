import type { PlaceNeed } from '../../shared/image/problem';
import { home, placeCan } from '../../shared/ipc/placeKinds';
import type { SourceInfo } from '../../shared/ipc/source';
import type { MessageKey, Translate } from '../../shared/text/catalogue';
import { visibleText } from '../../shared/text/format';
import type { AppState } from './state';

/** What people call a source: the store has a word of its own in each language. */
export function sourceName(source: Pick<SourceInfo, 'kind' | 'name'> | undefined, t: Translate): string {
  return source === undefined || source.kind === home ? t('app.store') : visibleText(source.name);
}

/** The source in view; undefined before the list was read. */
export function currentSource({
  sources,
  source,
}: Pick<AppState, 'sources' | 'source'>): SourceInfo | undefined {
  return sources.find(({ id }) => id === source);
}

const reasons: Readonly<Record<PlaceNeed, MessageKey>> = {
  write: 'place.cannot.write',
  target: 'place.cannot.write',
  mount: 'source.onlyStore',
  make: 'source.onlyStore',
  inside: 'place.cannot.inside',
  form: 'source.ownForm',
  lastName: 'source.lastName',
};

/** Selects whether the place in view can do something. */
export const canHere =
  (need: PlaceNeed) =>
  ({ source }: Pick<AppState, 'source'>): boolean =>
    placeCan(source, need);

/** Why the place in view cannot do something, as its control says; null where it can. */
export function whyNotHere(
  { source }: Pick<AppState, 'source'>,
  need: PlaceNeed,
  t: Translate,
): string | null {
  return placeCan(source, need) ? null : t(reasons[need]);
}
