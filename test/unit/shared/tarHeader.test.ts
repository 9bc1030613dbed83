import fc from 'fast-check';
import { defaultLimits } from '../../../shared/image/limits';
import { describe, expect, test } from 'vitest';
import {
  blockSize,
  encodeHeader,
  extensionSize,
  hasChecksum,
  isZeroBlock,
  padded,
  parseHeader,
  parsePax,
  TarFault,
  typeFlag,
  type HeaderToWrite,
  type TarExtensions,
  type TarHeader,
} from '../../../shared/layer/tarHeader';

const none: TarExtensions = { pax: new Map(), gnuName: null, gnuLink: null };
const withPax = (pax: Record<string, string>): TarExtensions => ({
  ...none,
  pax: new Map(Object.entries(pax)),
});
const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const plain: HeaderToWrite = { name: 'a', type: 'file', size: 5, mode: 0o644, mtime: 1 };

/** A header block with bytes put into it, its checksum made right again. */
function block(
  fields: Readonly<Record<number, string | readonly number[]>> = {},
  header = plain,
): Uint8Array {
  const out = encodeHeader(header).slice();
  for (const [offset, value] of Object.entries(fields)) {
    out.set(typeof value === 'string' ? text(value) : value, Number(offset));
  }
  out.fill(0x20, 148, 156);
  const sum = out.reduce((total, byte) => total + byte, 0);
  out.set(text(`${sum.toString(8).padStart(6, '0')}\0 `), 148);
  return out;
}
/** What a header says that names nothing of it. */
const plainHeader = { nanoseconds: 0, regions: null, xattrs: new Map() };
const parse = (fields: Readonly<Record<number, string | readonly number[]>>, extensions = none): TarHeader =>
  parseHeader(block(fields), extensions);

/** Reads what encodeHeader wrote, its pax header included. */
function read(bytes: Uint8Array): TarHeader {
  if (typeFlag(bytes) !== 'x') return parseHeader(bytes, none);
  const size = extensionSize(bytes, defaultLimits);
  const pax = parsePax(bytes.subarray(blockSize, blockSize + size));
  return parseHeader(bytes.subarray(blockSize + padded(size)), { ...none, pax });
}

