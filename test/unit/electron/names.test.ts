import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { resolveImage } from '../../../electron/actions/images/resolveImage';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { renameImage, tagImage, untagImage } from '../../../electron/actions/images/tagImages';
import { parseImageId } from '../../../shared/image/digest';
import { buildImage, dockerArchive, ociArchive } from '../../setup/imageBuilder';
import {
  blobsOnDisk,
  load,
  openStore,
  problemFacts,
  refusedUnchanged,
  snapshotDirectory,
  type TestStore,
} from '../../setup/temporary';
import { all, filled, idDangling, idOne, idTwo, namesOf, one, two } from './shopStore';

/** Names as skopeo and others read them from the layout. */
async function refNames({ directory }: TestStore): Promise<(string | undefined)[]> {
  const index = JSON.parse(await readFile(join(directory, 'index.json'), 'utf8')) as {
    manifests: { annotations?: Record<string, string> }[];
  };
  return index.manifests.map(({ annotations }) => annotations?.['org.opencontainers.image.ref.name']);
}

describe('tag', () => {
  test('gives a further name, in its familiar spelling, and adds no blob', async () => {
    const context = await filled();
    const before = await blobsOnDisk(context.directory);
    expect(await tagImage(context, idOne, 'docker.io/library/till')).toEqual({
      name: 'till:latest',
      movedFrom: null,
    });
    expect(await namesOf(context)).toEqual({ ...all, [idOne]: ['shop:1.0', 'till:latest'] });
    expect(await blobsOnDisk(context.directory)).toEqual(before);
    expect(await refNames(context)).toContain('till:latest');
  });

  test('writes the normalised name beside the familiar one', async () => {
    const context = await filled();
    await tagImage(context, idOne, 'team/till:2');
    const { index } = await context.store.readIndex();
    const root = index.manifests.find(
      (each) => each.annotations?.['org.opencontainers.image.ref.name'] === 'team/till:2',
    );
    expect(root?.annotations?.['io.containerd.image.name']).toBe('docker.io/team/till:2');
  });

  test('takes it from nobody but who was shown to have it', async () => {
    const context = await filled();
    // Shown as free, shown as another's, and shown as taken when it is free by now.
    await refusedUnchanged(context, () => tagImage(context, idOne, 'shop:latest', null), 'shown-changed');
    await refusedUnchanged(
      context,
      () => tagImage(context, idOne, 'shop:latest', idDangling),
      'shown-changed',
    );
    await refusedUnchanged(context, () => tagImage(context, idOne, 'free:1', idTwo), 'shown-changed');
    const names = { image: idOne, holder: null };
    await refusedUnchanged(
      context,
      () => renameImage(context, 'shop:1.0', 'shop:latest', names),
      'shown-changed',
    );
    expect(await tagImage(context, idOne, 'free:1', null)).toMatchObject({ movedFrom: null });
    expect(await tagImage(context, idOne, 'shop:latest', idTwo)).toMatchObject({ movedFrom: idTwo });
  });

  test('nor from who was given it after that was looked at', async () => {
    const context = await filled();
    const { store } = context;
    const update = store.updateIndex.bind(store);
    const between = Object.assign(Object.create(store) as typeof store, {
      updateIndex: async (change: Parameters<typeof update>[0]) => {
        await tagImage(context, idTwo, 'free:1');
        return update(change);
      },
    });
    await problemFacts(tagImage({ store: between }, idOne, 'free:1', null), 'shown-changed');
    expect((await namesOf(context))[idTwo]).toContain('free:1');
  });

  test('takes a name from the image that had it, and says which', async () => {
    const context = await filled();
    expect(await tagImage(context, idOne, 'shop:latest')).toEqual({ name: 'shop:latest', movedFrom: idTwo });
    expect(await namesOf(context)).toEqual({
      ...all,
      [idOne]: ['shop:1.0', 'shop:latest'],
      [idTwo]: ['shop:1.1'],
    });
  });

  test('with the last name of another image leaves that one dangling', async () => {
    const context = await filled();
    await tagImage(context, idTwo, 'shop:1.0');
    expect(await namesOf(context)).toEqual({
      ...all,
      [idOne]: [],
      [idTwo]: ['shop:1.1', 'shop:1.0', 'shop:latest'],
    });
  });

  test('never changes by which name an image is known: that is the first that it was given', async () => {
    const context = await filled();
    await tagImage(context, idTwo, 'aaa:1');
    await tagImage(context, idTwo, 'zzz:1');
    expect((await namesOf(context))[idTwo]).toEqual(['shop:1.1', 'aaa:1', 'shop:latest', 'zzz:1']);
  });

  test('with the name that it has changes nothing', async () => {
    const context = await filled();
    const before = await snapshotDirectory(context.directory);
    expect(await tagImage(context, idOne, 'shop:1.0')).toEqual({ name: 'shop:1.0', movedFrom: null });
    expect(await snapshotDirectory(context.directory)).toEqual(before);
  });

  test('names a dangling image, which is then listed once', async () => {
    const context = await filled();
    await tagImage(context, idDangling, 'found:1');
    expect(await namesOf(context)).toEqual({ ...all, [idDangling]: ['found:1'] });
    expect((await refNames(context)).sort()).toEqual(['found:1', 'shop:1.0', 'shop:1.1', 'shop:latest']);
  });

  test.each([
    '',
    'Shop:1',
    'shop:',
    'shop:1:2',
    '../shop',
    'shop @',
    `shop@sha256:${'a'.repeat(64)}`,
    'a'.repeat(300),
  ])('%j is no name to give', async (text) => {
    const context = await filled();
    await refusedUnchanged(context, () => tagImage(context, idOne, text), 'reference-invalid');
  });

  test('of an image that is not there is refused', async () => {
    const context = await filled();
    const id = parseImageId(`sha256:${'0'.repeat(64)}`);
    await refusedUnchanged(context, () => tagImage(context, id, 'x:1'), 'image-not-found');
  });
});

