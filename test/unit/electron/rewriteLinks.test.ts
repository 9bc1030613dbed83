import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { rewriteImage } from '../../../electron/actions/making/rewriteImage';
import { resolveImage } from '../../../electron/actions/images/resolveImage';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { fileTree } from '../../../electron/actions/inside/imageFiles';
import { imageLayers } from '../../../electron/actions/images/imageLayers';
import type { LayerEntry } from '../../../shared/layer/entry';
import { LayerRemoval } from '../../../shared/layer/layerRemoval';
import { removalFault, type EntryTree } from '../../../shared/layer/proveRemoval';
import { pathRemoval } from '../../../shared/layer/removePaths';
import { impliedName } from '../../../shared/layer/whiteout';
import { bruteTree, type BruteNode } from '../../setup/bruteTree';
import { dockerArchive, type TarMember } from '../../setup/imageBuilder';
import { load, openStore, quietRun, refusedUnchanged, type TestStore } from '../../setup/temporary';

/** Rewriting images in which a path leads through links, or stands more than once. */

const secret = 'the-secret-that-has-to-go';
const file = (path: string, content = 'other'): TarMember => ({ path, content, mode: 0o755 });
const link = (path: string, linkTarget: string): TarMember => ({ path, type: 'symlink', linkTarget });
const hard = (path: string, linkTarget: string): TarMember => ({ path, type: 'hardlink', linkTarget });
const folder = (path: string): TarMember => ({ path, type: 'directory', mode: 0o750 });

async function rewritten(
  layers: readonly (readonly TarMember[])[],
  ...patterns: string[]
): Promise<{ store: TestStore; paths: string[]; holds: boolean }> {
  const store = await openStore();
  await load(store, dockerArchive([{ names: ['a:1'], layers: layers.map((files) => ({ files })) }]));
  const { image } = resolveImage((await readStoreView(store)).graph, 'a:1');
  await rewriteImage(store, { image: image.id, patterns, reference: 'a:2' }, quietRun());
  const view = await readStoreView(store);
  const made = resolveImage(view.graph, 'a:2').image;
  const tree = await fileTree(store, view, made, null);
  const paths: string[] = [];
  const waiting = [''];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop())
    for (const { path, entry } of tree.inside(at)) {
      paths.push(path);
      if (entry.kind === 'directory') waiting.push(path);
    }
  const bytes = imageLayers(view, made).map(({ digest, blob }) => {
    const stored = readFileSync(store.store.pathOf(digest));
    return blob.compression === 'gzip' ? gunzipSync(stored) : stored;
  });
  return { store, paths: paths.sort(), holds: bytes.some((each) => each.includes(secret)) };
}

const good = file('usr/sbin/tool', `${secret}: the first`);
describe('what a path names goes, however its entries are spelled', () => {
  test.each([
    { title: 'a link beside it', layers: [[good, link('sbin', 'usr/sbin'), file('sbin/tool', secret)]] },
    { title: 'an absolute link', layers: [[good, link('sbin', '/usr/sbin'), file('sbin/tool', secret)]] },
    {
      title: 'a chain of links',
      layers: [[good, link('s', 'usr'), link('sbin', './s/../s/sbin'), file('./sbin//tool', secret)]],
    },
    {
      title: 'a link that leads elsewhere later',
      layers: [[good, link('sbin', 'usr/sbin'), file('sbin/tool', secret), link('sbin', 'bin')]],
    },
    { title: 'the same path twice', layers: [[good, file('usr/sbin/tool', secret)]] },
    { title: 'another spelling', layers: [[good, file('./usr//sbin/tool', secret)]] },
    {
      title: 'a lower layer, hidden',
      layers: [[link('sbin', 'usr/sbin'), file('sbin/tool', secret)], [file('usr/sbin/.wh.tool')]],
    },
    {
      title: 'a directory that gives way in its own layer',
      layers: [[file('usr/sbin/tool/deep', secret), file('usr/sbin/tool', 'now')]],
    },
    {
      title: 'a link in a deletion',
      layers: [
        [good, file('usr/sbin/keep')],
        [link('sbin', 'usr/sbin'), file('sbin/.wh.tool', secret)],
      ],
    },
  ])('through $title', async ({ layers }) => {
    const { paths, holds } = await rewritten(layers, 'usr/sbin/tool');
    expect(paths).not.toContain('usr/sbin/tool');
    expect(holds).toBe(false);
  });

  test('by a path that goes through a link of the image, of whatever layer', async () => {
    const { paths, holds } = await rewritten(
      [[file('usr/sbin/tool', secret)], [link('sbin', 'usr/sbin')]],
      'sbin/tool',
    );
    expect([paths, holds]).toEqual([['sbin', 'usr', 'usr/sbin'], false]);
  });

  test('what another file once hid in its own layer does not come to light', async () => {
    const { paths } = await rewritten([[file('d/x'), file('d', 'now'), folder('d'), file('y')]], 'y');
    expect(paths).toEqual(['d']);
  });

  test('what stays is where it was when the link to it goes', async () => {
    const { paths } = await rewritten(
      [[good, link('sbin', 'usr/sbin'), file('sbin/tool'), file('x')]],
      'sbin',
    );
    expect(paths).toEqual(['usr', 'usr/sbin', 'usr/sbin/tool', 'x']);
  });

  test('of a file with two names the other one stays, whichever way the link was spelled', async () => {
    for (const [gone, kept] of [
      ['a/one', 'two'],
      ['two', 'a/one'],
    ] as const) {
      const { paths, holds } = await rewritten(
        [[file('a/one', secret), link('b', 'a'), hard('two', 'b/one')]],
        gone,
      );
      expect(paths).toContain(kept);
      expect(paths).not.toContain(gone);
      expect(holds).toBe(true);
    }
    expect((await rewritten([[file('a', secret), hard('b', 'a')]], 'a', 'b')).holds).toBe(false);
  });

  test('a path that leads nowhere is refused, and the store stays as it is', async () => {
    const store = await openStore();
    await load(store, dockerArchive([{ names: ['a:1'], layers: [{ files: [link('l', 'm'), good] }] }]));
    const { image } = resolveImage((await readStoreView(store)).graph, 'a:1');
    const what = { image: image.id, patterns: ['l/tool'], reference: null };
    await refusedUnchanged(store, () => rewriteImage(store, what, quietRun()), 'nothing-to-remove');
  });
});

