import { expect, test } from 'vitest';
import { readDiskUse } from '../../../electron/actions/upkeep/diskUse';
import { collectGarbage } from '../../../electron/actions/upkeep/cleanUp';
import {
  heldClosures,
  previewRemove,
  removeImages,
  togetherIn,
} from '../../../electron/actions/images/removeImages';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { freedByRoots, planRemoval, previewRemoval } from '../../../shared/graph/sharing';
import { indexedLayout } from '../../setup/indexBuilder';
import { noise, ociArchive, tarOf, type ImageSpec, type LayerSpec } from '../../setup/imageBuilder';
import { chanceOf } from '../../setup/randomForms';
import { blobsOnDisk, load, openStore, quietRun } from '../../setup/temporary';

const forms: readonly Partial<LayerSpec>[] = [{}, { gzip: true }, { zstd: true }];

/** Images of chance on few contents in any form: of several names, of none, of several platforms, some one image twice. */
function imagesOf(seed: number): readonly ImageSpec[] {
  const chance = chanceOf(seed);
  const chains: number[][] = [];
  return Array.from({ length: 4 + chance(4) }, (_, i): ImageSpec => {
    const below = chains[chance(chains.length + 1)] ?? [];
    const chain = [
      ...below,
      ...Array.from({ length: chance(3) + (below.length > 0 ? 0 : 1) }, () => chance(5)),
    ];
    chains.push(chain);
    return {
      names: Array.from({ length: chance(4) }, (_, at) => `rig/${i}:${at}`),
      created: `20${10 + (chance(3) === 0 ? 0 : i)}-01-01T00:00:00Z`,
      layers: chain.map((each) => ({
        files: [{ path: `f${each}`, content: `${'text '.repeat(400)}${noise(900, each + 1).toString()}` }],
        ...forms[chance(forms.length)],
      })),
    };
  });
}

const sum = (values: Iterable<number>): number => [...values].reduce((all, each) => all + each, 0);

test.each(Array.from({ length: 12 }, (_, i) => i + 1))(
  'whoever says what goes with images says what the disk has less without them (%i)',
  async (seed) => {
    const context = await openStore();
    const specs = imagesOf(seed);
    await load(context, ociArchive(specs));
    // Some of their layers in an image for several platforms.
    const platforms = specs.slice(0, 2).map((spec, i) => ({
      ...spec,
      names: [],
      os: 'linux',
      architecture: ['amd64', 'arm64'][i] ?? 's390x',
      statements: ['https://slsa.dev/provenance/v1'],
    }));
    await load(context, tarOf(indexedLayout('rig/several:1', platforms).members));
    const disk = async (): Promise<number> => sum((await blobsOnDisk(context.directory)).values());
    const chance = chanceOf(seed + 50);
    for (;;) {
      const view = await readStoreView(context);
      const { graph } = view;
      if (graph.images.length === 0) break;
      const some = graph.images.filter(() => chance(3) === 0);
      const chosen = some.length > 0 ? some : [graph.images[chance(graph.images.length)] ?? graph.images[0]];
      const picked = { images: chosen.flatMap((image) => (image ? [image.id] : [])), names: [] };
      // With one platform of a name all of them go.
      const { images } = planRemoval(graph, picked);
      const selection = { images: images.map(({ id }) => id), names: [] };
      const closures = await heldClosures(context, view);
      const roots = images.flatMap((image) => image.roots);
      const preview = await previewRemove(context, selection);
      const together = await togetherIn(context, selection.images);
      const { images: use } = await readDiskUse(context);
      const only = images.length === 1 ? images[0] : undefined;
      const said = {
        preview: preview.freedBytes,
        ofGraph: previewRemoval(graph, closures, selection).freedBytes,
        byRoots: freedByRoots(closures)(roots),
        together: together.unique,
        ...(only && {
          ofImage: only.unique,
          inDf: use.find(({ ids }) => ids.includes(only.id))?.reclaimable,
        }),
      };
      const before = await disk();
      await removeImages(context, selection, quietRun());
      await collectGarbage(context);
      const gone = before - (await disk());
      expect(said).toEqual(Object.fromEntries(Object.keys(said).map((key) => [key, gone])));
    }
    expect(await disk()).toBe(0);
  },
);
