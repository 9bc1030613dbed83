import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { mountImage, unmountImage } from '../../../electron/actions/trees/mounts';
import { openTree } from '../../../electron/actions/trees/openTree';
import { planRun } from '../../../electron/actions/runs/runImage';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { createWorkspace } from '../../../electron/actions/trees/workspaces';
import { findRuntime } from '../../../electron/run/findRuntime';
import { dockerArchive } from '../../setup/imageBuilder';
import { findCommand, must, run as runProgram } from '../../setup/run';
import { shellImage } from '../../setup/shellImage';
import { load, openStore, problemFacts, quietRun, temporaryFolder } from '../../setup/temporary';
import { commandLine } from '../electron/scripts';

/** What FUSE does not do for us is said by its name, with what to do. */

const run = quietRun();
const asRoot = process.getuid?.() === 0;
const mounted: string[] = [];
afterEach(async () => {
  for (const folder of mounted.splice(0)) await must('umount', ['-l', folder]);
});

/** File systems of FUSE that are installed here, mounted at a folder. */
const systems: Readonly<Record<string, (folder: string, at: string) => Promise<unknown>>> = {
  bindfs: async (folder, at) => must('bindfs', [folder, at]),
  'fuse-overlayfs': async (folder, at) => {
    const names = ['lower', 'upper', 'work'];
    for (const name of names) await mkdir(join(folder, name));
    const options = names.map((name) => `${name}dir=${join(folder, name)}`).join(',');
    return must('fuse-overlayfs', ['-o', options, at]);
  },
};
const installed = Object.keys(systems).filter((name) => findCommand(name) !== null);

describe.runIf(asRoot)('a store on FUSE', () => {
  test.each(installed)('of %s shows images, and says of what is written why it cannot be', async (name) => {
    const folder = await temporaryFolder();
    const at = join(folder, 'at');
    for (const each of ['at', 'below']) await mkdir(join(folder, each));
    await systems[name]?.(join(folder, 'below'), at);
    mounted.push(at);
    const store = await openStore(join(at, 'store'));
    await load(store, dockerArchive([shellImage()]));
    const image = (await readStoreView(store)).graph.images[0]?.id;
    if (!image) throw new Error('no image');
    const shown = await mountImage(store, { image, target: null, kept: false }, run);
    await unmountImage(store, shown.id, false);
    await createWorkspace(store, { image, name: 'own' }, run);
    const facts = { reason: 'EINVAL', system: 'FUSE' };
    expect(await problemFacts(openTree(store, { workspace: 'own' }, run), 'mount-failed')).toMatchObject(
      facts,
    );
    if ((await findRuntime()) === null) return;
    const options = { entrypoint: null, env: [], workingDir: null, user: null, terminal: false };
    const wish = { ...options, network: false, processes: null, command: ['true'] };
    expect(await problemFacts(planRun(store, { image }, wish, run), 'mount-failed')).toMatchObject(facts);
  });
});

describe.runIf(asRoot && installed.includes('fuse-overlayfs') && findCommand('fusermount3') !== null)(
  'STRATIGRAPH_OVERLAY=fuse',
  () => {
    async function said(...words: readonly string[]): Promise<string> {
      const store = join(await temporaryFolder(), 'store');
      const context = await openStore(store);
      await load(context, dockerArchive([shellImage()]));
      // Devices as in a container that was given none.
      const script = `mount -t tmpfs tmpfs "$1" && cp -a /dev/null /dev/zero /dev/urandom /dev/random "$1" && mount --bind "$1" /dev; shift; exec "$@"`;
      const cli = [
        'env',
        'LANG=C',
        'STRATIGRAPH_OVERLAY=fuse',
        process.execPath,
        commandLine,
        '--store',
        store,
      ];
      const shell = ['/bin/sh', '-c', script, 'sh', await temporaryFolder(), ...cli, ...words];
      return (await runProgram('unshare', ['--mount', '--propagation', 'private', '--', ...shell])).stderr;
    }

    test('without /dev/fuse says what is missing, and how to come by it', async () => {
      expect(await said('mount', 'rig/shell:1.0')).toMatch(/needs \/dev\/fuse, .*--device \/dev\/fuse/);
    });

    test('does not run commands, and says that it was asked for', async () => {
      process.env['STRATIGRAPH_OVERLAY'] = 'fuse';
      try {
        if ((await findRuntime()) === null) return;
        const store = await openStore();
        await load(store, dockerArchive([shellImage()]));
        const image = (await readStoreView(store)).graph.images[0]?.id;
        if (!image) throw new Error('no image');
        const options = { entrypoint: null, env: [], workingDir: null, user: null, terminal: false };
        const wish = { ...options, network: false, processes: null, command: ['true'] };
        const facts = await problemFacts(planRun(store, { image }, wish, run), 'mount-unavailable');
        expect(facts).toMatchObject({ reason: 'fuse-run' });
      } finally {
        delete process.env['STRATIGRAPH_OVERLAY'];
      }
    });
  },
);
