import { describe, expect, test } from 'vitest';
import { TarReader } from '../../../electron/tar/readTar';
import { encodeHeader } from '../../../shared/layer/tarHeader';
import { headerBlock, inBlocks, noise, tarOf, withChecksum, type TarMember } from '../../setup/imageBuilder';
import { end, file, long, names, pax, read } from './tarTools';
import { defaultLimits } from '../../../shared/image/limits';

describe('members', () => {
  const all: TarMember[] = [
    { path: 'folder', type: 'directory', mode: 0o2775, uid: 3, gid: 4 },
    { path: 'folder/file', content: noise(1500), mtime: 1_600_000_000 },
    { path: 'empty' },
    { path: 'full', content: noise(1024) },
    { path: 'link', type: 'symlink', linkTarget: '../elsewhere' },
    { path: 'same', type: 'hardlink', linkTarget: 'folder/file' },
    { path: 'tty', type: 'character', major: 4, minor: 64 },
    { path: 'disk', type: 'block', major: 8, minor: 1 },
    { path: 'pipe', type: 'fifo' },
    { path: long, content: 'long' },
    { path: 'to-long', type: 'symlink', linkTarget: long },
    { path: 'ünïcode/文件', content: 'x' },
  ];

  test.each([1, 7, 511, 512, 513, 4096, 1 << 20])('are the same in pieces of %d bytes', (size) => {
    const tar = tarOf(all);
    const { members, reader } = read(tar, size);
    expect(
      members.map(({ header, body }) => [header.name.replace(/\/$/, ''), header.type, body.length]),
    ).toEqual(all.map(({ path, type = 'file', content = '' }) => [path, type, Buffer.from(content).length]));
    for (const [i, { offset, body }] of members.entries()) {
      expect(tar.subarray(offset, offset + body.length)).toEqual(Buffer.from(all[i]?.content ?? ''));
      expect(body).toEqual(Buffer.from(all[i]?.content ?? ''));
    }
    expect(members[0]?.header).toMatchObject({ mode: 0o2775, uid: 3, gid: 4 });
    expect(members[1]?.header.mtime).toBe(1_600_000_000);
    expect(members[6]?.header).toMatchObject({ major: 4, minor: 64 });
    expect(members[10]?.header.linkName).toBe(long);
    expect(reader.complete).toBe(true);
    expect(reader.position).toBe(tar.length);
    expect(reader.members).toBe(all.length);
  });

  test('that our own writer wrote are read back', () => {
    const header = {
      name: long,
      type: 'file',
      size: 3,
      mode: 0o600,
      uid: 4_000_000_000,
      gid: 9,
      mtime: 12,
    } as const;
    const { members } = read(Buffer.concat([encodeHeader(header), inBlocks(Buffer.from('abc')), end]));
    expect(members[0]).toMatchObject({ header: { ...header, linkName: '' }, body: Buffer.from('abc') });
  });

  test('may be passed over: the body is not given, the next one is found', () => {
    const seen: string[] = [];
    const reader = new TarReader(
      {
        member: ({ name }) => (seen.push(name), false),
        body: () => expect.unreachable(),
      },
      defaultLimits,
    );
    reader.feed(tarOf([{ path: 'a', content: noise(700) }, { path: 'b' }]));
    expect(seen).toEqual(['a', 'b']);
  });

  test('old directories are told by their slash', () => {
    const block = headerBlock({ name: 'old/', flag: '\0', size: 0, edit: (b) => b.fill(0, 257, 265) });
    expect(read(Buffer.concat([block, end])).members[0]?.header.type).toBe('directory');
  });

  test('links and directories have no body, whatever size they claim', () => {
    const link = headerBlock({ name: 'l', flag: '2', size: 700, linkName: 't' });
    expect(names(Buffer.concat([link, file('next'), end]))).toEqual(['l', 'next']);
  });

  test('names that are not UTF-8 lose nothing', () => {
    const block = headerBlock({ name: Buffer.from([0x66, 0xe9, 0x31]), flag: '0', size: 0 });
    expect(names(Buffer.concat([block, end]))).toEqual(['f\udce91']);
  });

  test('a ustar prefix stands before the name', () => {
    const block = headerBlock({ name: 'file', flag: '0', size: 0, edit: (b) => b.write('a/prefix', 345) });
    expect(names(Buffer.concat([block, end]))).toEqual(['a/prefix/file']);
  });
});

describe('ends and faults', () => {
  const whole = tarOf([{ path: 'a', content: noise(700) }, { path: 'b' }]);

  test('end blocks may be missing', () => {
    expect(read(whole.subarray(0, -1024)).reader.complete).toBe(true);
    expect(names(whole.subarray(0, -1024))).toEqual(['a', 'b']);
  });

  test('a stream that ends within a header, a body or an extension is not complete', () => {
    for (const cut of [100, 511, 600, 1200, 1700])
      expect(read(whole.subarray(0, cut)).reader.complete).toBe(false);
    const extended = Buffer.concat([pax({ path: long }), file('a')]);
    for (const cut of [520, 600]) expect(read(extended.subarray(0, cut)).reader.complete).toBe(false);
  });

  test('a lone block of zeros ends a tar, and nothing may follow it but another one', () => {
    const zeros = Buffer.alloc(512);
    expect(() => names(Buffer.concat([file('a'), zeros, file('b'), end]))).toThrow('tar-zeros');
    const { members, reader } = read(Buffer.concat([file('a'), zeros]));
    expect([members.length, reader.complete]).toEqual([1, true]);
  });

  test('what follows the end is counted and not read', () => {
    const tar = Buffer.concat([whole, file('ghost'), noise(3000)]);
    const { members, reader } = read(tar, 1000);
    expect(members.map(({ header }) => header.name)).toEqual(['a', 'b']);
    expect(reader.position).toBe(tar.length);
  });

  test('a wrong checksum is refused, named by the member before it', () => {
    const damaged = Buffer.from(whole);
    damaged[512 + 1024 + 3] = 0x41;
    const reader = new TarReader({ member: () => true }, defaultLimits);
    expect(() => reader.feed(damaged)).toThrow('checksum');
    expect(reader.member).toBe('a');
  });

  test('what is no tar at all is refused at its first block', () => {
    expect(() => read(noise(512))).toThrow('tar-checksum-first');
  });

  test('checksums that were summed up signed are right, too', () => {
    const block = headerBlock({ name: Buffer.from([0xe4, 0xf6]), flag: '0', size: 0 });
    block.fill(0x20, 148, 156);
    const sum = block.reduce((total, byte) => total + (byte > 127 ? byte - 256 : byte), 0);
    block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    expect(names(Buffer.concat([block, end]))).toHaveLength(1);
    expect(withChecksum(Buffer.from(block)).equals(block)).toBe(false);
  });
});
