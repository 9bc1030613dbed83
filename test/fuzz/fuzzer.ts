import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mutate, randomNumbers } from './mutate';
import type { FuzzedParser } from './fuzzed';
import { builtSeeds } from './seeds';

/** Longest time that one small input may take, milliseconds: far beyond what any takes on a busy machine. */
const slow = 10_000;
/** Most that memory may grow over a run, bytes. */
const growth = 512 << 20;

/** An input that broke a parser, made small. */
export interface Finding {
  readonly input: Buffer;
  readonly reason: string;
}

/** What a run came to. */
export interface FuzzRun {
  readonly inputs: number;
  readonly finding: Finding | null;
}

/** Files of a folder that are small enough to be inputs. */
function filesIn(folder: string): Buffer[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => statSync(path).size <= 256 << 10)
    .sort()
    .map((path) => readFileSync(path));
}

/** Inputs to begin with: the corpus, and archives beside the checkout where there are any (read there, never copied). */
export function seedsOf(parser: string, corpus: string, shared: string | null): readonly Buffer[] {
  const own = filesIn(join(corpus, parser));
  const archives = parser === 'tar' || parser === 'decompress' || parser === 'layer';
  if (shared === null || !archives) return own;
  return [
    ...own,
    ...filesIn(join(shared, 'hostile', 'archives')).map((input) => input.subarray(0, 32 << 10)),
  ];
}

/** Writes the seeds that our own code makes; crashers beside them stay. */
export function writeSeeds(corpus: string): void {
  for (const [parser, seeds] of Object.entries(builtSeeds())) {
    mkdirSync(join(corpus, parser), { recursive: true });
    seeds.forEach((seed, i) => writeFileSync(join(corpus, parser, `seed-${i}`), seed));
  }
}

/** Why a parser broke on an input; null when it did not. */
export async function broken({ check }: FuzzedParser, input: Buffer): Promise<string | null> {
  const began = performance.now();
  try {
    await check(input);
  } catch (thrown) {
    return thrown instanceof Error
      ? `${thrown.name}: ${thrown.message}\n${thrown.stack ?? ''}`
      : String(thrown);
  }
  const took = performance.now() - began;
  return took > slow ? `it took ${Math.round(took)} ms` : null;
}

/** Takes pieces out for as long as the input goes on breaking the parser. */
async function minimise(parser: FuzzedParser, input: Buffer): Promise<Buffer> {
  let small = input;
  for (let piece = Math.ceil(small.length / 2); piece >= 1; piece = Math.floor(piece / 2)) {
    for (let at = 0; at < small.length;) {
      const without = Buffer.concat([small.subarray(0, at), small.subarray(at + piece)]);
      if ((await broken(parser, without)) !== null) small = without;
      else at += piece;
    }
  }
  return small;
}

/** Feeds a parser with mutated inputs until `seconds` are over or it breaks. The same seed gives the same inputs. */
export async function fuzz(
  parser: FuzzedParser,
  seeds: readonly Buffer[],
  { seconds, seed }: { readonly seconds: number; readonly seed: number },
): Promise<FuzzRun> {
  const random = randomNumbers(seed);
  const memory = process.memoryUsage.rss();
  const end = performance.now() + seconds * 1000;
  let inputs = 0;
  for (const input of seeds) {
    const reason = await broken(parser, input);
    if (reason !== null) return { inputs, finding: { input, reason } };
    inputs++;
  }
  while (performance.now() < end) {
    const input = mutate(seeds, parser.words, random, parser.repair);
    const reason = await broken(parser, input);
    inputs++;
    if (reason !== null) return { inputs, finding: { input: await minimise(parser, input), reason } };
    if (inputs % 1000 === 0 && process.memoryUsage.rss() - memory > growth)
      return { inputs, finding: { input, reason: 'memory grows' } };
  }
  return { inputs, finding: null };
}

/** Adds a crasher to the corpus, named by what it is; gives its path. */
export function keep(corpus: string, parser: string, { input }: Finding): string {
  const name = `found-${createHash('sha256').update(input).digest('hex').slice(0, 12)}`;
  mkdirSync(join(corpus, parser), { recursive: true });
  const path = join(corpus, parser, name);
  writeFileSync(path, input);
  return path;
}
