import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseHeader, TarFault } from '../../../shared/layer/tarHeader';
import { dockerArchive, headerBlock, tarMember, tarOf, type TarMember } from '../../setup/imageBuilder';
import { seeded } from '../../setup/randomLayers';
import { temporaryFolder } from '../../setup/temporary';
import { stratigraph, useCommandLine } from './cliTools';

/** Times and numbers of devices and owners that no Linux has: refused where they cannot be said again, never others instead. */

useCommandLine();

const none = { pax: new Map<string, string>(), gnuName: null, gnuLink: null };

test('times are read while they are whole seconds of a double, else refused', () => {
  const random = seeded(17);
  for (let i = 0; i < 400; i++) {
    const field = Buffer.alloc(12);
    for (let at = 0; at < 12; at++) field[at] = random(256);
    const negative = random(2) === 0;
    const filler = random(12);
    field.fill(negative ? 0xff : 0, 0, filler + 1);
    field[0] = negative ? 0xff : 0x80;
    const block = headerBlock({
      name: 'a',
      flag: '0',
      size: 0,
      edit: (bytes) => void field.copy(bytes, 136),
    });
    // The same by whole numbers of any size: base 256 with the sign bits set (GNU tar, "Basic Tar Format").
    let value = 0n;
    for (const byte of field.subarray(1)) value = (value << 8n) | BigInt(byte);
    if (negative) value -= 1n << 88n;
    const size = value < 0n ? -value : value;
    if (size > BigInt(Number.MAX_SAFE_INTEGER)) expect(() => parseHeader(block, none)).toThrow(TarFault);
    else if (size < BigInt(Number.MAX_SAFE_INTEGER))
      expect(parseHeader(block, none).mtime).toBe(Number(value));
  }
  for (const mtime of ['9999999999999999', '-9999999999999999.5', '9007199254740992'])
    expect(() =>
      parseHeader(headerBlock({ name: 'a', flag: '0', size: 0 }), {
        ...none,
        pax: new Map([['mtime', mtime]]),
      }),
    ).toThrow(TarFault);
});

const odd: readonly (readonly [string, TarMember])[] = [
  ['a device', { path: 'd', type: 'character', major: 0o10000, minor: 1 }],
  ['a device’s second number', { path: 'd', type: 'block', major: 1, minor: 0o4000000 }],
  ['an owner', { path: 'f', content: 'x', pax: { uid: '4294967296' } }],
  ['an owner that chown(2) takes for none', { path: 'f', content: 'x', pax: { uid: '4294967295' } }],
  ['a group', { path: 'f', content: 'x', pax: { gid: '9007199254740991' } }],
];

test.each(odd)('%s beyond what Linux has is not written as another', async (_, member) => {
  const folder = await temporaryFolder();
  const base = { files: [{ path: 'base', content: 'b' }] };
  const archive = join(folder, 'odd.tar');
  await writeFile(
    archive,
    dockerArchive([
      { names: ['odd:1'], layers: [base, { tar: tarOf([member, { path: 'gone', content: 'g' }]) }] },
    ]),
  );
  const loaded = await stratigraph('load', '-q', '-i', archive);
  expect(loaded.code, loaded.stderr).toBe(0);
  for (const words of [
    ['export', '-o', join(folder, 'out.tar'), 'odd:1'],
    ['squash', 'odd:1', 'odd:2'],
    ['rewrite', 'odd:1', '--remove', 'gone', 'odd:3'],
  ]) {
    const { code, stderr } = await stratigraph(...words);
    expect([words[0], code, stderr.includes('a bug of ours')]).toEqual([words[0], 1, false]);
    expect(stderr).toMatch(
      /^stratigraph: odd:1 is damaged in layer 2|^stratigraph: .*(?:out of range|does not know)/,
    );
  }
});

test('the farthest times go through a layer and back as they are', async () => {
  const folder = await temporaryFolder();
  const archive = join(folder, 'far.tar');
  const members = ['9007199254740990', '-9007199254740990', '-1.25', '0.000000001'].map((mtime, i) =>
    tarMember({ path: `f${i}`, content: 'x', pax: { mtime } }),
  );
  const tar = Buffer.concat([...members, Buffer.alloc(1024)]);
  await writeFile(archive, dockerArchive([{ names: ['far:1'], layers: [{ tar }] }]));
  expect((await stratigraph('load', '-q', '-i', archive)).code).toBe(0);
  const out = join(folder, 'out.tar');
  expect((await stratigraph('export', '-o', out, 'far:1')).code).toBe(0);
  expect((await stratigraph('import', out, 'far:2')).code).toBe(0);
  const times = async (name: string): Promise<unknown> =>
    (JSON.parse((await stratigraph('--json', 'ls', name)).stdout) as { path: string; mtime: number }[]).map(
      ({ path, mtime }) => [path, mtime],
    );
  const read = await times('far:1');
  expect(read).toHaveLength(4);
  expect(await times('far:2')).toEqual(read);
});
