import { generateKeyPairSync } from 'node:crypto';
import { chmod, readFile, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { callCommand } from '../../setup/callCommand';
import { dockerArchive, ociArchive, tarOf, type ImageSpec } from '../../setup/imageBuilder';
import { randomLayer, seeded } from '../../setup/randomLayers';
import {
  blobsOnDisk,
  expectSoundStore,
  openStore,
  snapshotDirectory,
  temporaryFile,
  temporaryFolder,
} from '../../setup/temporary';

const random = seeded(7);
const base = { files: [{ path: 'etc/base', content: 'base' }], gzip: true };
const images: readonly ImageSpec[] = [1, 2].map((i) => ({
  names: [`shop/part:${i}`],
  layers: [base, { files: randomLayer(random), gzip: true }],
}));
const [first] = images;
if (!first) throw new Error('an image');

/** Images with their names and manifests. */
async function held(directory: string, withManifests = true): Promise<unknown> {
  const context = await openStore(directory);
  const { graph } = await readStoreView(context);
  await context.close();
  return graph.images
    .map(({ id, names, manifests }) => ({ id, names, manifests: withManifests ? manifests : [] }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Digests of the manifests that a store lists. */
async function manifestsOf(directory: string): Promise<string[]> {
  const index = await readFile(join(directory, 'index.json'), 'utf8');
  return (JSON.parse(index) as { manifests: { digest: string }[] }).manifests.map(({ digest }) => digest);
}

const store = async (): Promise<string> => {
  const context = await openStore();
  await context.close();
  return context.directory;
};

const scratch = async (): Promise<string[]> =>
  (await readdir(tmpdir())).filter((name) => name.startsWith(`stratigraph-look.${process.pid}-`));

describe('copy', () => {
  test('of an archive to the store takes all, of --source what is named, with the same manifests', async () => {
    const archive = await temporaryFile(ociArchive(images));
    const [loaded, copied, chosen] = [await store(), await store(), await store()];
    expect((await callCommand(loaded, ['load', '-q', archive])).code).toBe(0);
    expect((await callCommand(copied, ['copy', archive, 'store'])).code).toBe(0);
    expect(await held(copied)).toEqual(await held(loaded));
    const one = await callCommand(chosen, ['copy', '--source', archive, 'shop/part:2', 'store']);
    expect(one).toMatchObject({ code: 0, out: 'shop/part:2\n' });
    expect((await held(chosen)) as unknown[]).toHaveLength(1);
    const again = await openStore(chosen);
    await expectSoundStore(again.directory);
    expect(await scratch()).toEqual([]);
  });

  test.each([{}, { gzip: true }, { zstd: true }])(
    'into a store that has the layers in other bytes (%o) leaves the manifests as they are',
    async (form) => {
      const archive = await temporaryFile(ociArchive(images));
      const plain = images.map((image) => ({
        ...image,
        names: image.names?.map((name) => `${name}-other`) ?? [],
        layers: image.layers.map(({ gzip: _, ...layer }) => ({ ...layer, ...form })),
      }));
      const [directory, fresh] = [await store(), await store()];
      await callCommand(directory, ['load', '-q', await temporaryFile(ociArchive(plain), 'other.tar')]);
      expect((await callCommand(directory, ['copy', archive, 'store'])).code).toBe(0);
      expect((await callCommand(fresh, ['copy', archive, 'store'])).code).toBe(0);
      const there = await manifestsOf(directory);
      expect(there).toEqual(expect.arrayContaining(await manifestsOf(fresh)));
    },
  );

  test('takes what a raised limit lets in, as a load does', async () => {
    const config = { Labels: { long: 'x'.repeat(3000) } };
    const archive = await temporaryFile(ociArchive([{ ...first, config }]));
    const directory = await store();
    const low = ['--limit', 'document-bytes=2KiB'];
    const refused = await callCommand(directory, ['copy', ...low, archive, 'store']);
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.err).toContain('document-bytes');
    const high = ['--limit', 'document-bytes=8MiB'];
    expect(await callCommand(directory, ['copy', ...high, archive, 'store'])).toMatchObject({ code: 0 });
    expect((await held(directory)) as unknown[]).toHaveLength(1);
  });

  test('of several compressed archives takes all of them', async () => {
    const paths = await Promise.all(
      images.map(async (image, i) => temporaryFile(gzipSync(ociArchive([image])), `${i}.tar.gz`)),
    );
    const [directory, whole] = [await store(), await store()];
    expect(await callCommand(directory, ['copy', ...paths, 'store'])).toMatchObject({ code: 0 });
    await callCommand(whole, ['load', '-q', await temporaryFile(ociArchive(images))]);
    expect(await held(directory)).toEqual(await held(whole));
    expect(await scratch()).toEqual([]);
  });

  test('does not send what the store has', async () => {
    const archive = await temporaryFile(ociArchive(images));
    const directory = await store();
    await callCommand(directory, ['copy', '--source', archive, 'shop/part:1', 'store']);
    const before = await blobsOnDisk(directory);
    const { err } = await callCommand(directory, ['copy', '--source', archive, 'shop/part:2', 'store']);
    expect(err).toContain('1 of 2 layers was new');
    expect((await callCommand(directory, ['copy', archive, 'store'])).err).toContain(
      '0 of 3 layers were new',
    );
    const fresh = [...(await blobsOnDisk(directory)).keys()].filter((digest) => !before.has(digest));
    // A layer, a config, a manifest.
    expect(fresh).toHaveLength(3);
  });

  test('writes over no file that holds something, whatever the form; save says what it replaces', async () => {
    const [one, two] = [
      await temporaryFile(dockerArchive(images), 'one.tar'),
      await temporaryFile(ociArchive([first]), 'two.tar'),
    ];
    const directory = await store();
    await callCommand(directory, ['load', '-q', one]);
    const before = await readFile(two);
    const ways = [
      ['copy', one, two],
      ['copy', '-n', one, two],
      ['copy', '--format', 'oci-archive', '--compress', 'gzip', one, two],
      ['copy', '--source', one, 'shop/part:1', two],
      ['copy', 'shop/part:2', two],
    ];
    for (const words of ways) {
      const refused = await callCommand(directory, words);
      expect([words, refused.code, refused.problem]).toEqual([words, 1, 'target-there']);
      expect((await readFile(two)).equals(before)).toBe(true);
    }
    const empty = await temporaryFile(Buffer.alloc(0), 'empty.tar');
    expect((await callCommand(directory, ['copy', 'shop/part:1', empty])).err).not.toContain('replaced');
    const saved = await callCommand(directory, ['save', '-o', two, 'shop/part:2']);
    expect(saved.err).toMatch(/A file of [\d.]+ kB that was there is replaced\./);
    expect((await readFile(two)).equals(before)).toBe(false);
  });

  test('between files gives what comes back as it was, in every form', async () => {
    const archive = await temporaryFile(dockerArchive(images), 'in.tar');
    const direct = await store();
    await callCommand(direct, ['load', '-q', archive]);
    for (const form of ['docker-archive', 'oci-archive', 'oci-dir']) {
      const out = join(await temporaryFolder(), 'out.tar');
      const made = await callCommand(await store(), ['copy', '--format', form, archive, out]);
      expect([form, made.code, made.err]).toEqual([form, 0, made.err]);
      const back = await store();
      expect((await callCommand(back, ['copy', out, 'store'])).code).toBe(0);
      // A docker-archive holds layers plain, whatever they were.
      const same = form !== 'docker-archive';
      expect([form, await held(back, same)]).toEqual([form, await held(direct, same)]);
    }
    expect(await scratch()).toEqual([]);
  });

  test('hands encrypted layers on as they are, to every form that has room for them', async () => {
    const from = await store();
    const folder = await temporaryFolder();
    const key = join(folder, 'key.pub');
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    await writeFile(key, publicKey.export({ type: 'spki', format: 'pem' }));
    const sealed = join(folder, 'sealed.tar');
    for (const words of [
      ['load', '-q', await temporaryFile(ociArchive([first]))],
      ['encrypt', '--recipient', key, 'shop/part:1', 'sealed:1'],
      ['save', '--format', 'oci-archive', '-o', sealed, 'sealed:1'],
    ])
      expect(await callCommand(from, words)).toMatchObject({ code: 0 });
    const direct = await store();
    await callCommand(direct, ['load', '-q', sealed]);
    for (const form of ['oci-archive', 'oci-dir']) {
      const [out, back] = [join(folder, form), await store()];
      const made = await callCommand(back, ['copy', '--format', form, sealed, out]);
      expect([form, made.code, made.err]).toEqual([form, 0, made.err]);
      expect((await callCommand(back, ['load', '-q', out])).code).toBe(0);
      expect([form, await held(back)]).toEqual([form, await held(direct)]);
    }
    const plain = await callCommand(from, ['copy', sealed, join(folder, 'plain.tar')]);
    expect(plain.problem).toBe('layer-encrypted');
  });

  test('takes layers that an archive was saved without from the store, verified, as a load does', async () => {
    const directory = await store();
    const folder = await temporaryFolder();
    const whole = await temporaryFile(ociArchive(images));
    await callCommand(directory, ['load', '-q', whole]);
    const before = await held(directory, false);
    const thins: string[] = [];
    for (const form of ['docker-archive', 'oci-archive', 'oci-dir']) {
      const thin = join(folder, `thin.${form}`);
      const words = ['save', '--format', form, '--except', 'shop/part:1', '-o', thin, 'shop/part:2'];
      expect((await callCommand(directory, words)).err).toContain('1 layer (');
      thins.push(thin);
    }
    expect((await callCommand(directory, ['rmi', 'shop/part:2'])).code).toBe(0);
    const kept = await snapshotDirectory(join(directory, 'blobs'));
    for (const thin of thins) {
      // A docker-archive, and an archive that is whole.
      const out = join(await temporaryFolder(), 'whole.tar');
      const made = await callCommand(directory, ['copy', thin, out]);
      expect([thin, made.code, made.err]).toEqual([thin, 0, made.err]);
      expect(await snapshotDirectory(join(directory, 'blobs'))).toEqual(kept);
      const other = await store();
      expect((await callCommand(other, ['load', '-q', out])).code).toBe(0);
      expect(await held(other, false)).toHaveLength(1);
      // A store without the layer says what a load says.
      const [looked, loaded] = [
        await callCommand(await store(), ['copy', thin, join(folder, 'never.tar')]),
        await callCommand(await store(), ['load', thin]),
      ];
      expect(looked.problem).toBe('layers-missing');
      expect(looked.err).toBe(loaded.err.replace(`${folder}/`, ''));
      expect((await callCommand(directory, ['copy', thin, 'store'])).code).toBe(0);
      expect(await held(directory, false)).toEqual(before);
      await callCommand(directory, ['rmi', 'shop/part:2']);
    }
    // What stands in is read and held against its digest: a damaged blob of the store is one of the store.
    const { graph } = await openStore(directory).then(async (context) =>
      readStoreView(context).finally(() => context.close()),
    );
    const shared = graph.layers.find(({ chainId, diffId }) => (chainId as string) === diffId);
    const blob = join(directory, 'blobs', 'sha256', shared?.blobs[0]?.digest.slice(7) ?? '');
    await chmod(blob, 0o644);
    const bytes = await readFile(blob);
    // The time in the head of a gzip stream.
    bytes.writeUInt8(bytes.readUInt8(4) ^ 1, 4);
    await writeFile(blob, bytes);
    const damaged = await callCommand(directory, ['copy', thins[0] ?? '', join(folder, 'never.tar')]);
    expect(damaged).toMatchObject({ problem: 'blob-damaged' });
    expect(damaged.err).toContain('fsck --repair');
  });

  test('takes all images of several paths, all of them or none', async () => {
    const [a, b] = [
      await temporaryFile(ociArchive([first]), 'a.tar'),
      await temporaryFile(dockerArchive(images.slice(1)), 'b.tar'),
    ];
    const [loaded, copied, through] = [await store(), await store(), await store()];
    await callCommand(loaded, ['load', '-q', a, b]);
    expect((await callCommand(copied, ['copy', a, b, 'store'])).code).toBe(0);
    expect(await held(copied, false)).toEqual(await held(loaded, false));
    const out = join(await temporaryFolder(), 'both.tar');
    expect((await callCommand(through, ['copy', '--format', 'oci-archive', a, b, out])).code).toBe(0);
    await callCommand(through, ['load', '-q', out]);
    expect(await held(through, false)).toEqual(await held(loaded, false));
    const empty = await store();
    const broken = await temporaryFile(tarOf([]), 'c.tar');
    expect((await callCommand(empty, ['copy', a, broken, 'store'])).code).toBe(1);
    expect(await held(empty)).toEqual([]);
    // Paths with nothing at them, whatever else is named.
    const other = join(await temporaryFolder(), 'other.tar');
    for (const words of [
      ['no/thing.tar', 'store'],
      [a, './nothing', 'store'],
      ['nothing.tar.gz', other],
    ])
      expect((await callCommand(empty, ['copy', ...words])).problem).toBe('file-not-found');
    expect((await callCommand(empty, ['copy', 'shop/part:1.6', other])).problem).toBe('image-not-found');
    await expect(callCommand(loaded, ['copy', a, 'shop/part:1', other])).rejects.toThrow('wrong usage');
    expect(await scratch()).toEqual([]);
  });

  test('is all or nothing, and says of what it is', async () => {
    const directory = await store();
    const before = await snapshotDirectory(directory);
    const whole = ociArchive([first]);
    const at = whole.indexOf(Buffer.from([0x1f, 0x8b]), 2048);
    whole.writeUInt8(whole.readUInt8(at + 40) ^ 1, at + 40);
    const archive = await temporaryFile(whole);
    const damaged = await callCommand(directory, ['copy', archive, 'store']);
    expect(damaged.problem).toBe('blob-damaged');
    // No repair of the store helps a file that is not its own.
    expect(damaged.err).not.toContain('fsck');
    expect(damaged.err).toContain(`again, from where it came from`);
    expect((await callCommand(directory, ['copy', '--source', archive, 'no:1', 'store'])).problem).toBe(
      'image-not-found',
    );
    expect((await callCommand(directory, ['copy', await temporaryFile(tarOf([])), 'store'])).code).toBe(1);
    expect(await snapshotDirectory(directory)).toEqual(before);
    expect(await scratch()).toEqual([]);
  });
});
