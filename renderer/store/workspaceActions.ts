import type { Problem } from '../../shared/image/problem';
import type { RequestInput } from '../../shared/ipc/contract';
import type { OperationState } from '../../shared/ipc/operation';
import type { Reply } from '../../shared/ipc/reply';
import type { MountInfo } from '../../shared/ipc/workspace';
import { home } from '../../shared/ipc/placeKinds';
import { visibleText } from '../../shared/text/format';
import { coalesce } from './coalesce';
import type { Context } from './context';
import { filledIn, imageForm, rewriteForm, runForm, squashForm, withRenamed, workspaceForm } from './forms';
import type { Form } from './formValues';
import { news, refusal, withoutBusy, withoutGone } from './notices';
import type { AppActions, AskedIn, Page, Say } from './state';

type WorkspaceActions = Pick<
  AppActions,
  | 'openPage'
  | 'refreshWorkspaces'
  | 'mountImage'
  | 'unmount'
  | 'runIn'
  | 'takeAsked'
  | 'treeRests'
  | 'createWorkspace'
  | 'commit'
  | 'removeWorkspace'
  | 'renameWorkspace'
  | 'exportRootfs'
  | 'squash'
  | 'rewrite'
>;

/** What starts an operation of a workspace, or one that makes an image. */
type Starting = 'workspace.create' | 'workspace.commit' | 'squash.start' | 'rewrite.start';

