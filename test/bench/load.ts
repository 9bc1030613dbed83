import { statSync } from 'node:fs';
import { join } from 'node:path';
import { formatBytes } from '../../shared/text/format';
import { largeImage, writeLargeArchive, writeTextArchive } from '../setup/benchArchives';
import { benchFolder, runBench } from '../setup/benchFolder';
import type { Cost } from '../setup/benchMeasure';
import { checksumAndCopy, openPeers, settle, type Peer } from '../setup/benchPeers';
import { printCosts } from '../setup/benchTools';
import { findCommand, must } from '../setup/run';

/**
 * Loading an archive of some 650 MB and 25,000 files, beside docker, podman, skopeo (into an OCI layout), and sha256sum
 * with cp; then OCI archives of text, packed as gzip and as zstd, beside podman and skopeo, which copies blobs without a look at what is in
 * them: each tool into an empty store, in turns, the median of three. We are measured as the command line, start-up
 * included. A peer that is not installed, or cannot run here, is left out, and a line says so.
 */
const rounds = 3;
const work = benchFolder();

async function compare(
  title: string,
  archive: string,
  peers: readonly Peer[],
  form: 'docker-archive' | 'oci-archive',
): Promise<void> {
  const least = 'sha256sum, cp';
  const costs = new Map<string, Cost[]>([...peers.map(({ name }) => name), least].map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const { name, clear, load } of peers) {
      await clear();
      await settle();
      costs.get(name)?.push(await load(archive, form));
    }
    await settle();
    costs.get(least)?.push(await checksumAndCopy(archive, join(work, 'copy')));
  }
  printCosts(`Load ${title} of ${formatBytes(statSync(archive).size)}, median of ${rounds}`, costs);
}

/** The text archive as an OCI archive whose layers are packed in one way. */
async function packed(plain: string, how: 'gzip' | 'zstd'): Promise<string> {
  const target = join(work, `${how}.tar`);
  const words = ['copy', '-q', '--insecure-policy', '--dest-compress-format', how];
  await must('skopeo', [...words, `docker-archive:${plain}`, `oci-archive:${target}:${largeImage}`]);
  return target;
}

async function main(): Promise<void> {
  const archive = join(work, 'large.tar');
  writeLargeArchive(archive);
  const { peers, close } = await openPeers(work, ['docker', 'podman', 'skopeo']);
  try {
    await compare('a docker-archive, 25,005 files,', archive, peers, 'docker-archive');
    if (findCommand('skopeo') === null) {
      console.log('Without OCI archives: skopeo, which packs them, is not installed.');
      return;
    }
    writeTextArchive(archive);
    // Docker reads OCI archives from version 25 on.
    const readers = peers.filter(({ name }) => !name.startsWith('docker'));
    for (const how of ['gzip', 'zstd'] as const)
      await compare(
        `an OCI archive, ${how}, 25,000 files,`,
        await packed(archive, how),
        readers,
        'oci-archive',
      );
  } finally {
    await close();
  }
}

runBench(work, main);
