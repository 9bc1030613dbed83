import { readdirSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { Drafts } from '../../../electron/actions/target/target';
import { giveBackDescriptors, takeAllDescriptors } from '../../setup/descriptors';
import { seeded } from '../../setup/randomLayers';
import { temporaryFolder } from '../../setup/temporary';

/** A process that is out of descriptors leaves nothing of what it had begun beside a person's files. */

afterEach(() => giveBackDescriptors());

/** No thread is to be had, and a program that works without one does not start either. */
const context = {
  pool: { run: () => Promise.reject(new Error('spawn EMFILE')) },
  store: { beginIngest: () => Promise.reject(new Error('EMFILE')) },
} as unknown as Parameters<typeof Drafts.open>[0];

/** Files and folders at random, some of them deep. */
async function fill(folder: string, random: (below: number) => number, depth = 0): Promise<void> {
  for (let i = 0; i <= random(4); i++) {
    const path = join(folder, `${i}`);
    if (depth === 6 || random(3) === 0) await writeFile(path, 'x');
    else {
      await mkdir(path);
      await fill(path, random, depth + 1);
    }
  }
}

describe.runIf(process.platform === 'linux')('a folder of drafts', () => {
  test('is removed when no descriptor is free', async () => {
    for (let seed = 1; seed <= 10; seed++) {
      const folder = await temporaryFolder();
      const drafts = await Drafts.open(context, folder);
      const within = await drafts.folderWithin();
      await fill(within, seeded(seed));
      expect(readdirSync(folder)).toHaveLength(1);
      takeAllDescriptors();
      await drafts.close();
      giveBackDescriptors();
      expect(readdirSync(folder), `seed ${seed}`).toEqual([]);
    }
  });

  test('is not made where none is free for its removal', async () => {
    for (let free = 0; free < 2; free++) {
      const folder = await temporaryFolder();
      const drafts = await Drafts.open(context, folder);
      takeAllDescriptors();
      giveBackDescriptors(free);
      const thrown: unknown = await drafts.folderWithin().catch((fault: unknown) => fault);
      giveBackDescriptors();
      expect(thrown).toMatchObject({ code: 'EMFILE' });
      expect(readdirSync(folder)).toEqual([]);
      await drafts.close();
    }
  });
});
