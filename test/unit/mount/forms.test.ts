import { chmodSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { commitWorkspace } from '../../../electron/actions/trees/commitWorkspace';
import { mountImage, unmountImage } from '../../../electron/actions/trees/mounts';
import { removeImages } from '../../../electron/actions/images/removeImages';
import { readStoreView } from '../../../electron/actions/images/storeView';
import {
  createWorkspace,
  mountWorkspace,
  workspaceChanges,
} from '../../../electron/actions/trees/workspaces';
import { parseImageId, type ImageId } from '../../../shared/image/digest';
import { changedImage, changeEverything } from '../../setup/everyChange';
import { buildImage, dockerArchive, ociArchive, type ImageSpec } from '../../setup/imageBuilder';
import { load, openStore, quietRun, type TestStore } from '../../setup/temporary';
import { differences, factsOfDirectory, type TreeFacts } from '../../setup/treeFacts';

/** Everything that is done with mounted layers, with layers as files and as images. */

const run = quietRun();
const place = (store: TestStore): string => join(store.directory, 'cache', 'layers', 'root');

afterEach(() => {
  vi.unstubAllEnvs();
});

async function onlyImage(store: TestStore): Promise<ImageId> {
  const [image] = (await readStoreView(store)).graph.images;
  if (!image) throw new Error('no image');
  return image.id;
}

async function factsOf(store: TestStore, image: ImageId): Promise<TreeFacts> {
  const { id, path } = await mountImage(store, { image, target: null, kept: false }, run);
  const facts = factsOfDirectory(path);
  await unmountImage(store, id);
  return facts;
}

/** Names in the folders of layers, each kind once. */
function kinds(store: TestStore): string[] {
  const layers = readdirSync(place(store)).filter((name) => /^[0-9a-f]{64}$/.test(name));
  return [...new Set(layers.flatMap((name) => readdirSync(join(place(store), name))))].sort();
}

/** What the person sees of a workspace in which everything was changed, and what a commit of it gives. */
async function story(form: string): Promise<{ changes: string[]; tree: TreeFacts; kinds: string[] }> {
  vi.stubEnv('STRATIGRAPH_LAYERS', form);
  const store = await openStore();
  await load(store, dockerArchive([changedImage]));
  await createWorkspace(store, { image: await onlyImage(store), name: 'w' }, run);
  const { merged } = await mountWorkspace(store, 'w', false, run);
  changeEverything(merged);
  const found = (await workspaceChanges(store, 'w', run))?.changes ?? [];
  const request = { workspace: 'w', reference: null, author: '', message: '', changes: [], paths: null };
  const { id } = await commitWorkspace(store, request, run);
  expect((await workspaceChanges(store, 'w', run))?.changes).toEqual([]);
  const tree = await factsOf(store, parseImageId(id));
  const changes = found.map(({ kind, path, aspects, changedBytes, hiddenBytes }) =>
    [kind, path, aspects.join('+'), changedBytes, hiddenBytes].join(' '),
  );
  return { changes, tree, kinds: kinds(store) };
}

describe.runIf(process.getuid?.() === 0)('layers as files and as images', () => {
  test('changes, commit and the tree after it are the same', async () => {
    const files = await story('files');
    const images = await story('erofs');
    expect(files.kinds).toEqual(['fs', 'layer.json']);
    // The committed layer was adopted as it lay in the workspace.
    expect(images.kinds).toEqual(['fs', 'image', 'layer.json']);
    expect(images.changes).toEqual(files.changes);
    expect(differences(images.tree, files.tree)).toEqual([]);
  });

  test('an upper directory begins with the looks of the root of the image', async () => {
    for (const form of ['files', 'erofs']) {
      vi.stubEnv('STRATIGRAPH_LAYERS', form);
      const store = await openStore();
      const files = [{ path: './', type: 'directory' as const, mode: 0o1750, uid: 3, gid: 4 }];
      await load(store, dockerArchive([{ names: ['root:1'], layers: [{ files }] }]));
      await createWorkspace(store, { image: await onlyImage(store), name: 'w' }, run);
      const { mode, uid, gid } = statSync((await mountWorkspace(store, 'w', false, run)).merged);
      expect([mode & 0o7777, uid, gid]).toEqual([0o1750, 3, 4]);
    }
  });

  test('files written under one choice serve under the other, and images make room for files', async () => {
    const store = await openStore();
    await load(store, dockerArchive([changedImage]));
    const image = await onlyImage(store);
    const found: [TreeFacts, string[]][] = [];
    for (const form of ['erofs', 'files', 'erofs']) {
      vi.stubEnv('STRATIGRAPH_LAYERS', form);
      found.push([await factsOf(store, image), kinds(store)]);
    }
    // The directories on top of the layers are files in any case.
    expect(found.map(([, names]) => names)).toEqual([
      ['fs', 'image', 'layer.json'],
      ['fs', 'layer.json'],
      ['fs', 'layer.json'],
    ]);
    for (const [facts] of found) expect(differences(facts, found[0]?.[0] ?? new Map())).toEqual([]);
  });

  test('an image is made again when the plain blob that it points into is gone', async () => {
    vi.stubEnv('STRATIGRAPH_LAYERS', 'erofs');
    const store = await openStore();
    const spec = (name: string, gzip: boolean): ImageSpec => ({
      names: [name],
      config: { Labels: { name } },
      layers: [{ files: [{ path: 'f', content: 'contents\n' }], gzip }],
    });
    await load(store, ociArchive([spec('plain:1', false), spec('packed:1', true)]));
    const { images } = (await readStoreView(store)).graph;
    const id = (name: string): ImageId => {
      const found = images.find(({ names }) => names.includes(name));
      if (!found) throw new Error(`no ${name}`);
      return found.id;
    };
    const before = await factsOf(store, id('packed:1'));
    expect(kinds(store)).toEqual(['image', 'layer.json']);
    await removeImages(store, { images: [], names: ['plain:1'] }, run);
    expect(differences(await factsOf(store, id('packed:1')), before)).toEqual([]);
    expect(kinds(store)).toEqual(['image', 'layer.json', 'tar']);
  });

  test('a mounted image stays whole when it is deleted from the store', async () => {
    vi.stubEnv('STRATIGRAPH_LAYERS', 'erofs');
    const store = await openStore();
    const content = 'long enough not to be in the image itself\n'.repeat(10_000);
    const spec = { names: ['gone:1'], layers: [{ files: [{ path: 'f', content }] }] };
    await load(store, dockerArchive([spec]));
    const image = await onlyImage(store);
    const { id, path } = await mountImage(store, { image, target: null, kept: true }, run);
    const [digest = ''] = buildImage(spec).layers.map((layer) => layer.digest.slice(7));
    const blob = join(store.directory, 'blobs', 'sha256', digest);
    chmodSync(blob, 0o644);
    rmSync(blob);
    rmSync(place(store), { recursive: true });
    expect(readFileSync(join(path, 'f'), 'utf8')).toBe(content);
    await unmountImage(store, id);
  });

  test('a layer that hides all below it does so from its root', async () => {
    for (const form of ['files', 'erofs']) {
      vi.stubEnv('STRATIGRAPH_LAYERS', form);
      const store = await openStore();
      const layers = [
        { files: [{ path: 'below', content: 'x' }] },
        { files: [{ path: '.wh..wh..opq' }, { path: 'above', content: 'x' }] },
      ];
      await load(store, dockerArchive([{ names: ['opaque:1'], layers }]));
      expect([...(await factsOf(store, await onlyImage(store))).keys()]).toEqual(['above']);
    }
  });
});
