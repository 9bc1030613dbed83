import { readdirSync, statSync } from 'node:fs';
import { chmod, cp } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { saveLayout } from '../../../electron/actions/copy/saveLayout';
import { noise, ociArchive } from '../../setup/imageBuilder';
import { makeOrdinaryUser, plainEnv, type OrdinaryUser } from '../../setup/ordinaryUser';
import { run, type RunResult } from '../../setup/run';
import { load, openStore, quietRun, temporaryFolder } from '../../setup/temporary';

/** What a user may not read is not missing: nobody is told to save the image again. */

let user: OrdinaryUser;
let layout = '';
beforeAll(async () => {
  user = await makeOrdinaryUser();
  const context = await openStore();
  const layer = (n: number): { files: { path: string; content: Buffer }[] } => ({
    files: [{ path: 'app', content: noise(n, n) }],
  });
  await load(
    context,
    ociArchive([
      { names: ['one:1'], layers: [layer(900)] },
      { names: ['two:1'], layers: [layer(90_000)] },
    ]),
  );
  const made = join(await temporaryFolder(), 'lay');
  await saveLayout(context, { what: ['one:1', 'two:1'], target: made }, quietRun());
  layout = join(user.place, 'lay');
  await cp(made, layout, { recursive: true });
});
afterAll(() => user.remove());

const images = (): Promise<RunResult> => {
  const [program = '', ...words] = [
    ...user.as,
    ...plainEnv({
      STRATIGRAPH_STORE: join(user.folder, 'store'),
      XDG_CACHE_HOME: join(user.folder, 'cache'),
      LC_ALL: 'C.UTF-8',
    }),
    ...[user.node, user.cli, 'images', '--source', layout],
  ];
  return run(program, words);
};

test('blobs that may not be read are said to be closed, one alone and their folder', async () => {
  const blobs = join(layout, 'blobs', 'sha256');
  const sizes = readdirSync(blobs).map((name) => ({ name, size: statSync(join(blobs, name)).size }));
  const largest = join(blobs, sizes.sort((a, b) => b.size - a.size)[0]?.name ?? '');
  await chmod(largest, 0);
  const one = await images();
  expect([one.code, one.stdout]).toEqual([1, expect.stringContaining('one')]);
  expect(one.stderr).toMatch(/^two:1: .*permission is missing/);
  await chmod(largest, 0o644);
  expect((await images()).code).toBe(0);
  await chmod(join(layout, 'blobs'), 0);
  const all = await images();
  expect([all.code, all.stdout]).toEqual([1, '']);
  expect(all.stderr).toContain('permission is missing');
  await chmod(join(layout, 'blobs'), 0o755);
});
