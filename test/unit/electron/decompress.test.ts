import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import {
  DamagedStream,
  decompress,
  detectCompression,
  looksLikeTar,
  TruncatedStream,
} from '../../../electron/tar/decompress';
import type { Chunks } from '../../../electron/tar/chunks';
import { unzstd } from '../../../electron/tar/zstd';
import { defaultLimits } from '../../../shared/image/limits';
import type { Compression } from '../../../shared/image/mediaType';
import { gzip, noise, tarOf, zstd } from '../../setup/imageBuilder';

const text = Buffer.from(Array.from({ length: 60 }, (_, i) => `layer ${i} of the rock\n`).join(''));

/** The same text as xz, bzip2 and zstd of their own programs wrote it. */
const written = {
  xz: '/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4AThAItdADYYS5jpw3I3uUr+PlJYLuArk4zDRq5Gj1ZCGQ4uUPEVe/lu5NMUjZf56/uFk9ygifb5nbjtNiNtfsbjFDKLv0PqU7bL0GlbY0QLUl45ps6vjYGf7T3uhgfjFP+/pibM19DqdLPuP+2cTFASvSQLuezOh+7Sea8QcDMF1QA1shsnNVOvsu/6kqc0AFcAAK5zA/OdhGvuAAGnAeIJAAAHbouJscRn+wIAAAAABFla',
  bzip2:
    'QlpoOTFBWSZTWRIDib0AAZ9ZgAAQQAB/4CtMlCAwAKMGVGfqqH/qlAACgAxGmmjQRUo36oAA008yW35Jbepttw48nXPp14ruqq8FcKqirlVcqqKuMYx4ktvmS299a1rWQAzLA3AxLAMBvLADJtLAALYAAAEkkkpSSTwFagrUFbAr+BWwK2BX0FagrqCvAK0AVsCvwu5IpwoSAkBxN6A=',
  zstd: 'KLUv/QRolQMAEsgUE7C5GC8GScGoJHUie6eUUuqSuRjr6unov9/z+/mycjLybdf0fLyqmor6ui27ni4qJiKeZkmOh2tqaWif13Hb2VIJ3eUAQ0ASMxSKIRBzTDIswRE8qBGg+P074OcRKAQrBPcDhxsjjHx83OzlgFQFiU8U2A==',
} as const;

const streams: readonly [Compression, Buffer][] = [
  ['gzip', gzip(text)],
  ['xz', Buffer.from(written.xz, 'base64')],
  ['bzip2', Buffer.from(written.bzip2, 'base64')],
  ['zstd', Buffer.from(written.zstd, 'base64')],
];

function* pieces(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const budget = { limits: defaultLimits, file: 'a', what: 'b' };

async function all(kind: Compression, source: Chunks): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of decompress(kind, source, budget)) parts.push(Buffer.from(chunk));
  return Buffer.concat(parts);
}

describe.each(streams)('%s', (kind, bytes) => {
  test('is told by its first bytes', () => {
    expect(detectCompression(bytes.subarray(0, 6))).toBe(kind);
  });

  test.each([1, 13, 1 << 20])('is decompressed, in pieces of %d bytes', async (size) => {
    expect(await all(kind, pieces(bytes, size))).toEqual(text);
  });

  test('that ends early is truncated, wherever it ends', async () => {
    for (let cut = 6; cut < bytes.length; cut += 9) {
      const thrown: unknown = await all(kind, pieces(bytes.subarray(0, cut), 50)).catch(
        (reason: unknown) => reason,
      );
      expect(thrown, `cut at ${cut} of ${bytes.length}`).toBeInstanceOf(TruncatedStream);
    }
  });

  test('whose bytes were changed never gives other bytes as if they were right', async () => {
    for (let at = 6; at < bytes.length; at += 7) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 0x10;
      const result = await all(kind, pieces(changed, 50)).catch((thrown: unknown) => thrown);
      if (result instanceof Buffer) {
        // Bits without meaning (a flag in the header, say) may change.
        expect(result, `changed at ${at}`).toEqual(text);
      } else
        expect(result, `changed at ${at}`).toSatisfy(
          (r) => r instanceof DamagedStream || r instanceof TruncatedStream,
        );
    }
  });

  test('passes a fault of its source on as it is', async () => {
    const fault = new Error('the disk is gone');
    const source = function* (): Generator<Uint8Array> {
      yield bytes.subarray(0, 20);
      throw fault;
    };
    await expect(all(kind, source())).rejects.toBe(fault);
  });
});

test('plain bytes pass through', async () => {
  expect(await all('none', pieces(text, 100))).toEqual(text);
});

test.each(streams.filter(([kind]) => kind !== 'xz'))(
  'several %s streams in a row are one',
  async (kind, bytes) => {
    expect(await all(kind, [Buffer.concat([bytes, bytes])])).toEqual(Buffer.concat([text, text]));
  },
);

