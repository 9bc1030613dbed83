import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tarOf } from '../../setup/imageBuilder';
import { run } from '../../setup/run';
import { temporaryFile, temporaryFolder } from '../../setup/temporary';

const program = join(import.meta.dirname, '..', '..', '..', 'scripts', 'stratigraph.mjs');

test('where no key can be kept the threads of a process seal with its own, and it reads what they made', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'file'), '');
  const none = join(folder, 'file', 'below');
  const env = { ...process.env, HOME: none, XDG_DATA_HOME: none, XDG_CACHE_HOME: none };
  const rootfs = await temporaryFile(tarOf([{ path: 'etc/a', content: 'a' }]), 'rootfs.tar');
  const call = (...words: string[]): ReturnType<typeof run> =>
    run(process.execPath, [program, '--store', join(folder, 'store'), ...words], { env });
  const made = await call('import', rootfs, 'made:1');
  expect([made.code, made.stderr]).toEqual([0, made.stderr]);
  expect((await call('cat', 'made:1', '/etc/a')).stdout).toBe('a');
});
