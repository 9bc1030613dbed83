import { generateKeyPairSync } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { decryptImage, encryptImage, type CipheredImage } from '../../electron/actions/trust/encryptImage';
import { readPrivateKey, readPublicKey, rsaKinds } from '../../electron/actions/trust/keyFiles';
import { resolveImage } from '../../electron/actions/images/resolveImage';
import { saveImages } from '../../electron/actions/copy/saveImages';
import { saveLayout } from '../../electron/actions/copy/saveLayout';
import { readStoreView } from '../../electron/actions/images/storeView';
import { parseDigest, type Digest } from '../../shared/image/digest';
import { blobPath, digestOf, noise, ociArchive, type ImageSpec } from '../setup/imageBuilder';
import { must, run } from '../setup/run';
import {
  blobsOnDisk,
  expectSoundStore,
  load,
  openStore,
  problemFacts,
  quietRun,
  saved,
  storeOf,
  temporaryFolder,
  type TestStore,
} from '../setup/temporary';
import { peerSuite } from './peers';

const image: ImageSpec = {
  names: ['shop:1'],
  layers: [
    { files: [{ path: 'a', content: noise(300_000) }] },
    { gzip: true, files: [{ path: 'b', content: 'secret' }] },
  ],
};

interface Pair {
  readonly open: string;
  readonly own: string;
}

