import type { ImageId } from '../../shared/image/digest';
import type { PickedFile, PickedFiles } from '../../shared/ipc/contract';
import { visibleText } from '../../shared/text/format';
import { home, isEngine, isHome } from '../../shared/ipc/placeKinds';
import type { OperationState } from '../../shared/ipc/operation';
import { operationOutcome } from './operationText';
import type { Context } from './context';
import { importForm } from './forms';
import { canRetry, raisableLimit, trashOf, withOperation } from './operationList';
import { news, refusal, trouble } from './notices';
import type { AppActions, AskedIn, Say } from './state';

type OperationActions = Pick<
  AppActions,
  | 'chooseAndLoad'
  | 'chooseAndLook'
  | 'chooseAndAdd'
  | 'loadDropped'
  | 'loadSamples'
  | 'chooseAndImport'
  | 'importRootfs'
  | 'cancelOperation'
  | 'dismissOperation'
  | 'retryOperation'
  | 'raiseLimit'
> & { readonly operationChanged: (operation: OperationState) => void };

/** An image that was made here. */
type Made = Extract<OperationState['result'], { readonly kind: 'commit' | 'squash' | 'rewrite' | 'import' }>;

const isMade = (result: NonNullable<OperationState['result']>): result is NonNullable<Made> =>
  result.kind === 'commit' ||
  result.kind === 'squash' ||
  result.kind === 'rewrite' ||
  result.kind === 'import';

/** Results after which the store is what it was. */
const unchanging: ReadonlySet<string> = new Set([
  'save',
  'mount',
  'workspace',
  'export',
  'copy',
  'copyOut',
  'hash',
  'look',
]);

/** Why an engine was asked to delete nothing at all. */
const refusedBefore: ReadonlySet<string> = new Set(['engine-image-used', 'shown-changed']);

/** What is done with files that were chosen or dropped: they are loaded, or looked at where they lie. */
type How = 'archive.load' | 'archive.look';

const howOf = ({ kind }: OperationState): How => (kind === 'look' ? 'archive.look' : 'archive.load');

/** Whether what is tried again is to be put on the person's list. */
const addsOf = ({ adds }: OperationState): { readonly add?: true } => (adds ? { add: adds } : {});

/** Dropped files that are handed on at once: a message has its bounds. */
const filesAtOnce = 100;

