import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LayerFault, LayerPass } from '../../electron/index/indexLayer';
import { readLayerEntries, readLayerFacts } from '../../electron/index/layerIndex';
import { DamagedStream, decompress, detectCompression, TruncatedStream } from '../../electron/tar/decompress';
import { TarReader } from '../../electron/tar/readTar';
import { defaultLimits } from '../../shared/image/limits';
import { ProblemError } from '../../shared/image/problem';
import { TarFault } from '../../shared/layer/tarHeader';
import { checkSentence, holds, type FuzzedParser } from './fuzzed';

interface TarRun {
  readonly members: readonly string[];
  readonly fault: string | null;
  readonly complete: boolean;
}

/** Reads a tar in pieces; members as text, bodies with their sums. */
function readTar(input: Buffer, size: number): TarRun {
  const members: string[] = [];
  let last = 0;
  let body = { left: 0, sum: 0, open: false };
  const reader = new TarReader(
    {
      member: (header, offset) => {
        holds(
          offset >= last && offset <= input.length,
          'a body begins outside of the file or before the last one',
        );
        holds(Number.isSafeInteger(header.size) && header.size >= 0, 'a size is no size');
        holds(!header.name.includes('\0') && !header.linkName.includes('\0'), 'NUL in a name');
        holds(header.uid >= 0 && header.gid >= 0 && !Number.isNaN(header.mtime), 'a number is none');
        last = offset;
        body = { left: header.size, sum: 0, open: true };
        members.push(
          JSON.stringify([
            header.name,
            header.type,
            header.size,
            header.linkName,
            header.mtime,
            header.mode,
            offset,
          ]),
        );
        return true;
      },
      body: (chunk) => {
        holds(body.open && chunk.length <= body.left, 'more body than the header says');
        body.left -= chunk.length;
        for (const byte of chunk) body.sum = (body.sum * 31 + byte) | 0;
      },
      end: () => {
        holds(body.open && body.left === 0, 'a body ends before its end');
        body.open = false;
        members.push(String(body.sum));
      },
    },
    defaultLimits,
  );
  let fault: string | null = null;
  try {
    for (let at = 0; at < input.length; at += size) reader.feed(input.subarray(at, at + size));
  } catch (thrown) {
    if (!(thrown instanceof TarFault)) throw thrown;
    fault = thrown.message;
  }
  return { members, fault, complete: fault === null && reader.complete };
}

/** Gives every block that could be a header a right checksum. */
function repairChecksums(input: Buffer): Buffer {
  const out = Buffer.from(input);
  for (let at = 0; at + 512 <= out.length; at += 512) {
    const block = out.subarray(at, at + 512);
    if (!/^ustar/.test(block.toString('latin1', 257, 262))) continue;
    block.fill(0x20, 148, 156);
    const sum = block.reduce((total, byte) => total + byte, 0);
    block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  }
  return out;
}

/** Bytes out of a decoder that are looked at. */
const outLimit = 8 << 20;

/** Parsers of archives, streams and indexes of layers. */
export const archiveParsers: readonly FuzzedParser[] = [
  {
    name: 'tar',
    words: [
      'ustar\x0000',
      'ustar  \0',
      'path=',
      'size=',
      '30 mtime=',
      'GNU.sparse.map=',
      'SCHILY.xattr.',
      '\0',
      'x',
      'g',
      'L',
      'S',
    ],
    repair: repairChecksums,
    check: (input) => {
      const whole = readTar(input, Math.max(1, input.length));
      for (const size of [1 + (input.length % 700), 512]) {
        const pieces = readTar(input, size);
        holds(
          JSON.stringify(pieces) === JSON.stringify(whole),
          `read in pieces of ${size} it is another archive`,
        );
      }
    },
  },
  {
    name: 'layer',
    words: ['.wh.', '.wh..wh..opq', '../', '/', './', 'ustar\x0000'],
    repair: repairChecksums,
    check: (input) => {
      const pass = new LayerPass(null, true, defaultLimits);
      try {
        pass.feed(input);
        const { tarSize, entries, contentSize } = pass.finish(null);
        holds(tarSize === input.length && entries * 512 <= input.length, 'a layer has more than it holds');
        holds(Number.isSafeInteger(contentSize), 'a size is no size');
      } catch (thrown) {
        if (!(thrown instanceof TarFault) && !(thrown instanceof LayerFault)) throw thrown;
      }
    },
  },
  {
    name: 'decompress',
    words: ['\x1f\x8b\x08', '(\xb5/\xfd', '\xfd7zXZ\0', 'BZh91AY&SY', 'P*M\x18'],
    check: async (input) => {
      const kind = detectCompression(input);
      let out = 0;
      const budget = { limits: defaultLimits, file: 'input', what: 'stream' };
      try {
        for await (const chunk of decompress(kind, [input.subarray(0, 7), input.subarray(7)], budget)) {
          out += chunk.length;
          if (out > outLimit) break;
        }
      } catch (thrown) {
        if (!(thrown instanceof TruncatedStream) && !(thrown instanceof DamagedStream)) throw thrown;
      }
      if (kind === 'none') holds(out === input.length, 'plain bytes came out as others');
    },
  },
  {
    name: 'layer-index',
    words: ['[', ']', '"f"', '"d"', ',', 'null', '\n', '{}', '"format":1'],
    check: async (input) => {
      const folder = mkdtempSync(join(tmpdir(), 'stratigraph-fuzz-'));
      try {
        const path = join(folder, 'index');
        writeFileSync(path, input);
        readLayerFacts(path);
        for await (const entry of readLayerEntries(path))
          holds(typeof entry.path === 'string', 'an entry without a path');
      } catch (thrown) {
        if (!(thrown instanceof ProblemError)) throw thrown;
        checkSentence(thrown);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  },
];
