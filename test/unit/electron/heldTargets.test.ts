import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { link, mkdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { heldByWords, readHeld } from '../../../electron/actions/copy/heldLayers';
import type { SaveCompression } from '../../../electron/actions/copy/planArchive';
import { saveImages } from '../../../electron/actions/copy/saveImages';
import { planLayout, saveLayout } from '../../../electron/actions/copy/saveLayout';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { buildImage, noise, ociArchive, type ImageSpec } from '../../setup/imageBuilder';
import { commandLine } from './scripts';
import {
  expectSoundStore,
  load,
  openStore,
  problemFacts,
  quietRun,
  snapshotDirectory,
  temporaryFolder,
  type TestStore,
} from '../../setup/temporary';

const layers = [
  { files: [{ path: 'etc/os', content: noise(30_000) }] },
  { files: [{ path: 'usr/lib', content: noise(50_000, 2) }] },
  { files: [{ path: 'app', content: noise(4000, 3) }] },
];
/** The images `shop:1` of two layers and `shop:2` of three, with every layer packed or none. */
const shops = (gzip: boolean): readonly ImageSpec[] =>
  [2, 3].map((count) => ({
    names: [`shop:${count - 1}`],
    layers: layers.slice(0, count).map((layer) => ({ ...layer, gzip })),
  }));

async function storeOf(specs: readonly ImageSpec[]): Promise<TestStore> {
  const context = await openStore();
  await load(context, ociArchive(specs));
  return context;
}

/** A layout that another program may have written, with `shop:1` alone. */
async function layoutOf(gzip: boolean): Promise<string> {
  const at = join(await temporaryFolder(), 'lay');
  await saveLayout(await storeOf(shops(gzip)), { what: ['shop:1'], target: at }, quietRun());
  return at;
}

const held = async (context: TestStore, words: readonly string[]) =>
  readHeld(context, await heldByWords(context, words), quietRun());

interface Listed {
  readonly digest: string;
}

/** What manifests of a layout list and the layout has not, read as any other program reads it. */
async function absentIn(layout: string): Promise<readonly string[]> {
  const at = ({ digest }: Listed): string => join(layout, 'blobs', 'sha256', digest.slice(7));
  const { manifests } = JSON.parse(await readFile(join(layout, 'index.json'), 'utf8')) as {
    manifests: readonly Listed[];
  };
  const absent: string[] = [];
  for (const root of manifests) {
    const { config, layers: own } = JSON.parse(await readFile(at(root), 'utf8')) as {
      config: Listed;
      layers: readonly Listed[];
    };
    for (const each of [config, ...own]) if (!existsSync(at(each))) absent.push(each.digest);
  }
  return absent;
}

describe('saving into a layout without what that layout has', () => {
  const forms: readonly SaveCompression[] = ['kept', 'none', 'gzip', 'zstd'];
  test.each(
    [true, false].flatMap((isPacked) =>
      [true, false].flatMap((isStored) => forms.map((form) => [isPacked, isStored, form] as const)),
    ),
  )('packed there %s, in the store %s, written %s: every blob is there', async (there, here, compression) => {
    const lay = await layoutOf(there);
    const context = await storeOf(shops(here));
    const request = { what: ['shop:2'], target: lay, compression, held: await held(context, [lay]) };
    const plan = await planLayout(context, request);
    const saved = await saveLayout(context, request, quietRun());
    expect(await absentIn(lay)).toEqual([]);
    expect(existsSync(join(lay, 'layers-left-out.json'))).toBe(false);
    if (compression === 'kept') {
      const same = there === here ? 2 : 0;
      expect(saved).toMatchObject({ layers: 3 - same, ...(same > 0 && { leftOut: { layers: same } }) });
      expect(plan).toMatchObject({ layers: 3 - same, leftOut: { layers: same } });
    }
    const again = await openStore();
    await load(again, lay);
    expect((await readStoreView(again)).graph.images.flatMap(({ names }) => names).sort()).toEqual([
      'shop:1',
      'shop:2',
    ]);
    await expectSoundStore(again.directory);
  });

  test('and without what another file has leaves out that alone', async () => {
    const lay = await layoutOf(true);
    const context = await storeOf(shops(false));
    const [base = ''] = buildImage({ names: [], layers: layers.slice(0, 1) }).layers.map(
      ({ diffId }) => diffId,
    );
    const list = join(await temporaryFolder(), 'list');
    await writeFile(list, base);
    for (const words of [
      [lay, list],
      [list, lay],
    ]) {
      const request = { what: ['shop:2'], target: lay, held: await held(context, words) };
      await saveLayout(context, request, quietRun());
      expect(await absentIn(lay)).toEqual([base]);
    }
  });
});

describe('what tells what a target has', () => {
  /** A store, and a folder with what may stand behind `--except`: an archive, a list, a layout. */
  async function scene(): Promise<{ readonly context: TestStore; readonly at: string }> {
    const context = await storeOf(shops(false));
    const at = await temporaryFolder();
    const save = (target: string) =>
      saveImages(context, { what: ['shop:1'], format: 'oci-archive', target }, quietRun());
    await save(join(at, 'a.tar'));
    await writeFile(join(at, 'list'), buildImage({ names: [], layers }).layers[0]?.diffId ?? '');
    await rename(await layoutOf(true), join(at, 'lay'));
    await link(join(at, 'a.tar'), join(at, 'hard.tar'));
    await symlink('a.tar', join(at, 'soft.tar'));
    await symlink('lay', join(at, 'way'));
    await mkdir(join(at, 'empty'));
    return { context, at };
  }

  test.each([
    ['a.tar', 'a.tar'],
    ['a.tar', 'hard.tar'],
    ['a.tar', 'soft.tar'],
    ['soft.tar', 'a.tar'],
    ['list', 'list'],
    ['lay', 'lay/index.json'],
    ['lay', 'lay/new.tar'],
    ['lay', 'way/blobs/new.tar'],
    ['way', 'lay/blobs/sha256/new.tar'],
  ])('%s stays as it is where %s is to be written', async (word, target) => {
    const { context, at } = await scene();
    const before = await snapshotDirectory(at);
    for (const format of ['docker-archive', 'oci-archive'] as const) {
      const request = {
        what: ['shop:2'],
        format,
        target: join(at, target),
        held: await held(context, [join(at, word)]),
      };
      expect(await problemFacts(saveImages(context, request, quietRun()), 'place-cannot')).toMatchObject({
        need: 'target',
      });
    }
    expect(await snapshotDirectory(at)).toEqual(before);
  });

  test.each(['lay/new', 'way/blobs/new', 'lay/blobs/sha256/new'])(
    'a layout stays as it is where the folder %s is to be made',
    async (target) => {
      const { context, at } = await scene();
      const before = await snapshotDirectory(at);
      const request = {
        what: ['shop:2'],
        target: join(at, target),
        held: await held(context, [join(at, 'lay')]),
      };
      await problemFacts(planLayout(context, request), 'place-cannot');
      await problemFacts(saveLayout(context, request, quietRun()), 'place-cannot');
      expect(await snapshotDirectory(at)).toEqual(before);
    },
  );

  test('is no standard output', async () => {
    const { context, at } = await scene();
    const file = join(at, 'a.tar');
    const before = await readFile(file);
    const out = openSync(file, 'a');
    try {
      const args = ['--store', context.directory, 'save', '--except', file, 'shop:2'];
      const { status, stderr } = spawnSync(process.execPath, [commandLine, ...args], {
        stdio: ['ignore', out, 'pipe'],
        encoding: 'utf8',
      });
      expect([status, stderr]).toEqual([1, expect.stringContaining('Nothing was written')]);
    } finally {
      closeSync(out);
    }
    expect((await readFile(file)).equals(before)).toBe(true);
  });

  test('is a target again afterwards', async () => {
    const { context, at } = await scene();
    const target = join(at, 'a.tar');
    const request = { what: ['shop:2'], format: 'oci-archive', target } as const;
    await problemFacts(
      saveImages(context, { ...request, held: await held(context, [target]) }, quietRun()),
      'place-cannot',
    );
    expect(await saveImages(context, request, quietRun())).toMatchObject({ images: 1, layers: 3 });
  });
});
