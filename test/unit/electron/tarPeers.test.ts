import { createHash } from 'node:crypto';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { encodeName } from '../../../shared/layer/entryPath';
import { temporaryFolder } from '../../setup/temporary';
import { headerBlock, inBlocks } from '../../setup/imageBuilder';
import { contentOf, end, read, type Seen } from './tarTools';

/**
 * Random trees written by GNU tar and by Python's tarfile in each of their formats, read by us: member by member what
 * tarfile says of them, contents included.
 */

interface Told {
  readonly name: string;
  readonly link: string;
  readonly type: string;
  readonly size: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtime: number;
  readonly major: number;
  readonly minor: number;
  readonly xattrs: Readonly<Record<string, string>>;
  readonly content: string | null;
}

const script = join(import.meta.dirname, '..', '..', 'setup', 'randomTars.py');
const hex = (name: string): string => Buffer.from(encodeName(name)).toString('hex');
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

function toTold(seen: Seen): Told {
  const { header } = seen;
  const { type, mode, uid, gid, mtime, major, minor } = header;
  const hasBody = type === 'file' || type === 'sparse';
  return {
    // tarfile, too, takes the slash of a directory away.
    name: hex(header.name.replace(/\/+$/, '')),
    link: type === 'symlink' || type === 'hardlink' ? hex(header.linkName) : '',
    type,
    size: hasBody ? header.realSize : 0,
    mode,
    uid,
    gid,
    mtime,
    major,
    minor,
    xattrs: Object.fromEntries(
      [...header.xattrs].map(([key, value]) => [key, Buffer.from(value).toString('hex')]),
    ),
    content: hasBody ? sha256(contentOf(seen)) : null,
  };
}

const forms = [
  ...['ustar', 'pax', 'gnu'],
  ...[
    'tar-v7',
    'tar-ustar',
    'tar-oldgnu',
    'tar-oldgnu+sparse',
    'tar-gnu',
    'tar-gnu+sparse',
    'tar-gnu+incremental',
  ],
  ...['tar-pax', 'tar-pax-0.0', 'tar-pax-0.1', 'tar-pax-1.0'],
];
const python = spawnSync('python3', ['--version']).status === 0;
/** Some that stay, the last of which found a fault, and one of the day, which a failure names. */
const seeds = [1, 2, 3, 1_795_874_580, Math.floor(Date.now() / 1000)];

test.runIf(python).each(forms)('%s: random trees read as tarfile reads them', async (form) => {
  const folder = await temporaryFolder();
  const words = [script, form, folder, ...seeds.map(String)];
  const told = JSON.parse(
    execFileSync('python3', words, { encoding: 'utf8', maxBuffer: 64 << 20 }),
  ) as Told[][];
  expect(told).toHaveLength(seeds.length);
  for (const [i, seed] of seeds.entries()) {
    const { members, reader } = read(readFileSync(join(folder, `${seed}.tar`)), 1 + (seed % 5000));
    expect(reader.complete, `seed ${seed}`).toBe(true);
    expect(members.map(toTold), `seed ${seed}`).toEqual(told[i]);
  }
});

test('a member without a type is a directory by its whole name, not by the one that was cut for its header', async () => {
  const folder = await temporaryFolder();
  const long = `${'d'.repeat(99)}/${'e'.repeat(20)}`;
  const tar = Buffer.concat([
    headerBlock({ name: '././@LongLink', flag: 'L', size: long.length + 1 }),
    inBlocks(Buffer.from(`${long}\0`)),
    headerBlock({ name: long.slice(0, 100), flag: '\0', size: 3 }),
    inBlocks(Buffer.from('abc')),
    end,
  ]);
  writeFileSync(join(folder, 'cut.tar'), tar);
  const listed = execFileSync('tar', ['-tvf', join(folder, 'cut.tar')], { encoding: 'utf8' });
  expect(listed).toMatch(/^-/);
  const { members } = read(tar);
  expect(members.map(({ header, body }) => [header.name, header.type, body.toString()])).toEqual([
    [long, 'file', 'abc'],
  ]);
});

test('a member of any other type is one that GNU tar knows, or is refused as engines do', async () => {
  const folder = await temporaryFolder();
  // Those that say something of other members, or have a target or a map, are tested by name.
  const flags = Array.from({ length: 0x7f - 0x21 }, (_, i) => String.fromCharCode(0x21 + i)).filter(
    (flag) => !'xgLKS123456'.includes(flag),
  );
  for (const flag of flags) {
    const tar = Buffer.concat([
      headerBlock({ name: 'it', flag, size: 3 }),
      inBlocks(Buffer.from('abc')),
      headerBlock({ name: 'next', flag: '0', size: 0 }),
      end,
    ]);
    if (!'0DMV'.includes(flag)) {
      expect(() => read(tar), flag).toThrow(`tar-type ${flag}`);
      continue;
    }
    const [out, archive] = [join(folder, `out${flag}`), join(folder, `${flag}.tar`)];
    writeFileSync(archive, tar);
    mkdirSync(out);
    spawnSync('tar', ['-C', out, '-xf', archive]);
    const made = readdirSync(out, { withFileTypes: true })
      .map((entry) => [entry.name, entry.isDirectory() ? 'directory' : 'file'])
      .sort();
    const found = read(tar)
      .members.filter(({ header }) => header.type !== 'volume')
      .map(({ header }) => [header.name, header.type]);
    expect(found, flag).toEqual(made);
  }
});
