import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { commitWorkspace } from '../../../electron/actions/commitWorkspace';
import { exportRootfs } from '../../../electron/actions/exportRootfs';
import { importRootfs } from '../../../electron/actions/importRootfs';
import { createWorkspace, mountWorkspace } from '../../../electron/actions/workspaces';
import type { Session } from '../../../electron/cli/command';
import { noteUnkept } from '../../../electron/cli/noteUnkept';
import { operationOutcome } from '../../../renderer/store/operationText';
import type { OperationResult, OperationState } from '../../../shared/ipc/operation';
import { translator } from '../../../shared/text/catalogue';
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
  let said = '';
  const session = (language: Session['language']): Session =>
    ({ language, note: (text: string) => void (said = text) }) as unknown as Session;
  noteUnkept(session('en'), made);
  expect(said).toContain('3 sockets were left out, /run/db/a is the first');
  noteUnkept(session('zh-CN'), made);
  expect(said).toContain('3 个套接字');
  said = '';
  noteUnkept(session('en'), {});
  expect(said).toBe('');
});

test.runIf(process.getuid?.() === 0)('so do a commit and an export of a workspace', async () => {
  const image = { names: ['shop:1'], layers: [{ files: [{ path: 'a', content: 'one' }] }] };
  const context = await storeOf(ociArchive([image]));
  await createWorkspace(context, { image: buildImage(image).id, name: 'w' }, quietRun());
  await fill((await mountWorkspace(context, 'w', false, quietRun())).merged);
  const target = join(await temporaryFolder(), 'out.tar');
  const exported = await exportRootfs(context, { workspace: 'w' }, target, quietRun());
  const committed = await commitWorkspace(context, { workspace: 'w', reference: 'x:2', ...none }, quietRun());
  for (const result of [exported, committed] as OperationResult[]) {
    expect(result).toMatchObject({ unkept: three });
    const state = { kind: result.kind, status: 'done', subject: 'w', result } as OperationState;
    expect(operationOutcome(state, translator('en'))).toContain('3 sockets left out, the first: /run/db/a');
  }
  await context.close();
});