/** Pages, mounts and workspaces. */
export function workspaceActions(context: Context): WorkspaceActions {
  const { get, set, ask, attempt, dialogs, addNotice, pushFinal } = context;

  let runs = 0;
  const openPage = (page: Page): void => set({ page, operationsOpen: false, paletteOpen: false });

  const takenAway = new Set<string>();
  /**
   * A page whose workspace or mount is gone gives way to the images, and says so where somebody else took it away. `before`: the
   * mounts that there were.
   */
  const leaveGone = (before: readonly MountInfo[]): void => {
    const { page, workspaces, mounts } = get();
    if (page.kind === 'workspace') {
      const { name } = page;
      if (workspaces.some((each) => each.name === name)) return;
      openPage({ kind: 'images' });
      if (!takenAway.has(name)) say((words) => words('workspace.wentAway', { name: visibleText(name) }));
    } else if (page.kind === 'mount') {
      const { mount } = page;
      if (mounts.some(({ id }) => id === mount)) return;
      openPage({ kind: 'images' });
      const name = before.find(({ id }) => id === mount)?.name;
      if (name !== undefined && !takenAway.has(mount))
        say((words) => words('mount.wentAway', { name: visibleText(name) }));
    }
  };
  const say = (sentence: Say): void => addNotice(refusal(sentence));
  /** Marks what this window takes away itself: nobody has to be told that it went. */
  const takingAway = async <T>(key: string, work: () => Promise<T>): Promise<T> => {
    takenAway.add(key);
    return work().finally(() => takenAway.delete(key));
  };

  /** Of operations that had ended, those whose outcome tells of a workspace or a mount that is gone. */
  const forgetGone = (ended: readonly OperationState[]): void => {
    const { workspaces, mounts, operations } = get();
    const isGone = ({ result }: OperationState): boolean =>
      (result?.kind === 'mount' && mounts.every(({ id }) => id !== result.mount)) ||
      (result?.kind === 'workspace' && workspaces.every(({ name }) => name !== result.name));
    const gone = new Set(ended.filter(isGone).map(({ id }) => id));
    if (gone.size === 0) return;
    set({ operations: operations.filter(({ id }) => !gone.has(id)) });
    for (const operation of gone) void ask('operation.dismiss', { operation });
  };

  const refreshWorkspaces = coalesce(async () => {
    // Not those that end meanwhile: the lists may not have what they made.
    const { operations: ended, mounts: before } = get();
    const [workspaces, mounts] = await Promise.all([ask('workspace.list', {}), ask('mount.list', {})]);
    if (workspaces.ok) set({ workspaces: workspaces.value });
    if (mounts.ok) set({ mounts: mounts.value });
    if (workspaces.ok && mounts.ok) {
      forgetGone(ended);
      set({ notices: withoutGone(get().notices, get()) });
    }
    leaveGone(before);
    if (get().mountSupport !== null) return;
    const support = await ask('mount.support', {});
    if (support.ok) set({ mountSupport: support.value });
  });

  /** Starts what a form asks for, and keeps in what it was asked for; why it was refused. */
  const begin = async <N extends Starting>(
    name: N,
    input: RequestInput<N>,
    where: AskedIn['in'],
    form: Form,
    leaves?: object,
  ): Promise<Problem | null> => {
    const asked = dialogs.asking(where, form, leaves);
    const reply: Reply<{ readonly operation: string }> = await ask(name, input);
    if (!reply.ok) return reply.problem;
    dialogs.began(reply.value.operation, asked);
    return null;
  };

  return {
    openPage,
    refreshWorkspaces,
    mountImage: async (image) => {
      const there = get().mounts.find((mount) => mount.image === image);
      if (there) openPage({ kind: 'mount', mount: there.id });
      else await attempt('mount.create', { image });
    },
    unmount: async (mount) => {
      await takingAway(mount, async () => {
        await attempt('mount.remove', { mount });
        await refreshWorkspaces();
      });
    },
    treeRests: (tree) => set({ notices: withoutBusy(get().notices, tree) }),
    takeAsked: () => set({ asked: null }),
    runIn: (workspace, what) => {
      const form = runForm({ workspace }, get().workspaces);
      const filled = { form, sent: filledIn(get().forms, form) };
      set({ asked: { id: ++runs, workspace, what, filled } });
      openPage({ kind: 'workspace', name: workspace });
    },
    createWorkspace: (image, name) => {
      const where = { dialog: { kind: 'workspace' as const, image } };
      return begin('workspace.create', { image, name }, where, imageForm('workspace', image));
    },
    commit: (workspace, what) => {
      const { name } = workspace;
      const where = { page: { kind: 'workspace' as const, name } };
      const leaves = { last: what.reference };
      return begin('workspace.commit', { name, ...what }, where, workspaceForm('commit', workspace), leaves);
    },
    removeWorkspace: async (name, listed) => {
      await takingAway(name, async () => {
        const there = get().workspaces.some((each) => each.name === name);
        await attempt('workspace.remove', { name, listed }, { kind: 'removeWorkspace', name });
        await refreshWorkspaces();
        if (!there || get().workspaces.some((each) => each.name === name)) return;
        // What was done before it is not undone in its place.
        const of = { name: visibleText(name) };
        pushFinal({ source: home, say: (words) => words('workspace.removed', of) });
        addNotice(news((words) => words('workspace.removedForGood', of)));
      });
    },
    renameWorkspace: (name, to, renamed) =>
      takingAway(name, async () => {
        const { page, workspaces } = get();
        const renaming = workspaces.find((each) => each.name === name);
        const reply = await ask('workspace.rename', { name, to });
        if (!reply.ok) return reply.problem;
        renamed();
        if (renaming) set({ forms: withRenamed(get().forms, renaming, to) });
        await refreshWorkspaces();
        if (page.kind === 'workspace' && page.name === name) openPage({ kind: 'workspace', name: to });
        return null;
      }),
    exportRootfs: async (what) => {
      await attempt('rootfs.export', { what });
    },
    squash: (dialog, from, reference, holder) => {
      const { image } = dialog;
      return begin('squash.start', { image, from, reference, holder }, { dialog }, squashForm(dialog));
    },
    rewrite: (dialog, paths, reference, holder) => {
      const what = { image: dialog.image, paths: [...paths], reference, holder };
      return begin('rewrite.start', what, { dialog }, rewriteForm(dialog));
    },
  };
}
