import { createHash } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { compress } from '../../electron/tar/compress';
import { unzstd } from '../../electron/tar/zstd';
import { seeded } from './randomLayers';

// Compresses and decompresses what a seed makes, over and over; see zstd.test.ts. Gives a hash of all that came out.

async function main(): Promise<void> {
  const { seed, rounds } = workerData as { seed: number; rounds: number };
  const dice = seeded(seed);
  const random = (): number => dice(1 << 30) / (1 << 30);
  const hash = createHash('sha256');
  for (let round = 0; round < rounds; round++) {
    const bytes = Buffer.alloc(Math.floor(random() * 40_000), Buffer.from([random() * 256, random() * 256]));
    for (let i = 0; i < bytes.length; i += 1 + Math.floor(random() * 500)) bytes[i] = random() * 256;
    const packed: Uint8Array[] = [];
    for await (const piece of compress('zstd', [bytes])) packed.push(piece);
    const out: Uint8Array[] = [];
    for await (const piece of unzstd(packed)) out.push(piece);
    if (!Buffer.concat(out).equals(bytes))
      throw new Error(`round ${round} of seed ${seed} came back otherwise`);
    for (const piece of packed) hash.update(piece);
  }
  parentPort?.postMessage(hash.digest('hex'));
}

void main();
