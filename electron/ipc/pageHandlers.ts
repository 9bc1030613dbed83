import { GuideSession } from '../actions/trees/guide';
import { exportRootfs } from '../actions/copy/exportRootfs';
import { importRootfs } from '../actions/copy/importRootfs';
import { planTerminal } from '../actions/runs/openTerminal';
import { imageById } from '../actions/images/resolveImage';
import { previewSquash, squashImage } from '../actions/making/squashImage';
import { readStoreView } from '../actions/images/storeView';
import { pastedText } from '../../shared/text/format';
import { displayName } from '../../shared/graph/sharing';
import type { ImageId } from '../../shared/image/digest';
import { problem } from '../../shared/image/problem';
import type { RequestInput } from '../../shared/ipc/contract';
import { findMount } from '../actions/trees/mounts';
import type { TreeName } from '../actions/trees/openTree';
import { imageRuntime, wordsOf } from '../actions/runs/runWords';
import { checkFileTarget } from '../actions/target/targetPlace';
import { readWorkspace } from '../actions/records/workspaceRecords';
import type { Terminals } from '../run/terminals';
import type { Handlers } from './handlerMap';
import type { HandlerWorld } from './handlerWorld';
import { takeDeed, type DialogGate } from './dialogGate';
import { savedFileName } from './savedFileName';
import { doubtfulPaste, sentInput } from './terminalPaste';
import { TerminalGate, type TerminalQuestion } from './terminalGate';
import { unwatchedRun } from './unwatchedRun';
import { basename } from 'node:path';
import type { OperationResult } from '../../shared/ipc/operation';
import type { Run } from '../actions/ground/context';

type Names = Extract<
  keyof Handlers,
  `squash.${string}` | `rootfs.${string}` | `terminal.${string}` | `guide.${string}`
>;

