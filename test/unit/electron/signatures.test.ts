import { storedOrigin } from '../../../shared/image/jsonDocument';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inspectImage } from '../../../electron/actions/images/inspectImage';
import {
  fingerprintOf,
  readPrivateKey,
  readPublicKey,
  rsaKinds,
  signingKinds,
} from '../../../electron/actions/trust/keyFiles';
import { resolveImage } from '../../../electron/actions/images/resolveImage';
import { signImage, type Signed } from '../../../electron/actions/trust/signImage';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { removeImages } from '../../../electron/actions/images/removeImages';
import { verifyImage } from '../../../electron/actions/trust/verifyImage';
import { parseDigest } from '../../../shared/image/digest';
import { parseManifest } from '../../../shared/image/manifest';
import { signedReference, signingPayload } from '../../../shared/image/simpleSigning';
import { digestOf, ociArchive } from '../../setup/imageBuilder';
import { artifactOf, indexedLayout } from '../../setup/indexBuilder';
import { must } from '../../setup/run';
import {
  blobsOnDisk,
  expectSoundStore,
  load,
  openStore,
  problemFacts,
  quietRun,
  saved,
  storeOf,
  type TestStore,
} from '../../setup/temporary';

/** Keys that openssl makes, by kind. */
const making: Readonly<Record<string, readonly string[]>> = {
  'ECDSA P-256': ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'],
  Ed25519: ['-algorithm', 'ed25519'],
  'RSA 2048': ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'],
};
let keys = '';
const file = (name: string): string => join(keys, `${name.replace(/ /g, '-')}.pem`);
const openssl = (...words: string[]): Promise<unknown> => must('openssl', words);

beforeAll(async () => {
  keys = await mkdtemp(join(tmpdir(), 'stratigraph-test-keys-'));
  for (const [kind, words] of Object.entries(making)) {
    await openssl('genpkey', ...words, '-out', file(kind));
    await openssl('pkey', '-in', file(kind), '-pubout', '-out', file(`${kind} public`));
  }
  await openssl(
    'genpkey',
    ...(making['RSA 2048'] ?? []).slice(0, 3),
    'rsa_keygen_bits:1024',
    '-out',
    file('short'),
  );
  await openssl('pkey', '-in', file('Ed25519'), '-aes256', '-passout', 'pass:open', '-out', file('locked'));
});

afterAll(() => rm(keys, { recursive: true, force: true }));

const image = { names: ['shop:1'], layers: [{ files: [{ path: 'a', content: 'a' }] }] };
const other = { names: ['other:1'], layers: [{ files: [{ path: 'b', content: 'b' }] }] };

async function sign(
  store: TestStore,
  word: string,
  kind: string,
  platform: string | null = null,
): Promise<Signed> {
  const key = await readPrivateKey(file(kind), null, signingKinds);
  const found = resolveImage((await readStoreView(store)).graph, word, platform);
  const what = { image: found.image.id, name: found.name, platformOnly: platform !== null, key };
  return signImage(store, what, quietRun());
}

async function verify(
  store: TestStore,
  word: string,
  kind: string,
  platform: string | null = null,
): ReturnType<typeof verifyImage> {
  const key = await readPublicKey(file(`${kind} public`), signingKinds);
  const found = resolveImage((await readStoreView(store)).graph, word, platform);
  return verifyImage(store, { image: found.image.id, name: found.name, key });
}

/** The payload and the signature that an artifact holds. */
async function contents(
  store: TestStore,
  artifact: string,
): Promise<{ payload: Uint8Array; signature: Buffer }> {
  const bytes = await store.store.readDocument(parseDigest(artifact));
  const [layer] = parseManifest(bytes, storedOrigin('')).layers;
  const signature = layer?.annotations?.['dev.cosignproject.cosign/signature'] ?? '';
  const payload = await store.store.readDocument(layer?.digest ?? parseDigest(artifact));
  return { payload, signature: Buffer.from(signature, 'base64') };
}

