import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readLayerEntries, readLayerFacts } from '../../electron/index/layerIndex';
import { LayerFault, LayerPass } from '../../electron/index/indexLayer';
import { readDockerManifest } from '../../electron/source/dockerManifest';
import { tagName } from '../../electron/source/ociNames';
import { DamagedStream, decompress, detectCompression, TruncatedStream } from '../../electron/tar/decompress';
import { TarReader } from '../../electron/tar/readTar';
import { parseDockvizJson } from '../../shared/graph/dockviz/json';
import { forestOf } from '../../shared/graph/dockviz/images';
import { parseFilter, tokenTest } from '../../shared/graph/filterQuery';
import { applyConfigChanges, parseConfigChange } from '../../shared/image/configChange';
import { isDigest, parseDigest } from '../../shared/image/digest';
import { parseImageConfig } from '../../shared/image/imageConfig';
import { defaultLimits } from '../../shared/image/limits';
import { parseIndex, parseManifest } from '../../shared/image/manifest';
import { ProblemError } from '../../shared/image/problem';
import { parseReference } from '../../shared/image/reference';
import { decodeName, encodeName, normalisePath } from '../../shared/layer/entryPath';
import { TarFault } from '../../shared/layer/tarHeader';
import { isInvalidWhiteout, whiteoutMark } from '../../shared/layer/whiteout';
import { problemSentence } from '../../shared/text/problemText';

/** What an input broke: always a bug of ours. */
export class Broken extends Error {
  override name = 'Broken';
}

/** A parser, and what holds of it for any bytes. */
export interface FuzzedParser {
  readonly name: string;
  /** Words of its format. */
  readonly words: readonly string[];
  /** Makes right what would hide every other fault. */
  readonly repair?: (input: Buffer) => Buffer;
  /** Throws {@link Broken}, or anything that the parser must not throw. */
  readonly check: (input: Buffer) => void | Promise<void>;
}

function holds(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Broken(what);
}

const origin = { file: 'fuzz.tar', entry: 'document.json' };

/** Runs a parser; null when it refused the input with a problem, whose sentence must be fit to show. */
function orProblem<T>(parse: () => T): T | null {
  try {
    return parse();
  } catch (thrown) {
    if (!(thrown instanceof ProblemError)) throw thrown;
    checkSentence(thrown);
    return null;
  }
}

