import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { unbzip2 } from '../../../electron/tar/bzip2';
import { DamagedStream, decompress, TruncatedStream } from '../../../electron/tar/decompress';
import { defaultLimits } from '../../../shared/image/limits';
import { ProblemError } from '../../../shared/image/problem';
import { bombs } from '../../setup/bombs';
import { noise } from '../../setup/imageBuilder';
import { bundle, runNode } from './scripts';

const budget = { limits: defaultLimits, file: 'a', what: 'b' };

async function gathered(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(Buffer.from(chunk));
  return Buffer.concat(parts);
}

describe('memory stays bounded, whatever comes out', () => {
  let folder = '';
  let reader = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stratigraph-bombs-'));
    reader = await bundle('test/setup/bombReader.ts', join(folder, 'reader.cjs'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test.each(Object.keys(bombs))('%s', { timeout: 60_000 }, async (name) => {
    const { code, stdout, stderr } = await runNode([reader, name]);
    expect(code, stderr).toBe(0);
    const { bytes, peak } = JSON.parse(stdout) as { bytes: number | null; peak: number };
    expect(bytes).toBe(bombs[name]?.bytes);
    expect(peak).toBeLessThan(300 << 20);
  });
});

describe.each(['gzip, zeros', 'zstd, zeros in one piece of 32 KiB'])('%s', (name) => {
  const { kind, pieces } = bombs[name] ?? { kind: 'none', pieces: () => [] };

  test('is refused by what may come out', async () => {
    const limits = { ...defaultLimits, 'expanded-bytes': 1 << 20 };
    const thrown: unknown = await gathered(decompress(kind, pieces(), { ...budget, limits })).catch(
      (reason: unknown) => reason,
    );
    expect(thrown).toBeInstanceOf(ProblemError);
    expect((thrown as ProblemError).problem).toMatchObject({
      code: 'limit-exceeded',
      facts: { name: 'expanded-bytes', limit: 1 << 20 },
    });
  });
});

describe('bytes that a decoder of ours asks for stay in proportion to those that go in and come out', () => {
  afterEach(() => vi.unstubAllGlobals());

  /** Counts the bytes of all lists and buffers that are made while something is done. */
  async function asked(work: () => Promise<unknown>): Promise<number> {
    let sum = 0;
    const counting = <T extends typeof Int32Array | typeof Uint8Array>(list: T): T =>
      new Proxy(list, {
        construct: (target, [first, ...others]: [unknown, ...unknown[]], self) => {
          if (typeof first === 'number') sum += first * target.BYTES_PER_ELEMENT;
          return Reflect.construct(target, [first, ...others], self) as object;
        },
      });
    vi.stubGlobal('Int32Array', counting(Int32Array));
    vi.stubGlobal('Uint8Array', counting(Uint8Array));
    const unsafe = vi.spyOn(Buffer, 'allocUnsafe');
    const joined = vi.spyOn(Buffer, 'concat');
    try {
      await work();
      for (const [size] of unsafe.mock.calls) sum += size;
      for (const { value } of joined.mock.results) sum += (value as Buffer).length;
    } finally {
      unsafe.mockRestore();
      joined.mockRestore();
      vi.unstubAllGlobals();
    }
    return sum;
  }

  const bzip2 = (level: number, bytes: number): Buffer =>
    execFileSync('bzip2', [`-${level}`, '-c'], { input: Buffer.alloc(bytes, 'a') });
  /** In pieces of some bytes, as a stream within another can come. */
  function* pieces(bytes: Buffer, size: number): Generator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  const times = (count: number, ...parts: Buffer[]): Buffer =>
    Buffer.concat(Array.from({ length: count }, () => parts).flat());
  const frame = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x24, 0, 1, 0, 0, 0x99, 0xe9, 0xd8, 0x51]);

  test.each([
    ['bzip2', 'empty streams of all levels in turn', times(5000, ...[1, 9, 2, 8].map((l) => bzip2(l, 0)))],
    [
      'bzip2',
      'streams of one byte, of all levels in turn',
      times(500, ...[1, 9, 2, 8].map((l) => bzip2(l, 1))),
    ],
    ['zstd', 'empty frames', times(20_000, frame)],
  ] as const)('%s: %s', async (kind, _, stream) => {
    for (const size of [20, 1 << 20]) {
      const bytes = await asked(() => gathered(decompress(kind, pieces(stream, size), budget)));
      // One table of the highest level, what waits for a block, and some bytes for each that came.
      expect(bytes, `in pieces of ${size}`).toBeLessThan((16 << 20) + 200 * stream.length);
    }
  });
});

