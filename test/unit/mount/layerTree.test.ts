import { describe, expect, test } from 'vitest';
import { LayerMembers } from '../../../electron/mount/layerMembers';
import {
  LayerTree,
  TreeTooLarge,
  type DirectoryNode,
  type TreeNode,
} from '../../../electron/mount/layerTree';
import { tarOf, type TarMember } from '../../setup/imageBuilder';

/** The rules by which a layer's entries become a tree, without a file system. */

function treeOf(...members: TarMember[]): LayerTree {
  const tree = new LayerTree(100_000);
  const reading = new LayerMembers(tree);
  reading.feed(tarOf(members));
  reading.end();
  return tree;
}

const kindOf = (node: TreeNode): string => {
  if (node.kind === 'directory') return node.opaque ? 'opaque' : 'directory';
  if (node.kind === 'character' && node.major === 0 && node.minor === 0) return 'whiteout';
  return node.links > 1 ? `${node.kind} x${node.links}` : node.kind;
};

/** Paths of a tree with what is there. */
function listed(directory: DirectoryNode, at = ''): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, node] of directory.children) {
    found[at + name] = kindOf(node);
    if (node.kind === 'directory') Object.assign(found, listed(node, `${at}${name}/`));
  }
  return found;
}

const file = (path: string, content = 'x'): TarMember => ({ path, content });
const folder = (path: string, more: Partial<TarMember> = {}): TarMember => ({
  path,
  type: 'directory',
  ...more,
});
const link = (path: string, linkTarget: string): TarMember => ({ path, type: 'symlink', linkTarget });
const hard = (path: string, linkTarget: string): TarMember => ({ path, type: 'hardlink', linkTarget });

function nodeAt({ root }: LayerTree, path: string): TreeNode {
  let at: TreeNode = root;
  for (const name of path.split('/')) {
    const next: TreeNode | undefined = at.kind === 'directory' ? at.children.get(name) : undefined;
    if (!next) throw new Error(`no ${path}`);
    at = next;
  }
  return at;
}

