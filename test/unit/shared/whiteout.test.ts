import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isInvalidWhiteout, whiteoutMark } from '../../../shared/layer/whiteout';

describe('whiteoutMark', () => {
  test.each([
    ['.wh.passwd', 'passwd'],
    ['etc/.wh.passwd', 'etc/passwd'],
    ['a/b/c/.wh.d', 'a/b/c/d'],
    ['etc/.wh..hidden', 'etc/.hidden'],
    ['etc/.wh.wh.x', 'etc/wh.x'],
    ['.wh.a.wh.b', 'a.wh.b'],
    ['.wh.…', '…'],
    ['.wh.\udcff', '\udcff'],
    ['.wh.a b', 'a b'],
  ])('%j deletes %j', (path, deleted) => {
    expect(whiteoutMark(path)).toEqual({ kind: 'whiteout', path: deleted });
  });

  test.each([
    ['.wh..wh..opq', ''],
    ['etc/.wh..wh..opq', 'etc'],
    ['a/b/.wh..wh..opq', 'a/b'],
  ])('%j hides what lies below in %j', (path, directory) => {
    expect(whiteoutMark(path)).toEqual({ kind: 'opaque', path: directory });
  });

  test.each([
    '',
    'etc',
    'etc/passwd',
    'wh.passwd',
    '.wh',
    '.whx',
    'x.wh.passwd',
    '.WH.passwd',
    '.wh.dir/file',
    'a/.wh.dir/b/file',
  ])('%j is an ordinary name', (path) => {
    expect(whiteoutMark(path)).toBeNull();
  });

  test.each(['.wh..wh.plnk', '.wh..wh.aufs', 'a/.wh..wh.orph', '.wh..wh.', '.wh..wh..opqx', '.wh..wh..op'])(
    '%j is book-keeping of AUFS and deletes nothing',
    (path) => {
      expect(whiteoutMark(path)).toBeNull();
    },
  );

  const component = fc
    .stringMatching(/^[a-z.]{1,8}$/)
    .filter((name) => !/^(?:\.\.?|\.?wh\..*|\.wh.*)$/.test(name));

  test('the mark of a path names that path, whatever it is', () => {
    fc.assert(
      fc.property(fc.array(component, { maxLength: 4 }), component, (parents, name) => {
        const mark = whiteoutMark([...parents, `.wh.${name}`].join('/'));
        expect(mark).toEqual({ kind: 'whiteout', path: [...parents, name].join('/') });
      }),
    );
  });
});

describe('isInvalidWhiteout', () => {
  test.each(['.wh.', '.wh..', '.wh...', 'etc/.wh.', 'etc/.wh..', 'a/b/.wh...'])(
    '%j deletes nothing',
    (path) => {
      expect(isInvalidWhiteout(path)).toBe(true);
    },
  );

  test.each(['', '.wh.a', '.wh..wh..opq', '.wh..wh.plnk', '.wh....', '.wh..a', 'a/.wh.b', '.wh./a', 'x.wh.'])(
    '%j is no such mark',
    (path) => {
      expect(isInvalidWhiteout(path)).toBe(false);
    },
  );

  test('no mark that is valid deletes the root, a directory itself or its parent', () => {
    const path = fc
      .array(fc.constantFrom('.wh.', '.', '/', 'a'), { maxLength: 6 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(path, (text) => {
        const mark = whiteoutMark(text);
        if (mark?.kind !== 'whiteout' || isInvalidWhiteout(text)) return;
        expect(['', '.', '..']).not.toContain(mark.path.slice(mark.path.lastIndexOf('/') + 1));
      }),
      { numRuns: 2000 },
    );
  });
});
