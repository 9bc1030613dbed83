import { readFileSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { createContext } from '../../../electron/actions/ground/createContext';
import { openDefaultStore } from '../../../electron/actions/ground/openStore';
import { OpenedPlaces } from '../../../electron/place/opened/openedPlaces';
import { homeStore } from '../../../electron/place/store/homeStore';
import { defaultLimits } from '../../../shared/image/limits';
import { home, placeKinds } from '../../../shared/ipc/placeKinds';
import { layoutContent, MemoryPlaces } from '../../contract/memory/memoryPlaces';
import type { Make } from '../../contract/images';
import { placeContract } from '../../contract/place';
import type { TestedPlace } from '../../contract/tested';
import {
  blobPath,
  buildImage,
  dockerArchive,
  ociArchive,
  ociMembers,
  writeMembers,
  zstd,
  type ImageSpec,
} from '../../setup/imageBuilder';
import { legacyArchive, legacyImage } from '../../setup/legacyBuilder';
import { load, openStore, quietRun, sharedPool, temporaryFolder } from '../../setup/temporary';

/** Every kind of place that needs no engine, and every form that an archive has, held to the promise. */

/** A folder that lasts longer than a test. */
async function ownFolder(): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'stratigraph-place-'));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Turns one byte of the largest layer in a file round. */
function spoil(path: string, needle: Uint8Array): void {
  const bytes = readFileSync(path);
  const at = bytes.indexOf(needle);
  if (at < 0) throw new Error('the layer is not there');
  bytes[at + 10] = (bytes[at + 10] ?? 0) ^ 1;
  writeFileSync(path, bytes, { mode: 0o644 });
}

/** The bytes of the large layer, as they stand in what holds it. */
const largeBlob = (images: readonly ImageSpec[]): ReturnType<typeof buildImage>['layers'][number] => {
  const layer = images[0] && buildImage(images[0]).layers[1];
  if (!layer) throw new Error('no large layer');
  return layer;
};

placeContract({
  name: 'the store',
  cannot: placeKinds.store.cannot,
  canBeDamaged: true,
  async open(images): Promise<TestedPlace> {
    const { folder, remove } = await ownFolder();
    const directory = join(folder, 'store');
    const context = createContext(await openDefaultStore(directory, sharedPool()), sharedPool());
    const add = async (more: readonly ImageSpec[]): Promise<void> =>
      void (await load(await openStore(directory), dockerArchive(more)));
    await load(context, ociArchive(images));
    return {
      kind: homeStore(context),
      id: home,
      add,
      async damage() {
        const { blob, digest } = largeBlob(images);
        const path = join(directory, blobPath(digest));
        const spoiled = join(directory, '..', 'spoiled');
        await writeFile(spoiled, readFileSync(path));
        spoil(spoiled, blob.subarray(1000, 1100));
        await rename(spoiled, path);
      },
      async close() {
        await context.close();
        await remove();
      },
    };
  },
});

/** What is opened where it lies, in every form; `write` makes a form of images at a path. */
function openedContract(
  name: string,
  write: (path: string, images: readonly ImageSpec[]) => Promise<void>,
  damage?: (path: string, images: readonly ImageSpec[]) => Promise<void>,
  make?: Make,
): void {
  placeContract({
    name,
    cannot: placeKinds.opened.cannot,
    canBeDamaged: damage !== undefined,
    ...(make && { make }),
    async open(images): Promise<TestedPlace> {
      const opened = new OpenedPlaces(
        { pool: sharedPool(), own: () => Promise.resolve(null) },
        { quiet: 30, look: 100 },
      );
      const { folder, remove } = await ownFolder();
      const path = join(folder, 'images');
      let all = images;
      await write(path, all);
      const { id } = await opened.look(path, defaultLimits, quietRun());
      return {
        kind: opened,
        id,
        async add(more) {
          all = [...all, ...more];
          const next = join(folder, 'next');
          await write(next, all);
          await rename(path, join(folder, `before-${all.length}`));
          await rename(next, path);
        },
        ...(damage && { damage: () => damage(path, images) }),
        async close() {
          await opened.closeAll();
          await remove();
        },
      };
    },
  });
}

const archive =
  (make: (images: readonly ImageSpec[]) => Uint8Array) =>
  async (path: string, images: readonly ImageSpec[]) =>
    writeFile(path, make(images));
const spoilFile = (path: string, images: readonly ImageSpec[]): Promise<void> => {
  spoil(path, largeBlob(images).blob.subarray(1000, 1100));
  return Promise.resolve();
};

openedContract('an OCI archive', archive(ociArchive), spoilFile);
openedContract('a docker-archive', archive(dockerArchive), spoilFile);
openedContract(
  'a compressed OCI archive',
  archive((images) => gzipSync(ociArchive(images))),
);
openedContract(
  'a docker-archive in zstd',
  archive((images) => zstd(dockerArchive(images))),
);
openedContract(
  'an archive from before Docker 1.10',
  archive(legacyArchive),
  (path, images) => {
    spoil(path, largeBlob(images).tar.subarray(1000, 1100));
    return Promise.resolve();
  },
  legacyImage,
);
openedContract(
  'a compressed archive from before Docker 1.10',
  archive((images) => gzipSync(legacyArchive(images))),
  undefined,
  legacyImage,
);
openedContract(
  'a layout folder',
  async (path, images) => {
    await mkdir(path);
    await writeMembers(path, ociMembers(images.map(buildImage)));
  },
  (path, images) => spoilFile(join(path, blobPath(largeBlob(images).digest)), images),
);

placeContract({
  name: 'a place in memory',
  cannot: ['write', 'mount', 'make'],
  canBeDamaged: false,
  async open(images): Promise<TestedPlace> {
    const kind = new MemoryPlaces(sharedPool());
    let all = images;
    const fill = async (): Promise<void> =>
      kind.put(layoutContent(await writeMembers(await temporaryFolder(), ociMembers(all.map(buildImage)))));
    await fill();
    return {
      kind,
      id: kind.id,
      async add(more) {
        all = [...all, ...more];
        await fill();
      },
      close: () => kind.close(),
    };
  },
});
