import { mkdirSync, rmSync } from 'node:fs';
import { beforeEach, expect, test } from 'vitest';
import type { ActionContext } from '../../../electron/actions/context';
import { writeWorkspace, type WorkspaceRecord } from '../../../electron/actions/workspaceRecords';
import { DialogGate } from '../../../electron/ipc/dialogGate';
import type { HandlerWorld } from '../../../electron/ipc/handlers';
import { createPageHandlers } from '../../../electron/ipc/pageHandlers';
import { places } from '../../../electron/store/places';
import { parseDigest, parseImageId } from '../../../shared/image/digest';
import { openStore } from '../../setup/temporary';

/** What is remembered of a yes about a terminal in a workspace. */
const digest = `sha256:${'a'.repeat(64)}`;
let context: ActionContext;
let asked: string[];
let answer: () => Promise<boolean>;
let open: (workspace: string) => Promise<unknown>;

const write = (name: string, id: string): Promise<void> => {
  const root = {
    digest: parseDigest(digest),
    size: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
  };
  const record: WorkspaceRecord = {
    ...{ format: 1, id, name, image: parseImageId(digest), root, imageName: 'shop:1', key: 'root' },
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
  const person = { active: true, use: () => undefined };
  const world = {
    context,
    askTerminal: (_caller: unknown, { name }: { readonly name: string }) => {
      asked.push(name);
      return answer();
    },
    person: () => person,
  } as unknown as HandlerWorld;
  const handlers = createPageHandlers(world, new DialogGate(() => person));
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