/** Loading, and what happens to operations while they run and when they end. */
export function operationActions(
  context: Context,
  pages: Pick<AppActions, 'openPage' | 'refreshWorkspaces' | 'undoCleanUp' | 'showSource'> & {
    /** A copy has ended: what it moved can be taken back. */
    readonly copyEnded: (operation: OperationState) => void;
  },
): OperationActions {
  const {
    get,
    set,
    ask,
    attempt,
    dialogs,
    addNotice,
    pushUndo,
    pushFinal,
    announce,
    refreshGraph,
    bridge,
    t,
  } = context;

  /** What failed before and has succeeded now is no trouble any more. */
  const forgetFailures = ({ kind, subject }: OperationState): void => {
    const over = new Set(
      get()
        .operations.filter(
          (each) => each.kind === kind && each.subject === subject && each.status === 'failed',
        )
        .map(({ id }) => id),
    );
    if (over.size > 0)
      set({ notices: get().notices.filter(({ operation: id }) => id === null || !over.has(id)) });
  };

  /** A way back from a clean-up, which says itself what came of it. */
  const takesBack = (say: Say, trash: string): (() => Promise<void>) =>
    pushUndo({
      source: home,
      say,
      undo: async () => {
        await pages.undoCleanUp(trash);
        return false;
      },
    });

  /** A way back for a name that a new image took from another: that one has it again, and the new one stays. */
  const givesBack = (say: Say, { id, name, movedFrom }: Made): (() => Promise<void>) | null =>
    name === null || movedFrom === null || movedFrom === id
      ? null
      : pushUndo({
          source: home,
          say,
          undo: async () => {
            const given = await attempt('image.tag', {
              source: home,
              image: movedFrom as ImageId,
              reference: name,
              holder: id as ImageId,
            });
            await refreshGraph();
            return given !== null;
          },
        });

  /** What changed a place shadows what was done there before, so that no key undoes an older thing than the last. */
  const shadow = (operation: OperationState): void => {
    const { status, kind, result, problem, places } = operation;
    // A copy changes where it goes.
    const source = (kind === 'copyOut' || kind === 'copyIn' ? places?.at(-1) : places?.[0]) ?? home;
    const isRemoval = kind === 'remove' || kind === 'prune';
    const isRefused = problem !== null && refusedBefore.has(problem.code);
    const changes =
      status === 'done'
        ? result !== null && (result.kind === 'copyOut' || !unchanging.has(result.kind))
        : // An engine deletes one after the other: some of it may have gone.
          isRemoval && isEngine(source) && !isRefused;
    // What can be put back is taken back itself.
    if (changes && trashOf(result) === undefined)
      pushFinal({ source, say: (words) => operationOutcome(operation, words) });
  };

  const ended = async (operation: OperationState): Promise<void> => {
    const { status, result, problem, places } = operation;
    shadow(operation);
    pages.copyEnded(operation);
    const cameBack = dialogs.ended(operation);
    if (status === 'failed') {
      if (cameBack) return;
      // What is in view and could not be read says so itself; a bound can be raised with the message alone.
      const isInView = operation.kind === 'look' && places?.[0] === get().source;
      if (problem && problem.code !== 'cancelled' && (!isInView || raisableLimit(operation))) {
        addNotice(trouble(problem, { operation: operation.id, places }));
      }
      return;
    }
    announce(operationOutcome(operation, t()));
    if (status === 'done') forgetFailures(operation);
    if (status === 'done' && (result?.kind === 'mount' || result?.kind === 'workspace')) {
      await pages.refreshWorkspaces();
      pages.openPage(
        result.kind === 'mount'
          ? { kind: 'mount', mount: result.mount }
          : { kind: 'workspace', name: result.name },
      );
    }
    if (status === 'done' && result?.kind === 'look' && result.listed !== true)
      await pages.showSource(result.source);
    if (status !== 'done' || !result || unchanging.has(result.kind)) return;
    await refreshGraph();
    // What came into the store is not what is in view.
    if (!isHome(get().source)) {
      if (result.kind === 'load' || result.kind === 'samples') {
        const say: Say = (words) => operationOutcome(operation, words);
        addNotice({ ...news(say), show: home });
      }
      return;
    }
    if (result.kind === 'load' || result.kind === 'samples') {
      const images = get().index?.images;
      const loaded = result.images.map(({ id }) => id as ImageId).filter((id) => images?.has(id) === true);
      // What came is what people want to see; where everything came at once, one image says more than all.
      const shown = loaded.length < (images?.size ?? 0) ? loaded : loaded.slice(-1);
      if (shown.length > 0) set({ selection: { images: shown, layer: null } });
    } else if (trashOf(result) !== undefined) {
      const trash = trashOf(result) ?? null;
      const say: Say = (words) => operationOutcome(operation, words);
      addNotice(news(say, trash === null ? null : takesBack(say, trash)));
    } else if (isMade(result)) {
      const made = result.id as ImageId;
      const say: Say = (words) => operationOutcome(operation, words);
      const back = givesBack(say, result);
      if (back !== null)
        addNotice(
          news(
            (words) => say(words) + words('operation.nameMoved', { name: visibleText(result.name ?? '') }),
            back,
          ),
        );
      // The page stays: whoever sees the images then sees this one.
      if (get().index?.images.has(made) === true)
        set({
          selection: { images: [made], layer: null },
          reveal: { id: (get().reveal?.id ?? 0) + 1, image: made },
        });
      await pages.refreshWorkspaces();
    }
  };

  const operationChanged = (operation: OperationState): void => {
    const before = get().operations.find(({ id }) => id === operation.id);
    set({ operations: withOperation(get().operations, operation) });
    if (operation.status !== 'running' && (before?.status ?? 'running') === 'running') void ended(operation);
  };

  const loadFiles = async (files: readonly PickedFile[], how: How, add = false): Promise<void> => {
    // One after the other: where many are loaded already each waits for room.
    for (const { token } of files) {
      const input = { file: token, ...(add && { add }) };
      if (how === 'archive.load') {
        await attempt(how, input);
        continue;
      }
      const reply = await ask(how, input);
      if (reply.ok) continue;
      // Whoever opens the folder of the store wants to see it.
      if (reply.problem.code === 'source-is-store') await pages.showSource(home);
      addNotice(trouble(reply.problem, { asked: how }));
    }
  };

  /** Loads or opens what can be read, and says of each of the others why not. */
  const loadPicked = async ({ files, refused }: PickedFiles, how: How, add = false): Promise<void> => {
    for (const problem of refused) addNotice(trouble(problem));
    await loadFiles(files, how, add);
  };

  const forget = (id: string): void => {
    const askedIn = new Map(get().askedIn);
    askedIn.delete(id);
    set({
      askedIn,
      operations: get().operations.filter((operation) => operation.id !== id),
      notices: get().notices.filter((notice) => notice.operation !== id),
    });
  };

  /**
   * Shows in what something was asked for, with all that was filled in. It stays among what has ended until the next try is done, or it is
   * dismissed: whoever closes the dialog again can go back to it.
   */
  const askAgain = async (id: string, { in: where, source }: AskedIn): Promise<void> => {
    set({ notices: get().notices.filter((notice) => notice.operation !== id), operationsOpen: false });
    if ('page' in where) return pages.openPage(where.page);
    if (get().source !== source && get().sources.some((each) => each.id === source))
      await pages.showSource(source);
    set({ dialog: where.dialog, paletteOpen: false });
  };

  return {
    operationChanged,
    chooseAndLoad: async (directory = false) => {
      const picked = await attempt('archive.choose', { directory });
      if (picked) await loadPicked(picked, 'archive.load');
    },
    chooseAndLook: async (directory = false) => {
      const picked = await attempt('archive.choose', { directory, purpose: 'look' });
      if (picked) await loadPicked(picked, 'archive.look');
    },
    chooseAndAdd: async (directory = false) => {
      const picked = await attempt('archive.choose', { directory, purpose: 'add' });
      if (picked) await loadPicked(picked, 'archive.look', true);
    },
    chooseAndImport: async (directory = false) => {
      const picked = await attempt('archive.choose', { directory, purpose: 'import' });
      for (const problem of picked?.refused ?? []) addNotice(trouble(problem));
      const [file] = picked?.files ?? [];
      if (file) set({ dialog: { kind: 'import', file: file.token, name: file.name } });
    },
    importRootfs: async (dialog, what) => {
      const asked = dialogs.asking({ dialog }, importForm(dialog));
      const reply = await ask('rootfs.import', { file: dialog.file, ...what });
      if (!reply.ok) return reply.problem;
      dialogs.began(reply.value.operation, asked);
      return null;
    },
    loadDropped: async (files, look = false) => {
      let taken = 0;
      for (let at = 0; at < files.length; at += filesAtOnce) {
        let reply;
        try {
          reply = await bridge.registerFiles(files.slice(at, at + filesAtOnce));
        } catch {
          // No file of the system, but something that another program drew as one.
          continue;
        }
        if (reply.ok) {
          taken += reply.value.files.length + reply.value.refused.length;
          await loadPicked(reply.value, look ? 'archive.look' : 'archive.load');
        } else {
          taken += filesAtOnce;
          addNotice(trouble(reply.problem));
        }
      }
      if (taken < files.length || files.length === 0) {
        addNotice(refusal((words) => words('app.drop.nothing')));
      }
    },
    loadSamples: async () => {
      await attempt('samples.load', {});
    },
    cancelOperation: async (id) => {
      await attempt('operation.cancel', { operation: id });
    },
    dismissOperation: async (id) => {
      forget(id);
      await ask('operation.dismiss', { operation: id });
    },
    retryOperation: async (id) => {
      const operation = get().operations.find((other) => other.id === id);
      if (!operation || !canRetry(operation, get())) return;
      const asked = get().askedIn.get(id);
      if (asked) return askAgain(id, asked);
      forget(id);
      if (operation.kind === 'import') {
        const { retryToken: file, subject: name } = operation;
        if (file !== null) set({ dialog: { kind: 'import', file, name }, operationsOpen: false });
        return;
      }
      if (operation.kind === 'samples') await attempt('samples.load', {});
      else if (operation.kind === 'prune') set({ dialog: { kind: 'prune' }, operationsOpen: false });
      else if (operation.retryToken !== null)
        await attempt(howOf(operation), { file: operation.retryToken, ...addsOf(operation) });
      await ask('operation.dismiss', { operation: id });
    },
    raiseLimit: async (id) => {
      const operation = get().operations.find((other) => other.id === id);
      const raise = operation && raisableLimit(operation);
      if (!raise || operation.retryToken === null) return;
      forget(id);
      const { name, then: value } = raise;
      const file = operation.retryToken;
      await attempt(howOf(operation), { file, raise: { name, value }, ...addsOf(operation) });
      await ask('operation.dismiss', { operation: id });
    },
  };
}
