import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, createReadStream, lstatSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exportRootfs } from '../../../electron/actions/copy/exportRootfs';
import { fileTree, type FileTree } from '../../../electron/actions/inside/imageFiles';
import { resolveImage } from '../../../electron/actions/images/resolveImage';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { TarReader } from '../../../electron/tar/readTar';
import { defaultLimits } from '../../../shared/image/limits';
import { encodeName } from '../../../shared/layer/entryPath';
import { dockerArchive, type LayerSpec, type TarMember } from '../../setup/imageBuilder';
import { randomLayer, seeded } from '../../setup/randomLayers';
import { load, openStore, quietRun, temporaryFolder } from '../../setup/temporary';
import { differences, factsOfDirectory, factsOfTar } from '../../setup/treeFacts';

/** An exported tarball is unpacked by GNU tar into the tree that it is of, by root and by others, times of directories included. */

const run = quietRun();
const images = Number(process.env['EXPORT_ORDER_IMAGES'] ?? 12);
const seed = Number(process.env['EXPORT_ORDER_SEED'] ?? 20_261_128);

interface Listed {
  readonly names: readonly string[];
  /** Directories with names of symbolic links that have several. */
  readonly unsettled: readonly string[];
}

const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

async function listed(file: string): Promise<Listed> {
  const names: string[] = [];
  const links = new Set<string>();
  const unsettled: string[] = [];
  const reader = new TarReader(
    {
      member: ({ name, type, linkName }) => {
        const path = name.replace(/^\.\//, '').replace(/\/$/, '');
        names.push(path);
        if (type === 'symlink') links.add(path);
        const target = linkName.replace(/^\.\//, '');
        if (type === 'hardlink' && links.has(target)) unsettled.push(parentOf(path), parentOf(target));
        return false;
      },
    },
    defaultLimits,
  );
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) reader.feed(chunk);
  return { names, unsettled };
}

/** Directories of a tree with the whole seconds of their times. */
function timesOf(tree: FileTree): Record<string, number> {
  const times: Record<string, number> = {};
  const waiting = [''];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop())
    for (const { path, entry } of tree.inside(at))
      if (entry.kind === 'directory') {
        times[path] = Math.floor(entry.mtime);
        waiting.push(path);
      }
  return times;
}

const secondsOf = (root: string, path: string): number =>
  Math.floor(lstatSync(Buffer.concat([Buffer.from(`${root}/`), encodeName(path)])).mtimeMs / 1000);

async function exported(
  layers: readonly LayerSpec[],
): Promise<{ readonly file: string; readonly tree: FileTree } | null> {
  const store = await openStore();
  await load(store, dockerArchive([{ names: ['a:1'], layers }]));
  const view = await readStoreView(store);
  const { image } = resolveImage(view.graph, 'a:1');
  const tree = await fileTree(store, view, image, null).catch(() => null);
  if (tree === null) return null;
  const file = join(await temporaryFolder(), 'rootfs.tar');
  await exportRootfs(store, { image: image.id }, file, run);
  return { file, tree };
}

test.runIf(process.getuid?.() === 0)(
  `${images} random trees`,
  async () => {
    let compared = 0;
    for (let number = 0; number < images; number++) {
      const random = seeded(seed + number);
      const layers = Array.from({ length: 1 + random(3) }, () => ({ files: randomLayer(random) }));
      const found = await exported(layers);
      if (!found) continue;
      compared++;
      const where = `image ${seed + number}`;
      const { names, unsettled } = await listed(found.file);
      const seen = new Set<string>(['']);
      for (const name of names) {
        const parent = parentOf(name);
        expect(seen.has(parent), `${where}: ${name}`).toBe(true);
        seen.add(name);
      }
      // Docker and Podman import no tarball that names something twice.
      expect(new Set(names).size, where).toBe(names.length);
      const root = join(await temporaryFolder(), 'out');
      mkdirSync(root);
      const words = ['-C', root, '-xpf', found.file, '--xattrs', '--xattrs-include=*', '--numeric-owner'];
      expect(spawnSync('tar', words).status, where).toBe(0);
      expect(differences(factsOfDirectory(root), await factsOfTar(found.file)), where).toEqual([]);
      const times = timesOf(found.tree);
      // Links of several names are not waited for, and tar(1) makes them late.
      for (const directory of unsettled) delete times[directory];
      const real = Object.fromEntries(Object.keys(times).map((path) => [path, secondsOf(root, path)]));
      expect(real, where).toEqual(times);
    }
    expect(compared).toBeGreaterThan(images / 4);
  },
  300_000,
);

test.runIf(process.getuid?.() === 0)(
  'an ordinary user unpacks directories that nobody may write to',
  async () => {
    const closed = (path: string, mode: number): TarMember => ({ path, type: 'directory', mode, mtime: 7 });
    const file = (path: string): TarMember => ({ path, content: path, mtime: 5 });
    const layers = [
      {
        files: [
          closed('closed', 0o555),
          closed('closed/in', 0o500),
          file('closed/in/a'),
          closed('other', 0o755),
          file('other/z'),
        ],
      },
      { files: [closed('closed', 0o555), file('closed/b'), closed('closed/empty', 0o555), file('other/y')] },
    ];
    const found = await exported(layers);
    const folder = await temporaryFolder();
    const root = join(folder, 'out');
    mkdirSync(root);
    chownSync(root, 65_534, 65_534);
    chmodSync(folder, 0o755);
    chmodSync(found?.file ?? '', 0o644);
    chmodSync(join(found?.file ?? '', '..'), 0o755);
    const done = spawnSync('tar', ['-C', root, '-xpf', found?.file ?? ''], { uid: 65_534, gid: 65_534 });
    expect([String(done.stderr), done.status]).toEqual(['', 0]);
    const made = ['closed', 'closed/in', 'closed/empty', 'other', 'closed/in/a', 'closed/b', 'other/y'].map(
      (path) => {
        const { mode, mtimeMs } = lstatSync(join(root, path));
        return [path, (mode & 0o777).toString(8), mtimeMs / 1000];
      },
    );
    expect(made).toEqual([
      ['closed', '555', 7],
      ['closed/in', '500', 7],
      ['closed/empty', '555', 7],
      ['other', '755', 7],
      ['closed/in/a', '644', 5],
      ['closed/b', '644', 5],
      ['other/y', '644', 5],
    ]);
  },
);
