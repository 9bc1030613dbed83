import { renameSync, rmSync, utimesSync } from 'node:fs';
import { copyFile, mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { defaultLimits } from '../../../shared/image/limits';
import { problem, type ProblemCode } from '../../../shared/image/problem';
import type { OperationState } from '../../../shared/ipc/operation';
import { isOpened, placeCan } from '../../../shared/ipc/placeKinds';
import type { SourceId } from '../../../shared/ipc/source';
import { problemSentence } from '../../../shared/text/problemText';
import { compareFiles } from '../../../electron/actions/inside/compareFiles';
import { findSecrets } from '../../../electron/actions/inside/findSecrets';
import { inspectImage } from '../../../electron/actions/images/inspectImage';
import { readLayerTree } from '../../../electron/actions/inside/layerTree';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { tagImage } from '../../../electron/actions/images/tagImages';
import { EngineHub } from '../../../electron/engine/engineHub';
import { DialogGate } from '../../../electron/ipc/dialogGate';
import { FileTokens } from '../../../electron/ipc/fileTokens';
import { GraphOffers } from '../../../electron/ipc/graphOffers';
import { Operations } from '../../../electron/ipc/operations';
import { createCompareHandlers } from '../../../electron/ipc/compareHandlers';
import { createSourceHandlers } from '../../../electron/ipc/sourceHandlers';
import { enginePlaces } from '../../../electron/place/engine/enginePlaces';
import { OpenedPlaces } from '../../../electron/place/opened/openedPlaces';
import { Places } from '../../../electron/place/places';
import { homeStore } from '../../../electron/place/store/homeStore';
import { readPlaces } from '../../../electron/store/readPlaces';
import { temporaryHome } from '../../../electron/store/temporary';
import { operationOutcome } from '../../../renderer/store/operationText';
import { translator } from '../../../shared/text/catalogue';
import { randomNumbers } from '../../fuzz/mutate';
import { callCommand } from '../../setup/callCommand';
import {
  blobPath,
  buildImage,
  dockerArchive,
  gzip,
  ociArchive,
  ociMembers,
  writeMembers,
  type ImageSpec,
} from '../../setup/imageBuilder';
import {
  load,
  openStore,
  problemFacts,
  quietRun,
  sharedPool,
  snapshotDirectory,
  temporaryFolder,
  type TestStore,
} from '../../setup/temporary';

/** Archives and layout folders that the window opens where they lie. */

const spec = (name: string, text: string): ImageSpec => ({
  names: [name],
  layers: [
    { files: [{ path: 'etc/base', content: 'the same\n' }] },
    { files: [{ path: 'srv/app.js', content: text }], gzip: true },
  ],
});
const one = spec('shop:1', 'one\n');
const two = spec('shop:2', 'two\n');

let folder: string;
let context: TestStore;
let opened: OpenedPlaces;
let places: Places;
let changes: SourceId[] = [];

const times = { quiet: 30, look: 100 };
const look = (path: string, run = quietRun()): Promise<{ id: SourceId; images: number }> =>
  opened.look(path, defaultLimits, run);
const namesOf = async (id: SourceId): Promise<readonly string[]> =>
  (await (await places.of(id)).view()).graph.images.flatMap(({ names }) => names).sort();
/** Folders of this process that something is looked at in. */
const scratch = async (): Promise<number> =>
  (await readdir(temporaryHome())).filter((name) => name.startsWith(`stratigraph-look.${process.pid}-`))
    .length;
/** Fails once a place can be used. */
const codeOf = async (id: SourceId): Promise<ProblemCode | null> => {
  const [info] = (await places.list()).filter((each) => each.id === id);
  return info?.problem?.code ?? null;
};

beforeEach(async () => {
  folder = await temporaryFolder();
  context = await openStore();
  changes = [];
  opened = new OpenedPlaces({ pool: sharedPool(), own: () => Promise.resolve(context) }, times);
  opened.watch({ placesChanged: () => undefined, imagesChanged: (id) => changes.push(id) });
  const hub = new EngineHub({ sourcesChanged: () => undefined, sourceChanged: () => undefined }, () =>
    Promise.resolve([]),
  );
  places = new Places([homeStore(context), enginePlaces(hub), opened]);
});
afterEach(() => opened.closeAll());

test('layers that were left out of an archive are read where the store has them', async () => {
  const path = join(folder, 'thin.tar');
  await load(context, dockerArchive([one, two]));
  const { code } = await callCommand(context.directory, ['save', '--except', 'shop:1', '-o', path, 'shop:2']);
  expect(code).toBe(0);
  const { id } = await look(path);
  const [image] = (await (await places.of(id)).view()).graph.images;
  const [base, top] = image?.layers ?? [];
  if (base === undefined || top === undefined) throw new Error('no layers');
  await places.within(id, 'inside', async (held) => {
    for (const [layer, name] of [
      [base, 'base'],
      [top, 'app.js'],
    ] as const) {
      const directory = name === 'base' ? 'etc' : 'srv';
      const tree = await readLayerTree(held, { layer, path: directory, offset: 0 }, quietRun());
      expect(tree.page.map((each) => each.name)).toEqual([name]);
    }
  });
});

describe('what is opened without loading', () => {
  const forms = {
    'docker-archive': (path: string) => writeFile(path, dockerArchive([one, two])),
    'compressed archive': (path: string) => writeFile(path, gzip(dockerArchive([one, two]))),
    'OCI archive': (path: string) => writeFile(path, ociArchive([one, two])),
    'layout folder': (path: string) => writeMembers(path, ociMembers([one, two].map(buildImage))),
  };
  for (const [form, write] of Object.entries(forms))
    test(`is listed, looked into and closed, with the store as it was: ${form}`, async () => {
      const path = join(folder, 'shop');
      await write(path);
      const before = [await snapshotDirectory(context.directory), await snapshotDirectory(folder)];
      const { id, images } = await look(path);
      expect(isOpened(id)).toBe(true);
      expect(images).toBe(2);
      expect(await places.list()).toMatchObject([
        { id: 'store', images: 0 },
        {
          id,
          kind: form === 'layout folder' ? 'layout' : 'archive',
          name: 'shop',
          state: 'ready',
          images: 2,
        },
      ]);
      expect(await namesOf(id)).toEqual(['shop:1', 'shop:2']);
      const [image] = (await (await places.of(id)).view()).graph.images;
      if (!image) throw new Error('no image');
      const top = image.layers.at(-1);
      if (top === undefined) throw new Error('no layer');
      await places.within(id, 'inside', async (held) => {
        expect((await inspectImage(held, image.id)).history).toHaveLength(2);
        const tree = await readLayerTree(held, { layer: top, path: 'srv', offset: 0 }, quietRun());
        expect(tree.page.map(({ name }) => name)).toEqual(['app.js']);
        expect(await findSecrets(held, [image.id], quietRun())).toHaveLength(1);
        await problemFacts(tagImage(held, image.id, 'other:1'), 'place-cannot');
      });
      // Nothing of it tells the window where the file lies.
      expect(JSON.stringify(await places.list())).not.toContain(folder);
      // Opened again it is the one that it was.
      expect(await look(path)).toEqual({ id, images: 2 });
      expect(await scratch()).toBe(1);
      opened.close(id);
      await expect.poll(scratch).toBe(0);
      await problemFacts(places.of(id), 'place-closed');
      expect([await snapshotDirectory(context.directory), await snapshotDirectory(folder)]).toEqual(before);
    });

  test('is read anew when it changes, says so when it vanishes, and is there again when the file is', async () => {
    const path = join(folder, 'shop.tar');
    await writeFile(path, dockerArchive([one]));
    const { id } = await look(path);
    await writeFile(join(folder, 'next'), dockerArchive([one, two]));
    await rename(join(folder, 'next'), path);
    await expect.poll(() => namesOf(id).catch(() => [])).toEqual(['shop:1', 'shop:2']);
    await expect.poll(() => changes).toContain(id);
    // What it stood on before is gone, and no target may take the file's place still.
    await expect.poll(scratch).toBe(1);
    expect(readPlaces('looked')).toEqual([path]);
    await rename(path, `${path}.away`);
    await expect.poll(() => codeOf(id)).toBe('place-gone');
    await problemFacts(places.of(id), 'place-gone');
    // The page is told enough to find it by, and never the whole way to it.
    expect(JSON.stringify(opened.list())).not.toContain(folder);
    await rename(`${path}.away`, path);
    await expect.poll(() => codeOf(id)).toBe(null);
    expect(await namesOf(id)).toEqual(['shop:1', 'shop:2']);
    await writeFile(path, 'no archive');
    await expect.poll(() => codeOf(id)).toBe('not-an-image');
    expect(opened.list()).toMatchObject([{ state: 'refused', images: null }]);
  });

  test('stays for who works with it until he is done, also when it is closed meanwhile', async () => {
    const path = join(folder, 'shop.tar');
    await writeFile(path, gzip(dockerArchive([one])));
    const { id } = await look(path);
    let go = (): void => undefined;
    const wait = new Promise<void>((resolve) => (go = resolve));
    const working = places.within(id, 'inside', async (held) => {
      await wait;
      return (await readStoreView(held)).graph.images.length;
    });
    await Promise.resolve();
    opened.close(id);
    expect(await scratch()).toBe(1);
    go();
    expect(await working).toBe(1);
    await expect.poll(scratch).toBe(0);
  });

  test('leaves nothing where it is cancelled, or is no archive', async () => {
    const path = join(folder, 'shop.tar');
    await writeFile(path, gzip(dockerArchive([one])));
    const abort = new AbortController();
    abort.abort();
    await problemFacts(look(path, quietRun(abort.signal)), 'cancelled');
    await writeFile(path, 'no archive');
    await problemFacts(look(path), 'not-an-image');
    await rm(path);
    await problemFacts(look(path), 'file-not-found');
    expect(opened.list()).toEqual([]);
    expect(await scratch()).toBe(0);
  });

  test('is compared with an image of the store, and copied into it', async () => {
    const path = join(folder, 'shop.tar');
    await writeFile(path, dockerArchive([one, two]));
    const { id } = await look(path);
    const { graph } = await (await places.of(id)).view();
    const states = new Map<string, OperationState>();
    const operations = new Operations((state) => states.set(state.id, state));
    const handlers = createSourceHandlers(
      { context, operations, places, opened } as never,
      new GraphOffers(),
      new DialogGate(() => ({ active: false, use: () => undefined })),
    );
    const [first, second] = [one, two].map(
      ({ names }) => graph.images.find((image) => image.names.includes(names?.[0] ?? ''))?.id,
    );
    if (first === undefined || second === undefined) throw new Error('no images');
    const { operation } = await handlers['source.copyIn']({ source: id, images: [first] }, { id: 1 });
    await operations.ended(operation);
    expect(states.get(operation)).toMatchObject({
      kind: 'copyIn',
      subject: 'shop:1',
      status: 'done',
      result: { kind: 'copyIn', images: [{ id: first, names: ['shop:1'], isNew: true }], newLayers: 2 },
    });
    expect(await namesOf('store')).toEqual(['shop:1']);
    const found = await places.within(id, 'inside', (held) =>
      compareFiles(held, { first: second, second: first, other: context, contents: true }, quietRun()),
    );
    expect(found.differences.map(({ kind, path: at }) => [kind, at])).toEqual([['changed', 'srv/app.js']]);
    await handlers['source.close']({ source: id }, { id: 1 });
    expect(await namesOf('store')).toEqual(['shop:1']);
  });
});

test('a page opens what the person gave it, and no path by its name', async () => {
  const files = new FileTokens();
  const path = join(folder, 'shop.tar');
  await writeFile(path, dockerArchive([one]));
  const { token } = await files.register(path);
  expect(files.pathOf(token)).toBe(path);
  for (const word of [path, `file-${'0'.repeat(32)}`])
    expect(() => files.pathOf(word)).toThrow(
      problem('request-invalid', { what: 'file', reason: 'file', place: '' }),
    );
});

test('what a kind cannot do is known before anybody asks', () => {
  const opening: SourceId = `opened-${'0'.repeat(16)}`;
  expect(
    ['write', 'mount', 'make', 'inside', 'form'].map((need) => placeCan(opening, need as never)),
  ).toEqual([false, false, false, true, true]);
  expect(placeCan('nowhere' as never, 'inside')).toBe(false);
});

test('a link is followed to the file, and the file has one place by whatever way it is opened', async () => {
  const path = join(folder, 'shop.tar');
  await writeFile(path, dockerArchive([one]));
  await copyFile(path, join(folder, 'copy.tar'));
  const first = await look(path);
  expect(await look(join(folder, '.', 'shop.tar'))).toEqual(first);
  expect((await look(join(folder, 'copy.tar'))).id).not.toBe(first.id);
});

test.each(['replaced', 'removed'])(
  'one that is %s while it is read is followed from then on',
  async (how) => {
    const [path, other] = [join(folder, 'shop.tgz'), join(folder, 'other.tgz')];
    await writeFile(path, gzip(dockerArchive([one])));
    await writeFile(other, gzip(dockerArchive([two])));
    let isDone = false;
    const report = (): void => {
      if (isDone) return;
      isDone = true;
      if (how === 'replaced') renameSync(other, path);
      else rmSync(path);
    };
    const { id } = await look(path, { ...quietRun(), report });
    expect(isDone).toBe(true);
    if (how === 'replaced') await expect.poll(() => namesOf(id).catch(() => [])).toEqual(['shop:2']);
    else await expect.poll(() => codeOf(id)).toBe('place-gone');
  },
);

test.each(['archive', 'layout', 'OCI archive'] as const)(
  'damage that lies in what is opened is told of it, and no repair of the store is advised: %s',
  async (form) => {
    const path = join(folder, form === 'layout' ? 'shop' : 'shop.tar');
    const image = buildImage(one);
    // A compressed one of a docker-archive is read when the archive is opened.
    const which = form === 'archive' ? 0 : 1;
    const layer = image.layers[which];
    if (!layer) throw new Error('no layer');
    const flip = (bytes: Buffer, at: number): Buffer => {
      bytes.writeUInt8((bytes[at] ?? 0) ^ 0xff, at);
      return bytes;
    };
    const { blob, digest } = layer;
    const middle = form === 'archive' ? blob.indexOf('the same') : Math.floor(blob.length / 2);
    if (form === 'layout') {
      await writeMembers(path, ociMembers([image]));
      await writeFile(join(path, blobPath(digest)), flip(Buffer.from(blob), middle));
    } else {
      const bytes = Buffer.from(form === 'archive' ? dockerArchive([one]) : ociArchive([one]));
      await writeFile(path, flip(bytes, bytes.indexOf(blob) + middle));
    }
    const { id } = await look(path);
    const place = await places.of(id);
    const [found] = (await place.view()).graph.images;
    const chain = found?.layers[which];
    if (!found || chain === undefined) throw new Error('no image');
    const label = form === 'layout' ? 'shop' : 'shop.tar';
    const what = [found.id];
    for (const work of [
      () => place.give.into(context, { what }, quietRun()),
      () => place.give.archive(context, { what, target: join(folder, 'out.tar') }, quietRun()),
      () =>
        places.within(id, 'inside', (held) =>
          readLayerTree(held, { layer: chain, path: which === 0 ? 'etc' : 'srv', offset: 0 }, quietRun()),
        ),
    ]) {
      const facts = await problemFacts(work(), 'blob-damaged');
      expect(facts).toMatchObject({ file: label });
      const said = problemSentence({ code: 'blob-damaged', facts }, 'en');
      expect(said).toContain(label);
      expect(said).not.toContain('fsck');
    }
  },
);

test('one whose layers alone are other files by now is read anew for who asks next', async () => {
  const path = join(folder, 'layout');
  await writeMembers(path, ociMembers([one].map(buildImage)));
  const { id } = await look(path);
  const blobs = join(path, 'blobs', 'sha256');
  for (const name of await readdir(blobs)) utimesSync(join(blobs, name), 1, 1);
  const read = (): Promise<readonly string[]> =>
    places.within(id, 'inside', async (held) => {
      const [image] = (await readStoreView(held)).graph.images;
      const layer = image?.layers.at(-1);
      if (layer === undefined) throw new Error('no layer');
      const tree = await readLayerTree(held, { layer, path: 'srv', offset: 0 }, quietRun());
      return tree.page.map(({ name }) => name);
    });
  await problemFacts(read(), 'place-changed');
  await expect.poll(() => read().catch(() => [])).toEqual(['app.js']);
  expect(await codeOf(id)).toBeNull();
});

describe('places that are opened', () => {
  test('are told apart by the folders that they lie in, as few as that takes', async () => {
    const random = randomNumbers(20_261_130);
    const bytes = dockerArchive([one]);
    const pick = (of: readonly string[]): string => of[random(of.length)] ?? '';
    for (let round = 0; round < 6; round++) {
      const base = join(folder, `apart-${round}`);
      const ways = new Set<string>();
      for (let i = 0; i < 8; i++) {
        const folders = Array.from({ length: random(4) }, () => pick(['a', 'b']));
        ways.add(join(base, ...folders, pick(['s.tar', 't.tar'])));
      }
      for (const way of ways) {
        await mkdir(dirname(way), { recursive: true });
        await writeFile(way, bytes);
      }
      const ids: SourceId[] = [];
      for (const way of ways) ids.push((await look(way)).id);
      const names = opened.list().map(({ name }) => name);
      expect(new Set(names).size).toBe(ways.size);
      [...ways].forEach((way, i) => {
        const name = names[i] ?? '';
        expect(`/${way}`.endsWith(`/${name}`)).toBe(true);
        // One folder fewer is the end of another, too.
        const fewer = name.split('/').slice(1);
        const isEnd = (other: string): boolean => `/${other}`.endsWith(`/${fewer.join('/')}`);
        if (fewer.length > 0) expect([...ways].filter(isEnd).length).toBeGreaterThan(1);
      });
      // Of the last that is left the own name says it.
      for (const id of ids.slice(1)) opened.close(id);
      expect(opened.list().map(({ name }) => name)).toEqual([basename([...ways][0] ?? '')]);
      for (const id of ids) opened.close(id);
    }
    // Two links of one name, in folders of one name, to two files: the files tell.
    const files = [join(folder, 'x', 'v1.tar'), join(folder, 'y', 'v2.tar')];
    const link = join(folder, 'l', 's.tar');
    await mkdir(dirname(link));
    for (const file of files) {
      await mkdir(dirname(file));
      await writeFile(file, bytes);
      await rm(link, { force: true });
      await symlink(file, link);
      await look(link);
    }
    expect(opened.list().map(({ name }) => name)).toEqual(['x/v1.tar', 'y/v2.tar']);
  });

  test('name themselves where their files could not be compared', async () => {
    const path = join(folder, 'shop.tar');
    await writeFile(path, dockerArchive([one, two]));
    const { id } = await look(path);
    const states = new Map<string, OperationState>();
    const operations = new Operations((state) => states.set(state.id, state));
    const handlers = createCompareHandlers({
      operations,
      places,
      app: () => ({
        version: '',
        platform: 'linux',
        locale: 'en',
        windowButtons: false,
        storePath: '/srv/images/shop',
        stores: [],
      }),
    });
    const find = async (source: SourceId): Promise<string> => {
      const { operation } = await handlers['duplicates.find']({ source }, { id: 1 });
      await operations.ended(operation);
      return operationOutcome(states.get(operation) as OperationState, translator('en'));
    };
    await find(id);
    await rm(path);
    await expect.poll(() => opened.list()[0]?.state).toBe('refused');
    const said = await find(id);
    expect(said).toContain('shop.tar');
    expect([...states.values()].at(-1)).toMatchObject({ status: 'failed', places: [id] });
    expect(await find('store')).not.toContain('shop.tar');
    expect([...states.values()].at(-1)?.subject).toBe('shop');
  });
});

describe("what is on the person's list", () => {
  const infoOf = async (id: SourceId) => (await places.list()).find((each) => each.id === id);

  test('is read by the first who goes there, once for all, and not before', async () => {
    const path = join(folder, 'shop.tgz');
    await writeFile(path, gzip(dockerArchive([one, two])));
    const id = opened.enlist(path, defaultLimits);
    expect(await infoOf(id)).toMatchObject({
      kind: 'archive',
      name: 'shop.tgz',
      state: 'unread',
      problem: null,
      images: null,
      added: true,
    });
    expect(await scratch()).toBe(0);
    await Promise.all([opened.ready(id), namesOf(id), namesOf(id)]);
    expect(await scratch()).toBe(1);
    expect(await namesOf(id)).toEqual(['shop:1', 'shop:2']);
    expect(await infoOf(id)).toMatchObject({ state: 'ready', images: 2, added: true });
    // Whoever opens the file by itself is in the same place.
    expect(await look(path)).toEqual({ id, images: 2 });
    // Closed, it stays on the list, and is read again when somebody goes there.
    opened.close(id);
    expect(await infoOf(id)).toMatchObject({ state: 'unread', images: null });
    await expect.poll(scratch).toBe(0);
    expect(await namesOf(id)).toEqual(['shop:1', 'shop:2']);
    opened.delist(path);
    expect(await infoOf(id)).toBeUndefined();
    await problemFacts(places.of(id), 'place-closed');
    await expect.poll(scratch).toBe(0);
  });

  test('that is not there says so, and comes; one that is none says so when somebody goes there, and is tried again', async () => {
    const path = join(folder, 'shop.tar');
    const id = opened.enlist(path, defaultLimits);
    expect(await infoOf(id)).toMatchObject({ state: 'refused', problem: { code: 'file-not-found' } });
    await problemFacts(opened.ready(id), 'file-not-found');
    await writeFile(path, 'words');
    await expect.poll(async () => (await infoOf(id))?.state).toBe('unread');
    await problemFacts(opened.ready(id), 'not-an-image');
    expect(await infoOf(id)).toMatchObject({ state: 'refused', problem: { code: 'not-an-image' } });
    await writeFile(path, dockerArchive([one]));
    expect(await namesOf(id)).toEqual(['shop:1']);
    await rm(path);
    await expect.poll(() => codeOf(id)).toBe('place-gone');
    opened.close(id);
    expect(await infoOf(id)).toMatchObject({ state: 'refused', problem: { code: 'file-not-found' } });
  });

  test('is read where people see it, who can end that: then it is as before', async () => {
    const path = join(folder, 'shop.tgz');
    await writeFile(path, gzip(dockerArchive([one])));
    const begun: string[] = [];
    let abort: AbortController | null = null;
    const asked = new OpenedPlaces({ pool: sharedPool() }, times, async ({ label }, work) => {
      begun.push(label);
      await work({ signal: abort?.signal ?? new AbortController().signal, report: () => abort?.abort() });
    });
    const id = asked.enlist(path, defaultLimits);
    abort = new AbortController();
    await problemFacts(asked.ready(id), 'cancelled');
    expect(asked.list()).toMatchObject([{ state: 'unread', problem: null }]);
    abort = null;
    // Taken off the list while it is read, it is not there afterwards.
    const reading = asked.ready(id);
    asked.delist(path);
    await expect(reading).rejects.toThrow();
    expect(asked.list()).toEqual([]);
    expect(begun).toEqual(['shop.tgz', 'shop.tgz']);
    await asked.closeAll();
    await expect.poll(scratch).toBe(0);
  });

  test('under two paths is one place, which stays until both are taken off', async () => {
    const path = join(folder, 'shop.tar');
    const other = join(folder, 'other.tar');
    await writeFile(path, dockerArchive([one]));
    await symlink(path, other);
    const id = opened.enlist(path, defaultLimits);
    expect(opened.enlist(other, defaultLimits)).toBe(id);
    expect(opened.listedAs(id)).toEqual([path, other]);
    opened.delist(path);
    expect(await namesOf(id)).toEqual(['shop:1']);
    opened.delist(other);
    expect(opened.list()).toEqual([]);
  });
});
