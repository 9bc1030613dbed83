import {
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fsck } from '../../../electron/actions/upkeep/fsck';
import { fileTree, readTreeFile, type FileTree } from '../../../electron/actions/inside/imageFiles';
import { removeImages } from '../../../electron/actions/images/removeImages';
import { resolveImage } from '../../../electron/actions/images/resolveImage';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { StoredTree, writeTree } from '../../../electron/index/storedTree';
import type { LayerEntry } from '../../../shared/layer/entry';
import { impliedAt, MemoryTree, type TreeFile } from '../../../shared/layer/fileTree';
import { buildImage, dockerArchive, type ImageSpec } from '../../setup/imageBuilder';
import { load, openStore, quietRun, temporaryFolder, type TestStore } from '../../setup/temporary';

const facts = { mode: 0o644, uid: 1000, gid: 7, mtime: 1.5 };

/** Trees of names that sort in odd ways, links that lead everywhere, files of several names, directories nobody lists. */
const anyTree = fc
  .array(
    fc.record({
      parts: fc.array(fc.constantFrom('a', 'b', 'a-b', 'a.b', 'Z', 'é', '\udc80', '"\n', '你', 'a b'), {
        minLength: 1,
        maxLength: 4,
      }),
      kind: fc.constantFrom('file', 'directory', 'symlink', 'twice', 'character', 'whiteout'),
      target: fc.constantFrom('a', '/a/b', '../b', '.', '/', '../../Z/é', 'nothing', 'a/./../a-b'),
      layer: fc.constantFrom('one', 'two'),
    }),
    { maxLength: 200 },
  )
  .map((names) => {
    const tree = new MemoryTree<string>();
    const shared: LayerEntry = { ...facts, path: 'first', kind: 'file', size: 9, offset: -1 };
    const taken = new Set<string>();
    for (const { parts, kind, target, layer } of names) {
      const path = parts.join('/');
      // What is no directory has nothing in it.
      if (taken.has(path) || parts.some((_, i) => i > 0 && taken.has(parts.slice(0, i).join('/')))) continue;
      if (kind !== 'directory' && tree.inside(path).length > 0) continue;
      if (kind !== 'directory') taken.add(path);
      const entry: LayerEntry =
        kind === 'symlink'
          ? { ...facts, path, kind, target }
          : kind === 'character'
            ? { ...facts, path, kind, major: 5, minor: 1 }
            : kind === 'directory' || kind === 'whiteout'
              ? { ...facts, path, kind }
              : { ...facts, path, kind: 'file', size: 9, offset: kind === 'twice' ? -1 : 512 };
      tree.add({ path, entry, layer, ...(kind === 'twice' ? { body: shared } : {}) });
    }
    return tree;
  });

function* everywhere(tree: MemoryTree<string>): Generator<TreeFile<string>> {
  const root = tree.find('', false);
  if (root) yield root;
  for (const open = ['']; open.length > 0;)
    for (const file of tree.inside(open.pop() ?? '')) {
      yield file;
      if (tree.inside(file.path).length > 0) open.push(file.path);
    }
}

test('a kept tree says what the tree says that it was made of', async () => {
  const folder = await temporaryFolder();
  let round = 0;
  fc.assert(
    fc.property(
      anyTree,
      fc.array(fc.constantFrom('a', 'b', '..', '.', '', 'Z'), { maxLength: 6 }),
      (tree, way) => {
        const path = join(folder, `tree-${round++}`);
        writeTree(path, 'key', tree, ['one', 'two']);
        const kept = StoredTree.open(path, 'key', ['one', 'two']);
        if (!kept) throw new Error('not kept');
        const bodies = new Set<LayerEntry | undefined>();
        for (const file of everywhere(tree)) {
          for (const follow of [true, false]) {
            expect(kept.find(file.path, follow)).toEqual(tree.find(file.path, follow));
            const further = `${file.path}/${way.join('/')}`;
            expect(kept.find(further, follow)).toEqual(tree.find(further, follow));
          }
          expect(kept.inside(file.path)).toEqual(tree.inside(file.path));
          const body = kept.find(file.path, false)?.body;
          if (body) bodies.add(body);
        }
        // Names of one file are known for that: their contents are the same object.
        expect(bodies.size).toBeLessThanOrEqual(1);
        expect(kept.find('nowhere', true)).toBeNull();
        expect(kept.inside('nowhere')).toEqual([]);
        expect(StoredTree.open(path, 'other', ['one', 'two'])).toBeNull();
      },
    ),
    { numRuns: 150 },
  );
});

test('a tree without a name is kept, too', async () => {
  const path = join(await temporaryFolder(), 'tree');
  writeTree(path, 'key', new MemoryTree<string>(), []);
  expect(StoredTree.open(path, 'key', [])?.find('', true)).toEqual(impliedAt(''));
});

