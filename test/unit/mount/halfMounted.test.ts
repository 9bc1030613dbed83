import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  createWorkspace,
  mountWorkspace,
  removeWorkspace,
  unmountWorkspace,
} from '../../../electron/actions/trees/workspaces';
import { commitWorkspace } from '../../../electron/actions/trees/commitWorkspace';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { places } from '../../../electron/store/places';
import { buildImage, ociArchive } from '../../setup/imageBuilder';
import { openStore, quietRun, storeOf, type TestStore } from '../../setup/temporary';

/** A workspace is two mounts, the image's tree and the one that is written to: where one cannot be made the other does not stay. */

const image = { names: ['shop:1'], layers: [{ files: [{ path: 'a', content: 'one' }] }] };

const mountedIn = (directory: string): string[] =>
  readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .flatMap((line) => {
      const target = line.split(' ')[4] ?? '';
      return target.startsWith(directory) ? [target.slice(directory.length + 1)] : [];
    });

async function made(): Promise<{ context: TestStore; folder: string }> {
  const context = await storeOf(ociArchive([image]));
  await createWorkspace(context, { image: buildImage(image).id, name: 'w' }, quietRun());
  return { context, folder: places.workspace(context.directory, 'w') };
}

describe.runIf(process.geteuid?.() === 0)('half of a workspace’s mounts', () => {
  test.each(['mount', 'commit'])('a %s that cannot make the second leaves none', async (how) => {
    const { context, folder } = await made();
    const work = join(folder, 'work-1');
    const request = {
      workspace: 'w',
      reference: 'shop:2',
      author: '',
      message: '',
      changes: [],
      paths: null,
    };
    const act = (): Promise<unknown> =>
      how === 'mount'
        ? mountWorkspace(context, 'w', false, quietRun())
        : commitWorkspace(context, request, quietRun());
    // overlayfs refuses a work directory on another file system than the changes.
    execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', work]);
    try {
      await expect(act()).rejects.toThrow();
      expect(mountedIn(context.directory)).toEqual(['workspaces/w/work-1']);
    } finally {
      execFileSync('umount', [work]);
    }
    await act();
    expect(mountedIn(context.directory).sort()).toEqual(['workspaces/w/base', 'workspaces/w/merged']);
    await context.close();
    expect(mountedIn(context.directory)).toEqual([]);
  });

  test.each(['unmount', 'remove'])('%s takes away what no record names', async (how) => {
    const { context, folder } = await made();
    const { merged } = await mountWorkspace(context, 'w', true, quietRun());
    execFileSync('umount', [merged]);
    const records = join(context.directory, 'mounts');
    for (const file of execFileSync('find', [records, '-name', '*.json'], { encoding: 'utf8' })
      .trim()
      .split('\n'))
      renameSync(file, join(context.directory, '..', 'aside.json'));
    expect(mountedIn(context.directory)).toEqual(['workspaces/w/base']);
    const fresh = await openStore(context.directory);
    await (how === 'unmount' ? unmountWorkspace(fresh, 'w') : removeWorkspace(fresh, 'w'));
    expect(mountedIn(context.directory)).toEqual([]);
    expect(existsSync(folder)).toBe(how === 'unmount');
    expect((await readStoreView(fresh)).graph.images).toHaveLength(1);
  });
});