describe.each(Object.keys(making))('%s', (kind) => {
  test('signs what openssl verifies, says who, and leaves the image as it is', async () => {
    const store = await openStore();
    await load(store, ociArchive([image]));
    const before = (await readStoreView(store)).graph.images[0];
    const signed = await sign(store, 'shop:1', kind);
    const after = (await readStoreView(store)).graph.images[0];
    expect([after?.id, after?.manifests, after?.names]).toEqual([before?.id, before?.manifests, ['shop:1']]);
    const { payload, signature } = await contents(store, signed.artifact);
    expect(JSON.parse(Buffer.from(payload).toString())).toEqual({
      critical: {
        identity: { 'docker-reference': 'index.docker.io/library/shop' },
        image: { 'docker-manifest-digest': before?.manifests[0] },
        type: 'cosign container image signature',
      },
      optional: null,
    });
    const [signaturePath, payloadPath] = [join(keys, `${kind} sig`), join(keys, `${kind} payload`)];
    await writeFile(signaturePath, signature);
    await writeFile(payloadPath, payload);
    const open = file(`${kind} public`);
    const words =
      kind === 'Ed25519'
        ? [
            'pkeyutl',
            '-verify',
            '-pubin',
            '-inkey',
            open,
            '-rawin',
            '-in',
            payloadPath,
            '-sigfile',
            signaturePath,
          ]
        : ['dgst', '-sha256', '-verify', open, '-signature', signaturePath, payloadPath];
    expect(await must('openssl', words)).toMatch(/Verified OK|Signature Verified Successfully/);
    const der = join(keys, 'der');
    await openssl('pkey', '-pubin', '-in', open, '-outform', 'DER', '-out', der);
    const key = `sha256:${createHash('sha256')
      .update(await readFile(der))
      .digest('hex')}`;
    expect(await verify(store, 'shop:1', kind)).toEqual([
      {
        digest: before?.manifests[0],
        reference: 'index.docker.io/library/shop',
        key,
        kind,
        artifact: signed.artifact,
      },
    ]);
    expect(await sign(store, 'shop:1', kind)).toEqual({ ...signed, isNew: false });
    await expectSoundStore(store.directory);
  });
});

