import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDefaultStore } from '../../../electron/actions/ground/openStore';
import { problemOf } from '../../../shared/image/problem';
import { callCommand } from '../../setup/callCommand';
import { performCommand } from '../../setup/performCommand';
import { openStore, temporaryFolder } from '../../setup/temporary';

/** Where no store can be, a command says so at once, of the place as it was named; and what loads nothing makes none. */

const reasonAt = async (place: string): Promise<unknown> => {
  const found = problemOf(
    await openDefaultStore(place).then(
      () => 'made',
      (thrown: unknown) => thrown,
    ),
  );
  return [found.code, found.facts];
};

test('a place that can hold none is named whole', async () => {
  const folder = await temporaryFolder();
  const file = join(folder, 'file');
  await writeFile(file, '');
  for (const [place, reason] of [
    ['/proc/no-store', 'unmakeable'],
    ['/proc/no/store', 'unmakeable'],
    ['/dev/null', 'not-a-folder'],
    ['/dev/null/store', 'not-a-folder'],
    [file, 'not-a-folder'],
    [join(file, 'a', 'b'), 'not-a-folder'],
  ] as const)
    expect(await reasonAt(place)).toEqual(['store-invalid', { path: place, reason }]);
});

test('what is not there makes no store', async () => {
  const folder = await temporaryFolder();
  const place = join(folder, 'store');
  const gone = join(folder, 'gone');
  for (const [words, code] of [
    [['load', gone], 'file-not-found'],
    [['import', gone, 'a:1'], 'file-not-found'],
    [['load', 'docker://shop:1'], 'transport-word'],
    [['import', 'oci:shop', 'a:1'], 'transport-word'],
    [['load', '--from', 'unix:///nowhere.sock', 'a:1'], null],
  ] as const) {
    const called = await performCommand(() => openStore(place), words);
    expect(called.code, words.join(' ')).toBe(code === 'transport-word' ? 2 : 1);
    if (code !== null) expect(called.problem).toBe(code);
    expect(existsSync(place), words.join(' ')).toBe(false);
  }
  const several = await performCommand(() => openStore(place), ['load', gone, `${gone}2`]);
  expect(several.code).toBe(1);
  expect(several.err.split('\n').filter((line) => line.includes('There is no file'))).toHaveLength(2);
  expect(existsSync(place)).toBe(false);
  // One of several that is there is loaded into it.
  await writeFile(join(folder, 'bad.tar'), 'no archive');
  expect(await callCommand(place, ['load', gone, join(folder, 'bad.tar')])).toMatchObject({ code: 1 });
});
