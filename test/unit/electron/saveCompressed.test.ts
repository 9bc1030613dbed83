import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { planSave, type SaveCompression } from '../../../electron/actions/copy/planArchive';
import { saveImages } from '../../../electron/actions/copy/saveImages';
import { saveLayout } from '../../../electron/actions/copy/saveLayout';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { tagImage } from '../../../electron/actions/images/tagImages';
import { rewriteIndex } from '../../../shared/image/rewriteManifest';
import {
  blobPath,
  buildImage,
  digestOf,
  dockerArchive,
  noise,
  ociArchive,
  ociMembers,
  tarOf,
  type ImageSpec,
} from '../../setup/imageBuilder';
import {
  load,
  openStore,
  problemFacts,
  quietRun,
  snapshotDirectory,
  storeOf,
  temporaryFolder,
  type TestStore,
} from '../../setup/temporary';

const base = { files: [{ path: 'etc/os', content: Buffer.alloc(40_000, 'base\n') }] };
const plain: readonly ImageSpec[] = [
  { names: ['shop:1.0'], layers: [base, { files: [{ path: 'a', content: noise(9000) }] }] },
  { names: ['shop:1.1'], layers: [base, { files: [{ path: 'b', content: noise(2000, 5) }] }, base] },
];
const packed = plain.map((spec) => ({
  ...spec,
  layers: spec.layers.map((layer) => ({ ...layer, gzip: true })),
}));
const what = ['shop:1.0', 'shop:1.1'];

const cases = [
  ['docker-archive', 'none'],
  ['docker-archive', 'gzip'],
  ['oci-archive', 'none'],
  ['oci-archive', 'gzip'],
  ['oci-archive', 'zstd'],
  ['oci-dir', 'none'],
  ['oci-dir', 'gzip'],
  ['oci-dir', 'zstd'],
] as const;
type Format = (typeof cases)[number][0];

/** Saves into a fresh folder; gives the file or folder. */
async function save(context: TestStore, format: Format, compression: SaveCompression): Promise<string> {
  const target = join(await temporaryFolder(), 'saved');
  if (format === 'oci-dir') await saveLayout(context, { what, compression, target }, quietRun());
  else await saveImages(context, { what, format, compression, target }, quietRun());
  return target;
}

/** One digest for a file, or for all that is in a folder. */
async function fingerprint(path: string, format: Format): Promise<string> {
  const hash = createHash('sha256');
  if (format !== 'oci-dir') return hash.update(await readFile(path)).digest('hex');
  return hash.update(JSON.stringify([...(await snapshotDirectory(path))])).digest('hex');
}

async function compressions(context: TestStore): Promise<string[]> {
  const { graph } = await readStoreView(context);
  return [
    ...new Set(graph.layers.flatMap(({ blobs }) => blobs.map(({ compression }) => compression ?? '?'))),
  ];
}

describe.each(cases)('%s with %s layers', (format, compression) => {
  test('loads as the same images, with layers that are compressed so', async () => {
    const context = await storeOf(ociArchive(packed));
    const saved = await save(context, format, compression);
    const fresh = await openStore();
    await load(fresh, saved);
    const { graph } = await readStoreView(fresh);
    const expected = plain.map(buildImage);
    expect(new Map(graph.images.map(({ id, names }) => [id, names]))).toEqual(
      new Map(expected.map(({ id, names }) => [id, names])),
    );
    expect(await compressions(fresh)).toEqual([compression]);
  });

  test('of the same images is the same, byte for byte, from whatever and in whatever order they came', async () => {
    const stores = [
      await storeOf(dockerArchive(plain)),
      await storeOf(ociArchive([...packed].reverse())),
      await storeOf(ociArchive(packed.slice(1))),
    ];
    await load(stores[2] as TestStore, dockerArchive(plain.slice(0, 1)));
    const found = new Set<string>();
    for (const context of [...stores, ...stores.slice(0, 1)])
      found.add(await fingerprint(await save(context, format, compression), format));
    expect(found.size).toBe(1);
  });

  test('of a damaged layer is refused and leaves nothing', async () => {
    const context = await storeOf(ociArchive(packed));
    const folder = await temporaryFolder();
    const [image] = packed.map(buildImage);
    const blob = join(context.directory, blobPath(image?.layers[1]?.digest ?? ''));
    const bytes = await readFile(blob);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    await rm(blob);
    await writeFile(blob, bytes);
    const target = join(folder, 'saved');
    const request = { what, compression, target };
    await problemFacts(
      format === 'oci-dir'
        ? saveLayout(context, request, quietRun())
        : saveImages(context, { ...request, format }, quietRun()),
      'blob-damaged',
    );
    expect(await readdir(folder)).toEqual([]);
  });

  test('that is cancelled at any step leaves nothing', async () => {
    const context = await storeOf(ociArchive(packed));
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'other'));
    const target = join(folder, 'saved');
    const phases = new Set<string>();
    for (const stop of ['starting', 'compressing', 'writing']) {
      const abort = new AbortController();
      const run = quietRun(abort.signal, ({ phase }) => {
        phases.add(phase);
        if (phase === stop) abort.abort();
      });
      const request = { what, compression, target };
      const saving =
        format === 'oci-dir'
          ? saveLayout(context, request, run)
          : saveImages(context, { ...request, format }, run);
      await saving.catch(() => undefined);
      // A step that this way of saving does not have stops nothing.
      if (abort.signal.aborted) {
        await problemFacts(saving, 'cancelled');
        expect(await readdir(folder)).toEqual(['other']);
      } else await rm(target, { recursive: true });
    }
    expect(phases.has('compressing')).toBe(compression !== 'none' || format === 'oci-dir');
  });
});

