import { expect, test } from 'vitest';
import { TarFault } from '../../../shared/layer/tarHeader';
import { headerBlock, inBlocks } from '../../setup/imageBuilder';
import { end, pax, read } from '../electron/tarTools';

/** The rules of Go's archive/tar, by which engines unpack, on which other readers differ. */

function header(fields: Readonly<Record<number, string>>, flag = '0', size = 0): Buffer {
  const edit = (block: Buffer): void => {
    for (const [offset, text] of Object.entries(fields)) block.write(text, Number(offset), 'latin1');
  };
  return headerBlock({ name: 'n', flag, size, edit });
}
const nameOf = (fields: Readonly<Record<number, string>>): string | undefined =>
  read(Buffer.concat([header(fields), end])).members[0]?.header.name;
const gnu = 'ustar  \0';
const p131 = 'p'.repeat(131);

test.each<[string, Record<number, string>, string]>([
  ['ustar', { 345: 'x' }, 'x/n'],
  ['ustar of any version', { 257: 'ustar\0xy', 345: 'x' }, 'x/n'],
  ['five letters of the magic', { 257: 'ustarX00', 345: 'x' }, 'n'],
  ['a digit in the magic', { 257: 'ustar000', 345: 'x' }, 'n'],
  ['GNU magic of another version', { 257: 'ustar  x', 345: 'x' }, 'n'],
  ['GNU times', { 257: gnu, 345: '00000000017\u000000000000017\0' }, 'n'],
  ['GNU, no time', { 257: gnu, 345: 'x' }, 'x/n'],
  ['GNU, the second no time', { 257: gnu, 345: '00000000017\0x' }, '00000000017/n'],
  ['GNU, no time and not ASCII', { 257: gnu, 345: 'x\xff' }, 'n'],
  ['GNU, no first time and text behind', { 257: gnu, 346: 'x' }, 'n'],
  ['star', { 345: `${p131}00000000001\u000000000000002\0`, 508: 'tar\0' }, `${p131}/n`],
])('the name by a header of %s', (_, fields, expected) => {
  expect(nameOf(fields)).toBe(expected);
});

test.each<[string, Record<number, string>, string]>([
  ['star with times that are none', { 345: 'p', 476: 'x', 508: 'tar\0' }, '0'],
  ['a device number that is none, of a file', { 329: 'x' }, '0'],
  ['a type that nobody unpacks', {}, '7'],
  ['pax of Solaris', {}, 'X'],
  ['an old sparse file in a POSIX header', {}, 'S'],
  ['a size below zero', { 124: '\xff'.repeat(12) }, '0'],
])('refuses %s', (_, fields, flag) => {
  expect(() => read(Buffer.concat([header(fields, flag), end]))).toThrow(TarFault);
});

test('numbers of a header of extensions must be numbers, too', () => {
  const body = Buffer.from('9 path=a\n');
  for (const flag of ['x', 'g', 'L', 'K'])
    expect(
      () => read(Buffer.concat([header({ 100: 'x' }, flag, body.length), inBlocks(body), end])),
      flag,
    ).toThrow('number-form mode');
});

const map = inBlocks(Buffer.from('1\n3\n3\n'));
const sparse = (records: Record<string, string>, body: Buffer = Buffer.from('abc')): unknown => {
  const said = Object.fromEntries(
    Object.entries(records).map(([key, value]) => [`GNU.sparse.${key}`, value]),
  );
  const tar = Buffer.concat([pax(said), header({}, '0', body.length), inBlocks(body), end]);
  const found = read(tar).members[0]?.header;
  return [found?.name, found?.type, found?.realSize, found?.regions];
};
const region = [{ offset: 3, size: 3 }];
const old = { numblocks: '1', map: '3,3', size: '6', name: 's' };
const inBody = Buffer.concat([map, Buffer.from('abc')]);

test.each<[string, Record<string, string>, Buffer | undefined, unknown]>([
  ['0.1', { ...old, major: '0', minor: '1' }, undefined, ['s', 'sparse', 6, region]],
  ['a map alone', old, undefined, ['s', 'sparse', 6, region]],
  ['size before realsize', { ...old, size: '9', realsize: '6' }, undefined, ['s', 'sparse', 9, region]],
  ['1.0', { major: '1', minor: '0', name: 's', realsize: '6' }, inBody, ['s', 'sparse', 6, null]],
  ['1.0 with a map', { ...old, major: '1', minor: '0' }, inBody, ['s', 'sparse', 6, null]],
  ['1.1', { ...old, major: '1', minor: '1' }, undefined, ['n', 'file', 3, null]],
  ['2.0', { ...old, major: '2', minor: '0' }, undefined, ['n', 'file', 3, null]],
  ['a major version alone', { ...old, major: '1' }, undefined, ['n', 'file', 3, null]],
  ['a size alone', { size: '2' }, undefined, ['n', 'file', 3, null]],
  [
    'pairs and a map',
    { ...old, map: '0,3', offset: '3', numbytes: '3' },
    undefined,
    ['s', 'sparse', 6, region],
  ],
])('a sparse file by %s', (_, records, body, expected) => {
  expect(sparse(records, body)).toEqual(expected);
});

test.each<[string, Record<string, string>]>([
  ['more blocks than regions', { ...old, numblocks: '2' }],
  ['no map and no number of blocks', { major: '0', minor: '0' }],
  ['a map that does not fit the data', { ...old, map: '3,2' }],
  ['a map beyond the end', { ...old, map: '4,3' }],
  ['a size before an offset', { numbytes: '3', offset: '3' }],
  ['a map in the body that is none', { major: '1', minor: '0' }],
])('refuses a sparse file of %s', (_, records) => {
  expect(() => sparse(records)).toThrow(TarFault);
});

test('an attribute without a value is none', () => {
  const tar = Buffer.concat([
    pax({ 'SCHILY.xattr.user.e': '', 'SCHILY.xattr.user.f': 'v' }),
    header({}),
    end,
  ]);
  expect([...(read(tar).members[0]?.header.xattrs.keys() ?? [])]).toEqual(['user.f']);
});
