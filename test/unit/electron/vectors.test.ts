import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openStoredLayer } from '../../../electron/actions/images/storedLayers';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { parseReference } from '../../../shared/image/reference';
import { ProblemError, problemOf } from '../../../shared/image/problem';
import { sharedDir } from '../../setup/shared';
import { expectSoundStore, load, openStore, snapshotDirectory } from '../../setup/temporary';
import { mergedTree, parseTree } from './mergedTree';

/** Real and odd archives from public projects, against facts that were found without us. */

interface OciFact {
  readonly config?: string;
  readonly config_media_type?: string;
  readonly layer_media_types?: readonly string[];
  readonly layers?: number;
  readonly missing?: boolean;
  readonly ref?: string | null;
}

interface Facts {
  readonly verdict?: string | null;
  readonly expected_trees?: readonly string[];
  readonly images?: readonly { id: string; tags: readonly string[] | null; layers: number }[] | null;
  readonly oci?: { readonly manifests: readonly OciFact[] } | null;
}

/** Images by ID with their number of layers; attestations and other artifacts are none. */
function expectedImages({ images, oci }: Facts): Map<string, number> {
  const found = new Map<string, number>();
  for (const { id, layers } of images ?? []) found.set(id, layers);
  for (const {
    config,
    config_media_type: type,
    layer_media_types: types = [],
    layers = 0,
    missing,
  } of oci?.manifests ?? []) {
    const isImage = /(?:oci\.image\.config|docker\.container\.image)\.v1\+json$/.test(type ?? '');
    const isTree = types.every((type) => /(?:oci\.image\.layer|docker\.image\.rootfs)/.test(type));
    if (config !== undefined && missing !== true && isImage && isTree) found.set(config, layers);
  }
  return found;
}

const shared = sharedDir();

if (shared === null) {
  test('there is no folder of archives of other projects beside this checkout', () => {
    expect(sharedDir()).toBeNull();
  });
} else {
  const folder = join(shared, 'vectors');
  const facts = JSON.parse(readFileSync(join(folder, 'facts.json'), 'utf8')) as Record<string, Facts>;
  const all = Object.entries(facts).filter(([file]) => existsSync(join(folder, 'archives', file)));
  const withVerdict = (...verdicts: string[]): [string, Facts][] =>
    all.filter(([, { verdict }]) => verdicts.includes(verdict ?? ''));

  test('there are facts of every archive, and an archive to each', () => {
    const files = readdirSync(join(folder, 'archives'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, 'archives').length + 1));
    expect(all.map(([file]) => file).sort()).toEqual(files.sort());
  });

  describe('accepted: every image, with its ID, its names and its number of layers', () => {
    test.each(withVerdict('ACCEPT', 'PART'))('%s', async (file, fact) => {
      const context = await openStore();
      await load(context, join(folder, 'archives', file), basename(file));
      const { graph, damaged } = await readStoreView(context);
      expect(damaged).toEqual([]);
      expect(new Map(graph.images.map(({ id, layers }) => [id, layers.length]))).toEqual(
        expectedImages(fact),
      );
      for (const { id, tags } of fact.images ?? []) {
        const names = graph.images.find((image) => image.id === id)?.names ?? [];
        for (const tag of tags ?? []) expect(names).toContain(parseReference(tag).familiar);
      }
      await expectSoundStore(context.directory);
    });
  });

  describe('from before Docker 1.10: the image ID that docker load of Docker 20.10 gives', () => {
    const ids: Readonly<Record<string, string>> = {
      'container-inspector/history/v10-busybox_no_repo.tgz':
        'sha256:75a737a9d00fe86b280dffbc25a75f5690964030b7403b905c28524d888f6b53',
      'moby/emptyLayer.tar': 'sha256:a9e31d6f186fbbe2468c9961316dba93971266d344ba960f68911df6e29b564c',
    };
    test.each(withVerdict('LEGACY'))('%s', async (file) => {
      const context = await openStore();
      const result = await load(context, join(folder, 'archives', file), basename(file));
      expect(result.converted).toBe(1);
      expect(result.images.map(({ id }) => id)).toEqual([ids[file]]);
      await expectSoundStore(context.directory);
    });
  });

  describe('refused: damaged and thinned-out archives, and artifacts; the store is as before', () => {
    test.each(withVerdict('REJECT', 'ARTIFACT'))('%s', async (file) => {
      const context = await openStore();
      const before = await snapshotDirectory(context.directory);
      const path = join(folder, 'archives', file);
      const thrown = await load(context, path, basename(file)).then(
        () => null,
        (reason: unknown) => reason,
      );
      expect(thrown).toBeInstanceOf(ProblemError);
      expect(problemOf(thrown).code).not.toBe('internal');
      expect(await snapshotDirectory(context.directory)).toEqual(before);
    });
  });

  test('tars, compressed tars and JSON files that are no images are refused; the store is as before', async () => {
    const context = await openStore();
    const before = await snapshotDirectory(context.directory);
    for (const [file] of withVerdict('')) {
      const thrown = await load(context, join(folder, 'archives', file), basename(file)).then(
        () => null,
        (reason: unknown) => reason,
      );
      expect(problemOf(thrown).code, file).toMatch(
        /^(?:not-an-image|limit-exceeded|archive-(?:damaged|truncated))$/,
      );
    }
    expect(await snapshotDirectory(context.directory)).toEqual(before);
  });

  describe('file systems are those that umoci unpacked: paths, modes, owners, contents at their offsets', () => {
    const trees = withVerdict('ACCEPT').flatMap(([file, fact]) =>
      (fact.expected_trees ?? []).map((tree): [string, string, Facts] => [basename(tree), file, fact]),
    );
    test.each(trees)('%s', async (tree, file, fact) => {
      const context = await openStore();
      await load(context, join(folder, 'archives', file), basename(file));
      const { graph } = await readStoreView(context);
      const byChain = new Map(graph.layers.map((layer) => [layer.chainId, layer]));
      // `@N` counts the images of a docker-archive; in a layout the tree is that of one of its platforms.
      const at = /@(\d+)\.tree\.tsv$/.exec(tree)?.[1];
      const wanted = fact.images?.[Number(at ?? 0)]?.id;
      const expected = parseTree(readFileSync(join(folder, 'expected', tree), 'utf8'));
      const found: ReadonlyMap<string, string>[] = [];
      for (const image of graph.images) {
        if (wanted !== undefined && image.id !== wanted) continue;
        const blobs = image.layers.map((chainId) => byChain.get(chainId)?.blobs[0]);
        const layers = [];
        for (const blob of blobs) if (blob) layers.push(await openStoredLayer(context, blob));
        found.push(await mergedTree(layers));
      }
      const text = (rows: ReadonlyMap<string, string>): string => JSON.stringify([...rows].sort());
      const closest =
        found.find((rows) => text(rows) === text(expected)) ?? found[0] ?? new Map<string, string>();
      expect(new Map([...closest].sort())).toEqual(new Map([...expected].sort()));
    });
  });
}
