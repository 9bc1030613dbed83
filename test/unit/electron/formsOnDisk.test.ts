import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { callCommand } from '../../setup/callCommand';
import { noise, ociArchive, type ImageSpec, type LayerSpec } from '../../setup/imageBuilder';
import { chanceOf } from '../../setup/randomForms';
import { blobsOnDisk, load, openStore } from '../../setup/temporary';

const forms: readonly Partial<LayerSpec>[] = [{}, { gzip: true }, { zstd: true }];

/** Images of chance on few contents, of which each comes in any form. */
function imagesOf(seed: number): readonly ImageSpec[] {
  const chance = chanceOf(seed);
  const chains: number[][] = [];
  return Array.from({ length: 4 + chance(3) }, (_, i): ImageSpec => {
    const below = chains[chance(chains.length + 1)] ?? [];
    const chain = [
      ...below,
      ...Array.from({ length: chance(3) + (below.length > 0 ? 0 : 1) }, () => chance(5)),
    ];
    chains.push(chain);
    return {
      names: [`rig/${i}:1`],
      // Some are one image in other forms.
      created: `20${10 + (chance(3) === 0 ? 0 : i)}-01-01T00:00:00Z`,
      layers: chain.map((each) => ({
        files: [{ path: `f${each}`, content: `${'text '.repeat(400)}${noise(900, each + 1).toString()}` }],
        ...forms[chance(forms.length)],
      })),
    };
  });
}

interface Document {
  readonly Layers: readonly { readonly StoredSize: number }[];
  readonly DocumentsSize: number;
  readonly StoredSize: number;
}

interface Manifest {
  readonly layers: readonly { readonly digest: string; readonly size: number }[];
}

const sum = (values: Iterable<number>): number => [...values].reduce((all, each) => all + each, 0);

test.each([1, 2, 3, 4, 5, 6])(
  'layers in several forms: every command adds up, and a preview is what is freed on disk (%i)',
  async (seed) => {
    const context = await openStore();
    const images = imagesOf(seed);
    await load(context, ociArchive(images));
    const store = context.directory;
    const json = async (...words: string[]): Promise<unknown> =>
      JSON.parse((await callCommand(store, ['--json', ...words])).out);
    const disk = async (): Promise<number> => sum((await blobsOnDisk(store)).values());
    const listed = (await json('images')) as { names: string[]; manifests: string[]; size: number }[];
    for (const { names, manifests, size } of listed) {
      const [name = ''] = names;
      const [document] = (await json('inspect', name)) as [Document];
      const layers = sum(document.Layers.map(({ StoredSize }) => StoredSize));
      expect([document.StoredSize, layers + document.DocumentsSize]).toEqual([size, size]);
      // Read from the documents themselves, each blob once.
      const named = new Map<string, number>();
      for (const digest of manifests) {
        const text = await readFile(join(store, 'blobs', 'sha256', digest.slice(7)), 'utf8');
        for (const layer of (JSON.parse(text) as Manifest).layers) named.set(layer.digest, layer.size);
      }
      expect(layers).toBe(sum(named.values()));
      const steps = (await json('history', name)) as { size: number }[];
      expect(sum(steps.map((step) => step.size))).toBe(layers);
    }
    const use = (await json('df')) as { rows: { kind: string; size: number }[] };
    expect(use.rows.find(({ kind }) => kind === 'images')?.size).toBe(await disk());
    const chance = chanceOf(seed + 50);
    const names = images.flatMap((image) => image.names ?? []);
    while (names.length > 0) {
      const [name = ''] = names.splice(chance(names.length), 1);
      const before = await disk();
      const { freedBytes } = (await json('rmi', '-n', name)) as { freedBytes: number };
      await json('rmi', name);
      await json('gc');
      expect(before - (await disk())).toBe(freedBytes);
    }
    expect(await disk()).toBe(0);
  },
);
