import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { callCommand } from '../../setup/callCommand';
import { dockerArchive } from '../../setup/imageBuilder';
import { randomLayer, seeded } from '../../setup/randomLayers';
import { openStore, temporaryFile, temporaryFolder } from '../../setup/temporary';

/** What a copy writes over: nothing that others put into its target's place while it runs. */

const random = seeded(31);

async function archives(count: number): Promise<string[]> {
  const made: string[] = [];
  for (let i = 0; i < count; i++) {
    const image = { names: [`meets:${i}`], layers: [{ files: randomLayer(random) }] };
    made.push(await temporaryFile(dockerArchive([image]), `meets${i}.tar`));
  }
  return made;
}

async function freshStore(): Promise<string> {
  const context = await openStore();
  await context.close();
  return context.directory;
}

test('a file that comes at any moment of a copy stays, and is said', async () => {
  const [store, folder, [archive = '']] = [await freshStore(), await temporaryFolder(), await archives(1)];
  const began = performance.now();
  expect((await callCommand(store, ['copy', archive, join(folder, 'first.tar')])).code).toBe(0);
  const took = performance.now() - began;
  const whole = readFileSync(join(folder, 'first.tar'));
  let refusals = 0;
  for (let i = 0; i < 24; i++) {
    const within = join(folder, String(i));
    mkdirSync(within);
    const target = join(within, 'target.tar');
    const wasEmpty = random(2) === 0;
    if (wasEmpty) writeFileSync(target, '');
    const copying = callCommand(store, ['copy', archive, target]);
    await delay((took * i) / 20);
    let comes = true;
    try {
      // Who makes a new file is refused by one that is there; who replaces one asks nobody.
      if (!wasEmpty) writeFileSync(target, 'theirs', { flag: 'wx' });
      else {
        writeFileSync(join(folder, 'aside'), 'theirs');
        renameSync(join(folder, 'aside'), target);
      }
    } catch {
      comes = false;
    }
    const { code, problem } = await copying;
    if (code === 1) expect(problem).toBe('target-there');
    if (!wasEmpty) expect(code).toBe(comes ? 1 : 0);
    expect(readFileSync(target, 'latin1')).toBe(comes ? 'theirs' : whole.toString('latin1'));
    refusals += code;
    expect(readdirSync(within)).toEqual(['target.tar']);
  }
  expect(refusals).toBeGreaterThan(0);
});

test('of several copies at once to one new file one arrives, the others say that it is there', async () => {
  const sources = await archives(4);
  const [folder, stores] = [await temporaryFolder(), await Promise.all(sources.map(freshStore))];
  for (let round = 0; round < 4; round++) {
    const target = join(folder, `${round}.tar`);
    const done = await Promise.all(
      sources.map((archive, i) => callCommand(stores[i] ?? '', ['copy', archive, target])),
    );
    const arrived = done.flatMap(({ code }, i) => (code === 0 ? [i] : []));
    expect(arrived).toHaveLength(1);
    expect(done.filter(({ problem }) => problem === 'target-there')).toHaveLength(sources.length - 1);
    expect(readFileSync(target, 'latin1')).toContain(`meets:${arrived[0] ?? ''}"`);
  }
});

test('of several copies at once to one new layout folder all arrive', async () => {
  const sources = await archives(3);
  const [folder, stores] = [await temporaryFolder(), await Promise.all(sources.map(freshStore))];
  for (let round = 0; round < 3; round++) {
    const target = join(folder, String(round));
    const words = (archive: string): string[] => ['copy', '--format', 'oci-dir', archive, target];
    const done = await Promise.all(sources.map((archive, i) => callCommand(stores[i] ?? '', words(archive))));
    expect(done.map(({ code, problem }) => [code, problem])).toEqual(sources.map(() => [0, null]));
    const index = readFileSync(join(target, 'index.json'), 'utf8');
    for (let i = 0; i < sources.length; i++) expect(index).toContain(`meets:${i}"`);
    const { code } = await callCommand(await freshStore(), ['load', '-q', target]);
    expect(code).toBe(0);
  }
});
