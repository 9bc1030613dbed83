import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { headerBlock, tarMember } from './imageBuilder';

/** An archive whose one layer is four gigabytes of holes: long enough to be caught in the middle, nothing on the disk. */
export async function hugeArchive(folder: string): Promise<string> {
  const big = join(folder, 'big.tar');
  const size = 4 * 2 ** 30;
  const config = { rootfs: { type: 'layers', diff_ids: [`sha256:${'0'.repeat(64)}`] } };
  const manifest = [{ Config: 'config.json', RepoTags: ['big:1'], Layers: ['layer.tar'] }];
  const start = Buffer.concat([
    tarMember({ path: 'manifest.json', content: JSON.stringify(manifest) }),
    tarMember({
      path: 'config.json',
      content: JSON.stringify({ os: 'linux', architecture: 'amd64', ...config }),
    }),
    // A layer of one file, as large as the archive lets it be.
    headerBlock({ name: 'layer.tar', flag: '0', size: size + 512 + 1024 }),
    headerBlock({ name: 'holes.bin', flag: '0', size }),
  ]);
  await writeFile(big, start);
  await truncate(big, start.length + size + 1024 + 1024);
  return big;
}
