import { join } from 'node:path';
import { sharedDir } from '../setup/shared';
import { fuzz, keep, seedsOf, writeSeeds } from './fuzzer';
import { fuzzIpc } from './ipcFuzz';
import { parsers } from './parsers';

/** Sends malformed messages to the window's main process, without a window. */
async function fuzzRequests(messages: number, seed: number): Promise<number> {
  const began = performance.now();
  const run = await fuzzIpc({ messages, seed });
  const problems = [...run.problems].sort(([, a], [, b]) => b - a).map(([code, n]) => `${code} ${n}`);
  process.stdout.write(
    `ipc: ${run.messages} messages, seed ${seed}: ${run.ok} answered, ${run.unsendable} cannot be sent, ` +
      `${run.dialogs} dialogs and programs opened; problems: ${problems.join(', ')}; ` +
      `slowest ${run.slowest.name} ${Math.round(run.slowest.ms)} ms, ${Math.round(process.memoryUsage.rss() / 1e6)} MB, ` +
      `${Math.round((performance.now() - began) / 1000)} s\n`,
  );
  for (const finding of run.findings) process.stdout.write(`${finding}\n`);
  return run.findings.length > 0 ? 1 : 0;
}

/**
 * `npm run fuzz -- [PARSER] [--seconds N] [--seed S]`, `npm run fuzz ipc -- [--messages N] [--seed S]`; `--corpus` writes
 * the seeds anew.
 */
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
  if (wanted === 'ipc') return fuzzRequests(option('messages', 10_000), seed);
  const chosen = parsers.filter(({ name }) => wanted === undefined || name === wanted);
  if (chosen.length === 0 || Number.isNaN(seconds) || Number.isNaN(seed)) {
    process.stderr.write(
      `npm run fuzz -- [PARSER] [--seconds N] [--seed S]\nParsers: ${parsers.map(({ name }) => name).join(', ')}\nnpm run fuzz ipc -- [--messages N] [--seed S]\n`,
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
