import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { copyToStore } from '../../../electron/actions/copy/copyToStore';
import { loadImages } from '../../../electron/actions/copy/loadImages';
import { saveImages } from '../../../electron/actions/copy/saveImages';
import { saveLayout } from '../../../electron/actions/copy/saveLayout';
import type { ActionContext } from '../../../electron/actions/ground/context';
import { lookAt } from '../../../electron/place/opened/lookAt';
import { tagName } from '../../../shared/image/layoutName';
import { resolveImage } from '../../../electron/actions/images/resolveImage';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { renameImage, tagImage, untagImage } from '../../../electron/actions/images/tagImages';
import { removeImages } from '../../../electron/actions/images/removeImages';
import { nameOf } from '../../../electron/source/ociNames';
import { fullNameAnnotation as full, refNameAnnotation as ref } from '../../../shared/image/manifest';
import { parseReference } from '../../../shared/image/reference';
import { parseDigest, type ImageId } from '../../../shared/image/digest';
import { callCommand } from '../../setup/callCommand';
import { buildImage, ociMembers, writeMembers, type BuiltImage } from '../../setup/imageBuilder';
import { load, openStore, quietRun, saved, sharedPool, temporaryFolder } from '../../setup/temporary';

/** An image layout of somebody else: an image for each set of annotations. */
async function layoutOf(sets: readonly Readonly<Record<string, string>>[]): Promise<{
  readonly directory: string;
  readonly images: readonly BuiltImage[];
}> {
  const images = sets.map((_, i) =>
    buildImage({ layers: [{ files: [{ path: `f${i}`, content: `${i}` }] }] }),
  );
  const members = ociMembers(images);
  const index = members.find(({ path }) => path === 'index.json');
  const { manifests } = JSON.parse(String(index?.content)) as { manifests: object[] };
  const directory = await temporaryFolder();
  await writeMembers(directory, members);
  const named = manifests.map((each, i) => ({ ...each, annotations: sets[i] }));
  await writeFile(join(directory, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: named }));
  return { directory, images };
}

/** A member of an archive, as tar reads it. */
async function member(archive: string, name: string): Promise<string> {
  return (await promisify(execFile)('tar', ['-xOf', archive, name])).stdout;
}

/** An index.json, as far as it is looked at. */
interface Listed {
  readonly manifests: readonly { readonly annotations: Readonly<Record<string, string>> }[];
}

/** A folder's name as a repository. */
const repository = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');

/** What tools and people write as names of layouts, references and others. */
const names = [
  ...[
    'v1',
    'latest',
    '../x',
    'a b',
    'rig/tiny:1',
    'My:App',
    'docker.io/library/alpine:3',
    'b/c',
    'UP',
    'a--b',
  ],
  ...['x\u202ey', ' lead', 'quay.io/a:1', 'a:b:c', 'image.with.dots', '1.0', 'kitsch_', '名', 'deadbeef'],
];

