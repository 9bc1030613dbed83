import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { layerName, plainComment } from '../../../shared/graph/layerTitle';
import { BringsTally } from '../../../shared/layer/brings';
import { formatBytes } from '../../../shared/text/format';

const bringsOf = (files: Readonly<Record<string, number>>) => {
  const tally = new BringsTally();
  for (const [path, size] of Object.entries(files)) tally.add(path, size);
  return tally.brings;
};

describe('what a layer brings', () => {
  test.each([
    ['nothing', {}, null],
    ['empty files alone', { 'run/lock': 0, 'run/other': 0 }, null],
    ['one file, wherever it is', { 'opt/a/b/c/tool': 7 }, { path: 'opt/a/b/c/tool', bytes: 7 }],
    [
      'the directory of two names with half of all',
      { 'app/node_modules/a/x.js': 200, 'app/node_modules/b.js': 17, 'app/main.js': 3, 'etc/app.conf': 1 },
      { path: 'app/node_modules', bytes: 217 },
    ],
    [
      'else the one at the root with the most',
      { 'usr/bin/a': 30, 'usr/lib/b': 30, 'usr/share/c': 30, 'etc/d': 20, top: 1 },
      { path: 'usr', bytes: 90 },
    ],
    [
      'no path that is too long for a title',
      { [`${'x'.repeat(200)}/a`]: 5, [`${'x'.repeat(200)}/b`]: 5 },
      null,
    ],
  ])('%s', (_, files, brings) => {
    expect(bringsOf(files as Readonly<Record<string, number>>)).toEqual(brings);
  });

  test('is what counting all of it says, whatever it holds', () => {
    const part = fc.constantFrom('a', 'b', 'c');
    const paths = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(paths, fc.nat(9)), { selector: ([path]) => path, minLength: 2 }),
        (files) => {
          const within = (directory: string): number =>
            files.reduce((sum, [path, size]) => sum + (path.startsWith(`${directory}/`) ? size : 0), 0);
          const total = files.reduce((sum, [, size]) => sum + size, 0);
          const found = bringsOf(Object.fromEntries(files));
          if (found === null) {
            for (const top of ['a', 'b', 'c']) expect(within(top)).toBe(0);
            return;
          }
          expect(found.bytes).toBe(within(found.path));
          const deep = ['a', 'b', 'c'].flatMap((x) => ['a', 'b', 'c'].map((y) => within(`${x}/${y}`)));
          if (Math.max(...deep) * 2 >= total) expect(found.bytes).toBe(Math.max(...deep));
          else expect(found.bytes).toBe(Math.max(...['a', 'b', 'c'].map(within)));
        },
      ),
    );
  });
});

describe('the name of a layer', () => {
  const brings = { path: 'app/node_modules', bytes: 217_000_000 };
  // As buildah 1.28 wrote them (`commit`, `commit` of an image on another, `config --history-comment`, `bud --layers`), and
  // as the builders of Docker do.
  test.each([
    ['/bin/sh', '', 'app/node_modules, 217 MB'],
    ['/bin/sh', 'FROM localhost/base:1', 'app/node_modules, 217 MB'],
    ['/bin/sh -c', '', 'app/node_modules, 217 MB'],
    ['/bin/sh', 'our wordsFROM localhost/base:1', 'our words'],
    ['made by hand', 'our wordsFROM localhost/base:1', 'made by hand'],
    ['/bin/sh -c #(nop) COPY file:61c6268b in /h ', 'FROM localhost/base:1', 'COPY → /h'],
    ['/bin/sh -c #(nop) ADD file:0a1b2c in / ', '', 'rootfs'],
    ['RUN /bin/sh -c npm ci # buildkit', 'buildkit.dockerfile.v0', 'npm ci'],
    ['', 'Imported from -', 'Imported from -'],
    ['', '', 'app/node_modules, 217 MB'],
  ])('%j, %j: %s', (createdBy, comment, name) => {
    expect(layerName({ createdBy, comment, brings }, formatBytes)).toBe(name);
  });

  test('is empty where nothing is known, and the path alone where sizes stand beside it', () => {
    expect(layerName({ createdBy: '/bin/sh', comment: 'FROM scratch' })).toBe('');
    expect(layerName({ createdBy: '', brings })).toBe('app/node_modules');
  });

  test('a comment is its author’s words', () => {
    expect(plainComment('FROM docker.io/library/debian:12')).toBe('');
    expect(plainComment('Taken FROM the shelf')).toBe('Taken FROM the shelf');
  });
});
