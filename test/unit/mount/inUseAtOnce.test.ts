import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cleanUp } from '../../../electron/actions/upkeep/cleanUp';
import { commitWorkspace } from '../../../electron/actions/trees/commitWorkspace';
import type { Privileged } from '../../../electron/actions/ground/context';
import { imagesInUse } from '../../../electron/actions/images/imageUse';
import { pruneImages } from '../../../electron/actions/images/pruneImages';
import { removeImages } from '../../../electron/actions/images/removeImages';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { readWorkspace, readWorkspaces } from '../../../electron/actions/records/workspaceRecords';
import {
  createWorkspace,
  removeWorkspace,
  workspaceChanges,
} from '../../../electron/actions/trees/workspaces';
import { readSteadily } from '../../../electron/store/workspaceRoots';
import { parseImageId, type ImageId } from '../../../shared/image/digest';
import { ProblemError } from '../../../shared/image/problem';
import { dockerArchive } from '../../setup/imageBuilder';
import { load, openStore, quietRun, temporaryFolder, type TestStore } from '../../setup/temporary';
import { openWorkspace } from './partialTools';

/** Whoever deletes images beside somebody who makes, commits or renames a workspace takes none from under it. */

const image = { names: ['shop:1'], layers: [{ files: [{ path: 'srv/a', content: 'a' }] }] };

/** Calls `then` once, between the moment when a commit's image is in the index and the commit's going on. */
function afterCommitOf(context: TestStore, then: () => Promise<void>): void {
  const begin = context.store.beginIngest.bind(context.store);
  context.store.beginIngest = async () => {
    const ingest = await begin();
    const commit = ingest.commit.bind(ingest);
    return Object.assign(Object.create(ingest) as typeof ingest, {
      commit: async (...words: Parameters<typeof commit>) => {
        const done = await commit(...words);
        await then();
        return done;
      },
    });
  };
}

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (thrown: unknown) => (thrown instanceof ProblemError ? thrown.problem.code : String(thrown)),
  );

test.each([null, 'shop:2'])(
  'a commit that makes %s keeps its image from whoever deletes',
  async (reference) => {
    const { store, merged } = await openWorkspace(image);
    const other = await openStore(store.directory);
    writeFileSync(join(merged, 'srv/mine'), 'my work');
    const found: string[] = [];
    afterCommitOf(store, async () => {
      const { graph } = await readStoreView(other);
      const made = graph.images.find(({ names }) => !names.includes('shop:1'))?.id;
      if (!made) throw new Error('nothing was committed');
      const words = { images: [made], unpacked: false, interrupted: false };
      found.push(await codeOf(removeImages(other, { images: [made], names: [] }, quietRun())));
      found.push(await codeOf(cleanUp(other, words, quietRun())));
      await pruneImages(other, { all: true }, quietRun());
    });
    const request = { workspace: 'own', reference, author: '', message: '', changes: [], paths: null };
    await commitWorkspace(store, request, quietRun());
    expect(found).toEqual(['image-in-use', 'image-in-use']);
    expect(readFileSync(join(merged, 'srv/mine'), 'utf8')).toBe('my work');
    expect((await workspaceChanges(other, 'own', quietRun(), null))?.changes).toEqual([]);
    // Nothing of it stays: the image it stood on before may go.
    expect((await readWorkspace(store.directory, 'own')).next).toBeUndefined();
  },
);

test('a commit that fails keeps nobody from anything', async () => {
  const { store, merged } = await openWorkspace(image);
  writeFileSync(join(merged, 'srv/mine'), 'my work');
  afterCommitOf(store, () => Promise.reject(new Error('the disk is gone')));
  const request = {
    workspace: 'own',
    reference: 'shop:2',
    author: '',
    message: '',
    changes: [],
    paths: null,
  };
  await expect(commitWorkspace(store, request, quietRun())).rejects.toThrow('the disk is gone');
  expect((await readWorkspace(store.directory, 'own')).next).toBeUndefined();
  expect((await imagesInUse(store.directory)).size).toBe(1);
});

/** A store with an image that nobody uses, and another one's view of the same store. */
async function unused(): Promise<{ store: TestStore; other: TestStore; id: ImageId }> {
  const store = await openStore();
  const { images } = await load(store, dockerArchive([image]));
  return { store, other: await openStore(store.directory), id: parseImageId(images[0]?.id ?? '') };
}

test('no workspace stays on an image that was deleted while it was made', async () => {
  const { store, other, id } = await unused();
  const privileged = async (): Promise<Privileged> => {
    const real = await store.privileged();
    const run = async (name: string, ...rest: unknown[]): Promise<unknown> => {
      const done = await (real.pool.run as (...all: unknown[]) => Promise<unknown>)(name, ...rest);
      // Its layers are unpacked by then, and its record is not there yet.
      if (name === 'make-directory-like') await removeImages(other, { images: [id], names: [] }, quietRun());
      return done;
    };
    const pool = new Proxy(real.pool, {
      get: (target, key) => (key === 'run' ? run : (Reflect.get(target, key, target) as unknown)),
    });
    return { ...real, pool };
  };
  const making = Object.assign(Object.create(store) as TestStore, { privileged });
  expect(await codeOf(createWorkspace(making, { image: id, name: 'own' }, quietRun()))).toBe(
    'image-not-found',
  );
  expect(await readWorkspaces(store.directory)).toEqual([]);
  expect(existsSync(join(store.directory, 'workspaces', 'own'))).toBe(false);
});

test('an image on which a workspace is made between looking and deleting stays', async () => {
  const { store, other, id } = await unused();
  const make = (name: string) => createWorkspace(store, { image: id, name }, quietRun());
  const update = other.store.updateAndSweep.bind(other.store);
  other.store.updateAndSweep = async (...words) => {
    await make('own');
    return update(...words);
  };
  expect(await codeOf(removeImages(other, { images: [id], names: [] }, quietRun()))).toBe('image-in-use');
  await removeWorkspace(store, 'own');
  const move = other.store.moveToTrash.bind(other.store);
  other.store.moveToTrash = async (...words) => {
    await make('own');
    return move(...words);
  };
  const words = { images: [id], unpacked: false, interrupted: false };
  expect(await codeOf(cleanUp(other, words, quietRun()))).toBe('image-in-use');
  expect((await workspaceChanges(store, 'own', quietRun()))?.changes).toEqual([]);
});

test('a folder that is left in the way of a new workspace stays as it is', async () => {
  const { store, id } = await unused();
  const folder = join(store.directory, 'workspaces', 'own');
  await mkdir(folder, { recursive: true });
  writeFileSync(join(folder, 'kept'), 'mine');
  await expect(createWorkspace(store, { image: id, name: 'own' }, quietRun())).rejects.toThrow();
  expect(readFileSync(join(folder, 'kept'), 'utf8')).toBe('mine');
});

test('what is renamed while a list is read is read under its new name', async () => {
  const folder = await temporaryFolder();
  for (const name of ['a', 'b', 'c']) await mkdir(join(folder, name));
  let moved = false;
  const found = await readSteadily(
    folder,
    () => true,
    async (name) => {
      if (!moved) await rename(join(folder, 'c'), join(folder, '0'));
      moved = true;
      return existsSync(join(folder, name)) ? name : null;
    },
  );
  expect(found.sort()).toEqual(['0', 'a', 'b']);
});
