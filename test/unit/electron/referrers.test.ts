import { appendFile, chmod, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cleanUp, collectGarbage, undoCleanUp } from '../../../electron/actions/upkeep/cleanUp';
import { freeUnreached, previewUnreached } from '../../../electron/actions/upkeep/freeUnreached';
import { fsck } from '../../../electron/actions/upkeep/fsck';
import { inspectImage } from '../../../electron/actions/images/inspectImage';
import { previewRemove, removeImages } from '../../../electron/actions/images/removeImages';
import { saveImages } from '../../../electron/actions/copy/saveImages';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { parseDigest, parseImageId } from '../../../shared/image/digest';
import { tarOf } from '../../setup/imageBuilder';
import { artifactOf, indexedLayout, type IndexedLayout } from '../../setup/indexBuilder';
import { sharedDir } from '../../setup/shared';
import {
  blobsOnDisk,
  expectSoundStore,
  load,
  openStore,
  problemFacts,
  quietRun,
  saved,
  storeOf,
  temporaryFolder,
  type TestStore,
} from '../../setup/temporary';

const platforms = ['s390x', 'riscv64'].map((architecture) => ({
  architecture,
  layers: [{ files: [{ path: 'arch', content: architecture }] }],
}));
const manifestType = 'application/vnd.oci.image.manifest.v1+json';
type Made = ReturnType<typeof artifactOf>;

/** An artifact of a type that is about a manifest; `subject` null: about nothing. */
function about(subject: string | null, type: string, content = type): Made {
  const named = subject === null ? {} : { subject: { mediaType: manifestType, digest: subject, size: 1 } };
  return artifactOf({ artifactType: type, ...named }, [[content, 'text/plain']]);
}

/** Two platforms, the signature of one, a list of packages of both with a signature, and an artifact of its own. */
function signedLayout(): IndexedLayout & { readonly made: Record<'one' | 'list' | 'ofList' | 'own', Made> } {
  const made: Partial<Record<'one' | 'list' | 'ofList' | 'own', Made>> = {};
  const layout = indexedLayout('shop:1', platforms, ({ index, manifests }) => {
    made.one = about(manifests['linux/s390x'] ?? '', 'example/signature');
    made.list = about(index.digest, 'example/packages');
    made.ofList = about(made.list.descriptor.digest, 'example/signature', 'of the list');
    made.own = about(null, 'example/chart');
    return [made.ofList, made.own, made.list, made.one];
  });
  return { ...layout, made: made as Record<'one' | 'list' | 'ofList' | 'own', Made> };
}

const roundTrip = async (context: TestStore, what: readonly string[]): Promise<TestStore> =>
  storeOf(await saved(context, what));

const listed = async (store: TestStore): Promise<readonly string[]> =>
  (await readStoreView(store)).roots.map(({ digest }) => digest as string).sort();

