import { mkdirSync, rmSync } from 'node:fs';
import { beforeEach, expect, test } from 'vitest';
import type { TreeName } from '../../../electron/actions/trees/openTree';
import { readStoreView } from '../../../electron/actions/images/storeView';
import type { ActionContext } from '../../../electron/actions/ground/context';
import { writeWorkspace, type WorkspaceRecord } from '../../../electron/actions/records/workspaceRecords';
import { DialogGate } from '../../../electron/ipc/dialogGate';
import type { HandlerWorld } from '../../../electron/ipc/handlerWorld';
import { createPageHandlers } from '../../../electron/ipc/pageHandlers';
import type { TerminalQuestion } from '../../../electron/ipc/terminalGate';
import { Terminals } from '../../../electron/run/terminals';
import { places } from '../../../electron/store/places';
import { parseDigest, parseImageId, type ImageId } from '../../../shared/image/digest';
import { dockerArchive } from '../../setup/imageBuilder';
import { load, openStore } from '../../setup/temporary';

/** What is remembered of a yes about a terminal in a workspace. */
const digest = `sha256:${'a'.repeat(64)}`;
let context: ActionContext;
let asked: string[];
let answer: () => Promise<boolean>;
let open: (workspace: string) => Promise<unknown>;
let runOnline: (
  tree: TreeName,
  command: readonly string[] | null,
  entrypoint?: readonly string[],
) => Promise<unknown>;
let commands: (readonly string[] | null)[];

const write = (name: string, id: string, image = parseImageId(digest)): Promise<void> => {
  const root = {
    digest: parseDigest(digest),
    size: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
  };
  const record: WorkspaceRecord = {
    ...{ format: 1, id, name, image, root, imageName: 'shop:1', key: 'root' },
    ...{ created: '2026-11-19T14:02:07Z', generation: 1 },
  };
  return writeWorkspace(context.store.directory, record);
};
const remove = (name: string): void =>
  rmSync(places.workspace(context.store.directory, name), { recursive: true });

beforeEach(async () => {
  context = await openStore();
  mkdirSync(places.workspaces(context.store.directory), { recursive: true, mode: 0o700 });
  asked = [];
  answer = () => Promise.resolve(true);
  commands = [];
  const person = { active: true, use: () => undefined };
  const world = {
    context,
    askTerminal: (_caller: unknown, { name, command }: TerminalQuestion) => {
      asked.push(name);
      commands.push(command);
      return answer();
    },
    person: () => person,
    onPageGone: () => undefined,
  } as unknown as HandlerWorld;
  const handlers = createPageHandlers(
    world,
    new DialogGate(() => person),
    new Terminals({ data: () => undefined, exit: () => undefined }),
  );
  runOnline = async (tree, command, entrypoint) =>
    Promise.resolve(
      handlers['terminal.open'](
        {
          ...{ tree, kind: 'run', command: command && [...command], network: true, columns: 80, rows: 24 },
          ...(entrypoint && { entrypoint: [...entrypoint] }),
        },
        { id: 1 },
      ),
    ).catch((thrown: unknown) => thrown);
  // The image is not there: what was allowed does not come to a shell.
  open = async (workspace) =>
    Promise.resolve(
      handlers['terminal.open'](
        { tree: { workspace }, kind: 'shell', command: null, network: false, columns: 80, rows: 24 },
        { id: 1 },
      ),
    ).catch((thrown: unknown) => thrown);
});

test('holds for the workspace that was asked about, also under another name, and for none that is made anew', async () => {
  await write('fix', '0'.repeat(12));
  await open('fix');
  await open('fix');
  expect(asked).toEqual(['fix']);
  remove('fix');
  await write('other', '0'.repeat(12));
  await open('other');
  expect(asked).toEqual(['fix']);
  await write('fix', '1'.repeat(12));
  await open('fix');
  expect(asked).toEqual(['fix', 'fix']);
});

test('is asked for again when the name comes to mean another workspace while the question stands', async () => {
  await write('fix', '0'.repeat(12));
  answer = async () => {
    answer = () => Promise.resolve(false);
    remove('fix');
    await write('fix', '1'.repeat(12));
    return true;
  };
  expect(await open('fix')).toMatchObject({
    problem: { code: 'terminal-refused', facts: { name: 'fix', reason: 'declined' } },
  });
  expect(asked).toEqual(['fix', 'fix']);
});

test('a question about the network names every word that will be run, and another command is asked for anew', async () => {
  answer = () => Promise.resolve(false);
  const layers = [{ files: [{ path: 'a', content: 'a' }] }];
  const image = (name: string, config: object): object => ({ names: [name], layers, config });
  await load(
    context,
    dockerArchive([
      image('own:1', { Entrypoint: ['/bin/serve', '--port 80'], Cmd: ['start'] }),
      image('own:2', { Entrypoint: ['/bin/evil'] }),
      image('none:1', {}),
    ] as Parameters<typeof dockerArchive>[0]),
  );
  const { graph } = await readStoreView(context);
  const idOf = (name: string): ImageId => {
    const found = graph.images.find(({ names }) => names.some((each) => each.includes(name)));
    if (!found) throw new Error(`no ${name}`);
    return found.id;
  };
  const first = idOf('own:1');
  await runOnline({ image: first }, null);
  await runOnline({ image: first }, ['id', '-u']);
  await runOnline({ image: first }, null, ['/bin/sh']);
  expect(commands).toEqual([
    ['/bin/serve', '--port 80', 'start'],
    ['/bin/serve', '--port 80', 'id', '-u'],
    ['/bin/sh'],
  ]);
  // Nothing to run: there is nothing to ask.
  expect(await runOnline({ image: idOf('none:1') }, null)).toMatchObject({
    problem: { code: 'nothing-to-run' },
  });
  expect(commands).toHaveLength(3);
  // While the question stands the workspace goes on to an image with another command.
  await write('fix', '0'.repeat(12), first);
  answer = async () => {
    answer = () => Promise.resolve(false);
    await write('fix', '0'.repeat(12), idOf('own:2'));
    return true;
  };
  expect(await runOnline({ workspace: 'fix' }, null)).toMatchObject({
    problem: { code: 'terminal-refused', facts: { reason: 'declined' } },
  });
  expect(commands.slice(3)).toEqual([['/bin/serve', '--port 80', 'start'], ['/bin/evil']]);
});
