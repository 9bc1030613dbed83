import type { ImageNode } from '../../shared/graph/imageGraph';
import { nameMoves, type NameMove } from '../../shared/graph/nameMoves';
import type { ImageId } from '../../shared/image/digest';
import type { OperationState } from '../../shared/ipc/operation';
import { isHome, placeCan, type SourceId } from '../../shared/ipc/placeKinds';
import { shownNames } from '../../shared/text/format';
import type { Context } from './context';
import { whyNotTaken } from './copyTargets';
import { news, refusal } from './notices';
import { readGraph } from './readGraph';
import { sourceName } from './sources';
import type { AppActions, CopyMoves, Say } from './state';

type CopyActions = Pick<AppActions, 'copyTo'> & {
  /** A copy has ended: names that it moved can be given back. */
  readonly copyEnded: (operation: OperationState) => void;
};

const none: readonly NameMove[] = [];

/** What a person is asked about: whose name it is, and what that image keeps. */
const askedAbout = (moves: readonly NameMove[]): string =>
  JSON.stringify(moves.map(({ name, holder, isLast }) => [name, holder.id, isLast]));

/** A copy of which some names that it moved are where they were. */
function withoutMoved(operation: OperationState, given: ReadonlySet<string>): OperationState {
  const { result } = operation;
  if (result?.kind !== 'copyIn' && result?.kind !== 'copyOut') return operation;
  const movedNames = result.movedNames?.filter((name) => !given.has(name)) ?? [];
  if (result.kind !== 'copyOut') return { ...operation, result: { ...result, movedNames } };
  return {
    ...operation,
    result: { ...result, movedNames: movedNames.length === 0 ? undefined : movedNames },
  };
}

/** Copies from place to place, with the names that they take from other images there. */
export function copyActions(context: Context): CopyActions {
  const { get, set, t, ask, attempt, addNotice, pushUndo, refreshGraph } = context;
  /** What copies were agreed to move, by operation. */
  const agreedTo = new Map<string, Pick<CopyMoves, 'target' | 'moves'>>();

  /** The names that the copy would move; none where the taker cannot be read: the copy itself says why. */
  const movesOf = async (target: SourceId, going: readonly ImageNode[]): Promise<readonly NameMove[]> => {
    if (going.every(({ names }) => names.length === 0)) return none;
    const reply = await readGraph(ask, target, undefined);
    return reply.ok && reply.value ? nameMoves(going, reply.value.graph.images) : none;
  };

  const giveBack = async (target: SourceId, { name, holder, taker }: NameMove): Promise<boolean> => {
    const reply = await readGraph(ask, target, undefined);
    const images = reply.ok ? (reply.value?.graph.images ?? []) : [];
    // An engine may call what came by another ID: then whoever has the name now is what came.
    const came = images.some(({ id }) => id === taker)
      ? taker
      : (images.find(({ names }) => names.includes(name))?.id ?? null);
    const input = {
      source: target,
      image: holder.id,
      reference: name,
      holder: came,
      order: [...holder.names],
    };
    return (await attempt('image.tag', input)) !== null;
  };

  const copyEnded = (operation: OperationState): void => {
    const { id, status, result } = operation;
    const agreed = agreedTo.get(id);
    if (!agreed || status === 'running') return;
    agreedTo.delete(id);
    if (status !== 'done' || (result?.kind !== 'copyIn' && result?.kind !== 'copyOut')) return;
    const { target } = agreed;
    const moved = agreed.moves.filter(({ name }) => result.movedNames?.includes(name));
    if (moved.length === 0 || !placeCan(target, 'write')) return;
    const place = get().sources.find((each) => each.id === target);
    const names = shownNames(moved.map(({ name }) => name));
    const say: Say = (words) => words('copyMoves.done', { names, place: sourceName(place, words) });
    const undone: Say = (words) => words('copyMoves.undone', { names, place: sourceName(place, words) });
    const undo = async (): Promise<boolean> => {
      const given = new Set<string>();
      for (const move of moved) if (await giveBack(target, move)) given.add(move.name);
      set({
        operations: get().operations.map((each) => (each.id === id ? withoutMoved(each, given) : each)),
      });
      await refreshGraph();
      return given.size === moved.length;
    };
    // Only the names go back: what was copied stays.
    const label: Say = (words) => words('copyMoves.undo', { count: moved.length });
    addNotice(news(say, pushUndo({ source: target, say, undo, undone }), label));
  };

  const copyTo: AppActions['copyTo'] = async (target, images, agreed = none) => {
    const { source: from, sources, index } = get();
    const to = sources.find(({ id }) => id === target);
    if (!to || images.length === 0) return;
    const refused = whyNotTaken(get(), to, t());
    if (refused !== null) {
      addNotice(refusal((words) => whyNotTaken(get(), to, words) ?? refused));
      return;
    }
    const going = images.flatMap((id: ImageId) => index?.images.get(id) ?? []);
    const moves = await movesOf(target, going);
    if (askedAbout(moves) !== askedAbout(agreed)) {
      // What is open has the person's words in it: a question does not take its place.
      if (get().dialog !== null) {
        addNotice(refusal((words) => words('copyMoves.notAsked', { place: sourceName(to, words) })));
        return;
      }
      const dialog = {
        kind: 'copyMoves' as const,
        from,
        target,
        images,
        moves,
        isChanged: agreed.length > 0,
      };
      // Where nothing would move any more there is nothing to ask.
      if (moves.length > 0) return set({ dialog, operationsOpen: false, paletteOpen: false });
    }
    const started = isHome(target)
      ? await attempt('source.copyIn', { source: from, images })
      : await attempt('source.copyOut', { source: target, from, images });
    if (!started || moves.length === 0) return;
    agreedTo.set(started.operation, { target, moves });
    // It may have ended before its start was answered.
    const operation = get().operations.find(({ id }) => id === started.operation);
    if (operation) copyEnded(operation);
  };

  return { copyTo, copyEnded };
}
