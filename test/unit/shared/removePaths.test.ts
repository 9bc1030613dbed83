import fc from 'fast-check';
import { expect, test } from 'vitest';
import { escapeGlob, globToRegExp, isGlob } from '../../../shared/image/glob';
import type { LayerEntry } from '../../../shared/layer/entry';
import { patternReadings } from '../../../shared/layer/patternReadings';
import { LayerRemoval } from '../../../shared/layer/layerRemoval';
import { shown } from '../../../shared/image/hiddenText';
import { literalPattern, pathRemoval, plainPath, type PathRemoval } from '../../../shared/layer/removePaths';

/** Which paths go, and what it costs to find out. */

const name = fc.constantFrom('a', 'b', 'ab', 'aab', 'c.pem', '.x', '[ab]', '*', '[a', '\\');
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((all) => all.join('/'));
const part = fc.constantFrom('a', '*', 'a*', '*b', '?', '[ab]', '[^a]', '*.pem', '[a', 'a]', '\\[ab]', '\\*');
const pattern = fc.oneof(
  path,
  fc
    .tuple(fc.boolean(), fc.array(part, { minLength: 1, maxLength: 3 }))
    .map(([absolute, parts]) => `${absolute ? '/' : ''}${parts.join('/')}`),
);

/** The same by whole paths: every way down to a path is held against every pattern. */
function goes(patterns: readonly string[], asked: string): boolean {
  const parts = asked.split('/');
  return parts.some((last, i) => {
    const at = parts.slice(0, i + 1).join('/');
    return patterns.some((each) => {
      const plain = each.replace(/^\//, '');
      if (!isGlob(plain)) return plainPath(plain) === at;
      return globToRegExp(plain).test(each.includes('/') ? at : last);
    });
  });
}

test('a path goes by each of its names as it does as a whole', () => {
  fc.assert(
    fc.property(
      fc.array(pattern, { minLength: 1, maxLength: 3 }),
      fc.array(path, { minLength: 1, maxLength: 6 }),
      (patterns, paths) => {
        const removal = pathRemoval(patterns);
        for (const each of paths) expect(removal?.has(each), each).toBe(goes(patterns, each));
      },
    ),
    { numRuns: 5000, seed: 13 },
  );
});

const common = { mode: 0o644, uid: 0, gid: 0, mtime: 0 };
const file = (at: string): LayerEntry => ({ ...common, path: at, kind: 'file', size: 1, offset: 0 });
const link = (at: string, target: string): LayerEntry => ({ ...common, path: at, kind: 'symlink', target });

test('a layer is asked about once a name, however deep links lead', () => {
  const real = pathRemoval(['*.pem', 'x/*/y', 'gone']);
  if (!real) throw new Error('patterns that mean something');
  let asked = 0;
  const counted: PathRemoval = {
    ...real,
    step: (from, each) => {
      asked++;
      return real.step(from, each);
    },
  };
  const depth = 1500;
  const files = 4000;
  const layer = new LayerRemoval(counted);
  layer.add(link('l', 'd/'.repeat(depth)));
  // Hard links, too, and a file that is written where its link stood.
  for (let i = 0; i < files; i++) layer.add(file(`l/${i}${i % 10 === 0 ? '.pem' : ''}`));
  const { gone } = layer.plan();
  expect(gone).toHaveLength(files / 10);
  expect(asked).toBeLessThan(2 * depth + 3 * files);
});

test('a path that is there is what its own letters, or those that a list shows, mean', () => {
  const odd = fc.constantFrom(
    'a',
    'i',
    '[',
    ']',
    '[ai]',
    '*',
    '?',
    '\\',
    '\udce9',
    '\\u{dce9}',
    '\\u{5c}u{dce9}',
  );
  const each = fc.array(odd, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(''));
  const paths = fc.array(
    fc.tuple(each, each).map((names) => names.join('/')),
    { minLength: 2, maxLength: 8 },
  );
  /** The first reading by which any of the paths goes. */
  const taken = (word: string, all: readonly string[]): readonly string[] => {
    for (const { pattern: meant } of patternReadings(word)) {
      const removal = pathRemoval([meant]);
      const goneBy = all.filter((at) => removal?.has(at));
      if (goneBy.length > 0) return goneBy;
    }
    return [];
  };
  fc.assert(
    fc.property(paths, (all) => {
      const unique = [...new Set(all)];
      for (const at of unique) {
        expect(taken(literalPattern(at), unique), at).toEqual([at]);
        const typed = taken(`/${at}`, unique);
        // The letters of one may be what a list shows of another: that other is meant then.
        const listed = unique.filter((other) => shown(other) === at);
        expect(typed, at).toEqual(listed.length > 0 ? listed : [at]);
      }
    }),
    { numRuns: 2000, seed: 14 },
  );
});

test('a backslash takes a special character by its letter', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', '[', ']', '*', '?', '\\', '-', '^', '.'), maxLength: 12 }),
      (text) => {
        expect(isGlob(escapeGlob(text))).toBe(false);
        expect(globToRegExp(escapeGlob(text)).test(text)).toBe(true);
        expect(plainPath(escapeGlob(text))).toBe(text);
      },
    ),
  );
  // Never more than its length costs.
  expect(globToRegExp(`[${'\\*'.repeat(5000)}`).test('a')).toBe(false);
});

test('patterns count as used below what other patterns take', () => {
  const removal = pathRemoval(['app', 'app/x', '*.pem']);
  expect(removal?.has('app/x') && removal.has('app/a.pem')).toBe(true);
  expect(removal?.unused()).toEqual([]);
});
