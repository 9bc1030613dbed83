import { GuideSession } from '../actions/guide';
import { exportRootfs } from '../actions/exportRootfs';
import { planTerminal } from '../actions/openTerminal';
import { imageById } from '../actions/resolveImage';
import { previewSquash, squashImage } from '../actions/squashImage';
import { readStoreView } from '../actions/storeView';
import { displayName } from '../../shared/graph/sharing';
import { Terminals } from '../run/terminals';
import type { Handlers } from './handlerMap';
import type { HandlerWorld } from './handlers';
import { savedFileName } from './savedFileName';
import { unwatchedRun } from './workspaceHandlers';

type Names = Extract<
  keyof Handlers,
  `squash.${string}` | `rootfs.${string}` | `terminal.${string}` | `guide.${string}`
>;

/** Handlers of squash, export, terminals and the guided page. */
export function createPageHandlers(world: HandlerWorld): Pick<Handlers, Names> {
  const { context, operations, files } = world;
  const terminals = new Terminals({
    data: (terminal, data) => world.send('terminal.data', { terminal, data }),
    exit: (terminal, code, signal) => world.send('terminal.exit', { terminal, code, signal }),
  });
  context.onClose(() => terminals.closeAll());
  const guide = new GuideSession(context);
  const nameOf = async (image: Parameters<typeof imageById>[1]): Promise<string> =>
    displayName(imageById((await readStoreView(context)).graph, image));
  return {
    'squash.preview': ({ image, from }) => previewSquash(context, image, from),
    'squash.start': async ({ image, from, reference }) => ({
      operation: operations.start('squash', await nameOf(image), (run) =>
        squashImage(context, { image, from, reference }, run),
      ),
    }),
    'rootfs.export': async ({ what }, caller) => {
      const name = 'workspace' in what ? what.workspace : await nameOf(what.image);
      const target = await world.chooseTarget(caller, savedFileName([`${name}-rootfs`]));
      if (target === null) return null;
      const operation = operations.start('export', name, async (run) => ({
        ...(await exportRootfs(context, what, target, run)),
        token: files.mint(target),
      }));
      return { operation };
    },
    'terminal.open': async ({ tree, kind, command, network, columns, rows }) => {
      const plan = await planTerminal(context, tree, { kind, command, network }, unwatchedRun());
      return { terminal: terminals.start(plan, { columns, rows }), title: plan.title };
    },
    'terminal.write': ({ terminal, data }) => {
      terminals.write(terminal, data);
      return null;
    },
    'terminal.resize': ({ terminal, columns, rows }) => {
      terminals.resize(terminal, columns, rows);
      return null;
    },
    'terminal.close': async ({ terminal }) => {
      await terminals.close(terminal);
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
