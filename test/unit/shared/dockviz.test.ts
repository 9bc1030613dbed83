import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  dockvizSize,
  findStart,
  forestOf,
  noName,
  roundHalfEven,
  shortCommand,
  type DockvizImage,
} from '../../../shared/graph/dockviz/images';
import { dockvizJson, parseDockvizJson } from '../../../shared/graph/dockviz/json';
import {
  dockvizDot as dotPieces,
  dockvizShort,
  dockvizTree as treeLines,
} from '../../../shared/graph/dockviz/print';
import { problemOf } from '../../../shared/image/problem';

const dockvizTree = (...of: Parameters<typeof treeLines>): string => [...treeLines(...of)].join('');
const dockvizDot = (...of: Parameters<typeof dotPieces>): string => [...dotPieces(...of)].join('');

const plain = { wholeIds: false, incremental: false, plainBytes: false, createdBy: false };

function image(id: string, parentId: string, ...repoTags: string[]): DockvizImage {
  const tags = repoTags.length > 0 ? repoTags : [noName];
  return {
    id,
    shownId: id,
    parentId,
    repoTags: tags,
    virtualSize: 2500,
    size: 1500,
    created: 1,
    createdBy: '',
  };
}

/** Lists in which every image stands on one that is there, in any order. */
const lists = fc
  .array(fc.record({ parent: fc.nat(), named: fc.boolean() }), { minLength: 1, maxLength: 25 })
  .chain((nodes) =>
    fc.shuffledSubarray(
      nodes.map(({ parent, named }, i) =>
        image(`id${i}`, parent % (i + 1) === i ? '' : `id${parent % (i + 1)}`, ...(named ? [`r:${i}`] : [])),
      ),
      { minLength: nodes.length },
    ),
  );

test('only labelled: what images that give way leave behind is what taking them out one by one leaves', () => {
  fc.assert(
    fc.property(lists, (images) => {
      const children = (list: readonly DockvizImage[], id: string): DockvizImage[] =>
        list.filter(({ parentId }) => parentId === id);
      let left = [...images];
      for (const { id } of images) {
        const each = left.find((other) => other.id === id);
        if (!each || each.repoTags[0] !== noName || each.parentId === '' || children(images, id).length > 1)
          continue;
        left = left
          .filter((other) => other !== each)
          .map((other) => (other.parentId === id ? { ...other, parentId: each.parentId } : other));
      }
      const { roots, children: found } = forestOf(images, null, true);
      expect(roots.map(({ id }) => id)).toEqual(children(left, '').map(({ id }) => id));
      for (const { id } of left) expect(found.get(id) ?? []).toEqual(children(left, id));
    }),
  );
});

test('a tree has a line for each image, and every line stands under its parent', () => {
  fc.assert(
    fc.property(lists, (images) => {
      const lines = dockvizTree(forestOf(images, null, false), plain)
        .split('\n')
        .slice(0, -1);
      expect(lines).toHaveLength(images.length);
      const depth = (line: string): number => line.search(/[└├]/) / 2;
      const way: string[] = [];
      for (const line of lines) {
        const id = /─(\S+)/.exec(line)?.[1] ?? '';
        way[depth(line)] = id;
        expect(images.find((each) => each.id === id)?.parentId).toBe(way[depth(line) - 1] ?? '');
      }
    }),
  );
});

test('branches, names and both kinds of sizes', () => {
  const images = [image('a', '', 'x:1', 'y:1'), image('b', 'a'), image('c', 'b'), image('d', 'a', 'z:1')];
  expect(dockvizTree(forestOf(images, null, false), plain)).toBe(
    '└─a Virtual Size: 2.5 KB Tags: x:1, y:1\n' +
      '  ├─b Virtual Size: 2.5 KB\n' +
      '  │ └─c Virtual Size: 2.5 KB\n' +
      '  └─d Virtual Size: 2.5 KB Tags: z:1\n',
  );
  const options = { ...plain, incremental: true, plainBytes: true };
  expect(dockvizTree(forestOf(images, images[2] ?? null, true), options)).toBe('└─c Size: 1500\n');
  expect(dockvizDot(forestOf(images.slice(0, 2), null, false), options)).toBe(
    'digraph docker {\n base -> "a" [style=invis]\n' +
      ' "a" [label="a\\nx:1\\ny:1",area=0.001431,shape=box,fillcolor="paleturquoise",style="filled,rounded"];\n' +
      ' "a" -> "b"\n "b" [label="b\nSize: 1500",area=0.001431]\n base [style=invisible]\n}\n',
  );
  expect(dockvizShort(images)).toBe('x: 1\ny: 1\nz: 1\n');
});

test('a start is found by the beginning of an ID or by a name, the first in the list', () => {
  const images = [image('sha256:ab', '', 'lan:5000/x:2'), image('cd', '', 'x:latest'), image('ce', '')];
  expect(findStart(images, 'c')?.id).toBe('cd');
  expect(findStart(images, 'x')?.id).toBe('cd');
  expect(findStart(images, 'lan:5000/x:2')?.id).toBe('sha256:ab');
  expect(findStart(images, 'x:2')).toBeNull();
});

