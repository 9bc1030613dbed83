import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readStoreView, type StoreView } from '../../electron/actions/images/storeView';
import type { ImageNode } from '../../shared/graph/imageGraph';
import { sharedDir } from '../setup/shared';
import { expectSoundStore, load, openStore, snapshotDirectory, type TestStore } from '../setup/temporary';

/** Images that docker, podman, buildah, skopeo and umoci made, against what their makers wrote down about them. */

interface KnownImage {
  readonly tags: readonly string[];
  readonly diff_ids: readonly string[] | null;
}

/** Rows of the tables in INDEX.md as lists of cells. */
function tableRows(text: string, heading: string): string[][] {
  const part = text.split(/^## /m).find((section) => section.startsWith(heading)) ?? '';
  return part
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^\|[\s|-]+$/.test(line))
    .slice(1)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

function diffIdsOf({ graph }: StoreView, image: ImageNode): string[] {
  const byChain = new Map(graph.layers.map((layer) => [layer.chainId, layer]));
  return image.layers.map((chainId) => byChain.get(chainId)?.diffId ?? '');
}

async function layerTotals(context: TestStore, { graph }: StoreView, image: ImageNode): Promise<object> {
  const byChain = new Map(graph.layers.map((layer) => [layer.chainId, layer]));
  let files = 0;
  let bytes = 0;
  for (const chainId of image.layers) {
    const blob = byChain.get(chainId)?.blobs[0];
    const facts = blob ? await context.store.factsOf(blob.digest) : null;
    files += facts?.entries ?? NaN;
    bytes += facts?.tarSize ?? NaN;
  }
  return { files, bytes };
}

const shared = sharedDir();

if (shared === null) {
  test('there is no folder of archives of other tools beside this checkout', () => {
    expect(sharedDir()).toBeNull();
  });
} else {
  const folder = join(shared, 'fixtures');
  const index = readFileSync(join(folder, 'INDEX.md'), 'utf8');
  const known = JSON.parse(readFileSync(join(folder, 'diffids.json'), 'utf8')) as Record<string, KnownImage>;
  const byTag = new Map(
    Object.values(known).flatMap((image) => image.tags.map((tag) => [tag, image] as const)),
  );
  const totals = new Map(
    tableRows(index, 'Images').map(([, id = '', , files, bytes]) => [
      id.replaceAll('`', ''),
      { files: Number(files), bytes: Number(bytes) },
    ]),
  );
  const rows = tableRows(index, 'Archives').map(([file = '', bytes, outer, , refs = '']) => ({
    file: file.replace(/\/$/, ''),
    bytes: Number(bytes),
    outer,
    refs,
  }));

  /** Names of a row, or null where it only counts them. */
  const namesOfRow = (refs: string): string[] | null =>
    refs.includes('…') || refs.startsWith('(') ? null : refs.split(/[;\s]+/);
  const countOfRow = (refs: string): number =>
    Number(/… (\d+) (?:images|refs)/.exec(refs)?.[1] ?? refs.split(';').length);

  test('the list names every archive that is there', () => {
    const there = ['docker', 'oci', 'podman', 'layouts'].flatMap((kind) =>
      readdirSync(join(folder, kind)).map((name) => `${kind}/${name}`),
    );
    expect(rows.map(({ file }) => file).sort()).toEqual(there.sort());
  });

  describe('docker-archives by docker have the image IDs, names and diff IDs that docker showed', () => {
    test.each(rows.filter(({ file }) => file.startsWith('docker/')))('$file', async ({ file, refs }) => {
      const context = await openStore();
      const result = await load(context, join(folder, file), file);
      const view = await readStoreView(context);
      expect(view.damaged).toEqual([]);
      expect(view.graph.images).toHaveLength(countOfRow(refs));
      expect(result.images.map(({ id }) => id).sort()).toEqual(view.graph.images.map(({ id }) => id).sort());
      for (const image of view.graph.images) {
        const facts = known[image.id];
        expect(facts, `${image.id} is an image that docker made`).toBeDefined();
        expect(facts?.tags).toEqual(expect.arrayContaining([...image.names]));
        expect(diffIdsOf(view, image)).toEqual(facts?.diff_ids);
        const sums = totals.get(image.id);
        if (sums) expect(await layerTotals(context, view, image)).toEqual(sums);
      }
      const names = namesOfRow(refs);
      if (names) expect(view.graph.images.flatMap((image) => image.names).sort()).toEqual(names.sort());
      await expectSoundStore(context.directory);
    });
  });

  describe('OCI archives and layouts by skopeo, podman, buildah and umoci have the names and diff IDs', () => {
    const wanted = rows.filter(({ file }) => /^(?:oci|podman|layouts)\/(?!dir-tiny)/.test(file));
    test.each(wanted)('$file', async ({ file, refs }) => {
      const context = await openStore();
      await load(context, join(folder, file), file);
      const view = await readStoreView(context);
      expect(view.damaged).toEqual([]);
      const found = [...new Set(view.graph.images.flatMap((image) => image.names))].sort();
      expect(found).toHaveLength(countOfRow(refs));
      const names = namesOfRow(refs);
      // umoci writes single words as names; to podman and to us those are repositories.
      if (names)
        expect(found).toEqual(names.map((name) => (name.includes(':') ? name : `${name}:latest`)).sort());
      for (const image of view.graph.images) {
        for (const name of image.names) {
          const facts = byTag.get(name);
          if (facts) expect(diffIdsOf(view, image), name).toEqual(facts.diff_ids);
        }
      }
      await expectSoundStore(context.directory);
    });
  });

  test("skopeo's dir: form is loaded, with the layers that it says", async () => {
    const context = await openStore();
    const { images } = await load(context, join(folder, 'layouts/dir-tiny'));
    const { graph } = await readStoreView(context);
    const manifest = JSON.parse(readFileSync(join(folder, 'layouts/dir-tiny/manifest.json'), 'utf8')) as {
      config: { digest: string };
      layers: { digest: string }[];
    };
    expect(images.map(({ id }) => id)).toEqual([manifest.config.digest]);
    expect(graph.layers.flatMap(({ blobs }) => blobs.map(({ digest }) => digest)).sort()).toEqual(
      manifest.layers.map(({ digest }) => digest).sort(),
    );
  });

  test("one image by buildah in four forms is one image with one layer blob a form's compression", async () => {
    const context = await openStore();
    const forms = [
      'podman/rig-buildah-1.docker.tar',
      'podman/rig-buildah-1.oci.tar',
      'layouts/podman-oci-dir',
      'oci/rig-buildah-1.gzip.tar',
    ];
    const ids = new Set<string>();
    for (const file of forms)
      for (const { id } of (await load(context, join(folder, file), file)).images) ids.add(id);
    expect(ids.size).toBe(1);
    const { graph } = await readStoreView(context);
    expect(graph.images).toHaveLength(1);
    expect(graph.images[0]?.names).toEqual(['localhost/rig/buildah:1', 'rig/buildah:1']);
    await expectSoundStore(context.directory);
  });

  test('an image in gzip and in zstd is one image whose layers are stored twice', async () => {
    const context = await openStore();
    await load(context, join(folder, 'oci/rig-tiny-1.0.gzip.tar'));
    await load(context, join(folder, 'oci/rig-tiny-1.0.zstd.tar'));
    const { graph } = await readStoreView(context);
    expect(graph.images).toHaveLength(1);
    expect(graph.images[0]?.manifests).toHaveLength(2);
    expect(graph.layers[0]?.blobs.map(({ compression }) => compression).sort()).toEqual(['gzip', 'zstd']);
  });

  test('archives that share images and layers store them once', async () => {
    const context = await openStore();
    await load(context, join(folder, 'docker/all-small.tar.gz'));
    const before = await snapshotDirectory(context.directory);
    for (const name of ['docker/rig-tiny-1.0.tar', 'docker/shared-a+b.tar', 'docker/rig-deep-40.tar.gz']) {
      const result = await load(context, join(folder, name));
      expect(result, name).toMatchObject({ newLayers: 0, addedBytes: 0 });
    }
    expect(await snapshotDirectory(context.directory)).toEqual(before);
  });
}
