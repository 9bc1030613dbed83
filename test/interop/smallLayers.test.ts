import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LayerMembers } from '../../electron/mount/layerMembers';
import { LayerTree, type DirectoryNode } from '../../electron/mount/layerTree';
import { buildImage, ociMembers, tarOf, writeMembers, type TarMember } from '../setup/imageBuilder';
import { seeded } from '../setup/randomLayers';
import { run } from '../setup/run';
import { temporaryFolder } from '../setup/temporary';
import { commandFile, peerSuite } from './peers';

/** Layers of few names in which entries are in each other's way: what umoci refuses so do we, else both have the same tree. */

function membersOf(seed: number): TarMember[] {
  const random = seeded(seed);
  const path = (): string =>
    Array.from({ length: 1 + random(3) }, () => ['a', 'b', 'c'][random(3)]).join('/');
  return Array.from({ length: 2 + random(5) }, (_, i): TarMember => {
    const own = path();
    const kind = random(8);
    if (kind < 2) return { path: own, content: String(i) };
    if (kind < 4) return { path: own, type: 'directory' };
    if (kind === 4) {
      const linkTarget = [path(), `/${path()}`, '..', `../${path()}`][random(4)] ?? '';
      return { path: own, type: 'symlink', linkTarget };
    }
    if (kind === 5) return { path: own, type: 'fifo' };
    if (kind === 6) return { path: own, type: 'hardlink', linkTarget: path() };
    return { path: own.replace(/[^/]*$/, random(3) > 0 ? '.wh.$&' : '.wh..wh..opq'), content: '' };
  });
}

type Tree = Readonly<Record<string, string>>;

function byUmoci(root: string, at = '', found: Record<string, string> = {}): Tree {
  for (const name of readdirSync(join(root, at))) {
    const path = at === '' ? name : `${at}/${name}`;
    const info = lstatSync(join(root, path));
    if (info.isDirectory()) byUmoci(root, path, found);
    found[path] = info.isDirectory()
      ? 'directory'
      : info.isSymbolicLink()
        ? `symlink ${readlinkSync(join(root, path))}`
        : info.isFile()
          ? `file ${readFileSync(join(root, path), 'latin1').length}`
          : 'fifo';
  }
  return found;
}

/** Null for a layer that is refused. Deletions are of no use to a first layer. */
function byUs(layer: Buffer): Tree | null {
  const tree = new LayerTree(1000);
  try {
    const reading = new LayerMembers(tree);
    reading.feed(layer);
    reading.end();
  } catch {
    return null;
  }
  const found: Record<string, string> = {};
  const list = (directory: DirectoryNode, at: string): void => {
    for (const [name, node] of directory.children) {
      const path = at === '' ? name : `${at}/${name}`;
      if (node.kind === 'directory') list(node, path);
      if (node.kind === 'character') continue;
      found[path] =
        node.kind === 'symlink'
          ? `symlink ${Buffer.from(node.target).toString()}`
          : node.kind === 'file'
            ? `file ${node.size}`
            : node.kind;
    }
  };
  list(tree.root, '');
  return found;
}

/** The tree without directories that hold nothing: umoci makes none for a deletion of what is not there. */
const held = (tree: Tree): unknown => {
  const entries = Object.entries(tree).sort(([a], [b]) => (a < b ? -1 : 1));
  const objects = entries.filter(([, text]) => text !== 'directory').map(([path]) => path);
  return entries.filter(
    ([path, text]) => text !== 'directory' || objects.some((each) => each.startsWith(`${path}/`)),
  );
};

peerSuite('small layers', ['umoci'], () => {
  test('in which entries are in the way of others', async () => {
    const day = Math.floor(Date.now() / 86_400_000);
    const seen = { equal: 0, refusedByBoth: 0, refusedByUs: 0 };
    for (let i = 1; i <= 300; i++) {
      const seed = i <= 240 ? i : day * 1000 + i;
      const layer = tarOf(membersOf(seed));
      const layout = await temporaryFolder();
      await writeMembers(layout, ociMembers([buildImage({ names: ['a:1'], layers: [{ tar: layer }] })]));
      const words = ['unpack', '--image', `${layout}:a:1`, join(layout, 'bundle')];
      const { code } = await run(commandFile('umoci'), words);
      const own = byUs(layer);
      if (code !== 0) {
        expect(own, `seed ${seed} is refused by umoci`).toBeNull();
        seen.refusedByBoth++;
      } else if (own === null) seen.refusedByUs++;
      else {
        expect(held(own), `seed ${seed}`).toEqual(held(byUmoci(join(layout, 'bundle/rootfs'))));
        seen.equal++;
      }
    }
    expect(seen.equal, JSON.stringify(seen)).toBeGreaterThan(90);
    expect(seen.refusedByBoth, JSON.stringify(seen)).toBeGreaterThan(90);
    // Deletions below a file, of which umoci takes no notice; Docker's overlay2 refuses them.
    expect(seen.refusedByUs, JSON.stringify(seen)).toBeLessThan(10);
  }, 120_000);
});
