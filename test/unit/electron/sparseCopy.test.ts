import { execFileSync, spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { filterLayer } from '../../../electron/commit/filterLayer';
import { parseDiffId } from '../../../shared/image/digest';
import { digestOf, headerBlock, inBlocks, paxRecord } from '../../setup/imageBuilder';
import { problemFacts, temporaryFile, temporaryFolder } from '../../setup/temporary';

/** Sparse files that a layer is written anew with: other readers see the same contents as in the file that they stand for. */

const realSize = 20_000;
const data = Buffer.from('data that stands somewhere in the file'.padEnd(512, '.'));
const expected = (offset: number | null): Buffer => {
  const out = Buffer.alloc(realSize);
  if (offset !== null) data.copy(out, offset);
  return out;
};
const octal = (value: number): string => `${value.toString(8).padStart(11, '0')}\0`;

/** A member in the old GNU form; its map need not end with an empty region. */
function old(name: string, regions: readonly (readonly [number, number])[], body: Buffer): Buffer {
  const header = headerBlock({
    name,
    flag: 'S',
    size: body.length,
    edit: (block) => {
      block.write('ustar  \0', 257, 'latin1');
      regions.forEach(([offset, size], i) =>
        block.write(octal(offset) + octal(size), 386 + i * 24, 'latin1'),
      );
      block.write(octal(realSize), 483, 'latin1');
    },
  });
  return Buffer.concat([header, inBlocks(body)]);
}

/** A member with pax records. */
function pax(name: string, records: Readonly<Record<string, string>>, body: Buffer): Buffer {
  const all = Buffer.concat(Object.entries(records).map(([key, value]) => paxRecord(key, value)));
  return Buffer.concat([
    headerBlock({ name: 'x', flag: 'x', size: all.length }),
    inBlocks(all),
    headerBlock({ name, flag: '0', size: body.length }),
    inBlocks(body),
  ]);
}

const form01 = (name: string, map: string, body: Buffer): Buffer =>
  pax('short', { 'GNU.sparse.size': String(realSize), 'GNU.sparse.name': name, 'GNU.sparse.map': map }, body);
const map10 = (text: string): Buffer => Buffer.concat([inBlocks(Buffer.from(text)), data]);
const form10 = (name: string, text: string): Buffer =>
  pax(
    'short',
    {
      'GNU.sparse.major': '1',
      'GNU.sparse.minor': '0',
      'GNU.sparse.name': name,
      'GNU.sparse.realsize': String(realSize),
    },
    map10(text),
  );

async function rewritten(...members: readonly Buffer[]): Promise<string> {
  const gone = Buffer.concat([
    headerBlock({ name: 'gone', flag: '0', size: 3 }),
    inBlocks(Buffer.from('abc')),
  ]);
  const after = Buffer.concat([headerBlock({ name: 'z', flag: '0', size: 3 }), inBlocks(Buffer.from('end'))]);
  const tar = Buffer.concat([gone, ...members, after, Buffer.alloc(1024)]);
  const digest = digestOf(tar);
  const layer = { file: await temporaryFile(tar, 'layer.tar'), digest, diffId: parseDiffId(digest) };
  const target = join(await temporaryFolder(), 'filtered.tar');
  await filterLayer(
    { layer, aliases: {}, more: [], patterns: ['gone'], target, indexTarget: null, label: 'shop:1' },
    { tick: () => undefined },
  );
  return target;
}

const python = spawnSync('python3', ['--version']).status === 0;
const long = `${'folder/'.repeat(14)}name`;
const cases: readonly (readonly [title: string, name: string, member: Buffer, offset: number | null])[] = [
  [
    'the old form, closed',
    'a',
    old(
      'a',
      [
        [4096, 512],
        [realSize, 0],
      ],
      data,
    ),
    4096,
  ],
  ['the old form, open at the end', 'a', old('a', [[4096, 512]], data), 4096],
  ['the old form, nothing but a hole', 'a', old('a', [], Buffer.alloc(0)), null],
  ['pax 0.1', 'a', form01('a', '4096,512', data), 4096],
  ['pax 0.1 with a name that is not ASCII', 'grüße', form01('grüße', '4096,512', data), 4096],
  ['pax 0.1 with a long name', long, form01(long, '4096,512', data), 4096],
  ['pax 1.0', 'dir/a', form10('dir/a', `2\n4096\n512\n${realSize}\n0\n`), 4096],
];

describe.each(cases)('%s', (_, name, member, offset) => {
  test('is read by GNU tar as it was', async () => {
    const tar = await rewritten(member);
    const folder = await temporaryFolder();
    execFileSync('tar', ['-xf', tar, '-C', folder]);
    expect((await readFile(join(folder, name))).equals(expected(offset))).toBe(true);
    expect(await readFile(join(folder, 'z'), 'utf8')).toBe('end');
  });

  test.runIf(python)('is read by Python as it was', async () => {
    const tar = await rewritten(member);
    const program = `import sys,tarfile
t=tarfile.open(sys.argv[1])
sys.stdout.buffer.write(('|'.join(t.getnames())+'\\n').encode())
sys.stdout.buffer.write(t.extractfile(t.getmembers()[0]).read())`;
    const told = execFileSync('python3', ['-c', program, tar]);
    const line = told.indexOf(10);
    expect(told.subarray(0, line).toString()).toBe(`${name}|z`);
    expect(told.subarray(line + 1).equals(expected(offset))).toBe(true);
  });
});

test.each([
  ['a map that has more data than there is', form01('a', '0,4096', data)],
  ['a map beyond the end of the file', form01('a', `${realSize},512`, data)],
  [
    'regions that are out of order',
    old(
      'a',
      [
        [4096, 256],
        [0, 256],
      ],
      data,
    ),
  ],
  ['a map in the body that does not fit', form10('a', '1\n0\n4096\n')],
])('%s is refused', async (_, member) => {
  expect(await problemFacts(rewritten(member), 'layer-invalid')).toMatchObject({
    file: 'shop:1',
    entry: 'a',
  });
});