describe('parseHeader', () => {
  test('reads a ustar header', () => {
    const header: HeaderToWrite = {
      ...{ name: 'dev/null', type: 'character', size: 0, mode: 0o4755, mtime: 1_700_000_000 },
      ...{ uid: 1000, gid: 100, major: 1, minor: 3 },
    };
    expect(parseHeader(encodeHeader(header), none)).toEqual({
      ...plainHeader,
      ...header,
      seconds: header.mtime,
      realSize: 0,
      linkName: '',
    });
  });

  test.each([
    ['0', 'file'],
    ['\0', 'file'],
    ['1', 'hardlink'],
    ['2', 'symlink'],
    ['3', 'character'],
    ['4', 'block'],
    ['5', 'directory'],
    ['6', 'fifo'],
    ['V', 'volume'],
    ['M', 'volume'],
    ['D', 'directory'],
  ])('flag %j is a %s', (flag, type) => {
    expect(parse({ 156: flag }).type).toBe(type);
  });

  test.each([
    ['0', 'file'],
    ['\0', 'directory'],
  ])('a name with a trailing slash and flag %j is a %s', (flag, type) => {
    expect(parse({ 0: 'a/', 156: flag }).type).toBe(type);
  });

  test.each(['1', '2', '5', '6'])('flag %s has no body, whatever its size says', (flag) => {
    expect(parse({ 156: flag, 124: '00000001000' })).toMatchObject({ size: 0, realSize: 0 });
  });

  test('joins the ustar prefix to the name, in GNU headers it means something else', () => {
    expect(parse({ 0: 'file', 345: 'long/folder' }).name).toBe('long/folder/file');
    expect(parse({ 0: 'file', 257: 'ustar  \0', 345: '12345' }).name).toBe('file');
    expect(parse({ 0: 'file', 257: '\0\0\0\0\0\0\0\0', 345: 'v7' }).name).toBe('file');
  });

  test('a name fills its field without a NUL, a body after a NUL is none of it', () => {
    expect(parse({ 0: 'x'.repeat(100) }).name).toBe('x'.repeat(100));
    expect(parse({ 0: 'a\0b' }).name).toBe('a');
  });

  test.each<[string, number, readonly number[] | string, Partial<TarHeader>]>([
    ['a size in base 256', 124, [0x80, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 1], { size: 2 ** 33 + 1 }],
    ['a size padded with spaces', 124, '      17777 ', { size: 8191 }],
    ['a size that is blank', 124, '            ', { size: 0 }],
    ['a size behind a NUL', 124, '\u00000000002000', { size: 1024 }],
    ['a size behind NULs and blanks', 124, '\0 \0 2000 \0 ', { size: 1024 }],
    ['a size that a NUL ends', 124, '2000\u0000garbage', { size: 1024 }],
    ['an owner behind a NUL', 108, '\u0000001750', { uid: 1000 }],
    ['a mode behind a NUL', 100, '\u0000000755', { mode: 0o755 }],
    ['an owner in base 256', 108, [0x80, 0, 0, 0, 0xff, 0xff, 0xff, 0xfe], { uid: 4294967294 }],
    ['owner -1 as GNU writes it', 108, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], { uid: 4294967295 }],
    ['group -2 as GNU writes it', 116, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe], { gid: 4294967294 }],
    ['a second before 1970', 136, new Array<number>(12).fill(0xff), { mtime: -1 }],
    ['a day before 1970', 136, [...new Array<number>(9).fill(0xff), 0xfe, 0xae, 0x80], { mtime: -86400 }],
    ['a mode with file type bits', 100, '0100755\0', { mode: 0o755 }],
  ])('%s', (_, offset, value, expected) => {
    expect(parse({ [offset]: value })).toMatchObject(expected);
  });

  test.each<[string, Record<number, string | readonly number[]>]>([
    ['a negative size', { 124: new Array<number>(12).fill(0xff) }],
    ['a size beyond 2^53', { 124: [0x80, ...new Array<number>(11).fill(0xff)] }],
    ['a size that is no number', { 124: '00000000009' }],
    ['a size of two numbers', { 124: '20 00\0' }],
    ['a size with a sign', { 124: '-0000002000' }],
    ['an owner far below zero', { 108: [0xff, 0, 0, 0, 0, 0, 0, 0] }],
    [
      'an old map of sparse data that ends for one reader alone',
      { 156: 'S', 386: '\u00000000001000', 398: '00000001000' },
    ],
    ['an old map of sparse data that ends for another alone', { 156: 'S', 386: '00000001000' }],
    ['a mode that is no number', { 100: 'rwxr-xr' }],
    ['a device that is no number', { 156: '3', 329: 'abc' }],
  ])('refuses %s', (_, fields) => {
    expect(() => parse(fields)).toThrow(TarFault);
  });

  test('a checksum is a number as any other', () => {
    const written = block();
    const digits = written.slice(148, 154);
    for (const [before, behind] of [
      ['\0', '\0'],
      [' ', '\0'],
      ['\0 ', ''],
      ['', '  '],
    ] as const) {
      written.set([...text(before), ...digits, ...text(behind)], 148);
      expect(hasChecksum(written), JSON.stringify([before, behind])).toBe(true);
    }
    written.fill(0x20, 148, 156);
    expect(hasChecksum(written)).toBe(false);
  });

  test('refuses a block whose checksum is wrong', () => {
    const broken = block();
    broken[0] = 0x62;
    expect(() => parseHeader(broken, none)).toThrow('tar-checksum');
  });
});

