import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { unpackImage } from '../../../electron/actions/trees/layerCache';
import { mountImage } from '../../../electron/actions/trees/mounts';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { problemOf } from '../../../shared/image/problem';
import { dockerArchive, tarOf, type LayerSpec, type TarMember } from '../../setup/imageBuilder';
import { makeOrdinaryUser, type OrdinaryUser } from '../../setup/ordinaryUser';
import { sharedDir } from '../../setup/shared';
import { load, openStore, quietRun, snapshotDirectory, temporaryFolder } from '../../setup/temporary';

/** Hostile layers, unpacked as root and as an ordinary user, touch nothing outside of their tree. */

const isRoot = process.getuid?.() === 0;
const layer = (...files: TarMember[]): LayerSpec => ({ tar: tarOf(files) });
const file = (path: string, content = 'evil\n', more: Partial<TarMember> = {}): TarMember => ({
  path,
  content,
  ...more,
});
const link = (path: string, linkTarget: string): TarMember => ({
  path,
  type: 'symlink',
  linkTarget,
  mode: 0o777,
});

/** `OUT` stands for a folder outside of the store. */
const cases: readonly { readonly title: string; readonly layers: (out: string) => readonly LayerSpec[] }[] = [
  { title: 'a name that climbs', layers: (out) => [layer(file(`../../../../../../../../../..${out}/made`))] },
  { title: 'an absolute name', layers: (out) => [layer(file(`${out}/made`))] },
  { title: 'a file through a symlink', layers: (out) => [layer(link('in', out), file('in/made'))] },
  {
    title: 'a file through a symlink of a lower layer',
    layers: (out) => [layer(link('in', out)), layer(file('in/made'))],
  },
  {
    title: 'a file in the place of a symlink',
    layers: (out) => [layer(link('victim', `${out}/victim`), file('victim'))],
  },
  {
    title: 'a directory in the place of a symlink',
    layers: (out) => [
      layer(link('in', out), { path: 'in', type: 'directory', mode: 0o777, uid: 7 }, file('in/made')),
    ],
  },
  {
    title: 'a hard link to outside',
    layers: (out) => [layer({ path: 'grab', type: 'hardlink', linkTarget: `${out}/victim` }, file('grab'))],
  },
  {
    title: 'a hard link through a symlink',
    layers: (out) => [
      layer(link('in', out), { path: 'grab', type: 'hardlink', linkTarget: 'in/victim' }, file('grab')),
    ],
  },
  {
    title: 'a whiteout behind a symlink',
    layers: (out) => [layer(link('in', out), file('in/.wh.victim', ''))],
  },
  {
    title: 'an opaque mark behind a symlink',
    layers: (out) => [layer(link('in', out), file('in/.wh..wh..opq', ''))],
  },
  { title: 'a whiteout of the directory above', layers: () => [layer(file('a/.wh...', ''))] },
  { title: 'a whiteout of itself', layers: () => [layer(file('a/.wh..', ''))] },
  { title: 'a whiteout without a name', layers: () => [layer(file('a/.wh.', ''))] },
  {
    title: 'a device, a setuid program and the 0:0 device',
    layers: () => [
      layer(
        { path: 'disk', type: 'block', major: 8, minor: 0, mode: 0o666 },
        { path: 'gone', type: 'character', major: 0, minor: 0, mode: 0o666 },
        file('su', 'x', { mode: 0o4755 }),
      ),
    ],
  },
  { title: 'a chain of symlinks', layers: (out) => [layer(link('a', 'b'), link('b', out), file('a/made'))] },
];

async function outside(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'stratigraph-outside-'));
  await writeFile(join(folder, 'victim'), 'untouched\n');
  await chmod(folder, 0o777);
  await chmod(join(folder, 'victim'), 0o666);
  return folder;
}

/** Archives of ../shared/hostile; none where that folder is not, and the archives' own test says so. */
async function sharedArchives(): Promise<string[]> {
  const shared = sharedDir();
  if (shared === null) return [];
  const folder = join(shared, 'hostile');
  const names = await readdir(folder, { recursive: true });
  return names.filter((name) => /\.(?:tar|tar\.gz|tgz)$/.test(name)).map((name) => join(folder, name));
}

describe('hostile layers', () => {
  let out: string;
  beforeAll(async () => {
    out = await outside();
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });
  afterAll(() => rm(out, { recursive: true, force: true }));

  const each = (['files', 'erofs'] as const).flatMap((form) => cases.map((one) => ({ ...one, form })));
  test.runIf(isRoot).each(each)('as root, layers as $form: $title', async ({ layers, form }) => {
    vi.stubEnv('STRATIGRAPH_LAYERS', form);
    const before = await snapshotDirectory(out);
    const store = await openStore();
    let refused = '';
    try {
      await load(store, dockerArchive([{ names: ['rig/evil:1'], layers: layers(out) }]));
      const [image] = (await readStoreView(store)).graph.images;
      if (!image) throw new Error('no image');
      await unpackImage(store, await store.privileged(), image, quietRun());
      const { path } = await mountImage(store, { image: image.id, target: null, kept: false }, quietRun());
      const line = (await readFile('/proc/self/mountinfo', 'utf8'))
        .split('\n')
        .find((each) => each.includes(path));
      expect(line).toMatch(/ ro,nosuid,nodev/);
    } catch (thrown) {
      refused = problemOf(thrown).code;
      expect(refused).not.toBe('unexpected');
      expect(await readdir(join(store.directory, 'cache', 'layers', 'root')).catch(() => [])).toEqual([]);
    }
    expect(await snapshotDirectory(out)).toEqual(before);
  });

  describe('as an ordinary user', () => {
    let user: OrdinaryUser;
    beforeAll(async () => {
      user = await makeOrdinaryUser();
    });
    afterAll(() => user.remove());

    test.each(['mapped', 'single'])('with %s IDs: every case, and archives of other tools', async (mode) => {
      const before = await snapshotDirectory(out);
      const folder = await temporaryFolder();
      await chmod(folder, 0o755);
      await mkdir(join(folder, 'in'));
      const paths: string[] = [];
      for (const [i, { layers }] of cases.entries()) {
        const path = join(folder, 'in', `${i}.tar`);
        await writeFile(path, dockerArchive([{ names: ['rig/evil:1'], layers: layers(out) }]));
        paths.push(path);
      }
      const archive = [...paths, ...(await sharedArchives())].join('\n');
      const told = await user.story<{ mode: string; refused: Record<string, string> }>(
        'unpack',
        { store: join(user.folder, `hostile-${mode}`), archive },
        { STRATIGRAPH_OVERLAY: mode },
      );
      expect(told.mode).toBe(mode);
      expect(Object.values(told.refused)).not.toContain('unexpected');
      expect(await snapshotDirectory(out)).toEqual(before);
    });
  });
});