describe('artifacts that say which image they are about', () => {
  test('come with it, listed beside it, shown with the image that they mean, and counted to it', async () => {
    const layout = signedLayout();
    const { one, list, ofList, own } = layout.made;
    const context = await openStore();
    await load(context, layout.archive);
    expect(await listed(context)).toEqual(
      [layout.index.digest, ...[one, list, ofList].map(({ descriptor }) => descriptor.digest)].sort(),
    );
    expect((await blobsOnDisk(context.directory)).has(parseDigest(own.descriptor.digest))).toBe(false);
    const artifacts = async (platform: string): Promise<readonly string[]> => {
      const shown = await inspectImage(context, parseImageId(layout.ids[platform] ?? ''));
      return shown.artifacts.map(({ digest }) => digest as string).sort();
    };
    const both = [list, ofList].map(({ descriptor }) => descriptor.digest);
    expect(await artifacts('linux/s390x')).toEqual([...both, one.descriptor.digest].sort());
    expect(await artifacts('linux/riscv64')).toEqual([...both].sort());
    const { graph, closures } = await readStoreView(context);
    const stored = [...(await blobsOnDisk(context.directory)).values()].reduce((sum, size) => sum + size, 0);
    expect([...closures.keys()]).toEqual([layout.index.digest]);
    const needed = [...(closures.get(parseDigest(layout.index.digest))?.values() ?? [])];
    expect([graph.storedBytes, needed.reduce((sum, size) => sum + size, 0)]).toEqual([stored, stored]);
    await expectSoundStore(context.directory);
  });

  test('go out with it in an OCI archive, and come back', async () => {
    const context = await openStore();
    await load(context, signedLayout().archive);
    const again = await roundTrip(context, ['shop:1']);
    expect(await blobsOnDisk(again.directory)).toEqual(await blobsOnDisk(context.directory));
    expect(await listed(again)).toEqual(await listed(context));
  });

  test('stay behind where manifests are written anew: what they are about is not in that archive', async () => {
    const context = await openStore();
    await load(context, signedLayout().archive);
    const target = join(await temporaryFolder(), 'packed.tar');
    const how = { what: ['shop:1'], format: 'oci-archive', compression: 'gzip', target } as const;
    await saveImages(context, how, quietRun());
    const again = await openStore();
    await load(again, target);
    expect(await listed(again)).toHaveLength(1);
    expect((await readStoreView(again)).orphans).toEqual([]);
    await expectSoundStore(again.directory);
  });

  test('go when it goes, to the byte that was said, and come back with it', async () => {
    const context = await openStore();
    const layout = signedLayout();
    await load(context, layout.archive);
    const images = Object.values(layout.ids).map(parseImageId);
    const all = await blobsOnDisk(context.directory);
    const bytes = [...all.values()].reduce((sum, size) => sum + size, 0);
    const before = await listed(context);
    const { trash } = await cleanUp(
      context,
      { images: [...images], unpacked: false, interrupted: false },
      quietRun(),
    );
    expect(await listed(context)).toEqual([]);
    await undoCleanUp(context, trash ?? '');
    expect(await listed(context)).toEqual(before);
    expect(await previewRemove(context, { images: [...images], names: [] })).toMatchObject({
      freedBytes: bytes,
      freedBlobs: all.size,
    });
    const removed = await removeImages(context, { images: [], names: ['shop:1'] }, quietRun());
    expect(removed.freedBytes).toBe(bytes);
    expect([await listed(context), (await blobsOnDisk(context.directory)).size]).toEqual([[], 0]);
  });

  test('stay while another root has the image that they are about', async () => {
    const context = await openStore();
    const layout = signedLayout();
    await load(context, layout.archive);
    const manifest = parseDigest(layout.manifests['linux/s390x'] ?? '');
    const size = (await context.store.sizeOf(manifest)) ?? 0;
    await context.store.updateIndex((index) => ({
      ...index,
      manifests: [...index.manifests, { mediaType: manifestType, digest: manifest, size }],
    }));
    await removeImages(
      context,
      { images: [parseImageId(layout.ids['linux/riscv64'] ?? '')], names: [] },
      quietRun(),
    );
    expect(await listed(context)).toEqual([manifest, layout.made.one.descriptor.digest].sort());
    await expectSoundStore(context.directory);
  });

  test('are refused with the load when their bytes are others; left out when some are not there', async () => {
    const layout = signedLayout();
    const path = layout.made.one.members[2]?.path ?? '';
    const context = await openStore();
    const changed = layout.members.map((each) =>
      each.path === path ? { ...each, content: 'example/signaturf' } : each,
    );
    await problemFacts(load(context, tarOf(changed)), 'digest-mismatch');
    expect(await listed(context)).toEqual([]);
    await load(context, tarOf(layout.members.filter((each) => each.path !== path)));
    expect(await listed(context)).not.toContain(layout.made.one.descriptor.digest);
    expect(await listed(context)).toContain(layout.made.list.descriptor.digest);
    await expectSoundStore(context.directory);
  });

  test('that are damaged are named by a check with the image that they are about', async () => {
    const layout = signedLayout();
    const context = await openStore();
    await load(context, layout.archive);
    const digest = parseDigest(`sha256:${(layout.made.ofList.members[2]?.path ?? '').slice(-64)}`);
    await chmod(context.store.pathOf(digest), 0o644);
    await appendFile(context.store.pathOf(digest), 'x');
    const { damage } = await fsck(context, { repair: false }, quietRun());
    expect(damage.map((each) => [each.digest, each.images])).toEqual([[digest, ['shop:1']]]);
  });

  test('whose image is gone are freed by the garbage collector, as it says', async () => {
    const context = await openStore();
    const layout = signedLayout();
    await load(context, layout.archive);
    const alone = async (): Promise<void> => {
      const { index } = await context.store.readIndex();
      await context.store.updateAndSweep(() => ({
        ...index,
        manifests: index.manifests.filter(({ digest }) => digest !== parseDigest(layout.index.digest)),
      }));
    };
    await alone();
    expect(await listed(context)).toHaveLength(3);
    for (;;) {
      const preview = await previewUnreached(context);
      const freed = await freeUnreached(context, quietRun());
      expect([...freed.blobs].sort()).toEqual([...preview.blobs].sort());
      if (freed.blobs.length === 0) break;
    }
    expect([await listed(context), (await blobsOnDisk(context.directory)).size]).toEqual([[], 0]);
    await load(context, layout.archive);
    await collectGarbage(context);
    expect(await listed(context)).toHaveLength(4);
  });
});

