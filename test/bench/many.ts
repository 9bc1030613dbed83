import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { formatBytes } from '../../shared/text/format';
import { manyImage, writeManyImages } from '../setup/benchArchives';
import { benchFolder, runBench } from '../setup/benchFolder';
import type { Cost } from '../setup/benchMeasure';
import { openPeers, settle } from '../setup/benchPeers';
import { printCosts } from '../setup/benchTools';

/**
 * 1,000 images over the same five layers in one archive: loading, listing and saving them, beside docker; with `--podman`
 * also beside podman, which takes minutes. In turns, the median of three. We are measured as the command line, start-up
 * included.
 */
const rounds = 3;
const count = 1000;
const work = benchFolder();

async function main(): Promise<void> {
  const archive = join(work, 'many.tar');
  writeManyImages(archive, count);
  const wanted = process.argv.includes('--podman') ? (['docker', 'podman'] as const) : (['docker'] as const);
  const { peers, close } = await openPeers(work, wanted);
  const empty = (): Map<string, Cost[]> => new Map(peers.map(({ name }) => [name, []]));
  const [loads, lists, saves] = [empty(), empty(), empty()];
  const names = Array.from({ length: count }, (_, i) => manyImage(i));
  const target = join(work, 'saved.tar');
  try {
    for (let round = 0; round < rounds; round++) {
      for (const { name, clear, load, list, save } of peers) {
        await clear();
        await settle();
        loads.get(name)?.push(await load(archive));
        if (list) lists.get(name)?.push(await list());
        await settle();
        saves.get(name)?.push(await save(target, names));
        rmSync(target);
      }
    }
  } finally {
    await close();
  }
  const size = formatBytes(statSync(archive).size);
  printCosts(`Load ${count} images, docker-archive of ${size}, median of ${rounds}`, loads);
  printCosts('List them', lists);
  printCosts('Save them', saves);
}

runBench(work, main);
