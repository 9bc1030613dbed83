import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { afterEach, expect, test, vi } from 'vitest';
import { exportRootfs } from '../../../electron/actions/copy/exportRootfs';
import { fileTree, readTreeFile, type FileTree } from '../../../electron/actions/inside/imageFiles';
import { mountImage, unmountImage } from '../../../electron/actions/trees/mounts';
import { resolveImage } from '../../../electron/actions/images/resolveImage';
import { squashImage } from '../../../electron/actions/making/squashImage';
import { readStoreView } from '../../../electron/actions/images/storeView';
import type { ImageId } from '../../../shared/image/digest';
import { encodeName } from '../../../shared/layer/entryPath';
import { dockerArchive, type LayerSpec, type TarMember } from '../../setup/imageBuilder';
import { randomLayer, seeded } from '../../setup/randomLayers';
import { load, openStore, quietRun, temporaryFolder, type TestStore } from '../../setup/temporary';
import { differences, factsOfDirectory, factsOfTar, type TreeFacts } from '../../setup/treeFacts';

/** What is in an image is the same in every view, every copy and both forms of a mount. */

const run = quietRun();
const images = Number(process.env['ONE_TREE_IMAGES'] ?? 18);
const seed = Number(process.env['ONE_TREE_SEED'] ?? 20_260_801);

afterEach(() => vi.unstubAllEnvs());

interface Mounted {
  readonly facts: TreeFacts;
  /** Whole seconds. */
  readonly times: Readonly<Record<string, number>>;
}

async function mounted(store: TestStore, image: ImageId, form: string): Promise<Mounted | null> {
  vi.stubEnv('STRATIGRAPH_LAYERS', form);
  let mount: { readonly id: string; readonly path: string };
  try {
    mount = await mountImage(store, { image, target: null, kept: false }, run);
  } catch {
    return null;
  }
  try {
    const facts = factsOfDirectory(mount.path);
    const times: Record<string, number> = {};
    for (const path of ['', ...facts.keys()])
      times[path] = Math.floor(
        lstatSync(Buffer.concat([Buffer.from(`${mount.path}/`), encodeName(path)])).mtimeMs / 1000,
      );
    return { facts, times };
  } finally {
    await unmountImage(store, mount.id);
  }
}

/** Facts without what the other side does not tell: attributes, names of one file. */
function lessOf(
  facts: TreeFacts,
  { attributes, links }: { readonly attributes: boolean; readonly links: boolean },
): TreeFacts {
  return new Map(
    [...facts].map(([path, all]) => {
      // A mount shows none of these, an archive has them as they were.
      const text = all.replace(/ (?:trusted|user\.overlay)\.\S+/g, '');
      let left = text;
      if (!links) left = left.replace(/ = .*$/s, '');
      if (!attributes) left = left.replace(/ (?:user|security)\.\S+/g, '');
      return [path, left];
    }),
  );
}

async function indexed(store: TestStore, tree: FileTree): Promise<Mounted> {
  const facts = new Map<string, string>();
  const times: Record<string, number> = { '': Math.floor(tree.find('', false)?.entry.mtime ?? -1) };
  const waiting = [''];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop())
    for (const file of tree.inside(at)) {
      const { path, entry } = file;
      let detail = '';
      if (entry.kind === 'symlink') detail = entry.target;
      if (entry.kind === 'character' || entry.kind === 'block') detail = `${entry.major},${entry.minor}`;
      if (entry.kind === 'file') {
        const hash = createHash('sha256');
        for await (const chunk of readTreeFile(store, file)) hash.update(chunk);
        detail = `${entry.size} ${hash.digest('hex').slice(0, 16)}`;
      }
      const mode = entry.kind === 'symlink' ? '' : entry.mode.toString(8);
      facts.set(path, [entry.kind, mode, `${entry.uid}:${entry.gid}`, detail].join(' '));
      if (entry.kind === 'directory') waiting.push(path);
      times[path] = Math.floor(entry.mtime);
    }
  return { facts, times };
}

