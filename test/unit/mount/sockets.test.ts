import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { copyOutOfTree } from '../../../electron/actions/trees/browse';
import { commitWorkspace } from '../../../electron/actions/trees/commitWorkspace';
import { exportRootfs } from '../../../electron/actions/copy/exportRootfs';
import { importRootfs } from '../../../electron/actions/copy/importRootfs';
import { createWorkspace, mountWorkspace } from '../../../electron/actions/trees/workspaces';
import { operationOutcome } from '../../../renderer/store/operationText';
import type { OperationResult, OperationState } from '../../../shared/ipc/operation';
import { translator } from '../../../shared/text/catalogue';
import { callCommand } from '../../setup/callCommand';
import { buildImage, ociArchive } from '../../setup/imageBuilder';
import { openStore, quietRun, storeOf, temporaryFolder } from '../../setup/temporary';

/** No layer can hold a socket: whoever makes one of a tree with sockets in it says how many stay behind, and where the first is. */

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** Three sockets with a file beside them. */
async function fill(folder: string): Promise<void> {
  mkdirSync(join(folder, 'run/db'), { recursive: true });
  writeFileSync(join(folder, 'run/db/pid'), '1');
  for (const name of ['run/db/s', 'run/db/a', 'run/z'])
    await new Promise<void>((resolve) => {
      servers.push(createServer().listen(join(folder, name), resolve));
    });
}

const three = { count: 3, first: 'run/db/a' };
const none = { author: '', message: '', changes: [], paths: null };

test('an import of a folder says what it left out', async () => {
  const folder = await temporaryFolder();
  await fill(folder);
  const request = { path: folder, reference: 'x:1', message: '', changes: [] };
  const made = await importRootfs(await openStore(), request, quietRun());
  expect(made).toMatchObject({ unkept: three });
  expect(translator('zh-CN')('cli.unkept', { count: 3, path: '/run/db/a' })).toContain('3 个套接字');
  const { store } = await openStore();
  const { err } = await callCommand(store.directory, ['import', folder, 'x:1']);
  expect(err).toContain('3 sockets were left out, /run/db/a is the first');
});

test.runIf(process.getuid?.() === 0)('so do a commit and an export of a workspace', async () => {
  const image = { names: ['shop:1'], layers: [{ files: [{ path: 'a', content: 'one' }] }] };
  const context = await storeOf(ociArchive([image]));
  await createWorkspace(context, { image: buildImage(image).id, name: 'w' }, quietRun());
  const { merged } = await mountWorkspace(context, 'w', false, quietRun());
  await fill(merged);
  execFileSync('mkfifo', [join(merged, 'run/pipe')]);
  const target = join(await temporaryFolder(), 'out.tar');
  const exported = await exportRootfs(context, { workspace: 'w' }, target, quietRun());
  const out = await temporaryFolder();
  const copied = await copyOutOfTree(
    context,
    { workspace: 'w' },
    { path: 'run', target: join(out, 'run') },
    quietRun(),
  );
  expect(copied).toMatchObject({ unkept: { count: 4 } });
  const copying = { kind: 'copy', status: 'done', subject: 'w', result: copied } as OperationState;
  expect(operationOutcome(copying, translator('en'))).toContain('4 devices, pipes and sockets left out');
  const committed = await commitWorkspace(context, { workspace: 'w', reference: 'x:2', ...none }, quietRun());
  for (const result of [exported, committed] as OperationResult[]) {
    expect(result).toMatchObject({ unkept: three });
    const state = { kind: result.kind, status: 'done', subject: 'w', result } as OperationState;
    expect(operationOutcome(state, translator('en'))).toContain('3 sockets left out, the first: /run/db/a');
  }
  await context.close();
  const { directory } = context.store;
  const words = async (...command: string[]): Promise<string> => {
    const { err } = await callCommand(directory, command);
    return err;
  };
  const other = await openStore(directory);
  await createWorkspace(other, { image: buildImage(image).id, name: 'v' }, quietRun());
  const { merged: tree } = await mountWorkspace(other, 'v', false, quietRun());
  await fill(tree);
  execFileSync('mkfifo', [join(tree, 'run/pipe')]);
  const said = '3 sockets were left out, /run/db/a is the first';
  expect(await words('export', 'v', '-o', join(out, 'w.tar'))).toContain(said);
  expect(await words('cp', 'v:/run', join(out, 'copy'))).toContain(said);
  expect(await words('cp', 'v:/run/db', join(out, 'part'))).toContain('2 sockets were left out');
  expect(await words('cp', 'v:/a', join(out, 'a'))).not.toContain('socket');
  const { out: json } = await callCommand(directory, ['--json', 'cp', 'v:/run', join(out, 'again')]);
  // The folder, the one in it, and its file: a pipe is none of what was made.
  expect(JSON.parse(json)).toMatchObject({ entries: 3, leftOut: 1, unkept: { count: 3 } });
  expect(await words('commit', 'v', 'x:3')).toContain(said);
});
