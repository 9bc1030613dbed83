import { chmodSync, chownSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ociArchive } from '../../setup/imageBuilder';
import { makeOrdinaryUser, plainEnv, type OrdinaryUser } from '../../setup/ordinaryUser';
import { run, type RunResult } from '../../setup/run';

/** A folder of the cache that cannot be read: who would have counted or cleaned what is in it says so, and leaves with 1. */

let user: OrdinaryUser;
beforeAll(async () => {
  user = await makeOrdinaryUser();
  writeFileSync(join(user.place, 'shop.tar'), ociArchive([{ names: ['shop:1'], layers: [{ files: [] }] }]));
});
afterAll(() => user.remove());

test.each(['gc', 'df', 'prune'])('%s names it', async (command) => {
  const store = join(user.folder, `store-${command}`);
  const call = (...words: string[]): Promise<RunResult> => {
    const [first = '', ...rest] = [
      ...user.as,
      ...plainEnv(),
      user.node,
      user.cli,
      '--store',
      store,
      ...words,
    ];
    return run(first, rest, {
      cwd: '/',
      env: { LC_ALL: 'C', STRATIGRAPH_WORKER: '', STRATIGRAPH_HELPER: '' },
    });
  };
  expect((await call('load', '-i', join(user.place, 'shop.tar'))).code).toBe(0);
  const { uid, gid } = statSync(store);
  for (const folder of ['cache', 'cache/layers']) {
    const path = join(store, folder);
    mkdirSync(path, { recursive: true });
    chownSync(path, uid, gid);
  }
  const { code, stderr } = await call(command);
  expect([code, stderr]).toEqual([0, expect.not.stringContaining('layers')]);
  // It may be written to, as is asked before anything is swept; what is in it is not known.
  chmodSync(join(store, 'cache', 'layers'), 0o300);
  const refused = await call(command);
  chmodSync(join(store, 'cache', 'layers'), 0o700);
  expect(refused.stderr).toMatch(/layers.*cannot be read/);
  expect(refused.code).toBe(1);
});
