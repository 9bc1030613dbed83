import type { OperationResult } from '../../shared/ipc/operation';
import { shortDigest } from '../../shared/image/digest';
import { displayName } from '../../shared/graph/sharing';
import { problemOf } from '../../shared/image/problem';
import { commitWorkspace } from '../actions/trees/commitWorkspace';
import { copyOutOfTree, listTree } from '../actions/trees/browse';
import { syncUnpacked } from '../actions/trees/layerCache';
import { MountOnce } from '../actions/trees/mountOnce';
import { listMounts, unmountImage } from '../actions/trees/mounts';
import { readStoreView } from '../actions/images/storeView';
import { openTree } from '../actions/trees/openTree';
import { findRuntime, runtimePackages } from '../run/findRuntime';
import {
  createWorkspace,
  listWorkspaces,
  mountWorkspace,
  removeWorkspace,
  renameWorkspace,
  unmountWorkspace,
  workspaceChanges,
  workspaceContents,
} from '../actions/trees/workspaces';
import { unwatchedRun } from './unwatchedRun';
import type { HandlerWorld } from './handlerWorld';
import { takeDeed, type DialogGate } from './dialogGate';
import { copiedName } from './copiedName';
import type { Handlers } from './handlerMap';

type Names = Extract<keyof Handlers, `mount.${string}` | `tree.${string}` | `workspace.${string}`>;

/**
 * Handlers of mounts, of the trees that are mounted, and of workspaces. `settled` resolves when terminals that were closed
 * have let go of their trees.
 */
export function createWorkspaceHandlers(
  world: HandlerWorld,
  dialogs: DialogGate,
  settled: () => Promise<void>,
): Pick<Handlers, Names> {
  const { context, operations, files } = world;
  const mounts = new MountOnce(context);
  /** Tells every window that the lists have changed, when the work has. */
  const announced = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      // A terminal that the person has just closed is in nobody's way, though its command may take a moment to end.
      await settled();
      const done = await work();
      // In the background: what was unpacked should outlive a power cut, and nobody has to wait for the disk.
      void syncUnpacked(context).catch(() => undefined);
      return done;
    } finally {
      world.send('workspaces.changed', {});
    }
  };
  return {
    'mount.support': async () => {
      const [mode, runtime] = await Promise.all([
        context.privileged().then(
          (privileged) => ({ mode: privileged.mode, problem: null }),
          (thrown: unknown) => ({ mode: 'none' as const, problem: problemOf(thrown) }),
        ),
        findRuntime(),
      ]);
      return {
        ...mode,
        runtime: runtime === null ? null : `${runtime.name} ${runtime.version}`.trim(),
        runtimePackages: runtimePackages(),
      };
    },
    'mount.list': () => listMounts(context),
    'mount.create': async ({ image }) => {
      const { graph } = await readStoreView(context);
      const node = graph.images.find(({ id }) => id === image);
      const operation = operations.start('mount', node ? displayName(node) : shortDigest(image), (run) =>
        announced(() =>
          mounts
            .mount(image, run)
            .then(({ id, name, path }): OperationResult => ({ kind: 'mount', mount: id, image: name, path })),
        ),
      );
      return { operation };
    },
    'mount.remove': async ({ mount }) => {
      await announced(() => unmountImage(context, mount));
      return null;
    },
    'tree.show': async ({ tree }, caller) => {
      takeDeed(world.person(caller), 'open');
      const { path } = await openTree(context, tree, unwatchedRun());
      await world.openFolder((await context.privileged()).reach(path));
      return null;
    },
    'tree.list': ({ tree, path }) => listTree(context, tree, path),
    'tree.copyOut': ({ tree, path }, caller) =>
      dialogs.pass(caller, async () => {
        const name = path.slice(path.lastIndexOf('/') + 1);
        const target = await world.chooseCopy(caller, copiedName(path));
        if (target === null) return null;
        const operation = operations.start('copy', name, async (run) => ({
          ...(await copyOutOfTree(context, tree, { path, target }, run)),
          token: files.mint(target),
        }));
        return { operation };
      }),
    'workspace.list': () => listWorkspaces(context),
    'workspace.create': ({ image, name }) => ({
      operation: operations.start('workspace', name ?? image, (run) =>
        announced(() =>
          createWorkspace(context, { image, name }, run).then(async (record): Promise<OperationResult> => {
            await mountWorkspace(context, record.name, false, run);
            return { kind: 'workspace', name: record.name, image: record.imageName };
          }),
        ),
      ),
    }),
    'workspace.rename': async ({ name, to }) => {
      await announced(() => renameWorkspace(context, name, to));
      return null;
    },
    'workspace.remove': async ({ name, listed }) => {
      await announced(() => removeWorkspace(context, name, listed));
      return null;
    },
    'workspace.mount': async ({ name }) => {
      await announced(() => mountWorkspace(context, name, false, unwatchedRun()));
      return null;
    },
    'workspace.unmount': async ({ name }) => {
      await announced(() => unmountWorkspace(context, name));
      return null;
    },
    'workspace.changes': ({ name, known }) => workspaceChanges(context, name, unwatchedRun(), known),
    'workspace.contents': ({ name, path }) => workspaceContents(context, name, path, unwatchedRun()),
    'workspace.commit': ({ name: workspace, paths, removed, image, ...what }) => ({
      operation: operations.start('commit', workspace, (run) =>
        announced(() =>
          commitWorkspace(
            context,
            { workspace, ...what, paths: paths && [...paths, ...removed], ticked: { removed, image } },
            run,
          ),
        ),
      ),
    }),
  };
}