describe('extensions of a header', () => {
  test('a pax size wins over the header (CVE-2025-62518)', () => {
    expect(parse({ 124: '00000000000' }, withPax({ size: '1024' })).size).toBe(1024);
  });

  test('pax values win over the header, GNU names over both', () => {
    const pax = { path: 'pax', linkpath: 'to', uid: '70000', gid: '80000', mtime: '12.5' };
    expect(parse({ 156: '2' }, withPax(pax))).toMatchObject({
      ...{ name: 'pax', linkName: 'to', uid: 70000, gid: 80000, mtime: 12.5 },
    });
    expect(parse({}, { ...withPax(pax), gnuName: 'gnu', gnuLink: 'link' })).toMatchObject({
      ...{ name: 'gnu', linkName: 'link' },
    });
  });

  test('a pax path takes no ustar prefix', () => {
    expect(parse({ 345: 'prefix' }, withPax({ path: 'pax' })).name).toBe('pax');
  });

  test.each([
    ['size', '', { size: 5 }],
    ['uid', '', { uid: 0 }],
    ['mtime', '', { mtime: 1 }],
    ['path', '', { name: 'a' }],
    ['GNU.sparse.name', '', { name: 'a' }],
    ['mtime', '-1.5', { mtime: -1.5 }],
  ])('pax %s=%j', (key, value, expected) => {
    expect(parse({}, withPax({ [key]: value }))).toMatchObject(expected);
  });

  test.each([
    ['size', '-1'],
    ['size', '1.5'],
    ['size', '0x10'],
    ['size', ' 1'],
    ['size', '9007199254740992'],
    ['uid', 'root'],
    ['mtime', '1e9'],
    ['mtime', 'now'],
  ])('refuses pax %s=%s', (key, value) => {
    expect(() => parse({}, withPax({ [key]: value }))).toThrow(TarFault);
  });

  test('an empty name or target of GNU says nothing', () => {
    const empty = { ...none, gnuName: '', gnuLink: '' };
    expect(parse({ 156: '2', 157: 'to', 345: 'in' }, empty)).toMatchObject({ name: 'in/a', linkName: 'to' });
  });

  test('refuses a NUL in a long name', () => {
    expect(() => parse({}, { ...none, gnuName: 'a\0b' })).toThrow('nul-name');
  });

  test('a sparse file of GNU tar says its real size', () => {
    expect(parse({ 156: 'S', 257: 'ustar  \0', 124: '00000001000', 483: '00000100000' })).toMatchObject({
      ...{ type: 'sparse', size: 512, realSize: 32768 },
    });
  });

  test('a sparse file of pax says its real name and size', () => {
    const pax = { 'GNU.sparse.name': 'disk', 'GNU.sparse.realsize': '1048576' };
    const version = { 'GNU.sparse.major': '1', 'GNU.sparse.minor': '0' };
    expect(parse({ 0: 'GNUSparseFile.0/disk' }, withPax({ ...version, ...pax }))).toMatchObject({
      ...{ name: 'disk', type: 'sparse', size: 5, realSize: 1048576 },
    });
  });

  test('an extension header may not be longer than its limit', () => {
    const sized = (size: number): Uint8Array => block({ 124: size.toString(8).padStart(11, '0') });
    const longest = defaultLimits['extension-bytes'];
    expect(extensionSize(sized(longest), defaultLimits)).toBe(longest);
    expect(() => extensionSize(sized(longest + 1), defaultLimits)).toThrow('tar-limit');
  });
});

describe('parsePax', () => {
  test('reads records; the last of a key counts, bytes that are no UTF-8 are kept', () => {
    const bytes = [...text('9 path=a\n11 path=b'), 0xff, ...text('\n'), ...text('13 size=1024\n')];
    expect([...parsePax(Uint8Array.from(bytes))]).toEqual([
      ['path', 'b\udcff'],
      ['size', '1024'],
    ]);
  });

  test('a value may hold line feeds and equals signs', () => {
    expect(parsePax(text('13 path=a\n=b\n')).get('path')).toBe('a\n=b');
  });

  test.each([
    ['no length', 'path=a\n'],
    ['a length that is no number', 'x path=a\n'],
    ['a negative length', '-9 path=a\n'],
    ['a length beyond the end', '99 path=a\n'],
    ['a length of nothing', '0 path=a\n'],
    ['a length that ends within', '8 path=a\n'],
    ['no line feed', '9 path=ab'],
    ['zeros behind them', '9 path=a\n\0\0\0'],
    ['no equals sign', '7 path\n'],
    ['no key', '5 =a\n'],
    ['a NUL in a path', '11 path=a\0b\n'],
    ['a length without end', '9'.repeat(40)],
  ])('refuses %s', (_, records) => {
    expect(() => parsePax(text(records))).toThrow(TarFault);
  });
});

