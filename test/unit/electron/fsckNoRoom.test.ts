import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { callCommand } from '../../setup/callCommand';
import { dockerArchive } from '../../setup/imageBuilder';
import { load, openStore, temporaryFile, temporaryFolder } from '../../setup/temporary';

afterEach(() => {
  vi.unstubAllEnvs();
});

test('a check that has no place for its own files says so of that place, and calls no layer damaged', async () => {
  const store = await openStore();
  await load(
    store,
    await temporaryFile(
      dockerArchive([{ names: ['a:1'], layers: [{ files: [{ path: 'f', content: 'f' }] }] }]),
    ),
  );
  const folder = join(await temporaryFolder(), 'none');
  vi.stubEnv('TMPDIR', folder);
  for (const words of [['fsck'], ['fsck', '--repair']]) {
    const { code, out, err, problem } = await callCommand(store.directory, words);
    expect([code, out, problem]).toEqual([1, '', 'file-unwritable']);
    expect(err).toContain(folder);
  }
  vi.unstubAllEnvs();
  expect((await callCommand(store.directory, ['fsck'])).code).toBe(0);
});
