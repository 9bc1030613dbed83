import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { refNameAnnotation } from '../../../shared/image/manifest';
import { callCommand } from '../../setup/callCommand';
import { buildImage, ociMembers, writeMembers } from '../../setup/imageBuilder';
import { blobsOnDisk, temporaryFolder } from '../../setup/temporary';

/** Entries of an index.json that are no descriptors spoil no others. */

const images = ['shop:1', 'till:1'].map((name) =>
  buildImage({ names: [name], layers: [{ files: [{ path: 'a', content: name }] }] }),
);
const digest = images[0]?.manifestDigest;
const annotations = { [refNameAnnotation]: 'odd:1' };
const mediaType = 'application/vnd.oci.image.manifest.v1+json';

const unfit: readonly (readonly [string, unknown])[] = [
  ['a sha512 digest', { mediaType, digest: `sha512:${'a'.repeat(128)}`, size: 5, annotations }],
  ['a digest that is none', { mediaType, digest: 'sha256:xyz', size: 5, annotations }],
  ['no digest', { mediaType, size: 5, annotations }],
  ['a size that is none', { mediaType, digest, size: -1, annotations }],
  ['a media type that is none', { mediaType: 'x', digest, size: 5, annotations }],
];

type Index = { manifests: unknown[] };

test.each(unfit)('%s: it is named, all others work, and it stays', async (_, entry) => {
  for (const place of [0, 1, 2]) {
    const directory = await writeMembers(await temporaryFolder(), ociMembers(images));
    const path = join(directory, 'index.json');
    const read = async (): Promise<Index> => JSON.parse(await readFile(path, 'utf8')) as Index;
    const index = await read();
    index.manifests.splice(place, 0, entry);
    await writeFile(path, JSON.stringify(index));
    const call = (...words: readonly string[]) => callCommand(directory, words);
    const listed = await call('images', '-q');
    expect([listed.out.split('\n').length - 1, listed.code]).toEqual([2, 1]);
    expect(listed.err).toContain(`odd:1: `);
    expect((await call('inspect', 'shop:1')).problem).toBeNull();
    expect((await call('fsck')).out).toContain(`manifests[${place}]`);
    await call('tag', 'till:1', 'till:2');
    const blobs = await blobsOnDisk(directory);
    expect((await call('untag', 'till:2')).code).toBe(0);
    await call('gc');
    expect(await blobsOnDisk(directory)).toEqual(blobs);
    expect((await call('rmi', 'shop:1')).problem).toBeNull();
    const after = await read();
    expect(after.manifests).toContainEqual(entry);
    expect(after.manifests).toHaveLength(2);
    expect((await call('rmi', 'odd:1')).problem).not.toBeNull();
  }
});
