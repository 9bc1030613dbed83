import type { Translate } from '../../shared/text/catalogue';
import { currentSource, sourceName } from './sources';
import type { Act, AppState } from './state';

/** What was done last in the place in view; nothing else is ever undone by a key. */
export const lastAct = ({ acts, source }: Pick<AppState, 'acts' | 'source'>): Act | undefined =>
  acts.findLast((act) => act.source === source);

/** What was done in all places, after something that cannot be taken back: what was done before it in its place can be by no key either. */
export const withFinal = (acts: readonly Act[], final: Omit<Act, 'undo'>): readonly Act[] => [
  ...acts.filter(({ source }) => source !== final.source),
  { ...final, undo: null },
];

/** Why nothing can be undone in the place in view, as the command says; null where something can. */
export function whyNotUndone(state: AppState, t: Translate): string | null {
  return lastAct(state)?.undo ? null : whyNoUndo(state, t);
}

/** The same where nothing can. */
export function whyNoUndo(state: AppState, t: Translate): string {
  const last = lastAct(state);
  const place = sourceName(currentSource(state), t);
  return last ? t('command.undo.final', { what: last.say(t), place }) : t('command.undo.nothing', { place });
}
