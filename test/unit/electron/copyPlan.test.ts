import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { callCommand } from '../../setup/callCommand';
import { buildImage, ociArchive, type ImageSpec } from '../../setup/imageBuilder';
import { seeded, seedOf } from '../../setup/randomLayers';
import { load, openStore, snapshotDirectory, temporaryFile, temporaryFolder } from '../../setup/temporary';

const seed = seedOf(31);
const random = seeded(seed);
const layer = (n: number) => ({
  files: [{ path: `f${n}`, content: `${n}`.repeat(100 * (n + 1)) }],
  gzip: true,
});
/** An image of some layers, each with those below it. */
const make = (name: string, more = 0): ImageSpec => ({
  names: [name],
  layers: Array.from({ length: 1 + random(4) }, (_, i) => layer(i + more)),
});

test(`a copy that is only planned says what the copy itself does then, and changes nothing (seed ${seed})`, async () => {
  for (let round = 0; round < 8; round++) {
    const store = await openStore();
    const held = [make('shop:1', random(2)), make('other:1', random(3))];
    for (const spec of held.slice(random(3))) await load(store, ociArchive([spec]));
    await store.close();
    const coming = [make('shop:1', random(2)), make('new:1')];
    const archive = await temporaryFile(ociArchive(coming), 'in.tar');
    const before = await snapshotDirectory(store.directory);
    const planned = await callCommand(store.directory, ['--json', 'copy', '-n', archive, 'store']);
    expect(planned.code, planned.err).toBe(0);
    expect(await snapshotDirectory(store.directory)).toEqual(before);
    const plan = JSON.parse(planned.out) as Record<string, unknown> & { leftOut: { layers: number } };
    const done = await callCommand(store.directory, ['--json', 'copy', archive, 'store']);
    const result = JSON.parse(done.out) as Record<string, unknown> & { layers: number; newLayers: number };
    expect(plan, `round ${round}`).toMatchObject({
      images: new Set(coming.map((spec) => buildImage(spec).id)).size,
      layers: result.newLayers,
      movedFrom: result['movedFrom'] ?? [],
    });
    expect(plan.leftOut.layers).toBe(result.layers - result.newLayers);
    const again = await callCommand(store.directory, ['copy', '-n', archive, 'store']);
    expect(again.out).toMatch(/^Would send [\d.]+ k?B, 0 layers; \d layers? (?:is|are) there already/);
  }
});

test('a plan makes no store', async () => {
  const place = join(await temporaryFolder(), 'store');
  const archive = await temporaryFile(ociArchive([make('shop:1')]), 'in.tar');
  const { run } = await import('../../setup/run');
  const script = join(import.meta.dirname, '..', '..', '..', 'scripts', 'stratigraph.mjs');
  const words = [script, '--store', place, 'copy', '-n', archive, 'store'];
  const { code, stdout } = await run(process.execPath, words, { env: { LC_ALL: 'C.UTF-8' } });
  expect([code, stdout]).toEqual([0, expect.stringContaining('Would send')]);
  expect(existsSync(place)).toBe(false);
});
