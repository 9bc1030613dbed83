import { describe, expect, test } from 'vitest';
import { fileTree } from '../../../electron/actions/inside/imageFiles';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { blobPath, digestOf, gzip, tarOf, zstd, type TarMember } from '../../setup/imageBuilder';
import { blobsOnDisk, expectSoundStore, load, openStore, refusedUnchanged } from '../../setup/temporary';

const tar = tarOf([{ path: 'etc/os', content: 'odd\n' }]);

/** A zstd frame that decoders pass over: zstd:chunked keeps its table of contents in one (RFC 8878, 3.1.2). */
function skippable(content: Uint8Array): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32LE(0x184d2a50, 0);
  head.writeUInt32LE(content.length, 4);
  return Buffer.concat([head, content]);
}

const half = Math.floor(tar.length / 2);
const note = Buffer.from('a table of contents');

/** An estargz layer: a gzip member a piece, one that names the table of contents last. */
const members = (...parts: readonly Uint8Array[]): Buffer => Buffer.concat(parts.map(gzip));

const odd: readonly [string, Buffer, string][] = [
  [
    'gzip of many members, as pigz and estargz write it',
    members(tar.subarray(0, half), tar.subarray(half)),
    'tar+gzip',
  ],
  [
    'gzip of many members, empty ones among them',
    members(Buffer.alloc(0), tar.subarray(0, 700), Buffer.alloc(0), tar.subarray(700), Buffer.alloc(0)),
    'tar+gzip',
  ],
  [
    'zstd with a frame to be skipped behind it, as zstd:chunked has',
    Buffer.concat([zstd(tar), skippable(note)]),
    'tar+zstd',
  ],
  ['zstd with a frame to be skipped before it', Buffer.concat([skippable(note), zstd(tar)]), 'tar+zstd'],
  [
    'zstd of several frames',
    Buffer.concat([zstd(tar.subarray(0, half)), zstd(tar.subarray(half))]),
    'tar+zstd',
  ],
  ['plain and labelled gzip', tar, 'tar+gzip'],
  ['gzip and labelled plain', gzip(tar), 'tar'],
  ['gzip and labelled zstd', gzip(tar), 'tar+zstd'],
];

/** A layout of an image with this one layer. */
function layout(layer: Uint8Array, type: string, annotations?: Record<string, string>): Buffer {
  const describe = (bytes: Uint8Array, mediaType: string) => ({
    mediaType: `application/vnd.oci.image.${mediaType}`,
    digest: digestOf(bytes),
    size: bytes.length,
  });
  const config = Buffer.from(
    JSON.stringify({
      os: 'linux',
      architecture: 'amd64',
      rootfs: { type: 'layers', diff_ids: [digestOf(tar)] },
    }),
  );
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      config: describe(config, 'config.v1+json'),
      layers: [{ ...describe(layer, `layer.v1.${type}`), ...(annotations ? { annotations } : {}) }],
    }),
  );
  const index = { schemaVersion: 2, manifests: [describe(manifest, 'manifest.v1+json')] };
  return tarOf([
    { path: 'oci-layout', content: '{"imageLayoutVersion":"1.0.0"}' },
    { path: 'index.json', content: JSON.stringify(index) },
    ...[config, manifest, layer].map((content): TarMember => ({
      path: blobPath(digestOf(content)),
      content,
    })),
  ]);
}

describe.each([
  ['plain', (bytes: Buffer) => bytes],
  ['in gzip', (bytes: Buffer) => gzip(bytes)],
] as const)('an archive, %s, with a layer that is', (_form, pack) => {
  test.each(odd)('%s', async (_what, layer, type) => {
    const context = await openStore();
    await load(context, pack(layout(layer, type)));
    const view = await readStoreView(context);
    expect(view.damaged).toEqual([]);
    expect(view.graph.layers).toMatchObject([{ diffId: digestOf(tar), tarSize: tar.length }]);
    // The bytes are kept as they came, whatever their label says.
    expect((await blobsOnDisk(context.directory)).get(digestOf(layer))).toBe(layer.length);
    const [image] = view.graph.images;
    if (!image) throw new Error('no image');
    expect((await fileTree(context, view, image, null)).find('etc/os', true)?.entry?.kind).toBe('file');
    await expectSoundStore(context.directory);
  });
});

test('what only looks compressed is refused', async () => {
  const context = await openStore();
  for (const layer of [gzip(gzip(tar)), gzip(Buffer.from('no tar')), skippable(note)]) {
    const archive = layout(layer, 'tar+gzip');
    const thrown = await load(context, archive).then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(thrown).not.toBeNull();
  }
  await refusedUnchanged(context, () => load(context, layout(gzip(gzip(tar)), 'tar+gzip')), 'layer-invalid');
});

test.each([
  'application/vnd.docker.distribution.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v1+prettyjws',
])('a manifest of schema 1 (%s) is named as such', async (mediaType) => {
  const context = await openStore();
  const manifest = Buffer.from('{"schemaVersion":1,"fsLayers":[],"history":[]}');
  const digest = digestOf(manifest);
  const archive = tarOf([
    { path: 'oci-layout', content: '{"imageLayoutVersion":"1.0.0"}' },
    {
      path: 'index.json',
      content: JSON.stringify({
        schemaVersion: 2,
        manifests: [{ mediaType, digest, size: manifest.length }],
      }),
    },
    { path: blobPath(digest), content: manifest },
  ]);
  const facts = await refusedUnchanged(context, () => load(context, archive), 'holds-no-image');
  expect(facts.type).toBe(mediaType);
});
