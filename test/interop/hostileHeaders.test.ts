import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { normalisePath, parentOf } from '../../shared/layer/entryPath';
import { hostileTar } from '../setup/hostileTars';
import { buildImage, ociMembers, writeMembers } from '../setup/imageBuilder';
import { run } from '../setup/run';
import { temporaryFolder } from '../setup/temporary';
import { contentOf, read } from '../unit/electron/tarTools';
import { commandFile, peerSuite } from './peers';

/**
 * Layers whose headers readers disagree on: what umoci, which reads them as Docker and Podman do, makes of one is what we make of
 * it, contents included, or we refuse it.
 */

/** What is at each path: a file's contents, a link's target, else the type. */
type Tree = ReadonlyMap<string, string>;

function onDisk(root: string, at = '', found = new Map<string, string>()): Tree {
  for (const name of readdirSync(Buffer.from(`${root}/${at}`, 'latin1'), 'latin1')) {
    const path = at === '' ? name : `${at}/${name}`;
    const file = Buffer.from(`${root}/${path}`, 'latin1');
    const info = lstatSync(file);
    if (info.isDirectory()) {
      found.set(path, 'directory');
      onDisk(root, path, found);
    } else if (info.isSymbolicLink()) found.set(path, `symlink ${readlinkSync(file)}`);
    else if (info.isFile()) found.set(path, `file ${readFileSync(file, 'latin1')}`);
    else found.set(path, info.isFIFO() ? 'fifo' : info.isCharacterDevice() ? 'character' : 'block');
  }
  return found;
}

/** Null for a layer that we refuse. */
function byUs(layer: Buffer): Tree | null {
  const raw = (name: string): string =>
    Buffer.from(
      [...name].flatMap((char) => {
        const code = char.charCodeAt(0);
        return code >= 0xdc80 && code <= 0xdcff ? [code - 0xdc00] : [...Buffer.from(char)];
      }),
    ).toString('latin1');
  try {
    const { members, reader } = read(layer, 700);
    if (!reader.complete) return null;
    const tree = new Map<string, string>();
    for (const seen of members) {
      const { type, linkName } = seen.header;
      const path = raw(normalisePath(seen.header.name) ?? '');
      if (path === '') continue;
      for (let at = parentOf(path); at !== ''; at = parentOf(at)) tree.set(at, 'directory');
      if (type === 'file' || type === 'sparse') tree.set(path, `file ${contentOf(seen).toString('latin1')}`);
      else if (type === 'symlink') tree.set(path, `symlink ${linkName}`);
      else if (type !== 'hardlink') tree.set(path, type);
      else {
        const target = tree.get(raw(normalisePath(linkName) ?? ''));
        if (target === undefined) return null;
        tree.set(path, target);
      }
    }
    return tree;
  } catch {
    return null;
  }
}

peerSuite('headers that readers disagree on', ['umoci'], () => {
  test('come to what umoci makes of them, or are refused', async () => {
    const day = Math.floor(Date.now() / 86_400_000);
    const seen = { equal: 0, refusedByUs: 0, refusedByBoth: 0 };
    for (let seed = 1; seed <= 500; seed++) {
      const layer = hostileTar(seed <= 400 ? seed : day * 1000 + seed);
      const layout = await temporaryFolder();
      await writeMembers(layout, ociMembers([buildImage({ names: ['a:1'], layers: [{ tar: layer }] })]));
      const bundle = join(layout, 'bundle');
      const { code } = await run(commandFile('umoci'), ['unpack', '--image', `${layout}:a:1`, bundle]);
      const found = byUs(layer);
      if (code !== 0) {
        // It refuses members, too, that its file system or its rules for global headers refuse.
        if (found === null) seen.refusedByBoth++;
      } else if (found === null) seen.refusedByUs++;
      else {
        const sorted = (tree: Tree): unknown => [...tree].sort();
        expect(sorted(found), `seed ${seed} of day ${day}`).toEqual(sorted(onDisk(join(bundle, 'rootfs'))));
        seen.equal++;
      }
    }
    expect(seen.equal, JSON.stringify(seen)).toBeGreaterThan(50);
    expect(seen.refusedByBoth).toBeGreaterThan(100);
    expect(seen.refusedByUs).toBeLessThan(25);
  }, 120_000);
});
