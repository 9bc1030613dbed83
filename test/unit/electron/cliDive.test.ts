import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { dockerArchive, noise, type ImageSpec } from '../../setup/imageBuilder';
import { run, type RunResult } from '../../setup/run';
import { sharedDir } from '../../setup/shared';
import { temporaryFile } from '../../setup/temporary';
import { ok, place, root, useCommandLine } from './cliTools';

useCommandLine();

const image: ImageSpec = {
  names: ['till:1'],
  layers: [
    { files: [{ path: 'a', content: noise(3000, 5) }] },
    { files: [{ path: 'a', content: noise(1000, 6) }] },
  ],
};

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stratigraph-test-'));
  await ok('load', '-q', '-i', await temporaryFile(dockerArchive([image])));
});
afterEach(() => rm(folder, { recursive: true }));

/** The command in a working directory of its own, where a file of rules may lie. */
const analyze = (...args: string[]): Promise<RunResult> =>
  run(
    process.execPath,
    [join(root, 'scripts', 'stratigraph.mjs'), '--store', place.store, 'analyze', ...args, 'till:1'],
    { cwd: folder, env: { LC_ALL: 'C.UTF-8' } },
  );

/** RESULT and RULE of each line. */
const verdicts = ({ stdout }: RunResult): string[] =>
  stdout.split('\n').flatMap((line) => {
    const [, result, rule] = /^(PASS|FAIL|SKIP) +(\S+)/.exec(line) ?? [];
    return result === undefined ? [] : [`${result} ${rule ?? ''}`];
  });

const write = (text: string): Promise<void> => writeFile(join(folder, '.dive-ci'), text);

test('rules are judged when they are asked for: by an option, --ci, or a file where it is started', async () => {
  // Without, the exit code is that of the analysis alone.
  expect([(await analyze()).code, verdicts(await analyze())]).toEqual([0, []]);
  const asked = await analyze('--ci');
  expect(verdicts(asked)).toEqual([
    'FAIL highestUserWastedPercent',
    'SKIP highestWastedBytes',
    'FAIL lowestEfficiency',
  ]);
  expect([asked.code, asked.stderr]).toEqual([
    1,
    'The image fails dive’s rules: highestUserWastedPercent, lowestEfficiency.\n',
  ]);
  await write(
    'rules:\n  # as dive has it\n  lowestEfficiency: 0.25\n  highestWastedBytes: 4kB\n  highestUserWastedPercent: disabled\n',
  );
  const kept = await analyze();
  expect([kept.code, verdicts(kept)]).toEqual([
    0,
    ['SKIP highestUserWastedPercent', 'PASS highestWastedBytes', 'PASS lowestEfficiency'],
  ]);
  // An option is stronger than the file, and `--ci=false` than both.
  expect((await analyze('--highest-wasted-bytes', '3999')).code).toBe(1);
  expect(verdicts(await analyze('--ci=false'))).toEqual([]);
  const json = JSON.parse((await analyze('--json')).stdout) as { dive: unknown; rules: unknown };
  expect(json.dive).toEqual({
    efficiency: 0.25,
    sizeBytes: 4000,
    userSizeBytes: 1000,
    wastedBytes: 4000,
    userWastedPercent: 4,
    inefficiencies: [{ count: 2, sizeBytes: 4000, file: '/a' }],
  });
  expect(json.rules).toContainEqual({ rule: 'lowestEfficiency', limit: '0.25', found: 0.25, result: 'pass' });
});

test('keys of any case and of later dives, quoted values, an empty file; what means nothing is refused with 2', async () => {
  await write('Rules:\n  LOWESTEFFICIENCY: "0.2"\n  highest-user-wasted-percent: off\n');
  expect((await analyze()).code).toBe(0);
  await write('lowest-efficiency-threshold: .2\nhighest-user-wasted-percent: "off"\nother: [1]\n');
  expect((await analyze()).code).toBe(0);
  await write('');
  expect((await analyze()).code).toBe(1);
  for (const text of [
    'a: [',
    '- 1\n',
    'rules: 5\n',
    'rules:\n  lowestEfficiency: [0.9]\n',
    'rules:\n  lowestEfficiency: 95\n',
    'x'.repeat(70_000),
  ]) {
    await write(text);
    const { code, stdout, stderr } = await analyze();
    expect([code, stdout], text.slice(0, 40)).toEqual([2, '']);
    expect(stderr).toContain('.dive-ci');
  }
  const missing = await analyze('--ci-config', 'nowhere.yml');
  expect([missing.code, missing.stdout]).toEqual([1, '']);
  expect(missing.stderr).toContain('There is no file nowhere.yml');
});

const vector = join(sharedDir() ?? '', 'vectors', 'archives', 'dive', 'test-docker-image.tar');
test.runIf(existsSync(vector))('dive’s own test image gives what dive’s own test expects', async () => {
  await ok('load', '-q', '-i', vector);
  const { dive } = JSON.parse(await ok('--json', 'analyze', 'dive-test:latest')) as { dive: unknown };
  expect(dive).toMatchObject({
    efficiency: 0.9844212134184309,
    sizeBytes: 1220598,
    userSizeBytes: 66237,
    wastedBytes: 32025,
    userWastedPercent: 0.4834911001404049,
  });
});