test('whatever is about an image, also in circles of types and chains, survives load, save and load', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat({ max: 12 }), { maxLength: 12 }), async (subjects) => {
      const made: Made[] = [];
      const layout = indexedLayout('a:1', platforms, ({ index, manifests }) => {
        const known = [index.digest, ...Object.values(manifests)];
        for (const [i, at] of subjects.entries()) {
          const next = about(known[at % (known.length + 1)] ?? null, 'example/thing', `${i}`);
          made.push(next);
          known.push(next.descriptor.digest);
        }
        return made;
      });
      const context = await openStore();
      await load(context, layout.archive);
      const again = await roundTrip(context, ['a:1']);
      expect(await blobsOnDisk(again.directory)).toEqual(await blobsOnDisk(context.directory));
      expect(await listed(again)).toEqual(await listed(context));
      await removeImages(again, { images: [], names: ['a:1'] }, quietRun());
      expect((await blobsOnDisk(again.directory)).size).toBe(0);
    }),
    { numRuns: 12 },
  );
});

const shared = sharedDir();

test.skipIf(shared === null)(
  'the layout of regclient: each artifact that is about a manifest of it is kept',
  async () => {
    const context = await openStore();
    const file = join(shared ?? '', 'vectors', 'archives', 'regclient', 'testrepo.oci.tar');
    await load(context, file);
    const { referrers, orphans, graph } = await readStoreView(context);
    expect(orphans).toEqual([]);
    const kept = new Set(
      [...referrers.values()].flatMap((own) => own.map(({ digest }) => digest.slice(7, 19))),
    );
    // Three of them are listed in the indexes of the referrers tag schema alone.
    expect([...kept].sort()).toEqual([
      '0484e93c23cd',
      '25ecacb3ebf8',
      '30bc58e881e9',
      '741132f956e1',
      '819ff4564a5d',
      'ad460bc30198',
      'd2e2970e57e0',
    ]);
    const names = graph.images.flatMap((image) => image.names);
    const again = await roundTrip(context, names);
    expect(await blobsOnDisk(again.directory)).toEqual(await blobsOnDisk(context.directory));
    expect(JSON.parse(await readFile(join(again.directory, 'index.json'), 'utf8'))).toMatchObject({
      schemaVersion: 2,
    });
  },
);
