import type { Problem } from '../../shared/image/problem';
import type { OperationState } from '../../shared/ipc/operation';
import type { SourceId } from '../../shared/ipc/placeKinds';
import type { Act, AppState, Notice, SaveAsked, Say } from './state';

/** A mount by its ID, a workspace by its name. */
type Tree = { readonly mount: string } | { readonly workspace: string };

type NewNotice = Omit<Notice, 'id'>;

/** Something failed. `asked`: what was asked for, so that the message goes when the same succeeds. */
export const trouble = (
  problem: Problem,
  of: {
    readonly operation?: string;
    readonly places?: readonly SourceId[] | undefined;
    readonly asked?: string;
    readonly save?: SaveAsked;
  } = {},
): NewNotice => ({
  tone: 'trouble',
  problem,
  operation: of.operation ?? null,
  say: null,
  undo: null,
  places: of.places,
  asked: of.asked,
  save: of.save,
});

/** Something was done, with the way back if there is one, and what that does where "Undo" would say too much. */
export const news = (say: Say, undo: Notice['undo'] = null, undoLabel?: Say): NewNotice => ({
  tone: 'done',
  problem: null,
  operation: null,
  say,
  undo,
  undoLabel,
});

/** Something was not done, or is no longer there, and nothing failed by it. */
export const refusal = (say: Say): NewNotice => ({ ...news(say), tone: 'refused' });

/**
 * The messages with one more: news takes the place of news, and trouble that of equal trouble, of the same work in the same place. A
 * refusal leaves a way back that is offered: nothing was done since. Of `operations` a message says what was to be done.
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
      : notice.tone === 'trouble' || (notice.tone === 'refused' && other.undo !== null),
  );
  return [...kept, notice];
}

/** Problems that a tree is in use. */
const busy: ReadonlySet<string> = new Set(['mount-busy', 'workspace-busy']);

/** What a message says was asked of: a mount or a workspace; null where it was neither. */
function askedOf({ asked, problem }: Notice): Tree | null {
  if (problem?.code === 'workspace-busy') return { workspace: problem.facts.name };
  const [, about = '', text = ''] = /^(mount|workspace)\.\S* (.*)$/s.exec(asked ?? '') ?? [];
  if (about === '') return null;
  const input = JSON.parse(text) as { readonly mount?: string; readonly name?: string };
  if (about === 'mount') return input.mount === undefined ? null : { mount: input.mount };
  return input.name === undefined ? null : { workspace: input.name };
}

/** The messages without those about mounts and workspaces that are gone. */
export function withoutGone(
  notices: readonly Notice[],
  { mounts, workspaces }: Pick<AppState, 'mounts' | 'workspaces'>,
): readonly Notice[] {
  return notices.filter((notice) => {
    const of = askedOf(notice);
    if (of === null) return true;
    return 'mount' in of
      ? mounts.some(({ id }) => id === of.mount)
      : workspaces.some(({ name }) => name === of.workspace);
  });
}

/** The messages without those that a tree is in use: our own terminals in it have been closed. */
export function withoutBusy(notices: readonly Notice[], tree: Tree): readonly Notice[] {
  return notices.filter((notice) => {
    const of = busy.has(notice.problem?.code ?? '') ? askedOf(notice) : null;
    return of === null || JSON.stringify(of) !== JSON.stringify(tree);
  });
}

/** What stays of messages when something else was done since: no refusal, and no way back that is none any more. */
export function afterAct(notices: readonly Notice[], acts: readonly Act[]): readonly Notice[] {
  return notices.filter(
    ({ tone, undo }) => tone !== 'refused' && (undo === null || acts.some((act) => act.undo === undo)),
  );
}