/** Handlers of squash, export, terminals and the guided page. */
export function createPageHandlers(
  world: HandlerWorld,
  dialogs: DialogGate,
  terminals: Terminals,
): Pick<Handlers, Names> {
  const { context, operations, files } = world;
  context.onClose(() => terminals.closeAll());
  world.onPageGone(({ id }) => void terminals.closeOf(id));
  const guide = new GuideSession(context);
  const nameOf = async (image: Parameters<typeof imageById>[1]): Promise<string> =>
    displayName(imageById((await readStoreView(context)).graph, image));
  const gate = new TerminalGate(world);
  /**
   * What people call the tree of a terminal, and what an answer about it is remembered by: never a name alone, which may be given
   * anew. Throws where there is none.
   */
  const placeOf = async (
    tree: TreeName,
  ): Promise<{ readonly key: string; readonly name: string; readonly image: ImageId }> => {
    if ('image' in tree)
      return { key: `image ${tree.image}`, name: await nameOf(tree.image), image: tree.image };
    if ('mount' in tree) {
      const { id, name, image } = await findMount(context, tree.mount);
      return { key: `mount ${id}`, name, image };
    }
    const { id, name, image } = await readWorkspace(context.store.directory, tree.workspace);
    return { key: `workspace ${id}`, name, image };
  };
  /** What is asked about a terminal: with the network every word that will be run, also those that the image brings. */
  const questionOf = async ({
    tree,
    kind,
    command,
    entrypoint,
  }: RequestInput<'terminal.open'>): Promise<{
    readonly key: string;
    readonly question: TerminalQuestion;
  }> => {
    const { key, name, image } = await placeOf(tree);
    if (kind === 'shell') return { key, question: { what: 'shell', name, command: null } };
    const config = await imageRuntime(context, { image, name });
    const words = wordsOf(config, { command, entrypoint: entrypoint ?? null }, name);
    return { key, question: { what: 'network', name, command: words } };
  };
  return {
    'squash.preview': ({ image, from }) => previewSquash(context, image, from),
    'squash.start': async ({ image, from, reference, holder }) => ({
      operation: operations.start('squash', await nameOf(image), (run) =>
        squashImage(context, { image, from, reference, holder }, run),
      ),
    }),
    'rootfs.export': ({ what }, caller) =>
      dialogs.pass(caller, async () => {
        const name = 'workspace' in what ? what.workspace : await nameOf(what.image);
        const target = await world.chooseTarget(caller, savedFileName([`${name}-rootfs`]));
        if (target === null) return null;
        await checkFileTarget(target, context.store.directory);
        const operation = operations.start('export', name, async (run) => ({
          ...(await exportRootfs(context, what, target, run)),
          token: files.mint(target),
        }));
        return { operation };
      }),
    'rootfs.import': async ({ file, ...request }) => {
      const path = files.pathOf(file);
      await operations.room();
      const work = async (run: Run): Promise<OperationResult> => {
        const made = await importRootfs(context, { ...request, path }, run);
        const { id, name, movedFrom, layerBytes, entries, leftOut = 0, unkept } = made;
        return { kind: 'import', id, name, movedFrom, layerBytes, changes: entries, stay: leftOut, unkept };
      };
      return { operation: operations.start('import', basename(path), work, { retryToken: file }) };
    },
    'terminal.open': async (request, caller) => {
      const { tree, kind, command, entrypoint, network, columns, rows } = request;
      terminals.checkRoom();
      const page = terminals.pageOf(caller.id);
      let allowed: readonly string[] | null = null;
      let beyond: string | null = null;
      // A script of the page could else fill this machine's disk and memory from containers that nobody wanted.
      if (kind !== 'shell' && !network) takeDeed(world.person(caller), 'open');
      else
        for (let asked = ''; ;) {
          const now = await questionOf(request);
          // While the question stood the name may have come to mean another place, and its image another command.
          const about = JSON.stringify([now.key, now.question.command]);
          if (asked === about) break;
          const isLasting = kind === 'shell' || 'image' in tree;
          await gate.pass(caller, isLasting ? now.key : null, now.question);
          asked = about;
          allowed = now.question.command;
          beyond = now.question.name;
        }
      const what = { kind, command, entrypoint: entrypoint ?? null, allowed, network };
      const plan = await planTerminal(context, tree, what, unwatchedRun());
      try {
        const terminal = terminals.start(caller.id, plan, { columns, rows }, beyond, page);
        return { terminal, title: plan.title, missing: plan.missing };
      } catch (thrown) {
        // Others may have taken the room, or the program begun to end, while this was made ready.
        await plan.finish().catch(() => undefined);
        throw thrown;
      }
    },
    'terminal.write': async ({ terminal, data }, caller) => {
      const questions = terminals.has(caller.id, terminal) ? terminals.questionsOf(terminal) : null;
      if (questions === null) return null;
      // Whatever calls in the page: a terminal takes what the person typed, and what it answers its programs.
      const taken = await world.person(caller).take(data, questions);
      if (taken === null) throw problem('terminal-input-refused', {});
      const beyond = terminals.beyond(terminal);
      const doubt = beyond === null ? null : doubtfulPaste(taken, questions.bracketedPaste);
      if (beyond !== null && doubt !== null) await gate.passPaste(caller, beyond, doubt.text, doubt.why);
      terminals.write(terminal, sentInput(taken, questions.bracketedPaste));
      return null;
    },
    'terminal.paste': async ({ terminal }, caller) => {
      const questions = terminals.has(caller.id, terminal) ? terminals.questionsOf(terminal) : null;
      if (questions === null) return null;
      const person = world.person(caller);
      takeDeed(person, 'open');
      const text = pastedText(await world.readClipboard()).replace(/\r?\n/g, '\r');
      if (text === '') return null;
      const beyond = terminals.beyond(terminal);
      // A click says less than the keys of a paste: a script can ask for this at any. So what it would be is shown.
      if (beyond !== null) await gate.passPaste(caller, beyond, text, 'page');
      terminals.write(terminal, sentInput([{ text, mayBePages: () => true }], questions.bracketedPaste));
      return null;
    },
    'terminal.program': ({ terminal }, caller) => ({
      program: terminals.has(caller.id, terminal) ? terminals.program(terminal) : null,
    }),
    'terminal.shown': ({ terminal, characters }, caller) => {
      if (terminals.has(caller.id, terminal)) terminals.shown(terminal, characters);
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
