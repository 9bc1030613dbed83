import fc from 'fast-check';
import { expect, test } from 'vitest';
import { globToRegExp } from '../../../shared/image/glob';
import type { LayerEntry } from '../../../shared/layer/entry';
import { LayerRemoval } from '../../../shared/layer/layerRemoval';
import { isPlainPath, pathRemoval, type PathRemoval } from '../../../shared/layer/removePaths';

/** Which paths go, and what it costs to find out. */

const name = fc.constantFrom('a', 'b', 'ab', 'aab', 'c.pem', '.x');
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((all) => all.join('/'));
const part = fc.constantFrom('a', '*', 'a*', '*b', '?', '[ab]', '[^a]', '*.pem', '[a', 'a]');
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
      if (isPlainPath(plain)) return plain === at;
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
