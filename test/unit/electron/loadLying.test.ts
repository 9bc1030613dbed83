import { describe, expect, test } from 'vitest';
import {
  blobPath,
  buildImage,
  digestOf,
  dockerArchive,
  dockerMembers,
  gzip,
  noise,
  ociArchive,
  ociMembers,
  replaceMember,
  tarMember,
  tarOf,
  writeMembers,
  type ImageSpec,
  type TarMember,
} from '../../setup/imageBuilder';
import {
  load,
  openStore,
  refusedUnchanged,
  temporaryFile,
  temporaryFolder,
  type TestStore,
} from '../../setup/temporary';

const shop: ImageSpec = {
  names: ['shop:1.0'],
  layers: [
    { files: [{ path: 'etc/os', content: 'base\n' }] },
    { files: [{ path: 'srv/shop', content: noise(3000, 2) }] },
  ],
};
const built = buildImage(shop);
const [first, second] = built.layers;
if (!first || !second) throw new Error('two layers');

/** A store that holds an image already, so that a fault could do damage. */
async function storeInUse(): Promise<TestStore> {
  const context = await openStore();
  await load(context, dockerArchive([{ names: ['other:1'], layers: [{ files: [{ path: 'a' }] }] }]));
  return context;
}

/** manifest.json, or another JSON document, with something changed. */
function edit(members: readonly TarMember[], path: string, change: (text: string) => string): TarMember[] {
  const found = members.find((member) => member.path === path);
  return replaceMember(members, path, change(String(found?.content)));
}

describe('an archive that lies', () => {
  const docker = dockerMembers([built]);
  const oci = ociMembers([built]);
  const changed = Buffer.from(second.blob);
  changed[1000] = (changed[1000] ?? 0) ^ 1;
  const layerName = `${second.digest.slice(7)}/layer.tar`;

  test('a docker-archive with another layer than its config says: diff ID, layer 2 of 2', async () => {
    const context = await storeInUse();
    const archive = tarOf(replaceMember(docker, layerName, changed));
    const facts = await refusedUnchanged(context, () => load(context, archive), 'diff-id-mismatch');
    expect(facts).toMatchObject({ entry: layerName, expected: second.diffId, layer: 2, layers: 2 });
  });

  test('the same in gzip', async () => {
    const context = await storeInUse();
    const archive = gzip(tarOf(replaceMember(docker, layerName, changed)));
    const facts = await refusedUnchanged(context, () => load(context, archive), 'diff-id-mismatch');
    expect(facts).toMatchObject({ expected: second.diffId, layer: 2, layers: 2 });
  });

  test('a layer that the store has already is verified, too', async () => {
    const context = await openStore();
    await load(context, dockerArchive([shop]));
    const archive = tarOf(replaceMember(docker, layerName, changed));
    await refusedUnchanged(context, () => load(context, archive), 'diff-id-mismatch');
  });

  test.each([
    ['layer', second.digest, changed],
    ['config', built.id, Buffer.from(String(built.config).replace('amd64', 'arm64'))],
    ['manifest', built.manifestDigest, Buffer.from(String(built.manifest).replace('tar', 'TAR'))],
  ])('an OCI archive whose %s has another digest', async (_what, digest, bytes) => {
    const context = await storeInUse();
    const archive = tarOf(replaceMember(oci, blobPath(digest), bytes));
    const facts = await refusedUnchanged(context, () => load(context, archive), 'digest-mismatch');
    expect(facts).toMatchObject({ entry: blobPath(digest), expected: digest });
  });

  test.each([
    ['manifest in index.json', `"size":${built.manifest.length}`],
    ['config in the manifest', `"size":${built.config.length}`],
    ['layer in the manifest', `"size":${second.blob.length}`],
  ])('a wrong size of the %s', async (what, text) => {
    const context = await storeInUse();
    const wrong = (json: string): string => {
      expect(json).toContain(text);
      return json.replace(
        text,
        text.replace(/\d+$/, (n) => String(Number(n) + 1)),
      );
    };
    let members: TarMember[];
    if (what.endsWith('index.json')) members = edit(oci, 'index.json', wrong);
    else {
      const manifest = Buffer.from(wrong(String(built.manifest)));
      const digest = digestOf(manifest);
      members = edit(
        [
          ...oci.filter(({ path }) => path !== blobPath(built.manifestDigest)),
          { path: blobPath(digest), content: manifest },
        ],
        'index.json',
        (json) => json.replace(built.manifestDigest, digest),
      );
    }
    await refusedUnchanged(context, () => load(context, tarOf(members)), 'size-mismatch');
  });

  test('an OCI archive whose config has another diff ID', async () => {
    const context = await storeInUse();
    const other = buildImage({ ...shop, layers: [...shop.layers.slice(0, 1), { files: [{ path: 'x' }] }] });
    const lying = { ...built, config: other.config, id: other.id };
    const manifest = Buffer.from(String(built.manifest).replace(built.id, other.id));
    const archive = tarOf(ociMembers([{ ...lying, manifest, manifestDigest: digestOf(manifest) }]));
    const facts = await refusedUnchanged(context, () => load(context, archive), 'diff-id-mismatch');
    expect(facts).toMatchObject({ found: second.diffId, layer: 2, layers: 2 });
  });

  test('a config that counts its layers otherwise', async () => {
    const context = await storeInUse();
    const archive = tarOf(
      edit(docker, 'manifest.json', (json) => json.replace(`"${first.digest.slice(7)}/layer.tar",`, '')),
    );
    await refusedUnchanged(context, () => load(context, archive), 'document-invalid');
  });

  test.each([
    ['layer', layerName, 'layer'],
    ['config', `${built.id.slice(7)}.json`, 'config'],
  ] as const)('a docker-archive without its %s', async (_name, path, what) => {
    const context = await storeInUse();
    const archive = tarOf(docker.filter((member) => member.path !== path));
    const facts = await refusedUnchanged(context, () => load(context, archive), 'blob-missing');
    expect(facts).toEqual({ file: 'archive.tar', entry: path, what });
  });

  test.each([
    ['layer', second.digest],
    ['config', built.id],
    ['manifest', built.manifestDigest],
  ] as const)('an OCI archive without its %s', async (what, digest) => {
    const context = await storeInUse();
    const archive = tarOf(oci.filter(({ path }) => path !== blobPath(digest)));
    const facts = await refusedUnchanged(context, () => load(context, archive), 'blob-missing');
    expect(facts).toEqual({ file: 'archive.tar', entry: blobPath(digest), what });
  });

  test('the second of two images is bad: the first one does not load either', async () => {
    const context = await storeInUse();
    const good = buildImage({ names: ['good:1'], layers: [{ files: [{ path: 'good' }] }] });
    const archive = tarOf(replaceMember(dockerMembers([good, built]), layerName, changed));
    await refusedUnchanged(context, () => load(context, archive), 'diff-id-mismatch');
  });
});