test('zeros behind the end of a gzip stream are no fault', async () => {
  expect(await all('gzip', [Buffer.concat([gzip(text), Buffer.alloc(1000)])])).toEqual(text);
});

describe.each(streams)('what follows a %s stream', (kind, bytes) => {
  const zeros = (count: number): Buffer => Buffer.alloc(count);
  const behind: readonly (readonly [string, Buffer])[] = [
    ...[1, 4, 64, 511, 300_000].map((count) => [`${count} zeros`, zeros(count)] as const),
    ['a byte', Buffer.from('x')],
    ['its own first byte', bytes.subarray(0, 1)],
    ['text', text],
    ['zeros and text', Buffer.concat([zeros(512), text])],
  ];

  test.each(behind)('%s and a further stream: refused, or read to the end', async (_, between) => {
    const whole = Buffer.concat([bytes, between, bytes]);
    for (const size of [1, bytes.length - 1, bytes.length, bytes.length + 3, whole.length]) {
      if (whole.length / size > 5000) continue;
      const result = await all(kind, pieces(whole, size)).catch((thrown: unknown) => thrown);
      if (Buffer.isBuffer(result))
        expect(result, `in pieces of ${size}`).toEqual(Buffer.concat([text, text]));
      else expect(result, `in pieces of ${size}`).toBeInstanceOf(Error);
    }
  });

  test.each(behind.filter(([what]) => !what.endsWith('zeros')))('%s alone: refused', async (_, rest) => {
    const whole = Buffer.concat([bytes, rest]);
    for (const size of [1, bytes.length, whole.length])
      await expect(all(kind, pieces(whole, size)), `in pieces of ${size}`).rejects.toThrow();
  });
});

test('large zstd and gzip streams come in whole', async () => {
  const large = noise(3 << 20);
  expect((await all('zstd', pieces(zstd(large), 65_536))).equals(large)).toBe(true);
  expect((await all('gzip', pieces(gzip(large), 65_536))).equals(large)).toBe(true);
});

describe('the checksum of a zstd frame', () => {
  test('tells a changed bit of what no compressor makes smaller', async () => {
    const bytes = noise(300_000);
    const stream = execFileSync('zstd', ['-q', '--check', '-c'], { input: bytes });
    expect((await all('zstd', pieces(stream, 1000))).equals(bytes)).toBe(true);
    for (const at of [100, 150_000, stream.length - 5, stream.length - 1]) {
      const changed = Buffer.from(stream);
      changed[at] = (changed[at] ?? 0) ^ 1;
      await expect(all('zstd', pieces(changed, 1000)), `at ${at}`).rejects.toThrow(DamagedStream);
    }
    // Of several frames each has its own.
    const last = Buffer.from(stream);
    last[150_000] = (last[150_000] ?? 0) ^ 1;
    await expect(all('zstd', [stream, last])).rejects.toThrow(DamagedStream);
  });
});

test('a zstd stream may begin with a frame to skip', async () => {
  const skip = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4]);
  const stream = Buffer.concat([skip, zstd(text)]);
  expect(detectCompression(stream)).toBe('zstd');
  expect(await all('zstd', [stream])).toEqual(text);
});

test('names and short heads say nothing', () => {
  expect(detectCompression(new Uint8Array(0))).toBe('none');
  expect(detectCompression(Uint8Array.of(0x1f))).toBe('none');
  expect(looksLikeTar(tarOf([{ path: 'a' }]))).toBe(true);
  expect(looksLikeTar(Buffer.alloc(512))).toBe(true);
  expect(looksLikeTar(noise(512))).toBe(false);
  expect(looksLikeTar(Buffer.alloc(100))).toBe(false);
});

describe('the windows of zstd frames', () => {
  const frame = (descriptor: number): Buffer =>
    Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, descriptor, 0x01, 0x00, 0x00]);
  const skippable = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);

  test.each([1, 2, 100])('are followed frame by frame, in pieces of %d bytes', async (size) => {
    const feed = async (bytes: Buffer): Promise<number> => {
      const pieces = function* (): Generator<Uint8Array> {
        for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
      };
      let sum = 0;
      for await (const chunk of unzstd(pieces())) sum += chunk.length;
      return sum;
    };
    const packed = zstd(noise(300_000));
    expect(await feed(Buffer.concat([skippable, packed, frame(17 << 3), packed]))).toBe(600_000);
    // 2^28 bytes: twice what is let through.
    await expect(feed(Buffer.concat([skippable, packed, frame(18 << 3)]))).rejects.toThrow('window');
    await expect(feed(frame(0xff))).rejects.toThrow('window');
  });

  test('that are too large are refused before room is made for them', async () => {
    const memory = process.memoryUsage().arrayBuffers;
    const read = async (): Promise<void> => {
      for await (const chunk of decompress('zstd', [frame(20 << 3)], budget)) void chunk;
    };
    await expect(read()).rejects.toThrow(DamagedStream);
    expect(process.memoryUsage().arrayBuffers - memory).toBeLessThan(256 << 20);
  });
});