describe('of a store', () => {
  const wide = (names: readonly string[], text: string): ImageSpec => ({
    names: [...names],
    layers: [
      {
        files: Array.from({ length: 2500 }, (_, i) => ({
          path: `usr/share/d${i % 40}/f${i}`,
          content: `${text} ${i}`,
        })),
        gzip: true,
      },
      {
        files: [{ path: 'usr/share/d3/.wh.f3' }, { path: 'etc/link', type: 'symlink', linkTarget: '../usr' }],
      },
    ],
  });
  const small: ImageSpec = { names: ['small:1'], layers: [{ files: [{ path: 'a', content: 'a' }] }] };

  async function open(...images: readonly ImageSpec[]): Promise<{ store: string; context: TestStore }> {
    const store = join(await temporaryFolder(), 'store');
    const context = await openStore(store);
    await load(context, dockerArchive([...images]));
    return { store, context };
  }
  const kept = (store: string): string[] => {
    const folder = join(store, 'cache', 'trees', 'sha256');
    return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
  };
  async function treeOf(store: string, name: string, layer: number | null = null): Promise<FileTree> {
    const context = await openStore(store);
    const view = await readStoreView(context);
    const { image } = resolveImage(view.graph, name);
    return fileTree(context, view, image, layer === null ? null : (image.layers[layer] ?? null));
  }
  async function answer(store: string): Promise<unknown> {
    const tree = await treeOf(store, 'wide:1');
    const file = tree.find('/etc/link/share/d2/f2', true);
    const pieces: Uint8Array[] = [];
    if (file) for await (const piece of readTreeFile(await openStore(store), file)) pieces.push(piece);
    return [
      tree.inside('usr/share/d3').map(({ path }) => path),
      file?.path,
      Buffer.concat(pieces).toString(),
    ];
  }

  test('large trees are kept and answer alike, a layer alone has one of its own; small ones are not', async () => {
    const { store } = await open(wide(['wide:1'], 'a'), small);
    const first = await answer(store);
    expect(kept(store)).toHaveLength(1);
    const made = statSync(kept(store)[0] ?? '').ino;
    expect(await answer(store)).toEqual(first);
    expect(first).toMatchObject([expect.not.arrayContaining(['usr/share/d3/f3']), 'usr/share/d2/f2', 'a 2']);
    const alone = await treeOf(store, 'wide:1', 0);
    expect(alone.find('usr/share/d3/f3', false)?.entry).toMatchObject({ kind: 'file' });
    expect((await treeOf(store, 'wide:1', 0)).find('usr/share/d3/f3', false)).toMatchObject({
      entry: alone.find('usr/share/d3/f3', false)?.entry,
    });
    expect((await treeOf(store, 'small:1')).inside('')).toHaveLength(1);
    expect(kept(store)).toHaveLength(2);
    expect(kept(store).some((path) => statSync(path).ino === made)).toBe(true);
  });

  test('whatever single byte of one is another, it is passed over, named by fsck and made again', async () => {
    const { store } = await open(wide(['wide:1'], 'a'));
    const right = await answer(store);
    let state = 20261128;
    for (let round = 0; round < 8; round++) {
      const [path = ''] = kept(store);
      const bytes = readFileSync(path);
      state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
      const at = (round < 2 ? state % 512 : state) % bytes.length;
      bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << round), at);
      writeFileSync(path, bytes);
      if (round % 4 === 0) {
        const report = await fsck(await openStore(store), { repair: true }, quietRun());
        expect(report.staleCaches).toEqual([expect.stringContaining('cache/trees/sha256/')]);
        expect(kept(store)).toEqual([]);
      }
      expect(await answer(store), `round ${round}`).toEqual(right);
    }
  });

  test('the tree of another image in its place is passed over', async () => {
    const { store } = await open(wide(['wide:1'], 'a'), wide(['other:1'], 'b'));
    const right = await answer(store);
    await treeOf(store, 'other:1');
    const [one = '', two = ''] = kept(store);
    const [a, b] = [readFileSync(one), readFileSync(two)];
    writeFileSync(one, b);
    writeFileSync(two, a);
    expect(await answer(store)).toEqual(right);
  });

  test('a blob that lost its end is told as without a kept tree', async () => {
    const image = wide(['wide:1'], 'a');
    const { store } = await open(image);
    await answer(store);
    const blob = join(store, 'blobs', 'sha256', buildImage(image).layers[0]?.digest.slice(7) ?? '');
    truncateSync(blob, statSync(blob).size - 1);
    await expect(answer(store)).rejects.toMatchObject({ problem: { code: 'blob-damaged' } });
  });

  test('one goes with its image, a draft when it is old', async () => {
    const { store, context } = await open(wide(['wide:1'], 'a'), small);
    await answer(store);
    const draft = `${kept(store)[0] ?? ''}.0123456789ab`;
    writeFileSync(draft, 'x');
    utimesSync(draft, 1, 1);
    const { image } = resolveImage((await readStoreView(context)).graph, 'wide:1');
    await removeImages(context, { images: [image.id], names: [] }, quietRun());
    expect(kept(store)).toEqual([]);
  });
});
