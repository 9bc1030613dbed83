import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fsck } from '../../../electron/actions/upkeep/fsck';
import { fileTree } from '../../../electron/actions/inside/imageFiles';
import { resolveImage } from '../../../electron/actions/images/resolveImage';
import { squashImage } from '../../../electron/actions/making/squashImage';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { translator } from '../../../shared/text/catalogue';
import { dockerArchive, type TarMember } from '../../setup/imageBuilder';
import { load, openStore, problemFacts, quietRun, refusedUnchanged } from '../../setup/temporary';

/** Images whose layers come to no tree are loaded, since they are what somebody made, and that is said with the load. */

const file = (path: string): TarMember => ({ path, content: 'x' });
const hard = (path: string, linkTarget: string): TarMember => ({ path, type: 'hardlink', linkTarget });
const link = (path: string, linkTarget: string): TarMember => ({ path, type: 'symlink', linkTarget });
const deep = `${'n'.repeat(200)}/`.repeat(70);

describe('an image of which no tree can be made', () => {
  test.each<[string, readonly (readonly TarMember[])[], { layer: number; path: string } | null]>([
    ['a link to a lower layer’s file', [[file('low')], [hard('up', 'low')]], { layer: 2, path: 'up' }],
    ['a link to nothing', [[hard('up', 'gone')], [file('x')]], { layer: 1, path: 'up' }],
    ['a link to a folder', [[file('d/x'), hard('up', 'd')]], { layer: 1, path: 'up' }],
    ['a link that leads out', [[file('a/b'), hard('up', '../../etc/passwd')]], { layer: 1, path: 'up' }],
    ['a circle of links', [[link('a', 'b'), link('b', 'a'), file('a/x')]], { layer: 1, path: 'a/x' }],
    [
      'links that lead too far',
      [[link('a', deep), link('b', `a/${deep}`), file('b/x')]],
      { layer: 1, path: 'b/x' },
    ],
    ['nothing of the kind', [[file('low')], [link('l', 'low'), hard('k', 'l')]], null],
  ])('is named when it is loaded: %s', async (_, layers, fault) => {
    const store = await openStore();
    const archive = dockerArchive([
      { names: ['a:1'], layers: [...layers, [file('more')]].map((files) => ({ files })) },
      { names: ['sound:1'], layers: [{ files: [file('ok')] }] },
    ]);
    const { unfit = [] } = await load(store, archive);
    expect(unfit).toEqual(fault ? [{ name: 'a:1', layers: layers.length + 1, ...fault }] : []);
    // Just these have no tree, in any command.
    const view = await readStoreView(store);
    const { image } = resolveImage(view.graph, 'a:1');
    const tree = fileTree(store, view, image, null);
    const squashed = squashImage(store, { image: image.id, from: null, reference: 'b:1' }, quietRun());
    if (fault) {
      await problemFacts(tree, 'layer-invalid');
      await problemFacts(squashed, 'layer-invalid');
    } else await Promise.all([tree, squashed]);
    // A check goes on saying it: nothing that verifies is without a tree.
    const { treeless } = await fsck(store, { repair: false }, quietRun());
    expect(treeless.map(({ images, path }) => ({ images, path }))).toEqual(
      fault ? [{ images: ['a:1'], path: fault.path }] : [],
    );
    // With a load it is said once, when it comes.
    expect((await load(store, archive)).unfit).toBeUndefined();
  });

  test.each<[string, TarMember]>([
    ['an owner beyond 32 bits', { ...file('f'), pax: { uid: '4294967296' } }],
    ['an owner that chown(2) takes for none', { ...file('f'), pax: { uid: '4294967295' } }],
    ['a group that chown(2) takes for none', { ...file('f'), pax: { gid: '4294967295' } }],
    ['a device that Linux has not', { path: 'f', type: 'character', major: 4096, minor: 0 }],
  ])('is named for numbers that no tree has: %s', async (_, member) => {
    const store = await openStore();
    const layers = [{ files: [file('low')] }, { files: [member] }];
    const { unfit } = await load(store, dockerArchive([{ names: ['a:1'], layers }]));
    expect(unfit).toEqual([{ name: 'a:1', layer: 2, layers: 2, path: 'f' }]);
    const { image } = resolveImage((await readStoreView(store)).graph, 'a:1');
    const squashed = squashImage(store, { image: image.id, from: null, reference: 'b:1' }, quietRun());
    await problemFacts(squashed, 'layer-invalid');
  });

  test('is what a check calls no tree, and nothing else: any layer', async () => {
    const name = fc.constantFrom('a', 'b', 'c');
    const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/'));
    const member = fc.oneof(
      path.map(file),
      path.map((at): TarMember => ({ path: `${at}/`, type: 'directory' })),
      fc.tuple(path, path).map(([at, to]) => hard(at, to)),
      fc.tuple(path, path).map(([at, to]) => link(at, to)),
    );
    const layers = fc.array(fc.array(member, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 2 });
    const all = fc.sample(layers, { numRuns: 60, seed: 8 });
    const store = await openStore();
    await load(
      store,
      dockerArchive(all.map((each, i) => ({ names: [`r${i}:1`], layers: each.map((files) => ({ files })) }))),
    );
    const { treeless, damage } = await fsck(store, { repair: false }, quietRun());
    expect(damage).toEqual([]);
    const named = new Set(treeless.flatMap(({ images }) => images));
    const view = await readStoreView(store);
    for (const i of all.keys()) {
      const { image } = resolveImage(view.graph, `r${i}:1`);
      const listed = await fileTree(store, view, image, null).then(
        () => true,
        () => false,
      );
      expect(named.has(`r${i}:1`), JSON.stringify(all[i])).toBe(!listed);
    }
    expect(named.size).toBeGreaterThan(10);
    expect(named.size).toBeLessThan(50);
  });

  test('is refused by the load itself where its root is a file', async () => {
    const store = await openStore();
    const files: TarMember[] = [{ path: './', type: 'file', content: 'x' }];
    await refusedUnchanged(
      store,
      () => load(store, dockerArchive([{ layers: [{ files }] }])),
      'layer-invalid',
    );
  });

  test('is named in a sentence in both languages', () => {
    const facts = { name: 'a:1', layer: 1, layers: 2, path: 'x\u001b[2J' };
    expect(translator('en')('cli.unfit', facts)).toBe(
      'a:1 cannot be mounted, run, exported or listed: no tree can have /x\\u{1b}[2J in layer 1 of 2.',
    );
    expect(translator('zh-CN')('cli.unfit', facts)).toContain('a:1 无法挂载');
  });
});
