import { execFileSync, spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { forestOf, type DockvizImage } from '../../../shared/graph/dockviz/images';
import { dockvizDot } from '../../../shared/graph/dockviz/print';

/** Names of a store that somebody else made, in the graph that dockviz would print. */

const options = { wholeIds: false, incremental: false, plainBytes: false, createdBy: false };
const image = (name: string, id = 'a'.repeat(64)): DockvizImage => ({
  id,
  shownId: id,
  parentId: '',
  repoTags: [name],
  virtualSize: 0,
  size: 0,
  created: 0,
  createdBy: '',
});
const dotOf = (name: string): string =>
  [...dockvizDot(forestOf([image(name)], null, false), options)].join('');

/** The text without what stands between double quotes. */
const bare = (dot: string): string => dot.replace(/"(?:[^"\\]|\\[^])*"/g, '""');

test('no name ends its label', () => {
  const plain = bare(dotOf('shop:1'));
  const name = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc
      .array(fc.constantFrom('"', '\\', ']', ';', '\n', 'x', '&', '<'), { maxLength: 12 })
      .map((all) => all.join('')),
  );
  fc.assert(
    fc.property(name, (text) => {
      expect(bare(dotOf(text))).toBe(plain);
    }),
    { numRuns: 2000 },
  );
  expect(bare(dotOf('x",URL="javascript:alert(1)"]; evil [label="injected'))).toBe(plain);
  expect(dotOf('shop:1')).toContain('label="aaaaaaaaaaaa\\nshop:1"');
});

test.runIf(spawnSync('dot', ['-V']).status === 0)('Graphviz makes no link and no node of a name', () => {
  const dot = dotOf('x",URL="javascript:alert(1)"]; evil [label="injected');
  const svg = execFileSync('dot', ['-Tsvg'], { input: dot }).toString();
  expect(svg).not.toContain('xlink:href');
  expect(svg.match(/class="node"/g)).toHaveLength(2);
});
