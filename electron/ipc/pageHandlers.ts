import { GuideSession } from '../actions/guide';
import { exportRootfs } from '../actions/exportRootfs';
import { planTerminal } from '../actions/openTerminal';
import { imageById } from '../actions/resolveImage';
import { previewSquash, squashImage } from '../actions/squashImage';
import { readStoreView } from '../actions/storeView';
import { displayName } from '../../shared/graph/sharing';
import { problem } from '../../shared/image/problem';
import { findMount } from '../actions/mounts';
import type { TreeName } from '../actions/openTree';
import { readWorkspace } from '../actions/workspaceRecords';
import { Terminals } from '../run/terminals';
import type { Handlers } from './handlerMap';
import type { HandlerWorld } from './handlers';
import type { DialogGate } from './dialogGate';
import { savedFileName } from './savedFileName';
import { TerminalGate } from './terminalGate';
import { unwatchedRun } from './workspaceHandlers';

type Names = Extract<
  keyof Handlers,
  `squash.${string}` | `rootfs.${string}` | `terminal.${string}` | `guide.${string}`
>;

/** Handlers of squash, export, terminals and the guided page. */
export function createPageHandlers(world: HandlerWorld, dialogs: DialogGate): Pick<Handlers, Names> {
  const { context, operations, files } = world;
  const terminals = new Terminals({
    data: (terminal, data) => world.send('terminal.data', { terminal, data }),
    exit: (terminal, code, signal) => world.send('terminal.exit', { terminal, code, signal }),
  });
  context.onClose(() => terminals.closeAll());
  const guide = new GuideSession(context);
  const nameOf = async (image: Parameters<typeof imageById>[1]): Promise<string> =>
    displayName(imageById((await readStoreView(context)).graph, image));
  const gate = new TerminalGate(world);
  /**
   * What people call the tree of a terminal, and what an answer about it is remembered by: never a name alone, which may be given
   * anew. Throws where there is none.
   */
  const placeOf = async (tree: TreeName): Promise<{ readonly key: string; readonly name: string }> => {
    if ('image' in tree) return { key: `image ${tree.image}`, name: await nameOf(tree.image) };
    if ('mount' in tree) {
      const { id, name } = await findMount(context, tree.mount);
      return { key: `mount ${id}`, name };
    }
    const { id, name } = await readWorkspace(context.store.directory, tree.workspace);
    return { key: `workspace ${id}`, name };
  };
  return {
    'squash.preview': ({ image, from }) => previewSquash(context, image, from),
    'squash.start': async ({ image, from, reference }) => ({
      operation: operations.start('squash', await nameOf(image), (run) =>
        squashImage(context, { image, from, reference }, run),
      ),
    }),
    'rootfs.export': ({ what }, caller) =>
      dialogs.pass(caller, async () => {
        const name = 'workspace' in what ? what.workspace : await nameOf(what.image);
        const target = await world.chooseTarget(caller, savedFileName([`${name}-rootfs`]));
        if (target === null) return null;
        const operation = operations.start('export', name, async (run) => ({
          ...(await exportRootfs(context, what, target, run)),
          token: files.mint(target),
        }));
        return { operation };
      }),
    'terminal.open': async ({ tree, kind, command, network, columns, rows }, caller) => {
      terminals.checkRoom();
      if (kind === 'shell' || network) {
        const what = kind === 'shell' ? 'shell' : 'network';
        for (let place = await placeOf(tree), asked = ''; asked !== place.key; place = await placeOf(tree)) {
          const { key, name } = place;
          await gate.pass(caller, key, { what, name, command: kind === 'shell' ? null : command });
          // While the question stood the name may have come to mean another place.
          asked = key;
        }
      }
      const plan = await planTerminal(context, tree, { kind, command, network }, unwatchedRun());
      try {
        return { terminal: terminals.start(caller.id, plan, { columns, rows }), title: plan.title };
      } catch (thrown) {
        // Others may have taken the room, or the program begun to end, while this was made ready.
        await plan.finish().catch(() => undefined);
        throw thrown;
      }
    },
    'terminal.write': async ({ terminal, data }, caller) => {
      if (!terminals.has(caller.id, terminal)) return null;
      // Whatever calls in the page: a terminal takes what the person typed, and its own answers.
      if (!(await world.person(caller).take(data))) throw problem('terminal-input-refused', {});
      terminals.write(terminal, data);
      return null;
    },
    'terminal.resize': ({ terminal, columns, rows }, caller) => {
      if (terminals.has(caller.id, terminal)) terminals.resize(terminal, columns, rows);
      return null;
    },
    'terminal.close': async ({ terminal }, caller) => {
      if (terminals.has(caller.id, terminal)) await terminals.close(terminal);
      return null;
    },
    'guide.start': () => guide.start(),
    'guide.go': ({ step }) => guide.go(step),
    'guide.end': async () => {
      await guide.end();
      return null;
    },
  };
}
