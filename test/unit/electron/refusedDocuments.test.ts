import { mkdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { createWorkspace } from '../../../electron/actions/trees/workspaces';
import { parseImageId } from '../../../shared/image/digest';
import { callCommand } from '../../setup/callCommand';
import { buildImage, digestOf, type BuiltImage } from '../../setup/imageBuilder';
import { blobsOnDisk, openStore, quietRun, temporaryFolder } from '../../setup/temporary';

/**
 * An image whose documents we refuse, or do not know, may be one that another tool reads: as long as it is listed nothing that
 * its documents name is freed, whatever goes beside it; when it is taken out, all of it goes.
 */

const oci = 'application/vnd.oci.image.';
const place = { store: '' };
beforeEach(async () => {
  place.store = join(await temporaryFolder(), 'store');
  await mkdir(join(place.store, 'blobs', 'sha256'), { recursive: true });
  await writeFile(join(place.store, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
});
const put = async (bytes: Uint8Array | string): Promise<string> => {
  const digest = digestOf(bytes);
  const path = join(place.store, 'blobs', 'sha256', digest.slice(7));
  await writeFile(path, bytes);
  // What has just been put there may still wait for its list.
  const before = Date.now() / 1000 - 7200;
  await utimes(path, before, before);
  return digest;
};
const stratigraph = (...words: string[]): ReturnType<typeof callCommand> => callCommand(place.store, words);

const image = buildImage({
  names: [],
  layers: [{ files: [{ path: 'a', content: 'one' }] }, { files: [{ path: 'b', content: 'two' }] }],
});
const other = buildImage({ names: ['other:1'], layers: [{ files: [{ path: 'c', content: 'other' }] }] });

/** Blobs of an image, beside its manifest. */
const partsOf = ({ config, layers }: BuiltImage): readonly Uint8Array[] => [
  config,
  ...layers.map(({ blob }) => blob),
];

interface Root {
  readonly mediaType?: string;
  /** The document of the root, and others beside it. */
  readonly documents: readonly (Uint8Array | string)[];
}
const text = image.manifest.toString();
const entry = {
  mediaType: `${oci}manifest.v1+json`,
  digest: image.manifestDigest,
  size: image.manifest.length,
};
const index = (child: object = entry, more: object = {}): string =>
  JSON.stringify({ schemaVersion: 2, mediaType: `${oci}index.v1+json`, manifests: [child], ...more });
/** Types of roots, and of what an index lists, that are no images for us. */
const odd = text.replace('"layers"', '"Layers"');
const forms: Readonly<Record<string, Root>> = {
  'a key in another case': { documents: [odd] },
  'a key twice': { documents: [text.replace('{', '{"schemaVersion":2,')] },
  'a byte order mark': { documents: [`\ufeff${text}`] },
  'white space before it, text behind it': { documents: [`\n\t ${text}\n{}`] },
  'schema 1': { documents: [text.replace('"schemaVersion":2', '"schemaVersion":1')] },
  'bytes that are no text': {
    documents: [Buffer.concat([Buffer.from(text.slice(0, -1)), Buffer.from(',"x":"\xff"}', 'latin1')])],
  },
  'digests with escapes': {
    documents: [odd.replaceAll('sha256:', 'sh\\u00612\\u0035\\u00366:'.replace('6:', ':'))],
  },
  'a type of manifest that nobody knows': {
    mediaType: 'application/vnd.example.manifest.v7+json',
    documents: [text],
  },
  'a type of index that nobody knows': {
    mediaType: 'application/vnd.example.list.v7+json',
    documents: [index(), text],
  },
  'an index that is refused': {
    mediaType: `${oci}index.v1+json`,
    documents: [index(entry, { Manifests: [] }), text],
  },
  'an index of one that is refused': {
    mediaType: `${oci}index.v1+json`,
    documents: [index({ ...entry, digest: digestOf(odd), size: odd.length }), odd],
  },
  'an index of a type that nobody knows': {
    mediaType: `${oci}index.v1+json`,
    documents: [index({ ...entry, mediaType: 'application/vnd.example.manifest.v7+json' }), text],
  },
};

/** Puts the image in this form, one that is sound and a blob that nothing needs; gives the root of the first. */
async function planted({ mediaType = `${oci}manifest.v1+json`, documents }: Root): Promise<string> {
  for (const bytes of [...documents, ...partsOf(image), other.manifest, ...partsOf(other)]) await put(bytes);
  await put('nobody needs this');
  const [root = ''] = documents;
  const named = (digest: string, size: number, type: string, name: string): object => ({
    mediaType: type,
    digest,
    size,
    annotations: { 'org.opencontainers.image.ref.name': name },
  });
  const manifests = [
    named(digestOf(root), Buffer.byteLength(root), mediaType, 'odd:1'),
    named(other.manifestDigest, other.manifest.length, `${oci}manifest.v1+json`, 'other:1'),
  ];
  await writeFile(join(place.store, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
  return digestOf(root);
}
const names = async (): Promise<ReadonlySet<string>> =>
  new Set([...(await blobsOnDisk(place.store)).keys()].map((path) => path.slice(-64)));
const keeps = async (root: Root): Promise<void> => {
  const found = await names();
  for (const bytes of [...root.documents, ...partsOf(image)])
    expect(found).toContain(digestOf(bytes).slice(7));
};

describe.each(Object.entries(forms))('%s', (_, form) => {
  test.each([['gc'], ['rmi', 'other:1'], ['prune', '-a', '-f'], ['fsck', '--repair']])(
    'nothing of it goes with %s',
    async (...words) => {
      await planted(form);
      await stratigraph(...words);
      await stratigraph('gc');
      await keeps(form);
      expect(await names()).not.toContain(digestOf('nobody needs this').slice(7));
    },
  );

  test('what removing the other frees is said to the byte, and all goes when it is taken out itself', async () => {
    const root = await planted(form);
    await stratigraph('gc');
    const before = await blobsOnDisk(place.store);
    const sum = (sizes: ReadonlyMap<string, number>): number =>
      [...sizes.values()].reduce((a, b) => a + b, 0);
    const said = JSON.parse((await stratigraph('--json', 'rmi', '-n', 'other:1')).out) as {
      freedBytes: number;
    };
    await stratigraph('rmi', 'other:1');
    const between = await blobsOnDisk(place.store);
    expect(said.freedBytes).toBe(sum(before) - sum(between));
    const { code, err } = await stratigraph('rmi', root);
    expect(code, err).toBe(0);
    expect((await blobsOnDisk(place.store)).size).toBe(0);
  });
});

test('what a listed image that lacks its manifest needs is freed by no sweep, and no preview counts it', async () => {
  const [manifest = ''] = [text];
  await planted({ documents: [manifest] });
  const path = join(place.store, 'blobs/sha256', digestOf(manifest).slice(7));
  const bytes = await readFile(path);
  await rm(path);
  const before = await names();
  for (const words of [['gc', '-n'], ['gc'], ['prune', '-f']]) await callCommand(place.store, words);
  expect(await names()).toEqual(before);
  const preview = await callCommand(place.store, ['--json', 'rmi', '-n', 'other:1']);
  const removed = await callCommand(place.store, ['--json', 'rmi', 'other:1']);
  // What was the other's alone may be of both.
  expect(await names()).toEqual(before);
  const keptFor = { root: digestOf(manifest) };
  expect(JSON.parse(preview.out)).toMatchObject({ freedBytes: 0, keptFor });
  expect(JSON.parse(removed.out)).toMatchObject({ freedBytes: 0, keptFor });
  await writeFile(path, bytes);
  expect((await callCommand(place.store, ['ls', 'odd:1'])).code).toBe(0);
  // Once it is not listed any more, nobody waits for it.
  await rm(path);
  await callCommand(place.store, ['rmi', digestOf(manifest)]);
  await callCommand(place.store, ['gc']);
  expect((await names()).size).toBe(0);
});

test.each(['a workspace', 'the trash'])('nor what one needs that %s holds', async (holder) => {
  await planted({ documents: [text] });
  const root = digestOf(text);
  const context = await openStore(place.store);
  if (holder === 'a workspace')
    await createWorkspace(context, { image: parseImageId(image.id), name: 'w' }, quietRun());
  else await context.store.moveToTrash(new Set([root]));
  await context.close();
  const list = join(place.store, 'index.json');
  const { manifests, ...rest } = JSON.parse(await readFile(list, 'utf8')) as {
    manifests: { digest: string }[];
  };
  await writeFile(
    list,
    JSON.stringify({ ...rest, manifests: manifests.filter(({ digest }) => digest !== root) }),
  );
  await rm(join(place.store, 'blobs/sha256', root.slice(7)));
  expect((await stratigraph('rmi', 'other:1')).code).toBe(0);
  const found = await names();
  for (const bytes of [...partsOf(image), ...partsOf(other)])
    expect(found).toContain(digestOf(bytes).slice(7));
});
