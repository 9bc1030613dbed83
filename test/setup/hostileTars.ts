import { headerBlock, inBlocks, paxRecord, tarMember, withChecksum } from './imageBuilder';
import { seeded } from './randomLayers';

/**
 * Tars on whose members readers disagree: every form of header, with and without a prefix and the times that GNU and star have
 * there, numbers in all spellings, types, pax records and maps of sparse files, mostly as nobody writes them.
 */

type Pick = <T>(all: readonly T[]) => T;

/** A member that a reader finds in another one's body where it takes its size for less. */
const smuggled = tarMember({ path: 'smuggled', content: 'evil\n' });

/** Ways to write a number into a field of twelve bytes. */
const spellings: readonly ((octal: string) => string)[] = [
  (octal) => `${octal.padStart(11, '0')}\0`,
  (octal) => octal.padStart(12, '0'),
  (octal) => `\0${octal.padStart(10, '0')}\0`,
  (octal) => `\0 ${octal.padStart(9, '0')} `,
  (octal) => `   ${octal}`,
  (octal) => ` \0 ${octal} \0`,
  (octal) => `${octal}\x00777`,
  (octal) => `${octal} 777`,
  (octal) => `0 \0${octal}`,
  (octal) => `+${octal}`,
  (octal) => `\x80${Buffer.from(octal.padStart(22, '0').slice(-3), 'latin1').toString('latin1')}`,
  (octal) =>
    `\x80\0\0\0\0\0\0\0\0\0${String.fromCharCode(Math.floor(parseInt(octal, 8) / 256) % 256, parseInt(octal, 8) % 256)}`,
  () => '\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xfe',
  () => '',
];

const magics = [
  'ustar\x0000',
  'ustar\x0000',
  'ustar  \0',
  'ustar  \0',
  'ustar  x',
  'ustar\0\0\0',
  'ustar\0xy',
  'ustarX00',
  'ustar000',
  'ustar 00',
  '\0\0\0\0\0\0\0\0',
  'USTAR\x0000',
];
const flags = [
  '0',
  '0',
  '0',
  '0',
  '\0',
  '\0',
  '1',
  '2',
  '3',
  '4',
  '5',
  '6',
  '7',
  'S',
  'S',
  'D',
  'A',
  'X',
  'N',
  'z',
  'g',
  'x',
];
const prefixes = [
  '',
  '',
  'x',
  'x/y',
  'd\0e',
  '00000000017',
  '17777777777\0',
  'p'.repeat(12),
  'p'.repeat(140),
  'p\xff',
  '\0x',
];
const trailers = ['', '', '', 'tar\0', 'tar\0', 'tar '];
const names = ['base', 'base', 'a', 'a/', './a', 'new', '', 'n'.repeat(100), 'd/base', 'b\xffc'];
const numbers = [
  '0',
  '1',
  '6',
  '9',
  '+6',
  '-1',
  '007',
  '512',
  '1024',
  '',
  'x',
  '1.5',
  '4294967296',
  '99999999999999999999',
];
const times = [
  '0',
  '1.5',
  '-1.5',
  '+2',
  '1.',
  '.5',
  '1.x',
  '',
  'now',
  '1.1234567899',
  '-0.25',
  '9999999999999',
];

/** Records, right and wrong, of every key that readers look at. */
function records(pick: Pick): Buffer {
  const one = (): Buffer => {
    const key = pick([
      'path',
      'linkpath',
      'size',
      'uid',
      'gid',
      'mtime',
      'atime',
      'uname',
      'attribute',
      'comment',
      'raw',
      'sparse',
      'sparse',
      'sparse',
    ]);
    if (key === 'sparse') return sparseRecords(pick);
    if (key === 'raw')
      return Buffer.from(
        pick([
          '\0\0\0',
          '9 path=a\n',
          '+9 path=q\n',
          '09 path=\n',
          '8 path=a\n',
          '4 a=\n',
          '5 a=\n',
          '6 =ab\n',
          '7 a\0b=\n',
          '12 path=a\0bc\n',
          'path=x\n',
          '-9 path=a\n',
          '7 abcd\n',
          '11 path=q\nx\n',
        ]),
        'latin1',
      );
    if (key === 'attribute')
      return paxRecord(
        `SCHILY.xattr.user.${pick(['e', 'f', 'e', 'x\0y'])}`,
        pick(['', 'v', 'a=b\n', 'a\0b']),
      );
    const value =
      key === 'path' || key === 'linkpath'
        ? pick(['p', 'p/', '', 'first', 'base', 'a\0b', 'b\u00e4'])
        : key === 'mtime' || key === 'atime'
          ? pick(times)
          : key === 'uname'
            ? pick(['root', 'r\0t'])
            : pick(numbers);
    return paxRecord(key, value);
  };
  return Buffer.concat(Array.from({ length: pick([1, 1, 2, 3]) }, one));
}

function sparseRecords(pick: Pick): Buffer {
  const found: Buffer[] = [];
  const say = (key: string, values: readonly (string | null)[]): void => {
    const value = pick(values);
    if (value !== null) found.push(paxRecord(`GNU.sparse.${key}`, value));
  };
  say('major', [null, null, '0', '1', '1', '2', '', '01']);
  say('minor', [null, null, '0', '0', '1', '2', '']);
  say('name', [null, 'base', 'new', '', 'new/', 's\0t']);
  say('size', [null, null, '6', '9', '', '-1', 'x']);
  say('realsize', [null, '6', '9', '6', '']);
  say('numblocks', [null, '1', '1', '1', '0', '2', '']);
  say('map', [null, '3,3', '3,3', '0,3,3,0', '0,3', '3', '', '3,x', '5,3', '3,0,3,3', '0,6']);
  if (pick([true, false, false])) {
    say('offset', ['3', '3', '0', '1,2', null]);
    say('numbytes', ['3', '3', 'x', null]);
  }
  return Buffer.concat(found);
}

