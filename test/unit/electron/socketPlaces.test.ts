import { symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { dockerArchive } from '../../setup/imageBuilder';
import { startFakeEngine } from '../../setup/fakeEngine';
import { run, type RunResult } from '../../setup/run';
import { storeOf } from '../../setup/temporary';
import { commandLine } from './scripts';

/** The path of a socket is an engine that listens there, wherever a command takes a place. */

test('a socket is an engine by its path, from here or from the root, by a link and as an address', async () => {
  const fake = await startFakeEngine({ 'GET /images/json': { json: [] } });
  const folder = dirname(fake.path);
  await symlink('socket', join(folder, 'e.sock'));
  const spec = { names: ['shop:1'], layers: [{ files: [{ path: 'a', content: 'a' }] }] };
  const store = await storeOf(dockerArchive([spec]));
  await store.close();
  const env = { STRATIGRAPH_STORE: store.directory, LC_ALL: 'C.UTF-8', HOME: folder };
  const call = (...words: readonly string[]): Promise<RunResult> =>
    run(process.execPath, [commandLine, ...words], { env, cwd: folder });
  try {
    const words = [
      'socket',
      './socket',
      './e.sock',
      'e.sock',
      fake.path,
      `unix://${fake.path}`,
      'unix://socket',
    ];
    for (const word of words) {
      fake.asked.length = 0;
      const listed = await call('--json', 'images', '--source', word);
      expect([listed.code, listed.stdout.trim()], `${word}: ${listed.stderr}`).toEqual([0, '[]']);
      expect(fake.asked.join(' '), word).toContain('GET /images/json');
    }
    for (const word of ['./socket', fake.path]) {
      expect((await call('copy', '--source', word, 'no:1', './x.tar')).stderr).toContain(
        'No image is called no:1',
      );
      expect((await call('copy', word, './x.tar')).stderr).toContain(`copy --source ${word} IMG TO`);
      fake.asked.length = 0;
      await call('copy', 'shop:1', word);
      expect(fake.asked.join(' '), word).toContain('POST /images/load');
    }
    expect((await call('images', '--source', 'none/there.sock')).stderr).toContain('there.sock');
  } finally {
    await fake.close();
  }
});
