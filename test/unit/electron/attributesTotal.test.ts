import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mergeLayers } from '../../../electron/commit/mergeLayers';
import { TarReader } from '../../../electron/tar/readTar';
import type { Digest } from '../../../shared/image/digest';
import { storedLimits } from '../../../shared/image/limits';
import { TarLimitFault } from '../../../shared/layer/tarHeader';
import { randomNumbers } from '../../fuzz/mutate';
import { tarOf } from '../../setup/imageBuilder';
import { problemFacts, temporaryFolder } from '../../setup/temporary';

test('attributes of all members are counted together, however they are divided', () => {
  for (let seed = 1; seed <= 30; seed++) {
    const random = randomNumbers(seed);
    let bytes = 0;
    const members = Array.from({ length: 1 + random(20) }, (_, i) => {
      const xattrs: Record<string, string> = {};
      for (let n = random(4); n > 0; n--) {
        const [name, value] = [`user.${n}${'n'.repeat(random(30))}`, 'v'.repeat(1 + random(200))];
        xattrs[name] = value;
        bytes += 128 + name.length + value.length;
      }
      return { path: `m${i}`, type: random(2) ? ('directory' as const) : ('file' as const), xattrs };
    });
    const tar = tarOf(members);
    const read = (limit: number): void => {
      const reader = new TarReader({ member: () => false }, { ...storedLimits, 'xattrs-total': limit });
      for (let at = 0; at < tar.length; at += 777) reader.feed(tar.subarray(at, at + 777));
    };
    read(Math.max(bytes, 1));
    if (bytes > 1) expect(() => read(bytes - 1)).toThrow(TarLimitFault);
  }
});

test('attributes of the directories of all layers are bounded where the layers are merged', async () => {
  const folder = await temporaryFolder();
  // A layer of 120 MiB of them may come in by default; three of it are more than one may ever have.
  const value = 'v'.repeat(500 << 10);
  const members = Array.from({ length: 245 }, (_, i) => ({
    path: `d${i}`,
    type: 'directory' as const,
    xattrs: { 'user.v': value },
  }));
  const tar = tarOf(members);
  const file = join(folder, 'layer.tar');
  await writeFile(file, tar);
  const digest = `sha256:${createHash('sha256').update(tar).digest('hex')}` as Digest;
  const layer = { file, digest, diffId: digest as never };
  const merge = (layers: number): Promise<unknown> =>
    mergeLayers(
      {
        layers: Array(layers).fill(layer),
        ...{ keepWhiteouts: false, spool: null, indexTarget: null, label: 'shop:1' },
        target: join(folder, `merged-${layers}`),
      },
      { tick: () => undefined },
    );
  expect(await problemFacts(merge(3), 'limit-exceeded')).toMatchObject({
    name: 'xattrs-total',
    limit: storedLimits['xattrs-total'],
    file: 'shop:1',
  });
});