describe('a name of a layout', () => {
  test('is taken as it is listed, and written where the form has room for it', async () => {
    const { directory, images } = await layoutOf(names.map((name) => ({ [ref]: name })));
    const context = await openStore(directory);
    const { graph } = await readStoreView(context);
    for (const [i, name] of names.entries()) {
      const id = images[i]?.id;
      expect(graph.images.find((image) => image.id === id)?.names, name).toEqual([name]);
      expect(resolveImage(graph, name).image.id, name).toBe(id);
      expect((await callCommand(directory, ['images', '-q', name])).out.trim(), name).toBe(id?.slice(7, 19));
      const docker = JSON.parse(
        await member(await saved(context, [name], 'docker-archive'), 'manifest.json'),
      ) as {
        RepoTags: string[] | null;
      }[];
      for (const tag of docker[0]?.RepoTags ?? []) expect(parseReference(tag).tag, tag).not.toBeNull();
      const oci = JSON.parse(await member(await saved(context, [name]), 'index.json')) as {
        manifests: { annotations: Record<string, string> }[];
      };
      expect(oci.manifests[0]?.annotations[ref], name).toBe(name);
    }
    // As lists show it.
    expect(resolveImage(graph, 'x\\u{202e}y').image.id).toBe(images[names.indexOf('x\u202ey')]?.id);
    expect(resolveImage(graph, 'alpine:3').name).toBe('docker.io/library/alpine:3');
    expect(resolveImage(graph, 'v1:latest').name).toBe('v1');
  });

  test('is the same where the layout is looked at, and in what is copied out of it', async () => {
    const sets = names.map((name) => ({ [ref]: name }));
    const { directory, images } = await layoutOf(sets);
    const listed = (await readStoreView(await openStore(directory))).graph.images.map((each) => each.names);
    const looked = await lookAt(directory, { pool: sharedPool() }, quietRun());
    onTestFinished(() => looked.close());
    const { graph } = await readStoreView(looked);
    expect(graph.images.map((image) => image.names)).toEqual(listed);
    const folder = await temporaryFolder();
    for (const [i, name] of names.entries()) {
      expect(resolveImage(graph, name).image.id, name).toBe(images[i]?.id);
      const archive = join(folder, `${i}.tar`);
      await saveImages(looked, { what: [name], format: 'oci-archive', target: archive }, quietRun());
      await saveLayout(looked, { what: [name], target: join(folder, 'layout') }, quietRun());
      const oci = JSON.parse(await member(archive, 'index.json')) as Listed;
      expect(oci.manifests[0]?.annotations[ref], name).toBe(name);
      // What a bare tag or word is whole is not said for who wrote it: a load of the copy makes of it what one of the layout makes.
      const whole = oci.manifests[0]?.annotations[full];
      if (!/[:@]/.test(name)) expect(whole, name).toBeUndefined();
    }
    const copied = JSON.parse(await readFile(join(folder, 'layout', 'index.json'), 'utf8')) as Listed;
    expect(copied.manifests.map(({ annotations }) => annotations[ref])).toEqual(names);
  });

  test('becomes one whole reference wherever one is needed, and is told of where it is none', async () => {
    const { directory } = await layoutOf(names.map((name) => ({ [ref]: name })));
    const looked = await lookAt(directory, { pool: sharedPool() }, quietRun());
    onTestFinished(() => looked.close());
    const [loaded, copied] = [await openStore(), await openStore()];
    const load = await loadImages(loaded, { path: directory, label: basename(directory) }, quietRun());
    const what = { what: names, label: basename(directory) };
    const copy = await copyToStore(looked, copied, what, quietRun());
    const target = join(await temporaryFolder(), 'docker.tar');
    const request = { what: names, format: 'docker-archive', target } as const;
    const { namesLeftOut } = await saveImages(looked, request, quietRun());
    const list = JSON.parse(await member(target, 'manifest.json')) as { RepoTags: string[] | null }[];
    const namesOf = async (context: ActionContext): Promise<readonly string[]> =>
      (await readStoreView(context)).graph.images.flatMap((image) => image.names).sort();
    const expected = await namesOf(loaded);
    expect(expected).toContain(`${repository(basename(directory))}:1.0`);
    expect(await namesOf(copied)).toEqual(expected);
    expect(list.flatMap(({ RepoTags }) => RepoTags ?? []).sort()).toEqual(expected);
    const unfit = names.filter((name) => tagName(name) === null).sort();
    expect(expected).toHaveLength(names.length - unfit.length);
    for (const told of [load.namesLeftOut, copy.namesLeftOut, namesLeftOut])
      expect([...(told ?? [])].sort()).toEqual(unfit);
  });

  test('of several layouts that are looked at as one is a whole one: bare tags of both would be one name', async () => {
    const [a, b] = [await layoutOf([{ [ref]: '1.0' }]), await layoutOf([{ [ref]: '1.0' }])];
    const paths = [a.directory, b.directory];
    const looked = await lookAt(paths, { pool: sharedPool() }, quietRun());
    onTestFinished(() => looked.close());
    const { graph } = await readStoreView(looked);
    expect(graph.images.flatMap((image) => image.names)).toEqual(
      paths.map((path) => `${repository(basename(path))}:1.0`),
    );
  });

  test('goes, moves and changes by what it is called', async () => {
    const { directory, images } = await layoutOf(names.map((name) => ({ [ref]: name })));
    const context = await openStore(directory);
    const listed = async (): Promise<readonly string[]> =>
      (await readStoreView(context)).graph.images.flatMap((image) => image.names);
    const [first, second] = images.map(({ id }) => id);
    if (!first || !second) throw new Error('no images');
    expect((await tagImage(context, second, 'v1')).movedFrom).toBe(first);
    expect(await listed()).not.toContain('v1');
    await renameImage(context, 'v1', 'v2');
    await renameImage(context, 'docker.io/library/alpine:3', 'alpine:3');
    expect(await listed()).toEqual(expect.arrayContaining(['v2:latest', 'alpine:3']));
    for (const name of (await listed()).slice(0, 6)) {
      await untagImage(context, name);
      expect(await listed()).not.toContain(name);
    }
    for (const name of await listed()) await removeImages(context, { images: [], names: [name] }, quietRun());
    expect(await listed()).toEqual([]);
  });

  test('never stands for a digest that somebody writes', async () => {
    const digest = `sha256:${'ab'.repeat(32)}`;
    const { directory } = await layoutOf(
      [`shop@${digest}`, digest, 'ab'.repeat(32), `a b@${digest}`].map((name) => ({ [ref]: name })),
    );
    const { graph } = await readStoreView(await openStore(directory));
    for (const { names: own } of graph.images) expect(() => resolveImage(graph, own[0] ?? '')).toThrow();
  });

  test('that another tool moved is the entry’s to which it moved', async () => {
    // As skopeo leaves them: the entry that had the name keeps the whole one, and stands first.
    const { directory, images } = await layoutOf([
      { [full]: 'docker.io/library/a:1', 'their.own': 'kept' },
      { [ref]: 'a:1' },
      { [full]: 'quay.io/team/c:2' },
    ]);
    const ids = images.map(({ id }) => id);
    const loaded = await openStore();
    await load(loaded, directory);
    const store = await openStore(directory);
    for (const context of [store, loaded]) {
      const { graph } = await readStoreView(context);
      const namesOf = (id: string | undefined) => graph.images.find((image) => image.id === id)?.names;
      expect(ids.map(namesOf)).toEqual([[], ['a:1'], ['quay.io/team/c:2']]);
    }
    await tagImage(store, ids[0] as ImageId, 'a:1');
    const { manifests } = JSON.parse(await readFile(join(directory, 'index.json'), 'utf8')) as {
      manifests: { annotations?: Record<string, string> }[];
    };
    const having = manifests.filter(({ annotations }) => annotations?.[ref] === 'a:1');
    expect(having).toHaveLength(1);
    const { graph } = await readStoreView(store);
    expect(resolveImage(graph, 'a:1').image.id).toBe(ids[0]);
  });

  test('that is a bare tag is the whole one that stands beside it, unless another tool has changed it', async () => {
    const sets = [
      { [full]: 'docker.io/library/a:1', [ref]: '1' },
      { [full]: 'docker.io/library/b:1', [ref]: '1' },
      { [full]: 'docker.io/library/b:1', [ref]: 'other' },
      { [full]: 'quay.io/team/c:2' },
      { [full]: 'docker.io/library/v1:latest', [ref]: 'v1' },
    ];
    const { directory } = await layoutOf(sets);
    const { graph } = await readStoreView(await openStore(directory));
    const found = ['a:1', 'b:1', 'other', 'quay.io/team/c:2', 'v1'];
    expect(graph.images.map((image) => image.names[0])).toEqual(found);
    const mediaType = 'application/vnd.oci.image.manifest.v1+json';
    const digest = parseDigest(`sha256:${'0'.repeat(64)}`);
    const loaded = sets.map((annotations) => nameOf({ mediaType, digest, size: 1, annotations }, 'file.tar'));
    expect(loaded).toEqual(['a:1', 'b:1', 'other:latest', 'quay.io/team/c:2', 'v1:latest']);
  });
});
