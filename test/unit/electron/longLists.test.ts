import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fsck } from '../../../electron/actions/upkeep/fsck';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { tagImage } from '../../../electron/actions/images/tagImages';
import { IndexScan, type ScannedRoot } from '../../../electron/store/indexScan';
import { jsonExcess } from '../../../shared/image/jsonScan';
import { fullNameAnnotation, refNameAnnotation, type OciDescriptor } from '../../../shared/image/manifest';
import { dockerArchive } from '../../setup/imageBuilder';
import { seeded } from '../../setup/randomLayers';
import {
  expectSoundStore,
  load,
  openStore,
  problemFacts,
  quietRun,
  refusedUnchanged,
  storeOf,
  type TestStore,
} from '../../setup/temporary';

/** Lists of a store that grow beyond what is read of them: refused before they are written, and mended where they are there. */

const image = (name: string): Uint8Array =>
  dockerArchive([{ names: [name], layers: [{ files: [{ path: name.replace(':', '-') }] }] }]);

type Root = OciDescriptor & Readonly<Record<string, unknown>>;

const indexOf = (context: TestStore): string => join(context.directory, 'index.json');

async function rootsOf(context: TestStore): Promise<readonly Root[]> {
  return (JSON.parse(await readFile(indexOf(context), 'utf8')) as { manifests: Root[] }).manifests;
}

/** Writes index.json as another tool may have, or a version of ours that did not look. */
async function write(context: TestStore, manifests: readonly unknown[], more: object = {}): Promise<void> {
  await writeFile(indexOf(context), JSON.stringify({ schemaVersion: 2, ...more, manifests }));
}

const withNote = (root: Root, bytes: number): Root => ({
  ...root,
  annotations: { ...root.annotations, note: 'n'.repeat(bytes) },
});
const withValues = (root: Root, count: number): Root => ({
  ...root,
  other: new Array<number>(count).fill(0),
});
const named = (root: Root, name: string, bytes: number): Root =>
  withNote(
    {
      ...root,
      annotations: { [fullNameAnnotation]: `docker.io/library/${name}`, [refNameAnnotation]: name },
    },
    bytes,
  );
const nest = (levels: number): unknown => (levels === 0 ? 0 : [nest(levels - 1)]);

describe('a list that would not be read any more is not written', () => {
  test.each<readonly [string, (root: Root) => Root]>([
    ['bytes', (root) => withNote(root, 33 << 20)],
    ['values', (root) => withValues(root, 1_200_000)],
  ])('%s: a name more is refused, and all else goes on', async (_, grow) => {
    const context = await storeOf(image('a:1'));
    const [root] = await rootsOf(context);
    await write(context, [grow(root as Root)]);
    const [id] = (await readStoreView(context)).graph.images;
    const tag = (): Promise<unknown> => tagImage(context, id?.id as NonNullable<typeof id>['id'], 'b:1');
    expect(await refusedUnchanged(context, tag, 'list-too-long')).toMatchObject({ at: 'written' });
    await load(context, image('c:1'));
    const { graph } = await readStoreView(await openStore(context.directory));
    expect(graph.images.flatMap(({ names }) => names).sort()).toEqual(['a:1', 'c:1']);
    await expectSoundStore(context.directory);
  });

  test('a load is refused as a whole', async () => {
    const context = await storeOf(image('a:1'));
    const [root] = await rootsOf(context);
    await write(context, [withValues(root as Root, 1_999_980)]);
    await readStoreView(context);
    const names = Array.from({ length: 10 }, (_, i) => `more${i}:1`);
    const archive = dockerArchive([{ names, layers: [{ files: [{ path: 'f' }] }] }]);
    await refusedUnchanged(context, () => load(context, archive), 'list-too-long');
    await expectSoundStore(context.directory);
  });

  test('a clean-up that the trash could not hold removes nothing', async () => {
    const context = await storeOf(image('a:1'));
    const whole = withValues((await rootsOf(context))[0] as Root, 1_200_000);
    const clean = (): Promise<unknown> => context.store.moveToTrash(new Set([whole.digest]));
    await write(context, [whole]);
    await clean();
    await write(context, [whole]);
    expect(await refusedUnchanged(context, clean, 'list-too-long')).toMatchObject({ file: 'trash.json' });
    await context.store.emptyTrash();
    await clean();
  });

  test('the trash holds what index.json may hold', async () => {
    const context = await storeOf(image('a:1'));
    const deep = { ...((await rootsOf(context))[0] as Root), other: nest(990) };
    await write(context, [deep]);
    const id = await context.store.moveToTrash(new Set([deep.digest]));
    expect((await context.store.readTrash()).map((entry) => entry.id)).toEqual([id]);
    await context.store.restoreFromTrash(id ?? '', (index, { roots }) => ({ ...index, manifests: roots }));
    expect(await rootsOf(context)).toEqual([deep]);
  });
});

