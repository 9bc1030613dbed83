import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatBytes } from '../../shared/text/format';
import { writeLargeArchive } from '../setup/benchArchives';
import type { Cost } from '../setup/benchMeasure';
import { checksumAndCopy, openPeers, settle } from '../setup/benchPeers';
import { printCosts } from '../setup/benchTools';

/**
 * Loading an archive of some 650 MB and 25,000 files, beside docker, podman, skopeo (into an OCI layout), and sha256sum
 * with cp: each tool into an empty store, in turns, the median of three. We are measured as the command line, start-up
 * included. A peer that is not installed, or cannot run here, is left out, and a line says so.
 */
const rounds = 3;
const work = mkdtempSync(join(tmpdir(), 'stratigraph-bench-'));

async function main(): Promise<void> {
  const archive = join(work, 'large.tar');
  writeLargeArchive(archive);
  const { peers, close } = await openPeers(work, ['docker', 'podman', 'skopeo']);
  const least = 'sha256sum, cp';
  const costs = new Map<string, Cost[]>([...peers.map(({ name }) => name), least].map((name) => [name, []]));
  try {
    for (let round = 0; round < rounds; round++) {
      for (const { name, clear, load } of peers) {
        await clear();
        await settle();
        costs.get(name)?.push(await load(archive));
      }
      await settle();
      costs.get(least)?.push(await checksumAndCopy(archive, join(work, 'copy')));
    }
  } finally {
    await close();
  }
  const size = formatBytes(statSync(archive).size);
  printCosts(`Load a docker-archive of ${size}, 25,005 files, median of ${rounds}`, costs);
}

main()
  .catch((fault: unknown) => {
    console.error(fault);
    process.exitCode = 1;
  })
  .finally(() => rmSync(work, { recursive: true, force: true }));