function checkSentence({ problem }: ProblemError): void {
  for (const language of ['en', 'zh-CN'] as const) {
    const sentence = problemSentence(problem, language);
    holds(!/[\p{Cc}\p{Bidi_Control}\p{Cs}]/u.test(sentence), 'a sentence is not fit to show');
    holds(!/undefined|\[object/.test(sentence), 'a sentence has a hole');
  }
}

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

const jsonWords = [
  '{',
  '}',
  '[',
  ']',
  ':',
  ',',
  'null',
  'true',
  '""',
  '"size":',
  '"digest":',
  '"manifests":',
  '"layers":',
  '"config":',
  '"__proto__":',
  '"schemaVersion":2',
  '\\u0000',
  '\\ud800',
  `"sha256:${'a'.repeat(64)}"`,
  '1e999',
  '-0',
  '\ufeff',
];

export const parsers: readonly FuzzedParser[] = [
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
      try {
        for await (const chunk of decompress(kind, [input.subarray(0, 7), input.subarray(7)])) {
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
    name: 'docker-manifest',
    words: [...jsonWords, '"Config":', '"RepoTags":', '"Layers":', '"config":', '../', 'shop:1.0'],
    check: async (input) => {
      const files = { label: 'fuzz.tar', limits: defaultLimits, readDocument: () => Promise.resolve(input) };
      const entries = await readDockerManifest(
        files as unknown as Parameters<typeof readDockerManifest>[0],
      ).catch((thrown: unknown) => {
        if (!(thrown instanceof ProblemError)) throw thrown;
        checkSentence(thrown);
        return [];
      });
      for (const { configName, names, layers } of entries) {
        for (const name of [configName, ...layers])
          holds(name !== '' && normalisePath(name) === name, 'a member name leads elsewhere');
        for (const name of names) holds(tagName(name) === name, 'a name is none');
      }
    },
  },
  {
    name: 'documents',
    words: [
      ...jsonWords,
      '"rootfs":',
      '"diff_ids":',
      '"history":',
      '"Env":',
      '"platform":',
      '"annotations":',
    ],
    check: (input) => {
      const index = orProblem(() => parseIndex(input, origin));
      const manifest = orProblem(() => parseManifest(input, origin));
      for (const { digest, size } of [
        ...(index?.manifests ?? []),
        ...(manifest ? [manifest.config, ...manifest.layers] : []),
      ]) {
        holds(isDigest(digest), 'a digest is none');
        holds(Number.isSafeInteger(size) && size >= 0, 'a size is no size');
      }
      const config = orProblem(() => parseImageConfig(input, origin));
      for (const diffId of config?.diffIds ?? []) holds(isDigest(diffId), 'a diff ID is none');
      holds(({} as { polluted?: unknown }).polluted === undefined, 'the prototype of objects changed');
    },
  },
  {
    name: 'reference',
    words: [
      ':',
      '@',
      '/',
      'sha256:',
      'localhost:5000/',
      'docker.io/',
      'library/',
      '[::1]',
      '__',
      '..',
      'A',
      `@sha256:${'0'.repeat(64)}`,
    ],
    check: (input) => {
      const found = orProblem(() => parseReference(decodeName(input)));
      if (!found) return;
      for (const text of [found.familiar, found.full]) {
        const again = orProblem(() => parseReference(text));
        holds(
          again !== null && JSON.stringify(again) === JSON.stringify(found),
          `${text} reads as another name`,
        );
      }
    },
  },
  {
    name: 'digest',
    words: ['sha256:', 'sha512:', 'SHA256:', ':', '0'.repeat(64), ' ', '\n'],
    check: (input) => {
      const text = input.toString('latin1');
      const digest = orProblem(() => parseDigest(text));
      const [algorithm, hex, more] = text.split(':');
      const right = algorithm === 'sha256' && more === undefined && hex?.length === 64;
      holds(
        (digest !== null) === (right && [...hex].every((c) => '0123456789abcdef'.includes(c))),
        'a digest of another form',
      );
      if (digest !== null) holds(digest === text && digest.length === 71, 'a digest was changed');
    },
  },
  {
    name: 'path',
    words: ['../', './', '//', '.wh.', '.wh..wh..opq', '.wh..', '\u00e9', '\xff', '\0'],
    check: (input) => {
      const name = decodeName(input);
      holds(Buffer.from(encodeName(name)).equals(input), 'a name lost bytes');
      const path = normalisePath(name);
      if (path === null) return;
      holds(normalisePath(path) === path, 'normalised twice it is another path');
      holds(!path.split('/').includes('..') && !path.startsWith('/'), 'a path leads out');
      const mark = whiteoutMark(path);
      if (mark && !isInvalidWhiteout(path)) {
        holds(!mark.path.split('/').includes('..'), 'a whiteout leads out');
        holds(mark.kind === 'opaque' || mark.path !== '', 'a whiteout of nothing');
      }
    },
  },
  {
    name: 'dockviz',
    words: [
      ...jsonWords,
      '"Id":',
      '"ParentId":',
      '"RepoTags":',
      '"VirtualSize":',
      '"Size":',
      '"Created":',
      '"<none>:<none>"',
    ],
    check: (input) => {
      const images = orProblem(() => parseDockvizJson(input.toString('utf8')));
      if (images) forestOf(images, null, input.length % 2 === 0);
    },
  },
  {
    name: 'change',
    words: [
      'CMD ',
      'ENTRYPOINT ',
      'ENV ',
      'LABEL ',
      'EXPOSE ',
      'HEALTHCHECK ',
      'VOLUME ',
      '["',
      '"]',
      '\\',
      '$',
      '${',
      "'",
      '--interval=',
      'NONE',
      '=',
      '/udp',
    ],
    check: (input) => {
      const change = orProblem(() => parseConfigChange(input.toString('utf8')));
      if (!change) return;
      const document = orProblem(() => applyConfigChanges({ config: { Env: ['A=b'] } }, [change]));
      if (document) JSON.stringify(document);
    },
  },
  {
    name: 'filter',
    words: [
      'repo:',
      'label:',
      'size:>',
      'age:<',
      'dangling:',
      '-',
      '"',
      '*',
      '?',
      '[',
      '\\',
      '100MB',
      '30d',
      '9e999',
    ],
    check: (input) => {
      const query = parseFilter(input.toString('utf8').slice(0, 2000));
      const image = {
        names: ['shop/api:1.0'],
        size: 5,
        created: '2026-01-01T00:00:00Z',
        labels: { team: 'web' },
      };
      tokenTest(query.tokens, 0)(image as unknown as Parameters<ReturnType<typeof tokenTest>>[0]);
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