/** Whether an image has a tree; fails where two of its views, copies or mounts differ. */
async function isOneTree(layers: readonly LayerSpec[], where: string): Promise<boolean> {
  const all = { attributes: true, links: true };
  const told = { attributes: false, links: false };
  const store = await openStore();
  await load(store, dockerArchive([{ names: ['a:1'], layers }]));
  const view = await readStoreView(store);
  const { image } = resolveImage(view.graph, 'a:1');
  const files = await mounted(store, image.id, 'files');
  const tree = await fileTree(store, view, image, null).catch(() => null);
  // A layer that cannot be is refused by all.
  expect(tree === null, where).toBe(files === null);
  if (files === null || tree === null) return false;
  const other = await openStore();
  await load(other, dockerArchive([{ names: ['a:1'], layers }]));
  const erofs = await mounted(other, image.id, 'erofs');
  expect(differences(erofs?.facts ?? new Map(), files.facts), `${where} as EROFS`).toEqual([]);
  expect(erofs?.times, where).toEqual(files.times);
  const byIndex = await indexed(store, tree);
  expect(differences(lessOf(byIndex.facts, told), lessOf(files.facts, told)), `${where} by index`).toEqual(
    [],
  );
  expect(byIndex.times, where).toEqual(files.times);
  const target = join(await temporaryFolder(), 'rootfs.tar');
  await exportRootfs(store, { image: image.id }, target, run);
  expect(
    differences(lessOf(await factsOfTar(target), all), lessOf(files.facts, all)),
    `${where} exported`,
  ).toEqual([]);
  await squashImage(store, { image: image.id, from: null, reference: 'a:2' }, run);
  const squashed = resolveImage((await readStoreView(store)).graph, 'a:2').image;
  const flat = await mounted(store, squashed.id, 'files');
  expect(flat?.times, `${where} squashed`).toEqual(files.times);
  expect(
    differences(lessOf(flat?.facts ?? new Map(), all), lessOf(files.facts, all)),
    `${where} squashed`,
  ).toEqual([]);
  for (const [kept, from] of image.layers.slice(0, -1).entries()) {
    if (kept === 0) continue;
    await squashImage(store, { image: image.id, from, reference: 'a:3' }, run);
    const after = await readStoreView(store);
    const part = resolveImage(after.graph, 'a:3').image;
    const partly = await mounted(store, part.id, 'files');
    const how = `${where} squashed from ${kept + 1}`;
    expect(differences(lessOf(partly?.facts ?? new Map(), all), lessOf(files.facts, all)), how).toEqual([]);
    const listed = await indexed(store, await fileTree(store, after, part, null));
    expect(differences(lessOf(listed.facts, told), lessOf(files.facts, told)), `${how} by index`).toEqual([]);
  }
  return true;
}

test(`${images} random images are one tree by index, by both mounts, by export and by squash`, async () => {
  let compared = 0;
  for (let number = 0; number < images; number++) {
    const random = seeded(seed + number);
    const layers = Array.from({ length: 2 + random(3) }, () => ({ files: randomLayer(random) }));
    if (await isOneTree(layers, `image ${seed + number}`)) compared++;
  }
  expect(compared).toBeGreaterThan(images / 3);
}, 600_000);

test("hard links to files in AUFS's own folder are names of these files", async () => {
  const twice: TarMember[] = [
    { path: '.wh..wh.plnk', type: 'directory', mode: 0o700 },
    { path: '.wh..wh.plnk/77.1', content: 'first' },
    { path: '.wh..wh.plnk/78.1', content: 'second', mode: 0o755 },
    { path: '.wh..wh.plnk/79.1', content: 'named by nobody' },
    { path: 'q/a', type: 'hardlink', linkTarget: '.wh..wh.plnk/77.1' },
    { path: 'q/b', type: 'hardlink', linkTarget: './.wh..wh.plnk/77.1' },
    { path: 'c', type: 'hardlink', linkTarget: 'q/a' },
    { path: 'd', type: 'hardlink', linkTarget: '.wh..wh.plnk/78.1' },
  ];
  const below = { files: [{ path: 'q/a', content: 'below' }] };
  expect(await isOneTree([below, { files: twice }], 'plnk')).toBe(true);
  vi.stubEnv('STRATIGRAPH_LAYERS', 'files');
  const store = await openStore();
  await load(store, dockerArchive([{ names: ['a:1'], layers: [below, { files: twice }] }]));
  const { image } = resolveImage((await readStoreView(store)).graph, 'a:1');
  const facts = (await mounted(store, image.id, 'files'))?.facts;
  expect([...(facts?.keys() ?? [])].sort()).toEqual(['c', 'd', 'q', 'q/a', 'q/b']);
  expect(facts?.get('q/a')).toMatch(/ 5 /);
  expect(facts?.get('d')).toMatch(/ 6 /);
  const lost = { files: [{ path: 'x', type: 'hardlink', linkTarget: '.wh..wh.plnk/1.1' } as const] };
  expect(await isOneTree([below, lost], 'nowhere')).toBe(false);
});
