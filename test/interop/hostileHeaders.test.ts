import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { normalisePath } from '../../shared/layer/entryPath';
import { buildImage, headerBlock, ociMembers, tarMember, writeMembers } from '../setup/imageBuilder';
import { seeded } from '../setup/randomLayers';
import { run } from '../setup/run';
import { temporaryFolder } from '../setup/temporary';
import { end, gnuLong, pax, read } from '../unit/electron/tarTools';
import { commandFile, peerSuite } from './peers';

/**
 * Layers whose headers readers disagree on, with a whole member in a member's body: what umoci, which reads them as Docker and
 * Podman do, finds in one is what we find in it, and what it refuses we refuse.
 */

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
  () => '',
];

function hostileLayer(seed: number): Buffer {
  const random = seeded(seed);
  const pick = <T>(all: readonly T[]): T => all[random(all.length)] as T;
  const size = pick([spellings[0] as (octal: string) => string, ...spellings, ...spellings])(
    smuggled.length.toString(8),
  );
  const before = pick([
    Buffer.alloc(0),
    Buffer.alloc(0),
    pax({ path: pick(['b', 'b/', '']) }),
    pax({ size: pick(['1024', '', '0']) }),
    Buffer.concat([pax({ path: 'b/' }), pax({ comment: 'x' })]),
    gnuLong('L', pick(['', 'c', 'c/'])),
  ]);
  const odd = headerBlock({
    name: pick(['a', 'a/']),
    flag: pick(['0', '0', '\0', '1', '5', '6']),
    size: 0,
    linkName: 'first',
    edit: (block) => {
      block.fill(0, 124, 136);
      block.write(size, 124, 'latin1');
    },
  });
  const first = tarMember({ path: 'first', content: '1' });
  return Buffer.concat([first, before, odd, smuggled, tarMember({ path: 'z', content: 'z' }), end]);
}

/** Paths with types and, for files, sizes. */
async function onDisk(root: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of await readdir(root)) {
    const info = await lstat(join(root, name));
    found.push(
      info.isDirectory() ? `${name} directory` : info.isFIFO() ? `${name} fifo` : `${name} ${info.size}`,
    );
  }
  return found.sort();
}

function byUs(layer: Buffer): string[] | null {
  try {
    const sizes = new Map<string, string>();
    for (const { header } of read(layer, 700).members) {
      const path = normalisePath(header.name) ?? '';
      const type = header.type === 'hardlink' ? sizes.get(header.linkName) : header.type;
      sizes.set(path, header.type === 'file' ? String(header.size) : (type ?? 'nothing'));
    }
    return [...sizes].map(([path, what]) => `${path} ${what}`).sort();
  } catch {
    return null;
  }
}

peerSuite('headers that readers disagree on', ['umoci'], () => {
  test('come to what umoci makes of them, and nothing is smuggled', async () => {
    const day = Math.floor(Date.now() / 86_400_000);
    let [equal, refused] = [0, 0];
    for (let seed = 1; seed <= 60; seed++) {
      const layer = hostileLayer(seed <= 45 ? seed : day * 100 + seed);
      const layout = await temporaryFolder();
      await writeMembers(layout, ociMembers([buildImage({ names: ['a:1'], layers: [{ tar: layer }] })]));
      const bundle = join(layout, 'bundle');
      const { code } = await run(commandFile('umoci'), ['unpack', '--image', `${layout}:a:1`, bundle]);
      const found = byUs(layer);
      const where = `seed ${seed} of day ${day}`;
      if (code === 0) {
        expect(found, where).toEqual(await onDisk(join(bundle, 'rootfs')));
        equal++;
      } else {
        expect(found, where).toBeNull();
        refused++;
      }
    }
    expect([equal > 25, refused > 3]).toEqual([true, true]);
  }, 120_000);
});
