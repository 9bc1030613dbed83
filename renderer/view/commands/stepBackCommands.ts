import { isOpened } from '../../../shared/ipc/placeKinds';
import type { Translate } from '../../../shared/text/catalogue';
import { currentSource, sourceName } from '../../store/sources';
import type { AppActions, AppState, Selection } from '../../store/state';
import { currentStep } from '../viewStep';
import { plain, type Spec } from './command';

/** Pages that Esc leaves. Those with a terminal are not among them: its key belongs to what runs there. */
const leftByKey: ReadonlySet<AppState['page']['kind']> = new Set(['compare', 'duplicates']);

/**
 * Every step back, outermost last. Esc takes the first that there is, wherever the focus is, so that no press does two: the newest message
 * of trouble, which lies over all else, then out of the selection, then out of what was gone into within the view or of a page, and last of what
 * was opened without being loaded. Charts and tables have no rule of their own.
 */
export function stepBackCommands(
  state: AppState,
  selection: Selection,
  act: AppActions,
  t: Translate,
): Spec[] {
  const inView = state.page.kind === 'images';
  const chosen = selection.images.length > 0 || selection.layer !== null;
  const newest = state.notices.filter(({ tone }) => tone === 'trouble').at(-1);
  const leave = inView ? currentStep() : null;
  const clear: Spec = {
    id: 'clearSelection',
    label: t('command.clearSelection'),
    group: 'app',
    disabledReason: chosen ? null : t('command.nothingSelected'),
    run: () => act.clearSelection(),
  };
  // A selection that no page shows is not what somebody steps out of there.
  const steps: { readonly spec: Spec; readonly isNext: boolean }[] = [];
  const { lineage, settings } = state;
  const add = (id: string, label: string, run: () => void, isNext = true): void =>
    void steps.push({ spec: { id, label, icon: 'close', group: 'app', run }, isNext });
  if (newest) add('notice.dismiss', t('command.notice.dismiss'), () => act.dismissNotice(newest.id));
  steps.push({ spec: clear, isNext: chosen && inView });
  if (lineage)
    add(
      'lineage.leave',
      t('command.lineage.leave'),
      () => act.focusLineage(null),
      inView && settings.view === 'graph',
    );
  if (leave) add('view.leave', t('command.view.leave'), leave);
  if (leftByKey.has(state.page.kind))
    add('page.leave', t('workspace.back'), () => act.openPage({ kind: 'images' }));
  if (isOpened(state.source)) {
    const label = t('place.close.of', { name: sourceName(currentSource(state), t) });
    add('place.close', label, () => void act.closePlace(state.source), inView);
  }
  const next =
    steps.find(({ isNext }) => isNext) ?? (inView ? steps.find(({ spec }) => spec === clear) : undefined);
  return steps.map((step) => (step === next ? { ...step.spec, chord: plain('Escape') } : step.spec));
}
