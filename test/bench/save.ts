import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { formatBytes } from '../../shared/text/format';
import { largeImage, writeLargeArchive } from '../setup/benchArchives';
import { benchFolder, runBench } from '../setup/benchFolder';
import type { Cost } from '../setup/benchMeasure';
import { copy, openPeers, settle } from '../setup/benchPeers';
import { printCosts } from '../setup/benchTools';

/**
 * Saving an image of some 650 MB and 25,000 files as a docker-archive, beside docker, podman, skopeo and cp of the archive:
 * in turns, the median of three. We are measured as the command line, start-up included. A peer that is not installed, or
 * cannot run here, is left out, and a line says so.
 */
const rounds = 3;
const work = benchFolder();

async function main(): Promise<void> {
  const archive = join(work, 'large.tar');
  writeLargeArchive(archive);
  const { peers, close } = await openPeers(work, ['docker', 'podman', 'skopeo']);
  const least = 'cp';
  const costs = new Map<string, Cost[]>([...peers.map(({ name }) => name), least].map((name) => [name, []]));
  try {
    for (const { load } of peers) await load(archive);
    const target = join(work, 'saved.tar');
    for (let round = 0; round < rounds; round++) {
      for (const { name, save } of peers) {
        await settle();
        costs.get(name)?.push(await save(target, [largeImage]));
        rmSync(target);
      }
      await settle();
      costs.get(least)?.push(await copy(archive, target));
    }
  } finally {
    await close();
  }
  const size = formatBytes(statSync(archive).size);
  printCosts(`Save an image of ${size}, 25,005 files, as a docker-archive, median of ${rounds}`, costs);
}

runBench(work, main);
