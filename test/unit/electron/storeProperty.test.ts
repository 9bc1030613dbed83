import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { previewRemove, removeImages } from '../../../electron/actions/images/removeImages';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { tagImage, untagImage } from '../../../electron/actions/images/tagImages';
import { buildImage, dockerArchive, noise, ociArchive, type ImageSpec } from '../../setup/imageBuilder';
import {
  blobsOnDisk,
  expectSoundStore,
  load,
  openStore,
  quietRun,
  type TestStore,
} from '../../setup/temporary';

/**
 * Whatever is added, named and removed in whatever order: `blobs/` holds exactly what index.json reaches, every removal
 * frees to the byte what it said, and names are where a simple model of them has them.
 */

const layer = (i: number): { files: { path: string; content: Buffer }[] } => ({
  files: [{ path: `part${i}`, content: noise(700 + 100 * i, i) }],
});
/** Images that share their lower layers; the last one has nothing in common with the others. */
const chains = [[0], [0, 1], [0, 1, 2], [0, 3], [3, 0], [4, 4]];
const ids = chains.map((chain) => buildImage({ layers: chain.map(layer) }).id);
const names = ['a:1', 'a:2', 'b:latest', 'reg.example/c:1'];

/** An archive of one of the images: plain, or as another manifest with compressed layers of the same image. */
function archive(image: number, given: readonly string[], packed: boolean): Buffer {
  const chain = chains[image] ?? [];
  const spec: ImageSpec = { names: given, layers: chain.map((i) => ({ ...layer(i), gzip: packed })) };
  return packed ? ociArchive([spec]) : dockerArchive([spec]);
}

interface Model {
  readonly images: Set<string>;
  readonly names: Map<string, string>;
}

type Step =
  | {
      readonly do: 'add';
      readonly image: number;
      readonly names: readonly string[];
      readonly packed: boolean;
    }
  | { readonly do: 'tag'; readonly image: number; readonly name: string }
  | { readonly do: 'untag'; readonly name: string }
  | { readonly do: 'removeName'; readonly name: string }
  | { readonly do: 'removeImage'; readonly image: number };

const image = fc.nat(chains.length - 1);
const name = fc.constantFrom(...names);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('add' as const),
      image,
      names: fc.uniqueArray(name, { maxLength: 2 }),
      packed: fc.boolean(),
    }),
  },
  fc.record({ do: fc.constant('tag' as const), image, name }),
  fc.record({ do: fc.constant('untag' as const), name }),
  fc.record({ do: fc.constant('removeName' as const), name }),
  fc.record({ do: fc.constant('removeImage' as const), image }),
);

/** What index.json reaches, read from the files alone. */
async function closureOnDisk(directory: string): Promise<string[]> {
  const read = async (path: string): Promise<unknown> =>
    JSON.parse(await readFile(join(directory, path), 'utf8'));
  const reached = new Set<string>();
  const { manifests } = (await read('index.json')) as { manifests: { digest: string }[] };
  for (const { digest } of manifests) {
    const manifest = (await read(`blobs/sha256/${digest.slice(7)}`)) as {
      config: { digest: string };
      layers: { digest: string }[];
    };
    for (const each of [digest, manifest.config.digest, ...manifest.layers.map((l) => l.digest)])
      reached.add(each);
  }
  return [...reached].sort();
}

const total = (blobs: ReadonlyMap<string, number>): number =>
  [...blobs.values()].reduce((sum, size) => sum + size, 0);

async function apply(context: TestStore, model: Model, step: Step): Promise<void> {
  const before = total(await blobsOnDisk(context.directory));
  const grown = async (): Promise<number> => total(await blobsOnDisk(context.directory)) - before;
  const id = 'image' in step ? ids[step.image] : undefined;
  switch (step.do) {
    case 'add': {
      const { addedBytes } = await load(context, archive(step.image, step.names, step.packed));
      expect(addedBytes).toBe(await grown());
      if (id === undefined) return;
      model.images.add(id);
      for (const each of step.names) model.names.set(each, id);
      return;
    }
    case 'tag':
      if (id === undefined || !model.images.has(id)) return;
      await tagImage(context, id, step.name);
      model.names.set(step.name, id);
      break;
    case 'untag':
      if (!model.names.has(step.name)) return;
      await untagImage(context, step.name);
      model.names.delete(step.name);
      break;
    case 'removeName':
    case 'removeImage': {
      const gone = step.do === 'removeName' ? model.names.get(step.name) : id;
      if (gone === undefined || !model.images.has(gone)) return;
      const selection =
        step.do === 'removeName'
          ? { images: [], names: [step.name] }
          : { images: id === undefined ? [] : [id], names: [] };
      const preview = await previewRemove(context, selection);
      const result = await removeImages(context, selection, quietRun());
      expect(result.freedBytes + (await grown())).toBe(0);
      expect(preview.freedBytes).toBe(result.freedBytes);
      expect(preview.images.map((each) => each.id)).toEqual(result.removed);
      if (step.do === 'removeName') model.names.delete(step.name);
      const left = [...model.names.values()].includes(gone);
      if (step.do === 'removeName' && left) return;
      model.images.delete(gone);
      for (const [key, value] of [...model.names]) if (value === gone) model.names.delete(key);
      return;
    }
  }
  expect(await grown()).toBe(0);
}

test('blobs on disk are the closure of index.json after any sequence of changes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), async (steps) => {
      const context = await openStore();
      const model: Model = { images: new Set(), names: new Map() };
      for (const each of steps) {
        await apply(context, model, each);
        expect([...(await blobsOnDisk(context.directory)).keys()]).toEqual(
          await closureOnDisk(context.directory),
        );
        const { graph } = await readStoreView(context);
        expect(graph.images.map((found) => found.id).sort()).toEqual([...model.images].sort());
        const found = graph.images.flatMap((one) => one.names.map((each) => [each, one.id] as const));
        expect(new Map(found)).toEqual(model.names);
        expect(graph.storedBytes).toBe(total(await blobsOnDisk(context.directory)));
      }
      await expectSoundStore(context.directory);
    }),
    { numRuns: 40 },
  );
});
