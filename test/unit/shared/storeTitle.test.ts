import fc from 'fast-check';
import { expect, test } from 'vitest';
import { storeTitle } from '../../../shared/text/storeTitle';

test.each([
  ['/home/kim/.local/share/stratigraph/store', [], 'stratigraph/store'],
  ['/srv/images/', [], 'images'],
  ['/home/kim/work/store', ['/home/kim/play/store'], 'work/store'],
  ['/a/x/images', ['/b/x/images', '/c'], 'a/x/images'],
  ['C:\\Users\\kim\\images', [], 'images'],
  ['/store', [], 'store'],
  ['/', [], '/'],
])('%s beside %j is %s', (path, others, title) => {
  expect(storeTitle(path, others)).toBe(title);
});

test('titles are ends of the paths, and differ wherever no path is the end of another', () => {
  const part = fc.constantFrom('store', 'a', 'b', 'Store', 'x y');
  const depth = fc.array(part, { minLength: 3, maxLength: 3 }).map((parts) => `/${parts.join('/')}`);
  fc.assert(
    fc.property(fc.uniqueArray(depth, { minLength: 1, maxLength: 6 }), (paths) => {
      const titles = paths.map((path) => storeTitle(path, paths));
      expect(new Set(titles).size).toBe(paths.length);
      paths.forEach((path, i) => expect(path.endsWith(`/${titles[i] ?? '?'}`)).toBe(true));
      for (const title of titles) expect(title.toLowerCase()).not.toBe('store');
    }),
  );
});
