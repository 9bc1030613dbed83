import { useMemo, useSyncExternalStore } from 'react';
import type { Bridge } from '../../../shared/ipc/bridge';
import { currentActions } from '../../store/hooks';
import { TerminalSession, type TerminalPlan } from './terminalSession';

/** A run that has ended. */
export interface Ended {
  readonly title: string;
  readonly code: number | null;
  readonly at: number;
}

type Tree = TerminalPlan['tree'];

interface TerminalList {
  readonly open: readonly TerminalSession[];
  /** What has been run, by the tree, newest first. */
  readonly history: Readonly<Record<string, readonly Ended[]>>;
}

/** Runs that are remembered of a tree. */
const remembered = 100;

const keyOf = (tree: Tree): string => JSON.stringify(tree);

/** The terminals of the window's pages. They outlive the page that shows them: what runs there goes on. */
let list: TerminalList = { open: [], history: {} };
const listeners = new Set<() => void>();
const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};
function change(now: Partial<TerminalList>): void {
  list = { ...list, ...now };
  for (const listener of listeners) listener();
}

const of = (open: readonly TerminalSession[], tree: Tree): readonly TerminalSession[] =>
  open.filter(({ plan }) => keyOf(plan.tree) === keyOf(tree));

/** Those of a tree, in the order they were opened. */
export function useTerminals(tree: Tree): {
  readonly open: readonly TerminalSession[];
  readonly history: readonly Ended[];
} {
  const key = keyOf(tree);
  const { open: all, history } = useSyncExternalStore(subscribe, () => list);
  const open = useMemo(() => all.filter(({ plan }) => keyOf(plan.tree) === key), [all, key]);
  return { open, history: history[key] ?? none };
}
const none: readonly Ended[] = [];

/** Those of a tree in which something may run. */
export const liveTerminals = (tree: Tree): readonly TerminalSession[] =>
  of(list.open, tree).filter(({ live }) => live);

/** Makes a terminal; it starts when it is shown. `onEnd` is told how what runs in it ended; `code` null when a signal did it. */
export function addTerminal(
  bridge: Bridge,
  plan: TerminalPlan,
  title: string,
  onEnd: (code: number | null) => void = () => undefined,
): TerminalSession {
  const session = new TerminalSession(bridge, plan, title, (code) => {
    // The name that its workspace has by now.
    const key = keyOf(session.plan.tree);
    change({
      history: {
        ...list.history,
        [key]: [{ title, code, at: Date.now() }, ...(list.history[key] ?? [])].slice(0, remembered),
      },
    });
    onEnd(code);
  });
  change({ open: [...list.open, session] });
  return session;
}

/** Closes the terminals of trees that are gone, of which most have ended, and forgets what was run there. */
export function forgetTerminals(isGone: (tree: Tree) => boolean): void {
  const gone = list.open.filter(({ plan }) => isGone(plan.tree));
  const kept = Object.entries(list.history).filter(([key]) => !isGone(JSON.parse(key) as Tree));
  if (kept.length < Object.keys(list.history).length) change({ history: Object.fromEntries(kept) });
  if (gone.length > 0) void closeTerminals(gone);
}

/** A workspace has another name now: what ended in it, and what was run there, goes with it. */
export function renameTerminals(name: string, to: string): void {
  const [from, tree] = [{ workspace: name }, { workspace: to }];
  const moved = of(list.open, from);
  for (const session of moved) session.plan = { ...session.plan, tree };
  const { [keyOf(from)]: history, ...others } = list.history;
  change({
    open: [...list.open],
    history: history ? { ...others, [keyOf(tree)]: history } : others,
  });
}

/** Closes terminals, with what runs in them; resolves when that has ended. */
export async function closeTerminals(closed: readonly TerminalSession[]): Promise<void> {
  change({ open: list.open.filter((each) => !closed.includes(each)) });
  await Promise.all(closed.map((each) => each.close()));
  for (const { plan } of closed) if (!('image' in plan.tree)) currentActions().treeRests(plan.tree);
}
