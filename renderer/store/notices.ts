import type { Problem } from '../../shared/image/problem';
import type { OperationState } from '../../shared/ipc/operation';
import type { SourceId } from '../../shared/ipc/placeKinds';
import type { Act, Notice, Say } from './state';

type NewNotice = Omit<Notice, 'id'>;

/** Something failed. `asked`: what was asked for, so that the message goes when the same succeeds. */
export const trouble = (
  problem: Problem,
  of: {
    readonly operation?: string;
    readonly places?: readonly SourceId[] | undefined;
    readonly asked?: string;
  } = {},
): NewNotice => ({
  tone: 'trouble',
  problem,
  operation: of.operation ?? null,
  say: null,
  undo: null,
  places: of.places,
  asked: of.asked,
});

/** Something was done, with the way back if there is one. */
export const news = (say: Say, undo: Notice['undo'] = null): NewNotice => ({
  tone: 'done',
  problem: null,
  operation: null,
  say,
  undo,
});

/** Something was not done, or is no longer there, and nothing failed by it. */
export const refusal = (say: Say): NewNotice => ({ ...news(say), tone: 'refused' });

/**
 * The messages with one more: news takes the place of news, and trouble that of equal trouble, of the same work in the same place. Of
 * `operations` a message says what was to be done.
 */
export function withNotice(
  notices: readonly Notice[],
  notice: Notice,
  operations: readonly OperationState[],
): readonly Notice[] {
  const said = ({ problem, operation, places = [] }: Notice): string => {
    const of = operations.find(({ id }) => id === operation);
    return JSON.stringify([problem?.code, problem?.facts, places, of?.kind, of?.subject]);
  };
  const kept = notices.filter((other) =>
    other.tone === 'trouble'
      ? notice.tone !== 'trouble' || said(other) !== said(notice)
      : notice.tone === 'trouble',
  );
  return [...kept, notice];
}

/** What stays of messages when something else was done since: no refusal, and no way back that is none any more. */
export function afterAct(notices: readonly Notice[], acts: readonly Act[]): readonly Notice[] {
  return notices.filter(
    ({ tone, undo }) => tone !== 'refused' && (undo === null || acts.some((act) => act.undo === undo)),
  );
}