describe('blocks', () => {
  test('a checksum of signed bytes, as old writers made it, is right', () => {
    const signed = encodeHeader({ ...plain, name: 'a' });
    signed[0] = 0xe4;
    signed.fill(0x20, 148, 156);
    const sum = signed.reduce((total, byte) => total + (byte > 127 ? byte - 256 : byte), 0);
    signed.set(text(`${sum.toString(8).padStart(6, '0')}\0 `), 148);
    expect(hasChecksum(signed)).toBe(true);
  });

  test('a block of zeros is the end and has no checksum', () => {
    expect(isZeroBlock(new Uint8Array(512))).toBe(true);
    expect(hasChecksum(new Uint8Array(512))).toBe(false);
    expect(isZeroBlock(new Uint8Array(512).fill(1, 511))).toBe(false);
  });

  test.each([
    [0, 0],
    [1, 512],
    [511, 512],
    [512, 512],
    [513, 1024],
    [2 ** 40 + 1, 2 ** 40 + 512],
  ])('%i bytes take %i in blocks', (size, blocks) => {
    expect(padded(size)).toBe(blocks);
  });
});

describe('encodeHeader', () => {
  const name = fc
    .string({ unit: 'binary', minLength: 1, maxLength: 150 })
    .filter((value) => !/[\0/]/.test(value));
  const header = fc.record({
    name,
    type: fc.constantFrom('file' as const, 'symlink' as const, 'hardlink' as const, 'fifo' as const),
    size: fc.nat({ max: 2 ** 40 }),
    mode: fc.nat({ max: 0o7777 }),
    uid: fc.nat({ max: 2 ** 32 - 1 }),
    gid: fc.nat({ max: 2 ** 32 - 1 }),
    mtime: fc.integer({ min: -(2 ** 31), max: 2 ** 33 - 1 }),
    nanoseconds: fc.oneof(fc.nat({ max: 999_999_999 }), fc.integer({ min: 999_999_000, max: 999_999_999 })),
    xattrs: fc.uniqueArray(
      fc.tuple(fc.stringMatching(/^user\.[a-z]{1,8}$/), fc.uint8Array({ minLength: 1, maxLength: 40 })),
      { selector: ([key]) => key, maxLength: 3 },
    ),
    linkName: name,
  });

  test('what is written is read', () => {
    fc.assert(
      fc.property(header, (record) => {
        const size = record.type === 'file' ? record.size : 0;
        const { xattrs, ...found } = read(encodeHeader(record));
        expect(found).toEqual({
          ...record,
          seconds: record.mtime,
          mtime: expect.closeTo(record.mtime + record.nanoseconds / 1e9, 5) as number,
          xattrs: undefined,
          size,
          realSize: size,
          major: 0,
          minor: 0,
          regions: null,
        });
        expect(new Map(xattrs)).toEqual(new Map(record.xattrs));
      }),
      { numRuns: 500 },
    );
  });

  test('is whole blocks with right checksums, the same each time', () => {
    fc.assert(
      fc.property(header, (record) => {
        const bytes = encodeHeader(record);
        expect(bytes.length % blockSize).toBe(0);
        expect(hasChecksum(bytes.subarray(0, blockSize))).toBe(true);
        expect(hasChecksum(bytes.subarray(bytes.length - blockSize))).toBe(true);
        expect(encodeHeader(record)).toEqual(bytes);
      }),
    );
  });

  test('a pax record counts its own length, whatever the number of its digits', () => {
    for (let length = 101; length < 1100; length++) {
      expect(read(encodeHeader({ ...plain, name: 'n'.repeat(length) })).name).toHaveLength(length);
    }
  });

  test('what fits takes one block, a name of 101 bytes takes a pax header', () => {
    expect(encodeHeader({ ...plain, name: 'n'.repeat(100) })).toHaveLength(512);
    expect(encodeHeader({ ...plain, name: 'n'.repeat(101) })).toHaveLength(3 * 512);
  });
});