describe('untag', () => {
  test('takes a name and leaves the image', async () => {
    const context = await filled();
    expect(await untagImage(context, 'shop')).toEqual({ image: idTwo, dangling: false });
    expect(await namesOf(context)).toEqual({ ...all, [idTwo]: ['shop:1.1'] });
  });

  test('of the last name leaves the image dangling, with all of its blobs', async () => {
    const context = await filled();
    const before = await blobsOnDisk(context.directory);
    expect(await untagImage(context, 'shop:1.0')).toEqual({ image: idOne, dangling: true });
    expect(await namesOf(context)).toEqual({ ...all, [idOne]: [] });
    expect(await blobsOnDisk(context.directory)).toEqual(before);
  });

  test('of a name that nobody has is refused', async () => {
    const context = await filled();
    await refusedUnchanged(context, () => untagImage(context, 'gone:1'), 'name-not-found');
  });
});

describe('rename', () => {
  test('changes a name into another', async () => {
    const context = await filled();
    expect(await renameImage(context, 'shop:latest', 'shop:next')).toEqual({
      name: 'shop:next',
      movedFrom: null,
    });
    expect(await namesOf(context)).toEqual({ ...all, [idTwo]: ['shop:1.1', 'shop:next'] });
  });

  test('onto a name of another image takes it', async () => {
    const context = await filled();
    expect(await renameImage(context, 'shop:latest', 'shop:1.0')).toEqual({
      name: 'shop:1.0',
      movedFrom: idOne,
    });
    expect(await namesOf(context)).toEqual({ ...all, [idOne]: [], [idTwo]: ['shop:1.1', 'shop:1.0'] });
  });

  test('of the name that an image is known by stays that: further names come behind it', async () => {
    const context = await filled();
    await renameImage(context, 'shop:1.1', 'zzz:1');
    expect((await namesOf(context))[idTwo]).toEqual(['zzz:1', 'shop:latest']);
    await renameImage(context, 'zzz:1', 'shop:1.0');
    expect(await namesOf(context)).toEqual({ ...all, [idOne]: [], [idTwo]: ['shop:1.0', 'shop:latest'] });
  });

  test('onto another name of the same image leaves that one', async () => {
    const context = await filled();
    await renameImage(context, 'shop:latest', 'shop:1.1');
    expect(await namesOf(context)).toEqual({ ...all, [idTwo]: ['shop:1.1'] });
  });

  test('into itself changes nothing', async () => {
    const context = await filled();
    const before = await snapshotDirectory(context.directory);
    await renameImage(context, 'shop:1.0', 'docker.io/library/shop:1.0');
    expect(await snapshotDirectory(context.directory)).toEqual(before);
  });

  test('of what is not there, or into what is no name, is refused', async () => {
    const context = await filled();
    await refusedUnchanged(context, () => renameImage(context, 'gone:1', 'x:1'), 'name-not-found');
    await refusedUnchanged(context, () => renameImage(context, 'shop:1.0', 'X:1'), 'reference-invalid');
  });
});