describe('a signature', () => {
  test('travels with the image in an OCI archive, is shown with it, and goes with it', async () => {
    const store = await openStore();
    await load(store, ociArchive([image, other]));
    await sign(store, 'shop:1', 'Ed25519');
    const again = await storeOf(await saved(store, ['shop:1']));
    expect(await verify(again, 'shop:1', 'Ed25519')).toHaveLength(1);
    const { image: node } = resolveImage((await readStoreView(again)).graph, 'shop:1');
    expect((await inspectImage(again, node.id)).artifacts).toMatchObject([{ kind: 'signature', parts: 1 }]);
    await removeImages(again, { images: [node.id], names: [] }, quietRun());
    expect((await blobsOnDisk(again.directory)).size).toBe(0);
  });

  test('of an index holds for its platforms; of one platform for that alone', async () => {
    const platforms = ['s390x', 'mips'].map((architecture) => ({
      architecture,
      layers: [{ files: [{ path: 'arch', content: architecture }] }],
    }));
    const layout = indexedLayout('shop:1', platforms);
    const store = await openStore();
    await load(store, layout.archive);
    const one = await sign(store, 'shop:1', 'Ed25519', 'linux/mips');
    expect(one.digest).toBe(layout.manifests['linux/mips']);
    expect(await verify(store, 'shop:1', 'Ed25519', 'linux/mips')).toHaveLength(1);
    await problemFacts(verify(store, 'shop:1', 'Ed25519', 'linux/s390x'), 'signature-missing');
    expect((await sign(store, 'shop:1', 'ECDSA P-256')).digest).toBe(layout.index.digest);
    expect(await verify(store, 'shop:1', 'ECDSA P-256', 'linux/s390x')).toMatchObject([
      { digest: layout.index.digest },
    ]);
  });

  test('by another key, of other bytes, or of another digest is refused', async () => {
    const store = await openStore();
    await load(store, ociArchive([image, other]));
    await problemFacts(verify(store, 'shop:1', 'Ed25519'), 'signature-missing');
    const { artifact } = await sign(store, 'other:1', 'Ed25519');
    await sign(store, 'shop:1', 'ECDSA P-256');
    expect(await problemFacts(verify(store, 'shop:1', 'Ed25519'), 'signature-refused')).toMatchObject({
      reason: 'key',
      count: 1,
      key: fingerprintOf(await readPublicKey(file('Ed25519 public'), signingKinds)),
    });
    const { payload, signature } = await contents(store, artifact);
    const { manifests } = resolveImage((await readStoreView(store)).graph, 'shop:1').image;
    const [digest = parseDigest(digestOf(''))] = manifests;
    const forged = signingPayload({ digest, reference: signedReference('docker.io/library/shop:1') });
    // The signature of another image beside this one, and then with a payload that names this one.
    for (const [content, reason] of [
      [payload, 'digest'],
      [forged, 'key'],
    ] as const) {
      const made = artifactOf({ subject: { mediaType: 'x/y', digest, size: 1 } }, [
        [
          Buffer.from(content).toString(),
          'application/vnd.dev.cosign.simplesigning.v1+json',
          { 'dev.cosignproject.cosign/signature': signature.toString('base64') },
        ],
      ]);
      const again = await openStore();
      await load(again, ociArchive([image]));
      const ingest = await again.store.beginIngest();
      for (const { content: bytes = '' } of made.members) await ingest.put(Buffer.from(bytes));
      await ingest.commit((index) => ({
        ...index,
        manifests: [...index.manifests, { ...made.descriptor, digest: parseDigest(made.descriptor.digest) }],
      }));
      expect((await problemFacts(verify(again, 'shop:1', 'Ed25519'), 'signature-refused')).reason).toBe(
        reason,
      );
    }
  });

  test('is of what a name stands for now', async () => {
    const store = await openStore();
    await load(store, ociArchive([image]));
    const signed = await sign(store, 'shop:1', 'Ed25519');
    await load(store, ociArchive([{ ...other, names: ['shop:1'] }]));
    await problemFacts(verify(store, 'shop:1', 'Ed25519'), 'signature-missing');
    expect(await verify(store, signed.digest, 'Ed25519')).toMatchObject([{ digest: signed.digest }]);
  });
});

describe('keys', () => {
  test('that are encrypted need their passphrase', async () => {
    const reading = (passphrase: string | null): Promise<unknown> =>
      readPrivateKey(file('locked'), passphrase, signingKinds);
    expect((await problemFacts(reading(null), 'key-unusable')).reason).toBe('encrypted');
    expect((await problemFacts(reading('shut'), 'key-unusable')).reason).toBe('passphrase');
    const plain = await readPrivateKey(file('Ed25519'), null, signingKinds);
    expect(fingerprintOf(await readPrivateKey(file('locked'), 'open', signingKinds))).toBe(
      fingerprintOf(plain),
    );
  });

  test('of other kinds, and files that are none, are refused', async () => {
    await writeFile(file('none'), 'not a key');
    const facts = async (work: Promise<unknown>): Promise<unknown> =>
      (await problemFacts(work, 'key-unusable')).reason;
    expect(await facts(readPrivateKey(file('none'), null, signingKinds))).toBe('not-pem');
    expect(await facts(readPrivateKey(file('Ed25519 public'), null, signingKinds))).toBe('public');
    expect(await facts(readPublicKey(file('Ed25519'), signingKinds))).toBe('private');
    expect(await facts(readPrivateKey(file('short'), null, signingKinds))).toBe('short');
    expect(await facts(readPublicKey(file('Ed25519 public'), rsaKinds))).toBe('kind');
    await problemFacts(readPublicKey(file('absent'), signingKinds), 'file-not-found');
  });
});
