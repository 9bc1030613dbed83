import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { compress, type OutCompression } from '../../../electron/tar/compress';
import { decompress, detectCompression } from '../../../electron/tar/decompress';
import type { Chunks } from '../../../electron/tar/chunks';
import { defaultLimits } from '../../../shared/image/limits';
import { noise } from '../../setup/imageBuilder';

/** More than two blocks of what is compressed at a time, partly noise and partly not. */
const large = Buffer.concat([noise(3 << 20), Buffer.alloc(5 << 20, 'stone '), noise(700_001, 2)]);

function* pieces(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  // The same buffer each time, as readers hand out.
  const buffer = Buffer.alloc(size);
  for (let at = 0; at < bytes.length; at += size) {
    const part = bytes.subarray(at, at + size);
    buffer.set(part);
    yield buffer.subarray(0, part.length);
  }
}

async function gathered(chunks: Chunks): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(Buffer.from(chunk));
  return Buffer.concat(parts);
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe.each(['gzip', 'zstd'] as const)('%s', (kind: OutCompression) => {
  test.each([0, 1, 1024, 4 << 20, large.length])('of %d bytes comes back as they were', async (size) => {
    const bytes = large.subarray(0, size);
    const packed = await gathered(compress(kind, pieces(bytes, 1 << 20)));
    expect(detectCompression(packed)).toBe(kind);
    if (size === large.length) expect(packed.length).toBeLessThan(size * 0.6);
    expect(
      (await gathered(decompress(kind, [packed], { limits: defaultLimits, file: 'a', what: 'b' }))).equals(
        bytes,
      ),
    ).toBe(true);
  });

  test('of the same bytes is the same, however they are cut', async () => {
    const found = new Set<string>();
    for (const size of [4096, 333_333, large.length])
      found.add(sha256(await gathered(compress(kind, pieces(large, size)))));
    expect(found.size).toBe(1);
  });

  test('passes a fault of its source on as it is', async () => {
    const fault = new Error('the disk is gone');
    const source = function* (): Generator<Uint8Array> {
      yield large;
      throw fault;
    };
    await expect(gathered(compress(kind, source()))).rejects.toBe(fault);
  });
});

test('gzip says nothing of time, name and system', async () => {
  const packed = await gathered(compress('gzip', [large.subarray(0, 5000)]));
  expect([...packed.subarray(3, 8)]).toEqual([0, 0, 0, 0, 0]);
  expect(packed[9]).toBe(255);
  expect(gunzipSync(packed).equals(large.subarray(0, 5000))).toBe(true);
});

test('plain bytes pass through', async () => {
  expect((await gathered(compress('none', pieces(large, 1 << 20)))).equals(large)).toBe(true);
});