async function makePair(): Promise<Pair> {
  const folder = await temporaryFolder();
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const [open, own] = [join(folder, 'public.pem'), join(folder, 'private.pem')];
  await writeFile(own, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  await writeFile(open, publicKey.export({ type: 'spki', format: 'pem' }));
  return { open, own };
}

async function request(store: TestStore, name: string, reference: string) {
  const { image: node } = resolveImage((await readStoreView(store)).graph, name);
  return { image: node.id, name, reference };
}

async function encrypt(store: TestStore, ...keys: readonly Pair[]): Promise<CipheredImage> {
  const recipients = await Promise.all(keys.map(({ open }) => readPublicKey(open, rsaKinds)));
  return encryptImage(store, { ...(await request(store, 'shop:1', 'shop:sealed')), recipients }, quietRun());
}

async function keyed(store: TestStore, { own }: Pair, name: string) {
  return { ...(await request(store, name, 'shop:open')), key: await readPrivateKey(own, null, rsaKinds) };
}

async function decrypt(store: TestStore, pair: Pair): Promise<CipheredImage> {
  return decryptImage(store, await keyed(store, pair, 'shop:sealed'), quietRun());
}

/** A store with the encrypted image alone, and its archive. */
async function sealed(
  ...keys: readonly Pair[]
): Promise<{ store: TestStore; from: TestStore; made: CipheredImage; plain: readonly Digest[] }> {
  const from = await storeOf(ociArchive([image]));
  const plain = await layerBlobs(from);
  const made = await encrypt(from, ...keys);
  const store = await storeOf(await saved(from, ['shop:sealed']));
  return { store, from, made, plain };
}

const layerBlobs = async (store: TestStore): Promise<readonly Digest[]> =>
  (await readStoreView(store)).graph.layers.flatMap(({ blobs }) => blobs.map(({ digest }) => digest));

test('an encrypted image leaves without a plain byte, and gives the same blobs and ID to who has a key', async () => {
  const keys = [await makePair(), await makePair()] as const;
  const { store, from, made, plain } = await sealed(...keys);
  const there = await blobsOnDisk(store.directory);
  const { graph } = await readStoreView(store);
  expect(graph.images).toMatchObject([{ id: made.id, names: ['shop:sealed'] }]);
  expect(graph.layers.every(({ blobs }) => blobs.every(({ encrypted }) => encrypted === true))).toBe(true);
  const held = new Set<string>(there.keys());
  expect(plain.filter((digest) => held.has(digest))).toEqual([]);
  for (const digest of there.keys())
    expect((await readFile(store.store.pathOf(parseDigest(digest)))).includes('secret')).toBe(false);
  const target = join(await temporaryFolder(), 'x.tar');
  const archive = { what: ['shop:sealed'], format: 'docker-archive', target } as const;
  for (const each of [store, from])
    await problemFacts(saveImages(each, archive, quietRun()), 'layer-encrypted');
  // There is nothing to compress anew in what is encrypted.
  const packed = { what: ['shop:sealed'], format: 'oci-archive', compression: 'gzip', target } as const;
  await saveImages(store, packed, quietRun());
  const again = await openStore();
  await load(again, target);
  expect(await blobsOnDisk(again.directory)).toEqual(there);
  expect((await problemFacts(decrypt(store, await makePair()), 'layer-undecipherable')).reason).toBe('key');
  expect(await blobsOnDisk(store.directory)).toEqual(there);
  for (const pair of keys) {
    expect((await decrypt(store, pair)).id).toBe(made.id);
    expect((await layerBlobs(store)).filter((digest) => plain.includes(digest)).sort()).toEqual(
      [...plain].sort(),
    );
  }
  await expectSoundStore(store.directory);
  await problemFacts(
    decryptImage(store, await keyed(store, keys[0], 'shop:open'), quietRun()),
    'nothing-to-decrypt',
  );
});

test('bytes that changed under their annotations are refused, and nothing is left', async () => {
  const pair = await makePair();
  const { store } = await sealed(pair);
  const [first] = (await readStoreView(store)).graph.layers.flatMap(({ blobs }) => blobs);
  const [root] = (await readStoreView(store)).roots;
  if (!first || !root) throw new Error('nothing was loaded');
  const bytes = await readFile(store.store.pathOf(first.digest));
  bytes[100] = (bytes[100] ?? 0) ^ 1;
  const changed = digestOf(bytes);
  const manifest = Buffer.from(await store.store.readDocument(root.digest)).toString();
  const forged = Buffer.from(manifest.replace(first.digest, changed));
  const layout = join(await temporaryFolder(), 'forged');
  await saveLayout(store, { what: ['shop:sealed'], target: layout }, quietRun());
  for (const each of [bytes, forged]) await writeFile(join(layout, blobPath(digestOf(each))), each);
  const index = await readFile(join(layout, 'index.json'), 'utf8');
  await writeFile(join(layout, 'index.json'), index.replace(root.digest, digestOf(forged)));
  const again = await openStore();
  await load(again, layout);
  const before = await blobsOnDisk(again.directory);
  expect((await problemFacts(decrypt(again, pair), 'layer-undecipherable')).reason).toBe('changed');
  expect(await blobsOnDisk(again.directory)).toEqual(before);
});

peerSuite('encrypted layers beside skopeo', ['skopeo'], () => {
  test('skopeo decrypts what we encrypt', async () => {
    const pair = await makePair();
    const { store, from } = await sealed(pair);
    const folder = await temporaryFolder();
    const layout = join(folder, 'layout');
    await saveLayout(store, { what: ['shop:sealed'], target: layout }, quietRun());
    const copy = ['copy', '--decryption-key', pair.own, `oci:${layout}:shop:sealed`, `oci:${folder}/plain:x`];
    await must('skopeo', copy);
    const again = await openStore();
    await load(again, join(folder, 'plain'));
    const images = async (each: TestStore): Promise<unknown> =>
      (await readStoreView(each)).graph.images.map(({ id, layers }) => [id, layers]);
    expect(await images(again)).toEqual(await images(from));
    const refused = await run(
      'skopeo',
      copy.map((word) => (word === pair.own ? `${pair.open}` : word)),
    );
    expect(refused.code).not.toBe(0);
  });

  test('we decrypt what skopeo encrypts: the same blobs as before', async () => {
    const pair = await makePair();
    const from = await openStore();
    await load(from, ociArchive([image]));
    const archive = `${await temporaryFolder()}/sealed.tar`;
    const to = `oci-archive:${archive}:shop:sealed`;
    await must('skopeo', [
      'copy',
      '--encryption-key',
      `jwe:${pair.open}`,
      `oci:${from.directory}:shop:1`,
      to,
    ]);
    const store = await openStore();
    await load(store, archive);
    const before = await blobsOnDisk(store.directory);
    const made = await decrypt(store, pair);
    expect(made.id).toBe((await readStoreView(store)).graph.images[0]?.id);
    const fresh = [...(await blobsOnDisk(store.directory)).keys()].filter((digest) => !before.has(digest));
    // The layers as they went into skopeo, which compresses a plain one before it encrypts.
    const gzipped = (await layerBlobs(from))[1];
    expect(fresh).toContain(gzipped);
    await expectSoundStore(store.directory);
  });
});
