import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { importRootfs } from '../../../electron/actions/copy/importRootfs';
import { upperEntries } from '../../../electron/mount/upperEntries';
import { withTree } from '../../../electron/system/beneath';
import { problemOf, type Problem } from '../../../shared/image/problem';
import { isInvalidWhiteout, reservedPart, whiteoutMark, whiteoutPath } from '../../../shared/layer/whiteout';
import { expectSoundStore, openStore, quietRun, temporaryFolder } from '../../setup/temporary';
import { differences, factsOfDirectory } from '../../setup/treeFacts';
import {
  baseOf,
  changesOf,
  commitPaths,
  imageTree,
  lines,
  mergedOf,
  openWorkspace,
  treeOf,
  unpackedTree,
} from './partialTools';

/** Names that layers read as marks: what is committed or imported is the tree that was there, or is refused by name. */

const root = process.platform === 'linux' && process.getuid?.() === 0;
const run = quietRun();
const odd = ['.wh.x', '.wh.', '.wh..', '.wh...', '.wh..wh..opq', '.wh..wh.plnk', '.wh.f', '.wh..opq'];
const plain = ['f', 'x', '.wh', 'wh.', '.w', '.opq', 'a.wh.b', '.WH.x', '..wh.'];
const name = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...plain) },
  { weight: 1, arbitrary: fc.constantFrom(...odd) },
);
const trees = fc.array(
  fc.record({
    path: fc.array(name, { minLength: 1, maxLength: 3 }),
    directory: fc.boolean(),
    again: fc.boolean(),
  }),
  { minLength: 1, maxLength: 8 },
);
type Tree = typeof trees extends fc.Arbitrary<infer T> ? T : never;

/** Makes what can be made of it. */
function make(at: string, tree: Tree): void {
  for (const { path, directory, again } of tree)
    try {
      const target = join(at, ...path);
      mkdirSync(directory ? target : join(at, ...path.slice(0, -1)), { recursive: true });
      if (!directory) writeFileSync(target, path.join('/'));
      if (again && !directory) linkSync(target, `${target}.again`);
    } catch {
      // A file in the place of a directory.
    }
}

const faultOf = async (work: () => Promise<unknown>): Promise<Problem | null> => {
  try {
    await work();
    return null;
  } catch (thrown) {
    return problemOf(thrown);
  }
};

/** Whether a refusal names something that is there and has such a name. */
function expectNamed(fault: Problem | null, paths: Iterable<string>): void {
  const reserved = new Set([...paths].map((path) => `/${reservedPart(path)}`));
  expect(fault?.code).toBe('name-reserved');
  expect([...reserved]).toContain((fault?.facts as { path: string }).path);
}

test('a mark is read back as what it was made for, and of a reserved name there is none that would be', () => {
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 4 }), (parts) => {
      const path = parts.join('/');
      if (reservedPart(path) === null)
        expect(whiteoutMark(whiteoutPath(path))).toEqual({ kind: 'whiteout', path });
      const first = parts.findIndex((part) => part.startsWith('.wh.'));
      expect(reservedPart(path)).toBe(first < 0 ? null : parts.slice(0, first + 1).join('/'));
    }),
  );
});

test.runIf(process.platform === 'linux')(
  'of fuse-overlayfs only marks that mark something are marks',
  async () => {
    const folder = await temporaryFolder();
    for (const each of odd) writeFileSync(join(folder, each), '');
    mkdirSync(join(folder, '.wh.directory'));
    const style = { attributes: 'user', whiteouts: 'file', owners: 'single', devices: false } as const;
    const found = withTree(folder, (tree) =>
      [...upperEntries(tree, '', style)].map(
        ({ path, whiteout }) => `${whiteout ? 'gone' : 'there'} ${path}`,
      ),
    );
    expect(found.sort()).toEqual(
      [
        ...odd.flatMap((each) => {
          if (each === '.wh..wh..opq') return [];
          const mark = isInvalidWhiteout(each) ? null : whiteoutMark(each);
          return [mark ? `gone ${mark.path}` : `there ${each}`];
        }),
        'there .wh.directory',
      ].sort(),
    );
  },
);

