import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { callCommand } from '../../setup/callCommand';
import { buildImage, ociArchive, type ImageSpec } from '../../setup/imageBuilder';
import { seeded, seedOf } from '../../setup/randomLayers';
import { load, openStore, temporaryFolder } from '../../setup/temporary';
import { commandLine } from './scripts';

/** `save -q` and `copy -q`: the images that were written, as what reads the result has them, and nothing else. */

const seed = seedOf(47);
const random = seeded(seed);
const named: ImageSpec = { names: ['shop:1', 'shop:2'], layers: [{ files: [{ path: 'a', content: 'a' }] }] };
const other: ImageSpec = { names: ['base:1'], layers: [{ files: [{ path: 'b', content: 'b' }] }] };
const nameless: ImageSpec = { names: [], layers: [{ files: [{ path: 'c', content: 'c' }] }] };
const words = ['shop:1', 'shop:2', 'base:1', buildImage(nameless).id, buildImage(other).id, 'shop:1@1'];

const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');

test(`-q prints the images that the target has, one a line, and nothing of what was written (seed ${seed})`, async () => {
  const store = await openStore();
  await load(store, ociArchive([named, other, nameless]));
  await store.close();
  const folder = await temporaryFolder();
  for (let round = 0; round < 18; round++) {
    const form = ['docker-archive', 'oci-archive', 'oci-dir'][round % 3] ?? '';
    const target = join(folder, `${round}`);
    const asked = words.filter(() => random(2) === 0);
    if (asked.length === 0) continue;
    const copied = random(2) === 0;
    const call = (...options: string[]): ReturnType<typeof callCommand> =>
      callCommand(
        store.directory,
        copied
          ? ['copy', '-q', ...options, '--format', form, ...asked, target]
          : ['save', '-q', ...options, '--format', form, '-o', target, ...asked],
      );
    const planned = await call('-n');
    const { code, out, err } = await call();
    const label = `${round}: ${form} ${asked.join(' ')}`;
    expect([code, err], label).toEqual([0, '']);
    expect(planned, label).toMatchObject({ code, out, err });
    const fresh = await openStore();
    await fresh.close();
    const loaded = await callCommand(fresh.directory, ['load', '-q', target]);
    const there = lines(loaded.out).map((line) => line.replace(/^Loaded image(?: ID)?: /, ''));
    expect(lines(out).sort(), label).toEqual(there.sort());
  }
});

test('-q prints nothing among the bytes of an archive, whatever standard output is called', async () => {
  const store = await openStore();
  await load(store, ociArchive([named]));
  await store.close();
  const say = async (...given: string[]): Promise<Buffer> =>
    // Of a pipe, as shells make them: what Node itself gives is a socket, which nobody can open by its name.
    (
      await promisify(execFile)(
        'bash',
        ['-c', '"$@" | cat', 'bash', process.execPath, commandLine, '--store', store.directory, ...given],
        { encoding: 'buffer' },
      )
    ).stdout;
  const plain = await say('save', 'shop:1');
  for (const given of [
    ['save', '-q', 'shop:1'],
    ['save', '-q', '-o', '-', 'shop:1'],
    ['save', '-q', '-o', '/dev/stdout', 'shop:1'],
    ['copy', '-q', 'shop:1', '/dev/stdout'],
  ])
    expect((await say(...given)).equals(plain), given.join(' ')).toBe(true);
});
