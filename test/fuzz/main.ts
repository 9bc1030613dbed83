import { join } from 'node:path';
import { sharedDir } from '../setup/shared';
import { fuzz, keep, seedsOf, writeSeeds } from './fuzzer';
import { parsers } from './parsers';

/** `npm run fuzz -- [PARSER] [--seconds N] [--seed S]`; `--corpus` writes the seeds anew. */
async function main(argv: readonly string[]): Promise<number> {
  const corpus = join(process.cwd(), 'test', 'fuzz', 'corpus');
  const option = (name: string, otherwise: number): number => {
    const at = argv.indexOf(`--${name}`);
    return at < 0 ? otherwise : Number(argv[at + 1]);
  };
  if (argv.includes('--corpus')) {
    writeSeeds(corpus);
    return 0;
  }
  const seconds = option('seconds', 60);
  const seed = option('seed', Date.now() % 2 ** 32);
  const wanted = argv.find((word, i) => !word.startsWith('--') && !(argv[i - 1] ?? '').startsWith('--'));
  const chosen = parsers.filter(({ name }) => wanted === undefined || name === wanted);
  if (chosen.length === 0 || Number.isNaN(seconds) || Number.isNaN(seed)) {
    process.stderr.write(
      `npm run fuzz -- [PARSER] [--seconds N] [--seed S]\nParsers: ${parsers.map(({ name }) => name).join(', ')}\n`,
    );
    return 2;
  }
  let found = 0;
  for (const parser of chosen) {
    const { inputs, finding } = await fuzz(parser, seedsOf(parser.name, corpus, sharedDir()), {
      seconds,
      seed,
    });
    process.stdout.write(
      `${parser.name}: ${inputs} inputs, seed ${seed}${finding ? '' : ', nothing found'}\n`,
    );
    if (!finding) continue;
    found++;
    process.stdout.write(`${finding.reason}\nkept as ${keep(corpus, parser.name, finding)}\n`);
  }
  return found > 0 ? 1 : 0;
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
