import type { OperationState } from '../../shared/ipc/operation';
import { coalesce } from './coalesce';
import type { Context } from './context';
import type { AppActions, Page } from './state';

type WorkspaceActions = Pick<
  AppActions,
  | 'openPage'
  | 'refreshWorkspaces'
  | 'mountImage'
  | 'unmount'
  | 'runIn'
  | 'takeAsked'
  | 'createWorkspace'
  | 'removeWorkspace'
  | 'renameWorkspace'
  | 'exportRootfs'
  | 'squash'
  | 'rewrite'
>;

/** Pages, mounts and workspaces. */
export function workspaceActions(context: Context): WorkspaceActions {
  const { get, set, ask, attempt } = context;

  let runs = 0;
  const openPage = (page: Page): void => set({ page, operationsOpen: false, paletteOpen: false });

  /** A page whose workspace or mount is gone gives way to the images. */
  const leaveGone = (): void => {
    const { page, workspaces, mounts } = get();
    const there =
      page.kind === 'workspace'
        ? workspaces.some(({ name }) => name === page.name)
        : page.kind !== 'mount' || mounts.some(({ id }) => id === page.mount);
    if (!there) openPage({ kind: 'images' });
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
    const ended = get().operations;
    const [workspaces, mounts] = await Promise.all([ask('workspace.list', {}), ask('mount.list', {})]);
    if (workspaces.ok) set({ workspaces: workspaces.value });
    if (mounts.ok) set({ mounts: mounts.value });
    if (workspaces.ok && mounts.ok) forgetGone(ended);
    leaveGone();
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
      await attempt('mount.remove', { mount });
      await refreshWorkspaces();
    },
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
      await attempt('workspace.remove', { name, listed }, { kind: 'removeWorkspace', name });
      await refreshWorkspaces();
    },
    renameWorkspace: async (name, to, renamed) => {
      const reply = await ask('workspace.rename', { name, to });
      if (!reply.ok) return reply.problem;
      renamed();
      const { page } = get();
      await refreshWorkspaces();
      if (page.kind === 'workspace' && page.name === name) openPage({ kind: 'workspace', name: to });
      return null;
    },
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