test('an OCI manifest keeps its annotations and its config, and lists OCI types', async () => {
  const [spec] = packed;
  const image = buildImage(spec as ImageSpec);
  const members = ociMembers([image]);
  const before = JSON.parse(
    String(members.find(({ path }) => path === blobPath(image.manifestDigest))?.content),
  ) as {
    layers: { annotations?: Record<string, string> }[];
  };
  const first = before.layers[0];
  if (first)
    first.annotations = {
      'containerd.io/snapshot/stargz/toc.digest': `sha256:${'0'.repeat(64)}`,
      'org.example.note': 'kept',
    };
  const manifest = JSON.stringify({ ...before, annotations: { 'org.example.of': 'the manifest' } });
  const listed = members.map((member) => {
    if (member.path === blobPath(image.manifestDigest))
      return { path: blobPath(digestOf(manifest)), content: manifest };
    if (member.path !== 'index.json') return member;
    const index = String(member.content)
      .replaceAll(image.manifestDigest, digestOf(manifest))
      .replace(/"size":\d+/, `"size":${manifest.length}`);
    return { path: 'index.json', content: index };
  });
  const context = await storeOf(tarOf(listed));
  const target = join(await temporaryFolder(), 'layout');
  await saveLayout(context, { what: ['shop:1.0'], compression: 'zstd', target }, quietRun());
  const index = JSON.parse(await readFile(join(target, 'index.json'), 'utf8')) as {
    manifests: { digest: string }[];
  };
  const written = JSON.parse(
    await readFile(join(target, blobPath(index.manifests[0]?.digest ?? '')), 'utf8'),
  ) as { layers: object[]; config: object };
  expect(written).toMatchObject({
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: image.id },
    annotations: { 'org.example.of': 'the manifest' },
  });
  expect(written.layers[0]).toMatchObject({
    mediaType: 'application/vnd.oci.image.layer.v1.tar+zstd',
    annotations: { 'org.example.note': 'kept' },
  });
  expect(JSON.stringify(written)).not.toContain('stargz');
});

test('a docker-archive with zstd layers is refused', async () => {
  const context = await storeOf(dockerArchive(plain));
  const facts = await problemFacts(
    planSave(context, { what, format: 'docker-archive', compression: 'zstd' }),
    'request-invalid',
  );
  expect(facts.reason).toBe('compression');
});

test('a plan says whether its bytes are exact', async () => {
  const context = await storeOf(ociArchive(packed));
  await tagImage(context, buildImage(plain[0] as ImageSpec).id, 'shop:other');
  const plan = async (compression: SaveCompression): Promise<unknown> => {
    const { exact, bytes } = await planSave(context, { what, format: 'oci-archive', compression });
    return { exact, larger: bytes > 50_000 };
  };
  expect(await plan('kept')).toEqual({ exact: true, larger: false });
  expect(await plan('none')).toEqual({ exact: true, larger: true });
  expect(await plan('gzip')).toEqual({ exact: false, larger: true });
});

test('an index keeps its order and annotations, and attestations follow their manifest', () => {
  const [a, b, gone, statement] = ['a', 'b', 'gone', 'statement'].map((text) => digestOf(text));
  if (!a || !b || !gone || !statement) throw new Error('four digests');
  const of = { 'vnd.docker.reference.type': 'attestation-manifest', 'vnd.docker.reference.digest': a };
  const before = {
    schemaVersion: 2,
    mediaType: 'application/vnd.docker.distribution.manifest.list.v2+json',
    manifests: [
      { mediaType: 'm', digest: a, size: 1, platform: { os: 'linux', architecture: 'arm64' } },
      { mediaType: 'm', digest: gone, size: 2 },
      { mediaType: 'm', digest: statement, size: 3, annotations: of },
    ],
    annotations: { note: 'kept' },
  };
  const anew = { mediaType: 'n', digest: b, size: 9 };
  const bytes = rewriteIndex(Buffer.from(JSON.stringify(before)), digestOf('index'), new Map([[a, anew]]));
  expect(JSON.parse(Buffer.from(bytes).toString())).toEqual({
    ...before,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: [
      { ...before.manifests[0], ...anew },
      before.manifests[1],
      { ...before.manifests[2], annotations: { ...of, 'vnd.docker.reference.digest': b } },
    ],
  });
});
