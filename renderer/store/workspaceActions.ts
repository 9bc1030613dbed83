import type { OperationState } from '../../shared/ipc/operation';
import type { MountInfo } from '../../shared/ipc/workspace';
import { visibleText } from '../../shared/text/format';
import { coalesce } from './coalesce';
import type { Context } from './context';
import { refusal, withoutBusy, withoutGone } from './notices';
import type { AppActions, Page, Say } from './state';

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
  | 'removeWorkspace'
  | 'renameWorkspace'
  | 'exportRootfs'
  | 'squash'
  | 'rewrite'
>;

/** Pages, mounts and workspaces. */
export function workspaceActions(context: Context): WorkspaceActions {
  const { get, set, ask, attempt, addNotice } = context;

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
      set({ asked: { id: ++runs, workspace, what } });
      openPage({ kind: 'workspace', name: workspace });
    },
    createWorkspace: async (image, name) => {
      const reply = await ask('workspace.create', { image, name });
      return reply.ok ? null : reply.problem;
    },
    removeWorkspace: async (name, listed) => {
      await takingAway(name, async () => {
        await attempt('workspace.remove', { name, listed }, { kind: 'removeWorkspace', name });
        await refreshWorkspaces();
      });
    },
    renameWorkspace: (name, to, renamed) =>
      takingAway(name, async () => {
        const { page } = get();
        const reply = await ask('workspace.rename', { name, to });
        if (!reply.ok) return reply.problem;
        renamed();
        await refreshWorkspaces();
        if (page.kind === 'workspace' && page.name === name) openPage({ kind: 'workspace', name: to });
        return null;
      }),
    exportRootfs: async (what) => {
      await attempt('rootfs.export', { what });
    },
    squash: async (image, from, reference, holder) => {
      const reply = await ask('squash.start', { image, from, reference, holder });
      return reply.ok ? null : reply.problem;
    },
    rewrite: async (image, paths, reference, holder) => {
      const reply = await ask('rewrite.start', { image, paths: [...paths], reference, holder });
      return reply.ok ? null : reply.problem;
    },
  };
}
