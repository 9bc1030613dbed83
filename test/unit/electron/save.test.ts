import { mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { planSave } from '../../../electron/actions/copy/planArchive';
import { saveImages } from '../../../electron/actions/copy/saveImages';
import { readStoreView } from '../../../electron/actions/images/storeView';
import {
  blobPath,
  buildImage,
  digestOf,
  dockerArchive,
  noise,
  ociArchive,
  type ImageSpec,
} from '../../setup/imageBuilder';
import {
  blobsOnDisk,
  expectSoundStore,
  load,
  openStore,
  problemFacts,
  quietRun,
  snapshotDirectory,
  storeOf,
  temporaryFolder,
  type TestStore,
} from '../../setup/temporary';

const formats = ['docker-archive', 'oci-archive'] as const;
const base = { files: [{ path: 'etc/os', content: 'base\n' }] };
const one: ImageSpec = {
  names: ['shop:1.0'],
  layers: [base, { files: [{ path: 'a', content: noise(2000) }] }],
};
const two: ImageSpec = {
  names: ['shop:1.1', 'shop:latest'],
  layers: [base, { files: [{ path: 'b', content: noise(2000, 5) }] }],
};
const long = `${'folder/'.repeat(20)}file`;
const packed: ImageSpec = {
  names: ['packed:1'],
  layers: [{ gzip: true, files: [{ path: long, content: noise(5000, 6), xattrs: { 'user.note': 'kept' } }] }],
};

const storeWith = (...specs: ImageSpec[]): Promise<TestStore> => storeOf(ociArchive(specs));

async function save(
  context: TestStore,
  format: (typeof formats)[number],
  what: readonly string[],
  target?: string,
): Promise<string> {
  const file = target ?? join(await temporaryFolder(), 'saved.tar');
  await saveImages(context, { what, format, target: file }, quietRun());
  return file;
}

/** Names in an archive and where each body is, by our own reading: the headers of what we write are plain ustar. */
function membersOf(archive: Buffer): Map<string, Buffer> {
  const found = new Map<string, Buffer>();
  for (let at = 0; archive[at] !== 0;) {
    const text = (offset: number, length: number): string =>
      archive.toString('latin1', at + offset, at + offset + length).replace(/\0.*$/s, '');
    const size = parseInt(text(124, 12), 8);
    expect(found.has(text(0, 100)), `${text(0, 100)} comes once`).toBe(false);
    found.set(text(0, 100), archive.subarray(at + 512, at + 512 + size));
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return found;
}

describe.each(formats)('%s', (format) => {
  test('comes back from a fresh store with its image IDs, names and layers', async () => {
    const context = await storeWith(one, two, packed);
    const file = await save(context, format, ['shop:1.0', 'shop:1.1', 'shop:latest', 'packed:1']);
    const fresh = await openStore();
    await load(fresh, file);
    const { graph } = await readStoreView(fresh);
    const expected = [one, two, packed].map(buildImage);
    expect(new Map(graph.images.map(({ id, names }) => [id, names]))).toEqual(
      new Map(expected.map(({ id, names }) => [id, names])),
    );
    expect(new Set(graph.layers.map(({ diffId }) => diffId))).toEqual(
      new Set(expected.flatMap(({ layers }) => layers.map(({ diffId }) => diffId))),
    );
    await expectSoundStore(fresh.directory);
  });

  test('has the size that was promised, and tells of it', async () => {
    const context = await storeWith(one, two, packed);
    const what = ['shop:1.0', 'shop:1.1', 'packed:1'];
    const plan = await planSave(context, { what, format });
    expect(plan).toMatchObject({ images: 3, layers: 4, names: what });
    const target = join(await temporaryFolder(), 'saved.tar');
    const steps: { done: number; total: number | null }[] = [];
    const run = quietRun(undefined, (step) => void steps.push(step));
    const result = await saveImages(context, { what, format, target }, run);
    expect(result).toEqual({
      kind: 'save',
      images: 3,
      layers: 4,
      bytes: plan.bytes,
      listed: what,
      file: 'saved.tar',
      token: null,
    });
    expect((await stat(target)).size).toBe(plan.bytes);
    expect(steps.at(-1)).toMatchObject({ done: plan.bytes, total: plan.bytes });
  });

  test('of the same images is the same, byte for byte', async () => {
    const context = await storeWith(one, two);
    const [a, b] = [await save(context, format, ['shop:1.0']), await save(context, format, ['shop:1.0'])];
    expect(await readFile(a)).toEqual(await readFile(b));
  });

  test('by name holds that name only, by ID all names', async () => {
    const context = await storeWith(two);
    const byName = await openStore();
    await load(byName, await save(context, format, ['shop:latest']));
    expect((await readStoreView(byName)).graph.images[0]?.names).toEqual(['shop:latest']);
    const byId = await openStore();
    await load(byId, await save(context, format, [buildImage(two).id.slice(0, 19)]));
    expect((await readStoreView(byId)).graph.images[0]?.names).toEqual(['shop:1.1', 'shop:latest']);
  });

  test('of an image without a name comes back without one', async () => {
    const context = await storeWith({ layers: one.layers });
    const fresh = await openStore();
    const file = await save(context, format, [buildImage(one).id]);
    expect((await load(fresh, file)).images).toEqual([{ id: buildImage(one).id, names: [], isNew: true }]);
  });

  test('of a damaged layer is refused and leaves no file', async () => {
    const context = await storeWith(one);
    const folder = await temporaryFolder();
    const blob = join(context.directory, blobPath(buildImage(one).layers[1]?.digest ?? ''));
    const bytes = await readFile(blob);
    bytes[600] = (bytes[600] ?? 0) ^ 1;
    await rm(blob);
    await writeFile(blob, bytes);
    await problemFacts(save(context, format, ['shop:1.0'], join(folder, 'saved.tar')), 'blob-damaged');
    expect(await readdir(folder)).toEqual([]);
  });

  test.each([
    ['has another bit', (bytes: Buffer) => Buffer.concat([bytes.subarray(0, -1), Buffer.from([7])])],
    ['ends early', (bytes: Buffer) => bytes.subarray(0, 10 << 20)],
    ['is gone', () => null],
  ])('of a large layer, verified apart, that %s is refused and leaves no file', async (_, damage) => {
    const big: ImageSpec = {
      names: ['big:1'],
      layers: [{ files: [{ path: 'big', content: Buffer.alloc(12 << 20, 'big') }] }],
    };
    const context = await storeWith(big);
    const folder = await temporaryFolder();
    const blob = join(context.directory, blobPath(buildImage(big).layers[0]?.digest ?? ''));
    const bytes = damage(await readFile(blob));
    await rm(blob);
    if (bytes) await writeFile(blob, bytes);
    await problemFacts(save(context, format, ['big:1'], join(folder, 'saved.tar')), 'blob-damaged');
    expect(await readdir(folder)).toEqual([]);
  });

  test('that is cancelled leaves nothing, and the file that was there as it was', async () => {
    const big: ImageSpec = {
      names: ['big:1'],
      layers: [{ files: [{ path: 'big', content: Buffer.alloc(96 << 20, 'big') }] }],
    };
    const context = await storeWith(big);
    const folder = await temporaryFolder();
    const target = join(folder, 'saved.tar');
    await writeFile(target, 'the archive of yesterday');
    const before = await snapshotDirectory(folder);
    const abort = new AbortController();
    // As soon as some bytes are written; the rest takes long enough.
    const run = quietRun(abort.signal, ({ phase, done }) => {
      if (phase === 'writing' && done > 0) abort.abort();
    });
    await problemFacts(saveImages(context, { what: ['big:1'], format, target }, run), 'cancelled');
    expect(await snapshotDirectory(folder)).toEqual(before);
  });

  test('replaces the file that was there as a whole', async () => {
    const context = await storeWith(one);
    const target = join(await temporaryFolder(), 'saved.tar');
    await writeFile(target, noise(1 << 20));
    const fresh = await save(context, format, ['shop:1.0']);
    await save(context, format, ['shop:1.0'], target);
    expect(await readFile(target)).toEqual(await readFile(fresh));
  });

  test('into a stream is what the file would be', async () => {
    const context = await storeWith(one);
    const stream = new PassThrough();
    const received = buffer(stream);
    await saveImages(context, { what: ['shop:1.0'], format, target: stream }, quietRun());
    stream.end();
    expect(await received).toEqual(await readFile(await save(context, format, ['shop:1.0'])));
  });

  test('within the store is refused, also by way of a link', async () => {
    const context = await storeWith(one);
    const before = await snapshotDirectory(context.directory);
    const link = join(await temporaryFolder(), 'link');
    await symlink(join(context.directory, 'blobs'), link);
    for (const folder of [context.directory, join(context.directory, 'blobs', 'sha256'), link]) {
      await problemFacts(save(context, format, ['shop:1.0'], join(folder, 'x.tar')), 'target-in-store');
    }
    expect(await snapshotDirectory(context.directory)).toEqual(before);
  });

  test('into a folder that is not there is refused', async () => {
    const context = await storeWith(one);
    const target = join(await temporaryFolder(), 'no', 'such', 'folder.tar');
    expect(await problemFacts(save(context, format, ['shop:1.0'], target), 'file-unwritable')).toEqual({
      path: 'folder.tar',
      reason: 'ENOENT',
    });
  });

  test('onto a folder is refused, and the folder stays', async () => {
    const context = await storeWith(one);
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'taken'));
    await problemFacts(save(context, format, ['shop:1.0'], join(folder, 'taken')), 'file-unwritable');
    expect(await readdir(folder)).toEqual(['taken']);
  });
});

