import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { nameMeaning } from '../../../shared/image/layoutName';
import { callCommand } from '../../setup/callCommand';
import { buildImage, ociArchive, type ImageSpec } from '../../setup/imageBuilder';
import { seeded, seedOf } from '../../setup/randomLayers';
import { load, openStore, temporaryFile, temporaryFolder } from '../../setup/temporary';

/** Names of a layout that are one name where a whole reference is needed: `5.36` in `perl.tar` and `perl:5.36`. */

const seed = seedOf(3);
const random = seeded(seed);
const names = ['5.36', 'perl:5.36', 'docker.io/library/perl:5.36', 'v1', 'perl:v1', 'base', 'base:latest'];

/** What a name of `perl.tar` becomes, by what it means there. */
function whole(meaning: string): string {
  const familiar = meaning.replace('docker.io/library/', '');
  return /^v?\d/.test(familiar) ? `perl:${familiar.replace(/:latest$/, '')}` : familiar;
}

test(`no image loses the name that it shares in a docker-archive unsaid, and who is listed under it has it (seed ${seed})`, async () => {
  let met = 0;
  for (let round = 0; round < 16; round++) {
    const specs: ImageSpec[] = Array.from({ length: 2 + random(2) }, (_, i) => ({
      names: [...new Set([0, 1].map(() => names[random(names.length)] ?? ''))].slice(random(2)),
      layers: [{ files: [{ path: 'f', content: `content ${round} ${i}` }] }],
    }));
    const folder = await temporaryFolder();
    const layout = await temporaryFile(ociArchive(specs), 'perl.tar');
    const target = join(folder, 'out.tar');
    const bare = await openStore();
    await bare.close();
    // A name of the layout is the last one's, in whatever words.
    const last = new Map<string, string>();
    for (const spec of specs)
      for (const name of spec.names ?? []) last.set(nameMeaning(name), buildImage(spec).id);
    const holders = new Map<string, Set<string>>();
    for (const [meaning, id] of last) {
      const name = whole(meaning);
      holders.set(name, (holders.get(name) ?? new Set()).add(id));
    }
    const { code, err } = await callCommand(bare.directory, ['copy', layout, target]);
    const label = `${round}: ${JSON.stringify([...last])}\n${err}`;
    expect(code, label).toBe(0);
    const fresh = await openStore();
    await load(fresh, target);
    const now = (await readStoreView(fresh)).graph.images;
    await fresh.close();
    expect(now.map(({ id }) => id as string).sort(), label).toEqual(
      [...new Set(specs.map((spec) => buildImage(spec).id))].sort(),
    );
    for (const [name, ids] of holders) {
      const has = now.filter((image) => image.names.includes(name)).map(({ id }) => id as string);
      expect(has, label).toHaveLength(1);
      const exact = last.get(nameMeaning(name));
      if (exact !== undefined) expect(has, label).toEqual([exact]);
      const lines = err
        .split('\n')
        .filter((line) => line.startsWith(`${name}: a docker-archive gives a name`));
      expect(lines, label).toHaveLength(ids.size > 1 ? 1 : 0);
      if (ids.size < 2) continue;
      met++;
      for (const id of ids) expect(lines[0], label).toContain(id.slice(7, 19));
    }
  }
  expect(met).toBeGreaterThan(3);
});
