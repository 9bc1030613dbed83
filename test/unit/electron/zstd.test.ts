import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { compress } from '../../../electron/tar/compress';
import { unzstd } from '../../../electron/tar/zstd';
import { noise } from '../../setup/imageBuilder';
import { seeded } from '../../setup/randomLayers';
import { temporaryFolder } from '../../setup/temporary';
import { bundle } from './scripts';

/** Streams of zstd beside the program of that name, of any length and cut anyhow; and many threads at once. */

async function gathered(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
}

/** Numbers from 0 to 1. */
function chance(seed: number): () => number {
  const dice = seeded(seed);
  return () => dice(1 << 30) / (1 << 30);
}

/** Bytes of some length that pack well in part: about the bounds of blocks as often as anywhere. */
function content(random: () => number): Buffer {
  const bounds = [0, 1, 1 << 17, (1 << 17) + 1, 1 << 18, 3 << 17, 5 << 18];
  const length =
    random() < 0.5 ? (bounds[Math.floor(random() * bounds.length)] ?? 0) : Math.floor(random() * 700_000);
  const bytes = Buffer.alloc(length, 'stone ');
  const raw = noise(Math.floor(random() * length), Math.floor(random() * 1e6));
  raw.copy(bytes, Math.floor(random() * (length - raw.length)));
  return bytes;
}

function* cut(bytes: Buffer, random: () => number): Generator<Buffer> {
  for (let at = 0; at < bytes.length;) {
    const step = 1 + Math.floor(random() ** 4 * 300_000);
    // The same memory each time, as readers hand out.
    yield Buffer.from(bytes.subarray(at, at + step));
    at += step;
  }
}

test('what the program wrote comes out as it went in, frames behind one another and skippable ones included', async () => {
  const random = chance(20);
  const flags = [['-1'], ['-3', '--no-check'], ['-19'], ['--long=27'], ['--ultra', '-22', '--no-check']];
  for (let round = 0; round < 16; round++) {
    const parts = Array.from({ length: 1 + Math.floor(random() * 3) }, () => content(random));
    const frames = parts.flatMap((input) => {
      const frame = execFileSync(
        'zstd',
        ['-q', '-c', ...(flags[Math.floor(random() * flags.length)] ?? [])],
        {
          input,
          maxBuffer: 1 << 28,
        },
      );
      const skipped = Buffer.from([0x50 + Math.floor(random() * 16), 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
      return random() < 0.3 ? [skipped, frame] : [frame];
    });
    const out = await gathered(unzstd(cut(Buffer.concat(frames), random)));
    expect(out.equals(Buffer.concat(parts)), `round ${round}`).toBe(true);
  }
});

test('the program reads what we write, as one frame', async () => {
  const random = chance(21);
  for (let round = 0; round < 20; round++) {
    const bytes = content(random);
    const packed = await gathered(compress('zstd', cut(bytes, random)));
    const out = execFileSync('zstd', ['-q', '-d', '-c'], { input: packed, maxBuffer: 1 << 28 });
    expect(out.equals(bytes), `round ${round}`).toBe(true);
    expect(packed.indexOf(Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), 1)).toBe(-1);
  }
});

test('a damaged stream does not end those after it', async () => {
  const random = chance(22);
  const bytes = content(chance(5));
  const whole = execFileSync('zstd', ['-q', '-c', '--check'], { input: bytes, maxBuffer: 1 << 28 });
  let refused = 0;
  for (let round = 0; round < 60; round++) {
    const changed = Buffer.from(whole);
    const at = 4 + Math.floor(random() * (changed.length - 4));
    changed[at] = (changed[at] ?? 0) ^ (1 << Math.floor(random() * 8));
    const out = await gathered(unzstd([changed])).catch(() => null);
    if (out === null) refused++;
    else expect(out.equals(bytes)).toBe(true);
    expect((await gathered(unzstd([whole]))).equals(bytes)).toBe(true);
  }
  expect(refused).toBeGreaterThan(50);
});

test('threads do not disturb one another', async () => {
  const script = await bundle('test/setup/zstdThread.ts', join(await temporaryFolder(), 'thread.cjs'));
  const hashes = await Promise.all(
    Array.from({ length: 6 }, async (_, i) => {
      const worker = new Worker(script, { workerData: { seed: i % 3, rounds: 400 } });
      const [hash] = (await once(worker, 'message')) as [string];
      return hash;
    }),
  );
  expect(hashes.slice(0, 3)).toEqual(hashes.slice(3));
});