describe('documents and layers that cannot be read', () => {
  test.each([
    ['is not JSON', (): string => '{'],
    ['is an object', (): string => '{}'],
    ['holds a number', (): string => '[7]'],
    ['has no config', (json: string): string => json.replace(/"Config":"[^"]+"/, '"Config":""')],
    ['leads out of the archive', (json: string): string => json.replace(/"Config":"/, '"Config":"../')],
    ['has a key twice', (json: string): string => json.replace('{', '{"Config":"x",')],
    ['has a key in two spellings', (json: string): string => json.replace('{', '{"config":"x",')],
    ['has a name that is none', (json: string): string => json.replace('shop:1.0', 'Shop:1.0')],
  ])('manifest.json %s', async (_what, change) => {
    const context = await storeInUse();
    const archive = tarOf(edit(dockerMembers([built]), 'manifest.json', change));
    const facts = await refusedUnchanged(context, () => load(context, archive), 'document-invalid');
    expect(facts).toMatchObject({ file: 'archive.tar', entry: 'manifest.json' });
  });

  test.each([
    ['is text', { tar: Buffer.from('no tar at all, just a text that is long enough. '.repeat(40)) }],
    ['is gzip of gzip', { tar: gzip(tarOf([{ path: 'a' }])), gzip: true }],
    ['has a name that leads upwards', { files: [{ path: '../../etc/passwd', content: 'x' }] }],
    ['deletes nothing', { files: [{ path: 'etc/.wh.' }] }],
    ['ends within a member', { tar: tarMember({ path: 'a', content: noise(2000) }).subarray(0, 1500) }],
  ])('a layer that %s is refused in every form', async (_what, layer) => {
    const context = await storeInUse();
    const spec: ImageSpec = { names: ['odd:1'], layers: [{ files: [{ path: 'fine' }] }, layer] };
    for (const archive of [dockerArchive([spec]), gzip(dockerArchive([spec])), ociArchive([spec])]) {
      const facts = await refusedUnchanged(context, () => load(context, archive), 'layer-invalid');
      expect(facts).toMatchObject({ file: 'archive.tar', layer: 2, layers: 2 });
    }
  });

  test('an outer member that leads upwards is refused', async () => {
    const context = await storeInUse();
    const archive = tarOf([{ path: '../evil', content: 'x' }, ...dockerMembers([built])]);
    await refusedUnchanged(context, () => load(context, archive), 'archive-damaged');
    await refusedUnchanged(context, () => load(context, gzip(archive)), 'archive-damaged');
  });

  test('a config that is a symlink to a file of the machine is not followed', async () => {
    const context = await storeInUse();
    const path = `${built.id.slice(7)}.json`;
    const secret = await temporaryFile(built.config, 'secret');
    const members = dockerMembers([built]).map((member): TarMember =>
      member.path === path ? { path, type: 'symlink', linkTarget: secret } : member,
    );
    await refusedUnchanged(context, () => load(context, tarOf(members)), 'blob-missing');
    const folder = await writeMembers(
      await temporaryFolder(),
      ociMembers([built]).map((member): TarMember =>
        member.path === blobPath(built.id) ? { ...member, type: 'symlink', linkTarget: secret } : member,
      ),
    );
    await refusedUnchanged(context, () => load(context, folder), 'blob-missing');
  });

  test('an artifact is no image', async () => {
    const context = await storeInUse();
    const manifest = Buffer.from(
      String(built.manifest).replace('application/vnd.oci.image.config.v1+json', 'application/vnd.helm'),
    );
    const archive = tarOf(ociMembers([{ ...built, manifest, manifestDigest: digestOf(manifest) }]));
    await refusedUnchanged(context, () => load(context, archive), 'holds-no-image');
  });

  test('a layout of a version to come is not read as if it were known', async () => {
    const context = await storeInUse();
    const archive = tarOf(edit(ociMembers([built]), 'oci-layout', (json) => json.replace('1.0.0', '2.0.0')));
    await refusedUnchanged(context, () => load(context, archive), 'unsupported');
  });
});