test('a docker-archive holds plain layers, a shared one once, and the config byte for byte', async () => {
  const context = await storeWith(one, two, packed);
  const members = membersOf(
    await readFile(await save(context, 'docker-archive', ['shop:1.0', 'shop:1.1', 'packed:1'])),
  );
  const tars = [...members]
    .filter(([name]) => name.endsWith('/layer.tar'))
    .map(([, bytes]) => digestOf(bytes));
  const images = [one, two, packed].map(buildImage);
  const written = tars.filter((digest) => digest !== digestOf(''));
  expect(written.sort()).toEqual(
    [...new Set(images.flatMap(({ layers }) => layers.map(({ diffId }) => `${diffId}`)))].sort(),
  );
  for (const { id, config } of images) expect(members.get(`${id.slice(7)}.json`)).toEqual(config);
  const manifest = JSON.parse(String(members.get('manifest.json'))) as {
    Layers: string[];
    RepoTags: string[];
  }[];
  expect(manifest.map(({ RepoTags }) => RepoTags)).toEqual([['shop:1.0'], ['shop:1.1'], ['packed:1']]);
  for (const { Layers } of manifest) for (const name of Layers) expect(members.has(name)).toBe(true);
  expect(Object.keys(JSON.parse(String(members.get('repositories'))) as object)).toEqual(['packed', 'shop']);
});

