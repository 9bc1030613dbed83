import { describe, expect, test } from 'vitest';
import { TarReader } from '../../../electron/tar/readTar';
import { TarFault } from '../../../shared/layer/tarHeader';
import { headerBlock, inBlocks, paxRecord } from '../../setup/imageBuilder';
import { end, file, gnuLong, long, names, pax, read } from './tarTools';
import { defaultLimits } from '../../../shared/image/limits';

describe('extensions', () => {
  test('pax says name, link, size, owner and time of the next member alone', () => {
    const tar = Buffer.concat([
      pax({ path: long, linkpath: 'x', uid: '5000000', gid: '6000000', mtime: '1.5', size: '4' }),
      headerBlock({ name: 'short', flag: '0', size: 0 }),
      inBlocks(Buffer.from('abcd')),
      file('next'),
      end,
    ]);
    const [first, second] = read(tar, 100).members;
    expect(first?.header).toMatchObject({ name: long, size: 4, uid: 5_000_000, gid: 6_000_000, mtime: 1.5 });
    expect(first?.body.toString()).toBe('abcd');
    expect(second?.header).toMatchObject({ name: 'next', uid: 0 });
  });

  test('GNU long names and links, also both for one member', () => {
    const tar = Buffer.concat([
      gnuLong('K', `${long}-target`),
      gnuLong('L', long),
      headerBlock({ name: 'cut', flag: '2', size: 0, linkName: 'cut' }),
      file('next'),
      end,
    ]);
    for (const size of [1, 300, tar.length]) {
      const [first, second] = read(tar, size).members;
      expect(first?.header).toMatchObject({ name: long, linkName: `${long}-target` });
      expect(second?.header.name).toBe('next');
    }
  });

  test('global pax headers are passed over, whatever they say, as by Docker and Podman', () => {
    const said = {
      ...{ comment: 'x', path: 'everywhere', linkpath: 'there', size: '512', uid: '7', gid: '8', mtime: '9' },
      ...{ 'SCHILY.xattr.user.x': 'y', 'GNU.sparse.major': '1', 'GNU.sparse.realsize': '99' },
    };
    const tar = Buffer.concat([pax(said, 'g'), file('a'), pax(said, 'g'), file('b', 'bc'), end]);
    for (const size of [1, 513, tar.length]) {
      const { members } = read(tar, size);
      expect(members.map(({ header, body }) => [header.name, header.type, body.toString()])).toEqual([
        ['a', 'file', ''],
        ['b', 'file', 'bc'],
      ]);
      for (const { header } of members)
        expect(header).toMatchObject({ uid: 0, gid: 0, mtime: 0, linkName: '', xattrs: new Map() });
    }
  });

  test('a global header takes back what was said of the next member, as for Go', () => {
    const tar = Buffer.concat([pax({ path: 'one' }), gnuLong('L', 'two'), pax({}, 'g'), file('a'), end]);
    expect(names(tar)).toEqual(['a']);
  });

  test('nothing is kept of global headers, however many', () => {
    const many = pax({ comment: 'c'.repeat(900_000) }, 'g');
    const reader = new TarReader({ member: () => false }, defaultLimits);
    const before = process.memoryUsage();
    for (let i = 0; i < 400; i++) reader.feed(many);
    for (let i = 0; i < 20_000; i++) reader.feed(file('a'));
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    expect(heapUsed + arrayBuffers - before.heapUsed - before.arrayBuffers).toBeLessThan(100 << 20);
    expect(reader.members).toBe(20_000);
  });

  test.each([
    ['no length', Buffer.from('path=x\n')],
    ['a length that is cut off', Buffer.from('99 path=x\n')],
    ['no key', Buffer.from('6 =ab\n')],
    ['a NUL in a path', paxRecord('path', 'a\0b')],
    ['a negative size', paxRecord('size', '-1')],
    ['a size beyond all numbers', paxRecord('size', '9007199254740993')],
    ['a size that is none', paxRecord('size', '1e3')],
  ])('pax with %s is refused', (_what, body) => {
    const tar = Buffer.concat([
      headerBlock({ name: 'pax', flag: 'x', size: body.length }),
      inBlocks(body),
      file('a'),
      end,
    ]);
    expect(() => read(tar)).toThrow(TarFault);
  });

  test.each(['x', 'g', 'L', 'K'])('of kind %s are refused when they are too long to be true', (flag) => {
    const block = headerBlock({ name: 'big', flag, size: (1 << 20) + 1 });
    expect(() => read(block)).toThrow('tar-limit');
  });
});