describe('a list that is too long', () => {
  /** Two images, the first with a great many names. */
  async function flooded(grow: (root: Root, i: number) => Root, count: number): Promise<TestStore> {
    const context = await storeOf(image('a:1'));
    await load(context, image('b:1'));
    const [a, b] = (await rootsOf(context)) as [Root, Root];
    const flood = Array.from({ length: count }, (_, i) => grow(a, i));
    await write(context, [a, ...flood, { not: 'a root' }, b], { annotations: { who: 'else' } });
    return openStore(context.directory);
  }

  test.each<readonly [string, (root: Root, i: number) => Root, number]>([
    ['in bytes', (root, i) => named(root, `n${i}:1`, 1_000_000), 80],
    ['in values', (root, i) => withValues(named(root, `n${i}:1`, 1), 50_000), 45],
  ])('%s is said, and fsck --repair lists every image again', async (_, grow, count) => {
    const context = await flooded(grow, count);
    expect(await problemFacts(readStoreView(context), 'list-too-long')).toMatchObject({ at: 'read' });
    await problemFacts(fsck(context, { repair: false }, quietRun()), 'list-too-long');
    await problemFacts(load(context, image('c:1')), 'list-too-long');
    const old = await readFile(indexOf(context));
    const { mended, damage } = await fsck(context, { repair: true }, quietRun());
    expect(damage).toEqual([]);
    expect(mended).toMatchObject({ images: 0, unreadable: 1 });
    expect(old.equals(await readFile(join(context.directory, mended?.aside ?? '')))).toBe(true);
    const again = await openStore(context.directory);
    const { graph } = await readStoreView(again);
    const names = graph.images.map((each) => each.names);
    expect(names.some((own) => own.includes('a:1'))).toBe(true);
    expect(names).toContainEqual(['b:1']);
    expect(names.flat().length).toBe(2 + count - (mended?.names ?? 0));
    expect(names.flat().length).toBeGreaterThan(count / 4);
    expect(JSON.parse(await readFile(indexOf(context), 'utf8'))).toMatchObject({
      annotations: { who: 'else' },
    });
    await load(again, image('c:1'));
    await expectSoundStore(context.directory, /^quarantine$/);
    expect((await fsck(again, { repair: true }, quietRun())).mended).toBeNull();
  });

  test('and is no list at all stays as it is', async () => {
    const context = await storeOf(image('a:1'));
    await writeFile(indexOf(context), Buffer.alloc((64 << 20) + 1, '['));
    await refusedUnchanged(context, () => fsck(context, { repair: true }, quietRun()), 'store-invalid');
  });
});

test('whatever is read of a list in pieces is what a parser reads of it whole', () => {
  const below = seeded(7);
  const odd = ['"', '\\', '[', ']', '{', '}', ',', 'manifests', 'é', '\n', 'x'];
  const word = (): string => Array.from({ length: below(5) }, () => odd[below(odd.length)]).join('');
  const value = (depth: number): unknown => {
    const kind = below(depth > 3 ? 3 : 6);
    if (kind < 3) return [word(), below(1000), null][kind];
    const some = Array.from({ length: below(4) }, () => value(depth + 1));
    return kind === 3 ? some : Object.fromEntries(some.map((each) => [word(), each]));
  };
  for (let round = 0; round < 400; round++) {
    const list = Array.from({ length: below(6) }, () => value(2));
    const before = { [`a${word()}`]: value(1), x: 'manifests' };
    const after = { [`b${word()}`]: value(1) };
    const text = JSON.stringify({ ...before, manifests: list, ...after }, null, below(3));
    const bytes = Buffer.from(text);
    const scan = new IndexScan();
    const found: ScannedRoot[] = [];
    for (let at = 0; at < bytes.length;) {
      const end = at + 1 + below(9);
      found.push(...scan.feed(bytes.subarray(at, end)));
      at = end;
    }
    const objects = list.filter((each) => typeof each === 'object' && each !== null && !Array.isArray(each));
    expect(found.map((each) => JSON.parse(each.text) as unknown)).toEqual(objects);
    expect(JSON.parse(scan.rest?.join('') ?? '')).toEqual({ ...before, manifests: [], ...after });
    for (const each of found) {
      expect(jsonExcess(each.text, { values: each.values, depth: 99 })).toBeNull();
      expect(jsonExcess(each.text, { values: each.values - 1, depth: 99 })).toBe('values');
    }
  }
});