const common = { mode: 0o644, uid: 0, gid: 0, mtime: 0 };
const name = fc.constantFrom('a', 'b', 'c');
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((all) => all.join('/'));
const target = fc.oneof(path, fc.constantFrom('/', '..', '/a', '../b', '/b/../c', '../../c'));
const entry: fc.Arbitrary<LayerEntry> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(path, fc.nat())
      .map(([at, offset]) => ({ ...common, path: at, kind: 'file' as const, size: 1, offset })),
  },
  {
    weight: 3,
    arbitrary: path.map((at) => ({ ...common, path: at, kind: 'directory' as const, mode: 0o755 })),
  },
  {
    weight: 4,
    arbitrary: fc
      .tuple(path, target)
      .map(([at, to]) => ({ ...common, path: at, kind: 'symlink' as const, target: to })),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(path, path)
      .map(([at, to]) => ({ ...common, path: at, kind: 'hardlink' as const, target: to })),
  },
  { weight: 2, arbitrary: path.map((at) => ({ ...common, path: at, kind: 'whiteout' as const })) },
  { weight: 1, arbitrary: path.map((at) => ({ ...common, path: at, kind: 'opaque' as const })) },
);

/** The layer as the plan has it written. */
function planned(entries: readonly LayerEntry[], patterns: readonly string[]): LayerEntry[] {
  const removal = pathRemoval(patterns);
  if (!removal) throw new Error('patterns that mean something');
  const layer = new LayerRemoval(removal);
  for (const each of entries) layer.add(each);
  const { names, targets, before, bare } = layer.plan();
  const found: LayerEntry[] = [];
  const written = new Set<number>();
  const put = (at: number): void => {
    const [each, to] = [entries[at], names[at] ?? null];
    if (!each || to === null || written.has(at)) return;
    written.add(at);
    const mark = /^(.*\/|)\.wh\.(.*)$/.exec(to);
    if (each.kind === 'whiteout') found.push({ ...each, path: `${mark?.[1] ?? ''}${mark?.[2] ?? ''}` });
    else if (each.kind === 'opaque') found.push({ ...each, path: to.replace(/\/?\.wh\.\.wh\.\.opq$/, '') });
    else if (each.kind === 'hardlink') found.push({ ...each, path: to, target: targets.get(at) ?? '' });
    else found.push({ ...each, path: to });
  };
  for (const at of entries.keys()) {
    if (names[at] === null) continue;
    for (const each of before.get(at) ?? []) put(each);
    put(at);
  }
  for (const each of bare) found.push({ ...common, kind: 'whiteout', path: `${each}/${impliedName}` });
  return found;
}

/** Lines of a tree: what has one content has one number. */
function lines(tree: ReadonlyMap<string, BruteNode>): string[] {
  return [...tree]
    .flatMap(([at, { entry: each }]) =>
      each === null
        ? `${at} implied`
        : `${at} ${each.kind} ${each.mode} ${each.kind === 'file' ? each.offset : ''}${each.kind === 'symlink' ? each.target : ''}`,
    )
    .sort();
}

test('any layers without any path come to their old tree without it', () => {
  let taken = 0;
  const tree = (from: ReadonlyMap<string, BruteNode>): EntryTree =>
    new Map([...from].map(([at, { entry: each }]) => [at, each]));
  fc.assert(
    fc.property(
      fc.array(fc.array(entry, { maxLength: 9 }), { minLength: 1, maxLength: 3 }),
      fc.oneof(path, fc.constantFrom('b*', 'a/?', '*')),
      (layers, pattern) => {
        let before: ReadonlyMap<string, BruteNode>;
        try {
          before = bruteTree(layers);
        } catch {
          return;
        }
        const made = layers.map((entries) => planned(entries, [pattern]));
        const removal = pathRemoval([pattern]);
        const left = new Map([...before].filter(([at]) => removal?.has(at) !== true));
        const after = bruteTree(made);
        taken++;
        expect(removal && removalFault(tree(before), tree(after), removal)).toBeNull();
        expect(lines(after)).toEqual(lines(left));
        for (const each of made.flat())
          if (!each.path.endsWith(impliedName)) expect(removal?.has(each.path)).toBe(false);
        // The proof sees every path that is not there.
        const short = tree(after);
        for (const at of after.keys()) {
          const less = new Map([...short].filter(([path]) => path !== at));
          expect(removal && removalFault(tree(before), less, removal)).toBe(at);
        }
      },
    ),
    { numRuns: 3000 },
  );
  expect(taken).toBeGreaterThan(500);
});
