import type { PlaceNeed, Problem } from '../../shared/image/problem';
import { home, placeCan, type SourceId } from '../../shared/ipc/placeKinds';
import type { SourceInfo } from '../../shared/ipc/source';
import type { MessageKey, Translate } from '../../shared/text/catalogue';
import { visibleText } from '../../shared/text/format';
import { describeProblem } from '../../shared/text/problemText';
import type { AppState, Notice } from './state';

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

/** What is said of a place that does not answer, or is another by now: no news any more when it answers. */
const passing: ReadonlySet<Problem['code']> = new Set([
  'engine-not-running',
  'engine-denied',
  'engine-unreachable',
  'engine-untrusted',
  'engine-too-old',
  'engine-lost',
  'engine-silent',
  'place-changed',
  'place-gone',
  'place-closed',
]);

/** What stays of notices when some places answer again, or were closed: what they did not cause. */
export function withoutPassed(notices: readonly Notice[], back: readonly SourceId[]): readonly Notice[] {
  return notices.filter(
    ({ problem, places = [] }) =>
      problem === null || !passing.has(problem.code) || !places.some((id) => back.includes(id)),
  );
}

/** Whether it can be worked with, or will be read for who does. */
export const answers = ({ state }: Pick<SourceInfo, 'state'>): boolean =>
  state === 'ready' || state === 'unread';

/** What tells which place is in view, and how it is. */
type InView = Pick<AppState, 'source' | 'sources' | 'language'>;

/** Why a place cannot be worked with now, as controls say; null while it can, or while that is not known. */
export function whyNotReady(
  place: SourceInfo | undefined,
  { language }: Pick<AppState, 'language'>,
  t: Translate,
): string | null {
  if (place === undefined || answers(place)) return null;
  if (place.problem) return describeProblem(place.problem, language).title;
  return t('copyTo.notReady', { name: sourceName(place, t) });
}

/** Why nothing can be had of the place in view now: an engine that does not run, a file that is gone. Null while it answers. */
export function whyNotNow(state: InView, t: Translate): string | null {
  return whyNotReady(currentSource(state), state, t);
}

/**
 * Why something cannot be done with the place in view, as its control says: since no place of its kind can, or since this one does not
 * answer now. Null where it can.
 */
export function whyNotHere(state: InView, need: PlaceNeed, t: Translate): string | null {
  return placeCan(state.source, need) ? whyNotNow(state, t) : t(reasons[need]);
}
