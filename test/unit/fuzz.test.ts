import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { broken, fuzz, seedsOf } from '../fuzz/fuzzer';
import { parsers } from '../fuzz/parsers';
import { builtSeeds } from '../fuzz/seeds';
import { sharedDir } from '../setup/shared';

/**
 * The fuzz command for a bounded time and with fixed seeds, so that who changed nothing sees nothing new; `npm run fuzz`
 * takes others and goes on as long as one likes.
 */

const corpus = join(import.meta.dirname, '..', 'fuzz', 'corpus');
const seconds = 0.7;

test('every parser has a corpus, with the seeds that our code makes', () => {
  const seeds = builtSeeds();
  expect(readdirSync(corpus).sort()).toEqual(parsers.map(({ name }) => name).sort());
  for (const [parser, built] of Object.entries(seeds))
    built.forEach((seed, i) =>
      expect(readFileSync(join(corpus, parser, `seed-${i}`)).equals(seed)).toBe(true),
    );
});

describe.each(parsers)('$name', (parser) => {
  test.each([20_261_126, 5])('holds what it must for mutated inputs of seed %d', async (seed) => {
    const { inputs, finding } = await fuzz(parser, seedsOf(parser.name, corpus, sharedDir()), {
      seconds,
      seed,
    });
    expect(finding && `${finding.input.toString('base64')}\n${finding.reason}`).toBeNull();
    expect(inputs).toBeGreaterThan(0);
  });
});

test('the fuzzer tells a parser that breaks, and makes what broke it small', async () => {
  const fragile = {
    name: 'fragile',
    words: ['BOOM'],
    check: (input: Buffer) => {
      if (input.includes('BOOM')) throw new TypeError('boom');
    },
  };
  const { finding } = await fuzz(fragile, [Buffer.from('a seed to begin with')], { seconds: 60, seed: 1 });
  expect(finding?.input.toString()).toBe('BOOM');
  expect(await broken(fragile, Buffer.from('calm'))).toBeNull();
});
