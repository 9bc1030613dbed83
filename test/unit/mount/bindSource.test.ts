import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { openBindSource } from '../../../electron/actions/runs/bindSource';
import { ProblemError } from '../../../shared/image/problem';
import { must } from '../../setup/run';
import { temporaryFolder } from '../../setup/temporary';

/** Sources of `run -v` on a machine where things are mounted a second time elsewhere. */

const mounted: string[] = [];

afterEach(async () => {
  for (const point of mounted.splice(0).reverse()) await must('umount', [point]);
});

async function mounts(...words: readonly string[]): Promise<void> {
  await must('mount', words);
  mounted.push(words.at(-1) ?? '');
}

/** Why a source is refused; null where it is not. */
async function fault(path: string, kept: readonly string[], recursive = true): Promise<string | null> {
  try {
    (await openBindSource(path, kept, recursive)).close();
    return null;
  } catch (thrown) {
    if (!(thrown instanceof ProblemError)) throw thrown;
    const { facts } = thrown.problem as unknown as { facts: { reason: string } };
    return facts.reason;
  }
}

test.runIf(process.getuid?.() === 0)(
  'reach neither our folders nor the kernel’s by way of another mount, at their place or below it',
  async () => {
    const folder = await temporaryFolder();
    const at = (path: string): string => join(folder, path);
    for (const path of [
      'data/store/blobs',
      'data/beside',
      'other/inner',
      'alias',
      'blobs',
      'jail/proc',
      'c d',
    ])
      await mkdir(at(path), { recursive: true });
    await writeFile(at('data/store/blobs/file'), '');
    await symlink(at('blobs'), at('link'));
    const kept = [at('data/store')];
    expect(await fault(at('other'), kept)).toBeNull();
    expect(await fault(at('jail'), kept)).toBeNull();
    await mounts('--bind', at('data/store'), at('other/inner'));
    await mounts('--bind', at('data'), at('alias'));
    await mounts('--bind', at('data/store/blobs'), at('blobs'));
    await mounts('--bind', at('data/beside'), at('c d'));
    await mounts('-t', 'proc', 'proc', at('jail/proc'));
    expect(await fault(at('other'), kept)).toBe('around');
    expect(await fault(at('other/inner'), kept)).toBe('store');
    expect(await fault(at('blobs'), kept)).toBe('store');
    expect(await fault(at('blobs/file'), kept)).toBe('store');
    expect(await fault(at('link'), kept)).toBe('store');
    expect(await fault(at('alias'), kept)).toBe('around');
    // The store by its other name is the same store.
    expect(await fault(at('data'), [at('alias/store')])).toBe('around');
    expect(await fault(at('data/store/blobs'), [at('alias/store')])).toBe('store');
    expect(await fault(at('jail'), kept)).toBe('kernel');
    expect(await fault(at('jail/proc'), kept)).toBe('kernel');
    expect(await fault(at('jail/proc/self/status'), kept)).toBe('kernel');
    for (const path of ['alias/beside', 'data/beside', 'c d']) expect(await fault(at(path), kept)).toBeNull();
    // What is mounted below does not come along.
    expect(await fault(at('jail'), kept, false)).toBeNull();
    expect(await fault(at('other'), kept, false)).toBeNull();
  },
);