describe('a tree in memory', () => {
  test('has a directory of root for every path that names one only on the way', () => {
    const tree = treeOf(file('a/b/c'));
    expect(listed(tree.root)).toEqual({ a: 'directory', 'a/b': 'directory', 'a/b/c': 'file' });
    expect(nodeAt(tree, 'a/b').metadata).toMatchObject({ mode: 0o755, uid: 0, gid: 0, seconds: 0 });
  });

  test('takes the last entry of a name, and the last metadata of a directory', () => {
    const tree = treeOf(folder('a', { mode: 0o700 }), file('a/f', '1'), file('a/f', '22'), folder('a'));
    expect(nodeAt(tree, 'a').metadata.mode).toBe(0o755);
    expect(nodeAt(tree, 'a/f')).toMatchObject({ size: 2, links: 1, extents: [{ position: 0, length: 2 }] });
  });

  test.each([
    { title: 'a file by a directory', members: [file('a'), folder('a')], a: 'directory' },
    { title: 'a directory by a file', members: [file('a/b'), file('a')], a: 'file' },
    { title: 'a link by a directory', members: [link('a', 'z'), folder('a')], a: 'directory' },
  ])('replaces $title', ({ members, a }) => {
    expect(listed(treeOf(...members).root)['a']).toBe(a);
  });

  test('follows links among its own entries on the way, and never out of the root', () => {
    const tree = treeOf(folder('real'), link('in', '../../real'), file('in/made'), link('abs', '/real/deep'));
    expect(listed(tree.root)).toMatchObject({ 'real/made': 'file', in: 'symlink' });
    expect(listed(treeOf(link('in', '/etc'), file('in/passwd')).root)).toEqual({
      in: 'symlink',
      etc: 'directory',
      'etc/passwd': 'file',
    });
  });

  test.each([
    ['of a file', [file('a'), file('a/b')]],
    ['of a fifo, further down', [{ path: 'c/a', type: 'fifo' } as const, folder('c/a/d/e')]],
    ['of a file by a link', [file('f'), link('d/l', '/f'), file('d/l/x')]],
    ['of a file by a hard link', [file('f'), hard('g', 'f'), link('g/x', 'y')]],
    ['of a file, as the target of a hard link', [file('f'), hard('g', 'f/x')]],
    ['of a file, as a deletion', [file('f'), file('f/.wh.x')]],
    ['of a file, as what hides', [file('f'), file('f/.wh..wh..opq')]],
  ])('refuses what comes below the name %s, as engines do', (_, members) => {
    expect(() => treeOf(...members)).toThrow('under-file');
  });

  test('refuses links without an end', () => {
    expect(() => treeOf(link('a', 'b'), link('b', 'a'), file('a/x'))).toThrow('links-many');
  });

  test('gives one file several names, and takes them back', () => {
    const tree = treeOf(file('a'), hard('b', 'a'), hard('c', 'b'), file('a', 'new'));
    expect(listed(tree.root)).toEqual({ a: 'file', b: 'file x2', c: 'file x2' });
    expect(nodeAt(tree, 'b')).toBe(nodeAt(tree, 'c'));
    const whole = treeOf(file('d/a'), hard('b', 'd/a'), file('d'));
    expect(listed(whole.root)).toEqual({ d: 'file', b: 'file' });
  });

  test('makes hard links of symlinks, and none of directories or of what is not there', () => {
    expect(listed(treeOf(link('a', 'z'), hard('b', 'a')).root)).toEqual({
      a: 'symlink x2',
      b: 'symlink x2',
    });
    expect(() => treeOf(folder('a'), hard('b', 'a'))).toThrow('hardlink-directory a');
    expect(() => treeOf(hard('b', 'a'))).toThrow('hardlink-missing');
    expect(() => treeOf(file('a/b'), hard('a', 'a/b'))).toThrow('hardlink-replaced');
    expect(() => treeOf(file('a'), hard('a/b', 'a'))).toThrow('under-file a');
  });

  test('keeps deletions for what is below, wherever they stand in the layer', () => {
    const tree = treeOf(
      file('.wh.gone'),
      file('.wh.file'),
      file('file'),
      file('.wh.folder'),
      folder('folder'),
      file('hidden/.wh..wh..opq'),
    );
    expect(listed(tree.root)).toEqual({
      file: 'file',
      folder: 'opaque',
      hidden: 'opaque',
      gone: 'whiteout',
    });
  });

  test('makes an opaque directory of a deletion that has another one inside, which has nothing to delete', () => {
    expect(listed(treeOf(file('.wh.a'), file('a/.wh.b')).root)).toEqual({ a: 'opaque' });
  });

  test('never takes a deletion from the device 0:0', () => {
    const device = (path: string, minor: number): TarMember => ({ path, type: 'character', major: 0, minor });
    expect(listed(treeOf(device('gone', 0), device('kept', 1)).root)).toEqual({ kept: 'character' });
  });

  test('refuses what no file system takes', () => {
    expect(() => treeOf(file('n'.repeat(256)))).toThrow('name-long 255');
    expect(() => treeOf(link('a', 'z'.repeat(4096)))).toThrow('symlink-long 4095');
    expect(() => treeOf(link('a', ''))).toThrow('symlink-empty');
    expect(() => treeOf({ path: 'd', type: 'block', major: 5000, minor: 0 })).toThrow(
      'device-numbers 5000:0',
    );
    const attributed = (name: string, size: number): TarMember => ({
      ...file('a'),
      xattrs: { [name]: 'v'.repeat(size) },
    });
    for (const [name, size] of [
      ['user.big', 65_537],
      [`user.${'n'.repeat(251)}`, 1],
    ] as const)
      expect(() => treeOf(attributed(name, size))).toThrow('attribute-large');
    expect(() => treeOf(attributed('user.big', 65_536))).not.toThrow();
  });

  test('takes paths that are longer than Linux can open at once, and lets go of them', () => {
    const deep = `${'d/'.repeat(20_000)}x`;
    let node: ReturnType<typeof treeOf>['root'] | undefined = treeOf(file(deep)).root;
    let depth = 0;
    for (; node; depth++) {
      const child: unknown = node.children.get('d');
      node = child as typeof node;
    }
    expect(depth).toBe(20_001);
    expect(listed(treeOf(file(deep), file('d')).root)).toEqual({ d: 'file' });
  });

  test('has a bound', () => {
    const tree = new LayerTree(10);
    const reading = new LayerMembers(tree);
    const many = Array.from({ length: 20 }, (_, i) => file(`f${i}`));
    expect(() => reading.feed(tarOf(many))).toThrow(TreeTooLarge);
  });

  test('finds where the data of sparse files stand, with the map in the header and in the body', () => {
    const data = 'd'.repeat(1024);
    const map = '2\n512\n512\n2048\n512\n'.padEnd(512, '\0');
    const tree = treeOf(
      {
        path: 'header',
        content: data,
        pax: { 'GNU.sparse.map': '512,512,2048,512', 'GNU.sparse.size': '4096' },
      },
      {
        path: 'GNUSparseFile.0/body',
        content: map + data,
        pax: {
          'GNU.sparse.major': '1',
          'GNU.sparse.minor': '0',
          'GNU.sparse.name': 'body',
          'GNU.sparse.realsize': '4096',
        },
      },
    );
    for (const path of ['header', 'body']) {
      const node = nodeAt(tree, path);
      if (node.kind !== 'file') throw new Error('no file');
      const [first, second] = node.extents;
      expect(node.size).toBe(4096);
      expect(node.extents).toMatchObject([
        { position: 512, length: 512 },
        { position: 2048, length: 512 },
      ]);
      expect((second?.offset ?? 0) - (first?.offset ?? 0)).toBe(512);
    }
  });
});
