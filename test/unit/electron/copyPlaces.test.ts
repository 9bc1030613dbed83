import { generateKeyPairSync } from 'node:crypto';
import { readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readStoreView } from '../../../electron/actions/storeView';
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

  test('does not send what the store has', async () => {
    const archive = await temporaryFile(ociArchive(images));
    const directory = await store();
    await callCommand(directory, ['copy', '--source', archive, 'shop/part:1', 'store']);
    const before = await blobsOnDisk(directory);
    const { err } = await callCommand(directory, ['copy', '--source', archive, 'shop/part:2', 'store']);
    expect(err).toContain('1 of 1 layer was new');
    const fresh = [...(await blobsOnDisk(directory)).keys()].filter((digest) => !before.has(digest));
    // A layer, a config, a manifest.
    expect(fresh).toHaveLength(3);
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

  test('is all or nothing, and says of what it is', async () => {
    const directory = await store();
    const before = await snapshotDirectory(directory);
    const whole = ociArchive([first]);
    const at = whole.indexOf(Buffer.from([0x1f, 0x8b]), 2048);
    whole.writeUInt8(whole.readUInt8(at + 40) ^ 1, at + 40);
    const archive = await temporaryFile(whole);
    expect((await callCommand(directory, ['copy', archive, 'store'])).problem).toBe('blob-damaged');
    expect((await callCommand(directory, ['copy', '--source', archive, 'no:1', 'store'])).problem).toBe(
      'image-not-found',
    );
    expect((await callCommand(directory, ['copy', await temporaryFile(tarOf([])), 'store'])).code).toBe(1);
    expect(await snapshotDirectory(directory)).toEqual(before);
    expect(await scratch()).toEqual([]);
  });
});
