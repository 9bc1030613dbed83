import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { callCommand } from '../../setup/callCommand';
import { buildImage, dockerArchive, ociArchive, type ImageSpec } from '../../setup/imageBuilder';
import { seeded, seedOf } from '../../setup/randomLayers';
import { load, openStore, temporaryFile, temporaryFolder } from '../../setup/temporary';

const seed = seedOf(21);
const random = seeded(seed);
const names = ['shop:1', 'docker.io/library/shop:1', 'shop:2', 'other:1'];
/** What a name is, whatever its spelling. */
const familiar = (name: string): string => name.replace('docker.io/library/', '');

const make = (content: string): ImageSpec => ({
  names: [...new Set([0, 1].map(() => names[random(names.length)] ?? ''))],
  layers: [{ files: [{ path: 'f', content }] }],
});

/** The images of a store under each of their names, and those without one. */
async function listed(directory: string): Promise<Record<string, readonly string[]>> {
  const context = await openStore(directory);
  const { graph } = await readStoreView(context);
  await context.close();
  return Object.fromEntries(graph.images.map(({ id, names: own }) => [id, [...own].sort()]));
}

test(`no image is without its name unless that is said, wherever the names meet (seed ${seed})`, async () => {
  for (let round = 0; round < 12; round++) {
    const specs = Array.from({ length: 2 + random(3) }, (_, i) => make(`content ${random(4)} ${i}`));
    // One of several images in the same archive, or in archives of their own.
    const isOne = random(2) === 0;
    const archive = random(2) === 0 ? dockerArchive : ociArchive;
    const paths = isOne
      ? // A compressed one is unpacked once, and what it is about is told each time.
        [await temporaryFile(gzipSync(archive(specs)), 'all.tar.gz')]
      : await Promise.all(specs.map(async (spec, i) => temporaryFile(archive([spec]), `${i}.tar`)));
    const last = new Map<string, string>();
    for (const spec of specs)
      for (const name of spec.names ?? []) last.set(familiar(name), buildImage(spec).id);
    /** The images that every name was of and that another has in the end. */
    const lost = new Map<string, Set<string>>();
    for (const spec of specs)
      for (const name of (spec.names ?? []).map(familiar)) {
        const { id } = buildImage(spec);
        if (last.get(name) !== id) lost.set(name, new Set([...(lost.get(name) ?? []), id]));
      }
    const folder = await temporaryFolder();
    const target = join(folder, 'out.tar');
    const bare = await openStore();
    await bare.close();
    const form = random(2) === 0 ? [] : ['--format', 'oci-archive'];
    const { code, err } = await callCommand(bare.directory, ['copy', ...form, ...paths, target]);
    expect(code, err).toBe(0);
    const said = err.split('\n').filter((line) => line.includes('several images here'));
    const told = `${round}: ${JSON.stringify(specs.map((spec) => [buildImage(spec).id.slice(7, 19), spec.names]))}\n${err}`;
    expect(said.length, told).toBe(lost.size);
    for (const [name, ids] of lost) {
      const line = said.find((each) => familiar(each).startsWith(`${name} `)) ?? '';
      for (const id of ids) expect(line, told).toContain(id.slice(7, 19));
      expect(line, told).not.toContain(last.get(name)?.slice(7, 19));
    }
    expect(
      (await callCommand(bare.directory, ['copy', '-q', ...form, ...paths, join(folder, 'q.tar')])).err,
    ).not.toContain('several');
    const again = await callCommand(bare.directory, ['copy', '-n', ...form, ...paths, join(folder, 'n.tar')]);
    expect(again.err.split('\n').filter((line) => line.includes('several images here'))).toEqual(said);
    const fresh = await openStore();
    await load(fresh, await readFile(target));
    const now = await listed(fresh.directory);
    await fresh.close();
    for (const [name, id] of last) expect(now[id]?.map(familiar), told).toContain(name);
    expect(new Set(Object.keys(now)), told).toEqual(new Set(specs.map((spec) => buildImage(spec).id)));
  }
});

test('a name that moves is told with the image that it was of', async () => {
  const before: ImageSpec = { names: ['shop:1'], layers: [{ files: [{ path: 'f', content: 'old' }] }] };
  const after: ImageSpec = { names: ['shop:1'], layers: [{ files: [{ path: 'f', content: 'new' }] }] };
  const old = buildImage(before).id;
  const path = await temporaryFile(ociArchive([after]), 'new.tar');
  const told = `shop:1 named another image before, ${old.slice(7, 19)}; that one`;
  for (const words of [
    ['load', path],
    ['copy', path, 'store'],
  ]) {
    const context = await openStore();
    await load(context, ociArchive([before]));
    await context.close();
    expect((await callCommand(context.directory, words)).err).toContain(told);
  }
  const [store, other] = [await openStore(), await openStore()];
  await load(store, ociArchive([before]));
  await load(other, ociArchive([after]));
  await store.close();
  await other.close();
  const target = join(await temporaryFolder(), 'layout');
  const save = ['save', '--format', 'oci-dir', '-o', target, 'shop:1'];
  expect(await callCommand(store.directory, save)).toMatchObject({ code: 0 });
  const { err } = await callCommand(other.directory, save);
  expect(err).toContain(told);
  const json = await callCommand(store.directory, ['--json', ...save]);
  expect(JSON.parse(json.out)).toMatchObject({
    movedNames: ['shop:1'],
    movedFrom: [{ name: 'shop:1', images: [buildImage(after).id] }],
  });
});
