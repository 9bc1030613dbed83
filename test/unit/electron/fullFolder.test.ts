import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { problemOf } from '../../../shared/image/problem';
import { storeProblem } from '../../../electron/store/durable';
import { ownName } from '../../../electron/store/owner';
import { temporaryPath } from '../../../electron/store/temporary';
import { diskProblem } from '../../../electron/worker/jobTools';
import { openStore, temporaryFolder } from '../../setup/temporary';

/** A full disk is told by the folder that people know: the store, the temporary folder, the folder of a list. */

const full = (): Error => Object.assign(new Error('full'), { code: 'ENOSPC' });
const told = (path: string): readonly unknown[] =>
  [storeProblem(full(), path), diskProblem(full(), path, 'write')].map((thrown) => problemOf(thrown));

test('a full store is named, and no file that is being written in it', async () => {
  const { directory } = await openStore();
  const ingest = join(directory, 'ingest', ownName());
  await mkdir(ingest);
  for (const path of [ingest, join(ingest, '0001-document'), join(directory, 'lock'), directory])
    for (const each of told(path)) expect(each).toEqual({ code: 'disk-full', facts: { path: directory } });
});

test('a full temporary folder is named, and what chooses it', async () => {
  const folder = await temporaryFolder();
  vi.stubEnv('TMPDIR', folder);
  try {
    const own = temporaryPath('look');
    for (const path of [own, join(own, 'ingest', ownName(), '0001-spool-7')])
      for (const each of told(path))
        expect(each).toEqual({ code: 'disk-full', facts: { path: folder, temporary: true } });
  } finally {
    vi.unstubAllEnvs();
  }
});

test('of a lock beside a file its folder is named', async () => {
  const folder = await temporaryFolder();
  for (const each of told(join(folder, 'sources.json.lock')))
    expect(each).toEqual({ code: 'disk-full', facts: { path: folder } });
});

test('what a person named is called what they called it', () => {
  expect(told('out.tar')).toEqual([
    { code: 'disk-full', facts: { path: 'out.tar' } },
    { code: 'disk-full', facts: { path: 'out.tar' } },
  ]);
});