function extension(pick: Pick): Buffer {
  const flag = pick(['x', 'x', 'x', 'x', 'L', 'K', 'g']);
  const body =
    flag === 'x' || flag === 'g'
      ? records(pick)
      : Buffer.from(pick(['', 'c', 'c/', 'first', 'c\0d', `${'long/'.repeat(30)}x\0`, 'base\0']));
  return Buffer.concat([
    headerBlock({
      name: 'ext',
      flag,
      size: body.length,
      edit: (block) => (pick([true, true, false]) ? undefined : mutate(block, pick)),
    }),
    inBlocks(body),
  ]);
}

/** Changes what readers look at in different ways. */
function mutate(block: Buffer, pick: Pick): void {
  const put = (offset: number, text: string, length: number): void => {
    block.fill(0, offset, offset + length);
    block.write(text.slice(0, length), offset, 'latin1');
  };
  put(257, pick(magics), 8);
  put(345, pick(prefixes), 155);
  if (pick([true, false])) put(508, pick(trailers), 4);
  if (pick([true, false, false])) put(pick([345, 357, 476, 488]), pick(spellings)('17'), 12);
  for (let times = pick([0, 0, 0, 1, 2]); times > 0; times--)
    put(pick([100, 108, 116, 329, 337]), pick(spellings)(pick(['17', '644'])), 8);
  if (pick([true, false, false, false])) put(136, pick(spellings)('17'), 12);
}

/** A map as the body of form 1.0 begins with it, and what it maps. */
const bodies = (pick: Pick): Buffer => {
  const map = pick([
    '1\n3\n3\n',
    '1\n3\n3\n',
    '0\n',
    '2\n0\n1\n3\n2\n',
    '1\n+3\n03\n',
    '1\n-3\n3\n',
    'x\n',
    '1\n3\n',
    '99999\n1\n',
  ]);
  return Buffer.concat([inBlocks(Buffer.from(map)), Buffer.from(pick(['abc', 'abc', '', 'abcdef']))]);
};

function oldMap(block: Buffer, pick: Pick): void {
  block.fill(0, 386, 495);
  for (let i = 0, regions = pick([0, 1, 1, 1, 2]); i < regions; i++) {
    block.write(
      pick([`0000000000${i * 3}\0`, `0000000000${i * 3}\0`, '', '00000000003\0']),
      386 + i * 24,
      'latin1',
    );
    block.write(pick(['00000000003\0', '00000000003\0', '', '00000000000\0']), 398 + i * 24, 'latin1');
  }
  block.write(
    pick([
      '00000000006\0',
      '00000000006\0',
      '00000000003\0',
      '',
      'x',
      '\x80\0\0\0\0\0\0\0\0\0\0\x06',
      '\xff'.repeat(12),
    ]),
    483,
    'latin1',
  );
  if (pick([true, false, false, false])) block[482] = 1;
}

function member(pick: Pick): Buffer {
  const flag = pick(flags);
  const size = pick([0, 0, 3, 3, 6, 9, 515, smuggled.length]);
  const body =
    size === smuggled.length
      ? smuggled
      : size === 515
        ? bodies(pick)
        : Buffer.from('abcdefghi'.slice(0, size));
  const isOdd = pick([true, true, false]);
  const header = headerBlock({
    name: Buffer.from(pick(names), 'latin1'),
    flag,
    size: body.length,
    linkName: pick(['first', 'base', '']),
    uid: pick([0, 1000]),
    ...(flag === '3' || flag === '4' ? { major: 1, minor: 3 } : {}),
    edit: (block) => {
      if (isOdd) mutate(block, pick);
      if (flag === 'S') {
        if (pick([true, true, true, false])) block.write('ustar  \0', 257, 'latin1');
        oldMap(block, pick);
      }
      if (pick([true, false, false])) {
        block.fill(0, 124, 136);
        block.write(pick(spellings)(body.length.toString(8)).slice(0, 12), 124, 'latin1');
      }
    },
  });
  const more = Buffer.alloc(512);
  if (flag === 'S' && header[482] !== 0) {
    more.write(pick(['', '00000000003\0' + '00000000000\0']), 0, 'latin1');
    return Buffer.concat([header, more, inBlocks(body)]);
  }
  return Buffer.concat([header, inBlocks(body)]);
}

/** A tar of that seed, of which the last member is `z` for those who read it to its end. */
export function hostileTar(seed: number): Buffer {
  const random = seeded(seed);
  const pick: Pick = <T>(all: readonly T[]): T => all[random(all.length)] as T;
  const parts = [tarMember({ path: 'first', content: '1' }), tarMember({ path: 'base', content: 'B' })];
  for (let count = pick([1, 1, 1, 2]); count > 0; count--) {
    for (let extensions = pick([0, 1, 1, 2]); extensions > 0; extensions--) parts.push(extension(pick));
    parts.push(member(pick));
    if (random(40) === 0) parts.push(Buffer.alloc(512));
  }
  if (random(20) === 0) {
    // Any byte of any header.
    const block = parts[2 + random(parts.length - 2)] as Buffer;
    block[random(512)] = random(256);
    if (random(4) > 0) withChecksum(block.subarray(0, 512));
  }
  parts.push(tarMember({ path: 'z', content: 'z' }), Buffer.alloc(pick([1024, 1024, 512, 0])));
  return Buffer.concat(parts);
}