describe.runIf(root)('a folder or a tarball with such names', () => {
  test('is imported as it is, or refused with the name', async () => {
    const store = await openStore();
    const folder = await temporaryFolder();
    let whole = 0;
    await fc.assert(
      fc.asyncProperty(trees, async (tree) => {
        const at = mkdtempSync(join(folder, 'tree-'));
        make(at, tree);
        const facts = factsOfDirectory(at);
        const bad = [...facts.keys()].some((path) => reservedPart(path) !== null);
        const tar = join(folder, 'rootfs.tar');
        execFileSync('tar', ['-C', at, '--numeric-owner', '-H', 'posix', '-cf', tar, '.']);
        for (const path of [at, tar]) {
          let id: string | null = null;
          const fault = await faultOf(async () => {
            ({ id } = await importRootfs(store, { path, reference: null, message: '', changes: [] }, run));
          });
          if (bad) {
            // `.wh.` and its like are no deletion of anything: a tarball with one was never a layer.
            if (fault?.code !== 'layer-invalid' || path === at) expectNamed(fault, facts.keys());
            continue;
          }
          whole++;
          expect(fault).toBeNull();
          const found = await imageTree(store, id as unknown as Parameters<typeof imageTree>[1], true);
          const wanted = treeOf(at, true);
          expect(differences(found, wanted)).toEqual([]);
        }
        rmSync(at, { recursive: true });
      }),
      { seed: 1013, numRuns: 12 },
    );
    expect(whole).toBeGreaterThan(2);
    await expectSoundStore(store.store.directory, /^mounts$/);
  }, 60_000);

  test('is refused with a device that overlay file systems take for a deletion', async () => {
    const store = await openStore();
    const folder = await temporaryFolder();
    mkdirSync(join(folder, 'dev'));
    execFileSync('mknod', [join(folder, 'dev/gone'), 'c', '0', '0']);
    const tar = join(await temporaryFolder(), 'rootfs.tar');
    execFileSync('tar', ['-C', folder, '-cf', tar, '.']);
    for (const path of [folder, tar]) {
      const fault = await faultOf(() =>
        importRootfs(store, { path, reference: null, message: '', changes: [] }, run),
      );
      expect(fault).toEqual({ code: 'device-reserved', facts: { path: '/dev/gone' } });
    }
  });
});

describe.runIf(root)('a workspace with such names', () => {
  const spec = {
    names: ['rig/names:1'],
    layers: [{ files: ['f', 'x', 'd/f', 'd/x'].map((path) => ({ path, content: path })) }],
  };

  test('shows them, and is committed as it is, or refused with the name and left as it was', async () => {
    let whole = 0;
    await fc.assert(
      fc.asyncProperty(trees, async (tree) => {
        const { store, merged } = await openWorkspace(spec);
        rmSync(join(merged, 'x'));
        make(merged, tree);
        const before = treeOf(merged, true);
        const changes = await changesOf(store);
        const base = treeOf(await baseOf(store));
        const added = [...before.keys()].filter((path) => !base.has(path));
        expect(lines(changes).filter((line) => line.startsWith('added'))).toEqual(
          added.map((path) => `added ${path}`),
        );
        const bad = added.filter((path) => reservedPart(path) !== null);
        if (bad.length > 0) {
          expectNamed(await faultOf(() => commitPaths(store, null)), bad);
          expect(differences(treeOf(await mergedOf(store), true), before)).toEqual([]);
          // What has other names can be committed without them.
          const rest = changes.map(({ path }) => path).filter((path) => reservedPart(path) === null);
          const { id, stay } = await commitPaths(store, rest);
          expect(stay).toBe(changes.length - rest.length);
          const without = [...before].filter(([path]) => reservedPart(path) === null);
          expect([...(await imageTree(store, id)).keys()]).toEqual(without.map(([path]) => path));
          expect([...treeOf(await mergedOf(store)).keys()]).toEqual([...before.keys()]);
          return;
        }
        whole++;
        const { id } = await commitPaths(store, null);
        expect(differences(await imageTree(store, id, true), before)).toEqual([]);
        expect(differences(await unpackedTree(store, id, true), before)).toEqual([]);
      }),
      { seed: 6, numRuns: 8 },
    );
    expect(whole).toBeGreaterThan(1);
  }, 90_000);
});