test('numbers are rounded as in C and Go: ties to even, by the exact binary value', () => {
  expect([0.25, 0.35, 0.75, 103.25, 2.5, 1234.05].map((value) => roundHalfEven(value, 1))).toEqual([
    '0.2',
    '0.3',
    '0.8',
    '103.2',
    '2.5',
    '1234.0',
  ]);
  expect([0, 999, 1000, 1250, 1350, 999_999, 10 ** 15].map(dockvizSize)).toEqual([
    '0.0 B',
    '999.0 B',
    '1.0 KB',
    '1.2 KB',
    '1.4 KB',
    '1000.0 KB',
    '1000.0 TB',
  ]);
  expect(roundHalfEven(1 / 128, 6)).toBe('0.007812');
  expect([-0.25, -0.75, -1].map((value) => roundHalfEven(value, 1))).toEqual(['-0.2', '-0.8', '-1.0']);
  expect(dockvizSize(-5000)).toBe('-5000.0 B');
});

test('a command without shell, mark, quotes and double spaces', () => {
  expect(shortCommand('/bin/sh -c #(nop)  CMD ["sh"  \'x\']', 100)).toBe('CMD [ sh x ]');
  expect(shortCommand('/bin/sh -c apt-get update', 7)).toBe('apt-get');
});

test('a command is cut by bytes, never within a character; white space is what Go takes for it', () => {
  expect(shortCommand('说明文字', 7)).toBe('说明');
  expect(shortCommand('a😀b', 4)).toBe('a');
  expect(shortCommand('a\u0085b\u3000c\ufeffd', 100)).toBe('a b c\ufeffd');
  expect(shortCommand('/bin/sh -c \u00a0#(nop)\tENV A=1 ', 100)).toBe('ENV A=1');
});

test('without a command there are empty brackets in a tree and an empty line in dot', () => {
  const images = [image('sha256:0123456789abcdef', '')];
  const options = { ...plain, createdBy: true, wholeIds: true };
  expect(dockvizTree(forestOf(images, null, false), options)).toBe(
    '└─sha256:0123456789abcdef Virtual Size: 2.5 KB ()\n',
  );
  // Nodes are called by the first 12 characters, with the algorithm; labels are without.
  expect(dockvizDot(forestOf(images, null, false), options)).toContain(
    ' "sha256:01234" [label="0123456789ab\n\nVirtual Size: 2.5 KB",area=0.001431]\n',
  );
});

test('images whose parent is not in the list are not drawn; only labelled they are not either', () => {
  const images = [image('a', 'gone'), image('b', 'a', 'x:1'), image('c', '')];
  for (const only of [false, true])
    expect(dockvizTree(forestOf(images, null, only), plain)).toBe('└─c Virtual Size: 2.5 KB\n');
  expect(dockvizTree(forestOf(images, images[0] ?? null, false), plain)).toBe(
    '└─a Virtual Size: 2.5 KB\n  └─b Virtual Size: 2.5 KB Tags: x:1\n',
  );
});

test('JSON goes in and comes out equal; keys may be in any case, lists null', () => {
  fc.assert(
    fc.property(lists, (images) => {
      expect(parseDockvizJson(JSON.stringify(dockvizJson(images)))).toEqual(images);
    }),
  );
  expect(parseDockvizJson('[{"id":"a","REPOTAGS":null,"Labels":{"x":"y"},"size":3}]')).toEqual([
    { ...image('a', ''), repoTags: [], virtualSize: 0, size: 3, created: 0 },
  ]);
  expect(parseDockvizJson('null')).toEqual([]);
});

test.each(['', '{}', '[1]', '[{"Id":1}]', '[{"Size":1.5}]', '[{"RepoTags":[1]}]', '[{"RepoTags":"x"}]'])(
  'what is no such list is refused: %s',
  (text) => {
    let code = '';
    try {
      parseDockvizJson(text);
    } catch (thrown) {
      code = problemOf(thrown).code;
    }
    expect(code).toBe('image-list-unreadable');
  },
);

test('a chain is told line by line: all of it is more than one text can hold', () => {
  const images = Array.from({ length: 25_000 }, (_, i) => image(`i${i}`, i === 0 ? '' : `i${i - 1}`));
  let [lines, characters, last] = [0, 0, ''];
  for (const line of treeLines(forestOf(images, null, false), plain)) {
    lines++;
    characters += line.length;
    last = line;
  }
  expect([lines, last.trimStart().startsWith('└─i24999 ')]).toEqual([25_000, true]);
  // The longest text of V8 has 2^29 - 24.
  expect(characters).toBeGreaterThan(2 ** 29);
});

test('a chain of 50,000 images needs no deep stack', () => {
  const images = Array.from({ length: 50_000 }, (_, i) => image(`i${i}`, i === 0 ? '' : `i${i - 1}`));
  const last = images.at(-1);
  if (last) images.push({ ...last, id: 'end', parentId: last.id, repoTags: ['x:1'] });
  const text = dockvizTree(forestOf(images, null, true), plain);
  expect(text.split('\n')).toHaveLength(3);
  expect(dockvizTree(forestOf(images.slice(0, 3000), null, false), plain).split('\n')).toHaveLength(3001);
});