test('a layer that occurs again in one docker-archive image is a link to its first', async () => {
  const spec: ImageSpec = { names: ['again:1'], layers: [base, base, base] };
  const context = await storeWith(spec);
  const file = await save(context, 'docker-archive', ['again:1']);
  const bodies = [...membersOf(await readFile(file))].filter(([name]) => name.endsWith('/layer.tar'));
  expect(bodies.map(([, body]) => body.length > 0)).toEqual([true, false, false]);
  const fresh = await openStore();
  expect((await load(fresh, file)).images[0]?.id).toBe(buildImage(spec).id);
});

test('an OCI archive keeps every blob with its bytes, manifests too', async () => {
  const context = await storeWith(one, two, packed);
  const members = membersOf(
    await readFile(await save(context, 'oci-archive', ['shop:1.0', 'shop:1.1', 'packed:1'])),
  );
  for (const digest of (await blobsOnDisk(context.directory)).keys()) {
    expect(digestOf(members.get(blobPath(digest)) ?? '')).toBe(digest);
  }
  const fresh = await openStore();
  await load(fresh, await save(context, 'oci-archive', ['shop:1.0', 'shop:1.1', 'packed:1']));
  expect(await blobsOnDisk(fresh.directory)).toEqual(await blobsOnDisk(context.directory));
});

test('a docker-archive made from an OCI archive loads back into the store without anything new', async () => {
  const context = await storeWith(one, packed);
  const before = await snapshotDirectory(context.directory);
  const file = await save(context, 'docker-archive', ['shop:1.0', 'packed:1']);
  expect(await load(context, file)).toMatchObject({ newLayers: 0, addedBytes: 0 });
  expect(await snapshotDirectory(context.directory)).toEqual(before);
});

test('a docker-archive loaded and saved as one has the layers of the first, byte for byte', async () => {
  const context = await openStore();
  await load(context, dockerArchive([one]));
  const members = membersOf(await readFile(await save(context, 'docker-archive', ['shop:1.0'])));
  for (const { tar } of buildImage(one).layers)
    expect([...members.values()].some((body) => body.equals(tar))).toBe(true);
});

test('what is not there is said, and nothing is written', async () => {
  const context = await storeWith(one);
  const folder = await temporaryFolder();
  await problemFacts(save(context, 'docker-archive', ['gone:1'], join(folder, 'x.tar')), 'image-not-found');
  await problemFacts(save(context, 'docker-archive', [], join(folder, 'x.tar')), 'nothing-to-save');
  expect(await readdir(folder)).toEqual([]);
});