describe('images are found', () => {
  test.each([
    ['shop:1.0', 'shop:1.0'],
    ['docker.io/library/shop:1.0', 'shop:1.0'],
    [idOne, null],
    [idOne.slice(7), null],
    [idOne.slice(7, 19), null],
  ])('by %s', async (text, name) => {
    const { graph } = await readStoreView(await filled());
    const found = resolveImage(graph, text);
    expect({ id: found.image.id, name: found.name }).toEqual({ id: idOne, name });
  });

  test('of Podman by a name without its registry, which is its own host there, and not of others', async () => {
    const context = await openStore();
    await load(
      context,
      dockerArchive([
        { ...one, names: ['localhost/shop:1.0'] },
        { ...two, names: ['web:1'] },
      ]),
    );
    const { graph } = await readStoreView(context);
    const local = { ...graph, source: { kind: 'engine', engine: 'podman', name: 'Podman' } as const };
    expect(resolveImage(local, 'shop:1.0')).toMatchObject({
      image: { id: idOne },
      name: 'localhost/shop:1.0',
    });
    expect(resolveImage(local, 'web:1').image.id).toBe(idTwo);
    const refused = async (work: () => unknown) =>
      problemFacts(Promise.resolve().then(work), 'image-not-found');
    await refused(() => resolveImage(local, 'docker.io/library/shop:1.0'));
    await refused(() => resolveImage(graph, 'shop:1.0'));
    const docker = { ...local, source: { ...local.source, engine: 'docker' } as const };
    await refused(() => resolveImage(docker, 'shop:1.0'));
  });

  test('by the digest of their manifest, with a name before it or not', async () => {
    const context = await openStore();
    await load(context, ociArchive([one]));
    const { graph } = await readStoreView(context);
    const { manifestDigest } = buildImage(one);
    for (const text of [manifestDigest, `shop@${manifestDigest}`])
      expect(resolveImage(graph, text).image.id).toBe(idOne);
  });

  test('not by what is no name or ID of theirs', async () => {
    const { graph } = await readStoreView(await filled());
    for (const text of ['gone', 'shop:2', 'fffffffffffff', 'Shop:1.0'])
      await problemFacts(
        Promise.resolve().then(() => resolveImage(graph, text)),
        'image-not-found',
      );
  });

  test('by an ID as it is printed, whatever name another image has taken; a name goes before a shorter one', async () => {
    const context = await filled();
    const other = parseImageId(idTwo);
    await tagImage(context, other, idOne.slice(7, 19));
    await tagImage(context, other, idOne.slice(7, 11));
    const { graph } = await readStoreView(context);
    expect(resolveImage(graph, idOne.slice(7, 19)).image.id).toBe(idOne);
    expect(resolveImage(graph, `${idOne.slice(7, 19)}:latest`).image.id).toBe(idTwo);
    expect(resolveImage(graph, idOne.slice(7, 11)).image.id).toBe(idTwo);
    expect(resolveImage(graph, idOne.slice(0, 11)).image.id).toBe(idOne);
  });

  test('by its ID where an archive gives that to another image as a name', async () => {
    const context = await openStore();
    await load(context, dockerArchive([one]));
    await load(context, dockerArchive([{ ...two, names: [idOne] }]));
    await load(context, ociArchive([{ ...two, names: [idOne] }]));
    const { graph } = await readStoreView(context);
    expect(graph.images.flatMap(({ names }) => names)).toEqual(['shop:1.0']);
    expect(resolveImage(graph, idOne).image.id).toBe(idOne);
  });
});