test('a stream in xz within another in xz is read, and those that were given up take nothing with them', async () => {
  const bytes = noise(300_000);
  const stream = execFileSync('xz', ['-9', '-c'], { input: bytes });
  let inner: Buffer | null = null;
  const outer: Uint8Array[] = [];
  for await (const chunk of decompress('xz', [stream], budget)) {
    outer.push(chunk);
    inner ??= await gathered(decompress('xz', [stream], budget));
  }
  expect(Buffer.concat(outer).equals(bytes)).toBe(true);
  expect(inner?.equals(bytes)).toBe(true);
  for (let i = 0; i < 20; i++)
    for await (const chunk of decompress('xz', [stream], budget)) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
  expect((await gathered(decompress('xz', [stream], budget))).equals(bytes)).toBe(true);
});

describe('bzip2', () => {
  const samples: readonly [string, Buffer][] = [
    ['nothing', Buffer.alloc(0)],
    ['one byte', Buffer.from('a')],
    ['runs of every length', Buffer.concat(Array.from({ length: 600 }, (_, i) => Buffer.alloc(i, i)))],
    ['noise over two blocks', noise(250_000)],
    ['a pattern', Buffer.from(Array.from({ length: 400_000 }, (_, i) => ((i * i) >> 7) & 3))],
  ];

  test.each(samples)('of %s as the program wrote it comes back', async (_name, bytes) => {
    for (const level of ['-1', '-9']) {
      const stream = execFileSync('bzip2', [level, '-c'], { input: bytes, maxBuffer: 1 << 26 });
      const cut = [stream.subarray(0, 5), stream.subarray(5, 4000), stream.subarray(4000), stream];
      expect((await gathered(unbzip2(cut))).equals(Buffer.concat([bytes, bytes]))).toBe(true);
    }
  });

  test('whose run is longer than numbers go ends with a fault', async () => {
    // One byte in use, two tables of the codes 0, 10 and 11; then digits of a run without end.
    const bits = (value: number, count: number): string => value.toString(2).padStart(count, '0');
    const text = [
      bits(0x425a68, 24) + bits(0x39, 8) + bits(0x314159, 24) + bits(0x265359, 24),
      bits(0, 32) + '0' + bits(0, 24) + bits(0x8000, 16) + bits(0x8000, 16),
      `${bits(2, 3)}${bits(1, 15)}0`,
      ...[0, 1].map(() => `${bits(1, 5)}0${'100'}0`),
      '0'.repeat(48),
    ].join('');
    const stream = Buffer.from(
      (text.padEnd(Math.ceil(text.length / 8) * 8, '0').match(/.{8}/g) ?? []).map((byte) =>
        parseInt(byte, 2),
      ),
    );
    await expect(gathered(decompress('bzip2', [stream, Buffer.alloc(3_000_000)], budget))).rejects.toThrow(
      DamagedStream,
    );
  });

  test('with something else behind it is damaged, cut off it is truncated', async () => {
    const stream = execFileSync('bzip2', ['-c'], { input: noise(5000) });
    const behind = Buffer.concat([stream, Buffer.from('garbage that is none')]);
    await expect(gathered(decompress('bzip2', [behind], budget))).rejects.toThrow(DamagedStream);
    await expect(gathered(decompress('bzip2', [stream.subarray(0, -3)], budget))).rejects.toThrow(
      TruncatedStream,
    );
  });
});