describe('numbers', () => {
  const base256 = (block: Buffer, offset: number, length: number, value: bigint): void => {
    for (let i = length - 1, rest = value; i > 0; i--, rest >>= 8n) block[offset + i] = Number(rest & 255n);
    block[offset] = 0x80;
  };

  test('a size in base 256 is read', () => {
    const block = headerBlock({ name: 'a', flag: '0', size: 0, edit: (b) => base256(b, 124, 12, 3n) });
    expect(read(Buffer.concat([block, inBlocks(Buffer.from('abc')), end])).members[0]?.body.toString()).toBe(
      'abc',
    );
  });

  test('a size of 9 GB is a size', () => {
    const block = headerBlock({
      name: 'a',
      flag: '0',
      size: 0,
      edit: (b) => base256(b, 124, 12, 9_000_000_000n),
    });
    const sizes: number[] = [];
    const reader = new TarReader({ member: ({ size }) => (sizes.push(size), false) }, defaultLimits);
    reader.feed(block);
    expect(sizes).toEqual([9_000_000_000]);
    reader.skip(9_000_000_000 + ((512 - (9_000_000_000 % 512)) % 512));
    reader.feed(end);
    expect(reader.complete).toBe(true);
  });

  test('a size beyond 2^53 is refused, a negative one too', () => {
    const beyond = headerBlock({
      name: 'a',
      flag: '0',
      size: 0,
      edit: (b) => base256(b, 124, 12, 1n << 60n),
    });
    expect(() => read(beyond)).toThrow(TarFault);
    const negative = headerBlock({ name: 'a', flag: '0', size: 0, edit: (b) => b.fill(0xff, 124, 136) });
    expect(() => read(negative)).toThrow(TarFault);
  });

  test('owners of -1 and times before 1970 are read as they are meant', () => {
    const block = headerBlock({
      name: 'a',
      flag: '0',
      size: 0,
      edit: (b) => b.fill(0xff, 108, 116).fill(0xff, 136, 148),
    });
    expect(read(Buffer.concat([block, end])).members[0]?.header).toMatchObject({
      uid: 4_294_967_295,
      mtime: -1,
    });
  });

  test('numbers padded by spaces, and blank ones, are read', () => {
    const block = headerBlock({
      name: 'a',
      flag: '0',
      size: 0,
      edit: (b) => {
        b.write('    755 ', 100, 'latin1');
        b.fill(0, 108, 116);
      },
    });
    expect(read(Buffer.concat([block, end])).members[0]?.header).toMatchObject({ mode: 0o755, uid: 0 });
  });

  test('a size that is no number is refused', () => {
    const block = headerBlock({
      name: 'a',
      flag: '0',
      size: 0,
      edit: (b) => void b.write('0000000009z\0', 124),
    });
    expect(() => read(block)).toThrow(TarFault);
  });
});

describe('sparse files', () => {
  /** A GNU header whose map goes on in the next block, with no region of its own. */
  const goesOn = (block: Buffer): void => {
    block.write('ustar  \0', 257, 'latin1');
    block[482] = 1;
    block.write('00000000003\0', 483, 'latin1');
  };

  test('are told as what they are, with their real size', () => {
    const tar = Buffer.concat([
      headerBlock({
        name: 'old',
        flag: 'S',
        size: 3,
        edit: (b) => {
          b.write('ustar  \0', 257, 'latin1');
          b.write('00000000000\u000000000000003\0', 386, 'latin1');
          b.write('00000010000\0', 483, 'latin1');
        },
      }),
      inBlocks(Buffer.from('abc')),
      pax({
        'GNU.sparse.major': '1',
        'GNU.sparse.minor': '0',
        'GNU.sparse.name': 'new',
        'GNU.sparse.realsize': '9999',
      }),
      file('GNUSparseFile.0/new', Buffer.concat([inBlocks(Buffer.from('1\n9\n3\n')), Buffer.from('abc')])),
      file('next'),
      end,
    ]);
    expect(read(tar).members.map(({ header: { name, type, realSize } }) => [name, type, realSize])).toEqual([
      ['old', 'sparse', 4096],
      ['new', 'sparse', 9999],
      ['next', 'file', 0],
    ]);
  });

  test('whose map goes on in further blocks do not shift what follows', () => {
    const head = headerBlock({ name: 'old', flag: 'S', size: 3, edit: goesOn });
    const more = Buffer.alloc(512);
    more[504] = 1;
    const last = Buffer.alloc(512);
    last.write('00000000000\u000000000000003\0', 'latin1');
    const tar = Buffer.concat([head, more, last, inBlocks(Buffer.from('abc')), file('next'), end]);
    for (const size of [1, 600, tar.length]) expect(names(tar, size)).toEqual(['old', 'next']);
  });

  test('whose map never ends are refused', () => {
    const head = headerBlock({ name: 'old', flag: 'S', size: 3, edit: goesOn });
    const more = Buffer.alloc(512);
    more[504] = 1;
    expect(() => read(Buffer.concat([head, ...Array<Buffer>(5000).fill(more)]))).toThrow('tar-limit');
  });
});
