import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fsck } from '../../../electron/actions/upkeep/fsck';
import { findPaths } from '../../../electron/actions/inside/imageFiles';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { pathPattern, patternPart } from '../../../electron/cli/commands/find';
import { KeptNames, writeNames } from '../../../electron/index/keptNames';
import type { LayerEntry } from '../../../shared/layer/entry';
import type { LayerName } from '../../../shared/layer/layerNames';
import { dockerArchive, type ImageSpec } from '../../setup/imageBuilder';
import { load, openStore, quietRun, temporaryFolder } from '../../setup/temporary';

const letters = ['a', 'b', '.', '-', '"', '\\', '\n', 'u', '0', 'é', '你', '\u{1f600}', '\udc80', ' ', '/'];
const anyText = (minLength: number): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...letters), { minLength, maxLength: 8 }).map((parts) => parts.join(''));

/** Some hundred names, a few so long that they and what follows lie across the ends of blocks. */
const anyNames = fc.array(
  fc.record({
    text: anyText(1),
    times: fc.constantFrom(1, 1, 1, 1, 300, 40_000),
    kind: fc.constantFrom('file', 'symlink', 'whiteout', 'implied'),
  }),
  { maxLength: 150 },
);

const toName = (
  { text, times, kind }: { text: string; times: number; kind: string },
  i: number,
): LayerName => {
  const path = `${text.repeat(times)}${i}`;
  const facts = { path, mode: 0o644, uid: i, gid: 0, mtime: i };
  const entry: LayerEntry =
    kind === 'symlink'
      ? { ...facts, kind, target: text }
      : kind === 'whiteout'
        ? { ...facts, kind }
        : { ...facts, kind: 'file', size: i, offset: 512 * i };
  return { path, entry, implied: kind === 'implied', body: entry };
};

test('what is found in kept names is what fits of all of them', async () => {
  const folder = await temporaryFolder();
  let round = 0;
  fc.assert(
    fc.property(anyNames, anyText(0), (made, part) => {
      const names = made.map(toName);
      const path = join(folder, `names-${round++}`);
      writeNames(path, 'key', names);
      const kept = KeptNames.open(path, 'key');
      if (!kept) throw new Error('not kept');
      const fits = (each: string): boolean => each.includes(part);
      const right = names.filter((each) => !each.implied && fits(each.path));
      for (const known of [/\p{Cs}/u.test(part) ? null : part, null])
        expect([...kept.search({ fits, part: known })]).toEqual(
          right.map(({ path: at, entry }) => ({ path: at, entry })),
        );
      expect(KeptNames.open(path, 'other')).toBeNull();
    }),
    { numRuns: 60 },
  );
});

test('a path that a pattern fits has the part that is looked for', () => {
  const anyPattern = fc
    .array(fc.constantFrom(...letters, '*', '?', '[', ']', 'a-b', '[^a]', '['), {
      minLength: 1,
      maxLength: 8,
    })
    .map((parts) => parts.join(''));
  let fitting = 0;
  fc.assert(
    fc.property(anyPattern, anyText(0), anyText(0), (pattern, before, after) => {
      const part = patternPart(pattern);
      const filled = pattern.replace(/^\//, '').replaceAll('*', before).replaceAll('?', 'a');
      for (const path of [filled, `${before}${filled}`, `${filled}${after}`, `${before}/${filled}`]) {
        if (!pathPattern(pattern)(path)) continue;
        fitting++;
        expect(path).toContain(part ?? '');
      }
    }),
    { numRuns: 3000 },
  );
  expect(fitting).toBeGreaterThan(1000);
});

describe('of a store', () => {
  const wide: ImageSpec = {
    names: ['wide:1'],
    layers: [
      {
        files: Array.from({ length: 12_000 }, (_, i) => ({
          path: `usr/share/d${i % 40}/file-${i}`,
          content: '',
        })),
        gzip: true,
      },
      {
        files: [
          { path: 'usr/share/d3/.wh.file-3', content: '' },
          { path: 'etc/link', type: 'symlink', linkTarget: '../usr' },
        ],
      },
    ],
  };
  const kept = (store: string): string[] => {
    const folder = join(store, 'cache', 'trees', 'sha256');
    return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
  };
  async function found(store: string, pattern: string): Promise<readonly unknown[]> {
    const context = await openStore(store);
    const search = { fits: pathPattern(pattern), part: patternPart(pattern) };
    const hits: unknown[] = [];
    for await (const { path, entry, layer, images } of findPaths(
      context,
      await readStoreView(context),
      search,
    ))
      hits.push([path, entry, layer.chainId, images]);
    return hits;
  }

  test('a second search says what the first one said, whatever single byte of the kept names is another', async () => {
    const store = join(await temporaryFolder(), 'store');
    const context = await openStore(store);
    await load(context, dockerArchive([wide]));
    const patterns = ['file-3', '*-77', 'usr/share/d3?/*1', '/usr/share/d3', 'no such name', '*'];
    const right = new Map<string, readonly unknown[]>();
    for (const pattern of patterns) {
      for (const path of kept(store)) writeFileSync(path, '');
      right.set(pattern, await found(store, pattern));
    }
    expect(right.get('/usr/share/d3')).toHaveLength(301);
    expect(right.get('*')?.length).toBeGreaterThan(12_000);
    expect(kept(store)).toHaveLength(1);
    let state = 20261129;
    for (let round = 0; round < 24; round++) {
      const [path = ''] = kept(store);
      const bytes = readFileSync(path);
      state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
      const at = (round % 4 === 0 ? state % 512 : state) % bytes.length;
      bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << (round % 8)), at);
      writeFileSync(path, bytes);
      if (round % 8 === 0) {
        const report = await fsck(await openStore(store), { repair: true }, quietRun());
        expect(report.staleCaches).toEqual([expect.stringContaining('cache/trees/sha256/')]);
      }
      const pattern = patterns[round % patterns.length] ?? '';
      expect(await found(store, pattern), `round ${round}`).toEqual(right.get(pattern));
      expect(await found(store, pattern), `round ${round}`).toEqual(right.get(pattern));
    }
  });
});
