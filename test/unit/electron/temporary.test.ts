import { chmod, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ownName } from '../../../electron/store/owner';
import { makeTemporary, temporaryPath } from '../../../electron/store/temporary';
import { buildImage, ociMembers, writeMembers } from '../../setup/imageBuilder';
import { openStore, temporaryFolder } from '../../setup/temporary';

/** What a killed process had in the temporary folder goes with the next one that needs a place there; nothing else does. */

let folder = '';
beforeEach(async () => {
  folder = await temporaryFolder();
  vi.stubEnv('TMPDIR', folder);
});
afterEach(() => vi.unstubAllEnvs());

// Its number is taken by a process that began at another time.
const dead = (kind: string): string => `stratigraph-${kind}.${ownName().replace(/^(\d+)-\d+/, '$1-1')}`;

/** Left behind, in use, somebody else's, and a link with such a name. */
async function leave(): Promise<{ gone: string[]; stay: string[] }> {
  const gone = ['cache', 'index', 'samples'].map(dead);
  const away = ownName().replace(/-[0-9a-f]{8}\./, '-00000000.');
  const stay = [
    temporaryPath('cache').slice(folder.length + 1),
    `stratigraph-cache.${away}`,
    'stratigraph-cache-x',
  ];
  for (const name of [...gone, ...stay]) {
    await mkdir(join(folder, name, 'index'), { recursive: true });
    await writeFile(join(folder, name, 'index', 'a'), 'x');
  }
  const link = dead('cache');
  await symlink(join(folder, stay[2] ?? ''), join(folder, link));
  return { gone, stay: [...stay, link] };
}

test('who needs a folder there removes those of processes that are gone', async () => {
  const { stay } = await leave();
  const made = (await makeTemporary('index')).slice(folder.length + 1);
  expect((await readdir(folder)).sort()).toEqual([...stay, made].sort());
});

test('who reads a store that is not to be written to does so, too', async () => {
  const { stay } = await leave();
  const layout = join(await temporaryFolder(), 'layout');
  const spec = { names: ['far:1'], layers: [{ files: [{ path: 'a', content: 'x' }] }] };
  await writeMembers(layout, ociMembers([buildImage(spec)]));
  await openStore(layout);
  expect((await readdir(folder)).filter((name) => name.startsWith('stratigraph-c')).sort()).toEqual(
    stay.sort(),
  );
});

test('nothing is made or removed where others may give and take names', async () => {
  const { gone, stay } = await leave();
  await chmod(folder, 0o777);
  const made = await makeTemporary('index');
  await rm(made, { recursive: true });
  expect(dirname(made)).not.toBe(folder);
  expect((await readdir(folder)).sort()).toEqual([...gone, ...stay].sort());
  await chmod(folder, 0o1777);
  expect(dirname(await makeTemporary('index'))).toBe(folder);
});
