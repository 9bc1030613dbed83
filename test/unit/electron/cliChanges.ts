import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ImageGraph } from '../../../shared/graph/imageGraph';
import { run } from '../../setup/run';
import { blobsOnDisk, snapshotDirectory, temporaryFolder } from '../../setup/temporary';
import {
  fails,
  loadAll,
  namelessImage,
  newImage,
  ok,
  oldImage,
  oldShop,
  place,
  root,
  short,
  stratigraph,
} from './cliTools';

/** What `docker inspect` says of an image or a layer. */
const dockerMembers = [
  'Id',
  'Parent',
  'Comment',
  'Created',
  'Container',
  'ContainerConfig',
  'DockerVersion',
  'Author',
  'Config',
  'Architecture',
  'Os',
  'Size',
  'VirtualSize',
  'GraphDriver',
  'RootFS',
  'RepoTags',
  'RepoDigests',
];

/** Tests of the commands that change or look into a store. */
export function changeTests(): void {
  describe('tag and untag', () => {
    test('give names and take them', async () => {
      await loadAll();
      expect(await ok('tag', 'shop:1.0', 'shop')).toBe('');
      expect(await ok('images', '-q', 'shop:latest')).toBe(`${short(oldImage.id)}\n`);
      const moved = await stratigraph('tag', short(newImage.id), 'shop:latest');
      expect(moved.stderr).toContain(short(oldImage.id));
      expect(await ok('images', '-q', 'shop:latest')).toBe(`${short(newImage.id)}\n`);
      expect(await ok('untag', 'shop:latest')).toBe('Untagged: shop:latest\n');
      expect(await ok('images', '-q', 'shop:latest')).toBe('');
      await ok('untag', 'shop:1.0');
      expect(await ok('images', '-q', '-f', 'dangling=true')).toContain(short(oldImage.id));
    });

    test('say what is wrong with a name', async () => {
      await loadAll();
      expect(await fails(1, 'tag', 'shop:1.0', 'Shop:1.0')).toContain('Shop:1.0');
      await fails(1, 'tag', 'gone:1', 'other:1');
      await fails(1, 'untag', 'gone:1');
      await fails(2, 'tag', 'shop:1.0');
      await fails(2, 'untag');
    });
  });

  describe('rmi and prune', () => {
    test('rmi -n says to the byte what rmi then frees', async () => {
      await loadAll();
      const before = await snapshotDirectory(place.store);
      const preview = await ok('rmi', '-n', 'shop:1.0');
      expect(await snapshotDirectory(place.store)).toEqual(before);
      expect(preview).toContain('Would untag: shop:1.0\n');
      expect(preview).toContain(`Would delete: ${oldImage.id}\n`);
      expect(preview).toMatch(/^Stays: .*held by .*shop:1\.1/m);
      const promised = Number(/\(([\d,.\s]+) bytes\)/.exec(preview)?.[1]?.replace(/\D/g, ''));
      const total = async (): Promise<number> =>
        [...(await blobsOnDisk(place.store)).values()].reduce((sum, size) => sum + size, 0);
      const held = await total();
      const result = await stratigraph('rmi', 'shop:1.0');
      expect(result.stdout).toBe(`Untagged: shop:1.0\nDeleted: ${oldImage.id}\n`);
      expect(held - (await total())).toBe(promised);
    });

    test('rmi of one of two names takes the name alone', async () => {
      await loadAll();
      expect(await ok('rmi', 'shop:1.1')).toBe('Untagged: shop:1.1\n');
      expect(await ok('images', '-q', '--no-trunc')).toContain(newImage.id);
    });

    test('rmi by ID of an image with two names needs -f', async () => {
      await loadAll();
      expect(await fails(2, 'rmi', short(newImage.id))).toContain('-f');
      expect(await ok('rmi', '-f', short(newImage.id))).toContain(`Deleted: ${newImage.id}\n`);
    });

    test('rmi of what is not there alone changes nothing', async () => {
      await loadAll();
      await fails(1, 'rmi', 'gone:1');
      await fails(2, 'rmi');
    });

    test('prune takes images without a name, -a all; -n only says so', async () => {
      await loadAll();
      const before = await snapshotDirectory(place.store);
      expect(await ok('prune', '-n')).toContain(`Would delete: ${namelessImage.id}\n`);
      expect(await snapshotDirectory(place.store)).toEqual(before);
      expect(await ok('prune')).toBe(`Deleted: ${namelessImage.id}\n`);
      const all = JSON.parse(await ok('prune', '-a', '--json')) as { kind: string; removed: string[] };
      expect(all.kind).toBe('prune');
      expect(all.removed.sort()).toEqual([oldImage.id, newImage.id].sort());
      expect((await blobsOnDisk(place.store)).size).toBe(0);
    });
  });

  describe('inspect, history, graph, save', () => {
    test('inspect prints images in the spelling of docker inspect, and layers', async () => {
      await loadAll();
      const layer = oldImage.layers[1];
      const documents = JSON.parse(await ok('inspect', 'shop:1.0', layer?.diffId ?? '')) as Record<
        string,
        unknown
      >[];
      expect(documents[0]).toMatchObject({
        Id: oldImage.id,
        RepoTags: ['shop:1.0'],
        Architecture: 'amd64',
        Os: 'linux',
        Created: '2023-01-01T00:00:00Z',
        Config: oldShop.config,
        RootFS: { Type: 'layers', Layers: oldImage.layers.map(({ diffId }) => diffId) },
        Size: oldImage.layers.reduce((sum, { tar }) => sum + tar.length, 0),
      });
      expect(documents[1]).toMatchObject({
        DiffId: layer?.diffId,
        Size: layer?.tar.length,
        ContentSize: 3000,
        Entries: 1,
      });
      const members = (document: Record<string, unknown> | undefined): string[] =>
        dockerMembers.filter((member) => document && member in document);
      expect(documents.map(members)).toEqual([dockerMembers, dockerMembers]);
      // The top layer answers for its image, as an image ID did before there were digests.
      const of = (member: string): unknown[] => documents.map((document) => document[member]);
      for (const member of [
        'RepoTags',
        'RepoDigests',
        'Config',
        'RootFS',
        'Architecture',
        'Os',
        'VirtualSize',
      ])
        expect(of(member)[1]).toEqual(of(member)[0]);
      const manifest = (JSON.parse(await ok('--json', 'images', 'shop:1.0')) as { manifests: string[] }[])[0]
        ?.manifests[0];
      expect(documents[1]?.['RepoDigests']).toEqual([`shop@${manifest}`]);
      expect(documents[1]?.['GraphDriver']).toEqual({ Name: 'overlay', Data: null });
      const first = oldImage.layers[0];
      expect(JSON.parse(await ok('inspect', first?.diffId ?? ''))).toMatchObject([
        {
          Id: first?.diffId,
          Parent: '',
          RepoTags: [],
          RepoDigests: [],
          Container: '',
          ContainerConfig: null,
          Config: null,
          Architecture: 'amd64',
          RootFS: { Type: 'layers', Layers: [first?.diffId] },
          VirtualSize: first?.tar.length,
          UsedBy: ['shop:1.0', 'shop:1.1'],
        },
      ]);
      await fails(1, 'inspect', 'gone:1');
      await fails(2, 'inspect');
    });

    test('history goes from the newest step to the oldest', async () => {
      await loadAll();
      const rows = (await ok('history', 'shop:1.0')).trimEnd().split('\n');
      expect(rows[0]).toMatch(/^LAYER +CREATED +CREATED BY +SIZE +COMMENT$/);
      expect(rows.slice(1).map((row) => /COPY part \d/.exec(row)?.[0])).toEqual([
        'COPY part 1',
        'COPY part 0',
      ]);
      const ids = (await ok('history', '-q', '--no-trunc', 'shop:1.0')).trimEnd().split('\n');
      expect(ids[1]).toBe(oldImage.layers[0]?.diffId);
      await fails(1, 'history', 'gone:1');
    });

    test('graph --json is the whole graph; without --json it is wrong usage', async () => {
      await loadAll();
      const graph = JSON.parse(await ok('graph', '--json')) as ImageGraph;
      expect(graph.images).toHaveLength(3);
      expect(graph.layers).toHaveLength(4);
      const chains = new Set(graph.layers.map(({ chainId }) => chainId));
      for (const { parent } of graph.layers) expect(parent === null || chains.has(parent)).toBe(true);
      const onDisk = [...(await blobsOnDisk(place.store)).values()].reduce((sum, size) => sum + size, 0);
      expect(graph.storedBytes).toBe(onDisk);
      await fails(2, 'graph');
    });

    test('diff tells layers, config and files; one part alone when asked for', async () => {
      await loadAll();
      const whole = await ok('diff', 'shop:1.0', 'shop:1.1');
      expect(whole).toMatch(/^ +LAYER +SIZE +CREATED BY$/m);
      expect(whole.match(/^[=~+-] /gm)).toEqual(['= ', '- ', '+ ']);
      expect(whole).toMatch(/^2\.05 kB in both, \S+ kB only in shop:1\.0, \S+ kB only in \S+$/m);
      expect(whole).toMatch(/^D +label team +till$/m);
      expect(whole).toContain('\nC /srv/shop\n');
      expect(await ok('diff', '--files', 'shop:1.0', 'shop:1.1')).toBe('C /srv/shop\n');
      expect(await ok('diff', '--files', 'shop:1.0', 'shop:1.0')).toBe('');
      const found = JSON.parse(await ok('--json', 'diff', 'shop:1.0', 'shop:1.1')) as {
        bytes: unknown;
        trunk: readonly unknown[];
        config: { differences: readonly { field: string }[] };
        files: { changed: { paths: number }; bytesToRead: number };
      };
      expect(found).toMatchObject({
        trunk: [{ diffId: oldImage.layers[0]?.diffId }],
        files: { changed: { paths: 1 }, bytesToRead: 0 },
      });
      expect(found.config.differences.map(({ field }) => field)).toContain('env');
      await fails(1, 'diff', 'shop:1.0', 'gone:1');
      await fails(2, 'diff', 'shop:1.0');
    });

    test.each(['docker-archive', 'oci-archive'])(
      'save -o and save to a pipe write the same %s',
      async (format) => {
        await loadAll();
        const file = join(await temporaryFolder(), 'out.tar');
        await ok('save', '--format', format, '-o', file, 'shop:1.0');
        const piped = join(await temporaryFolder(), 'piped.tar');
        const script = `node "$1" --store "$2" save --format ${format} shop:1.0 > "$3"`;
        const result = await run(
          'sh',
          ['-c', script, 'sh', join(root, 'scripts', 'stratigraph.mjs'), place.store, piped],
          { env: { STRATIGRAPH_WORKER: undefined } },
        );
        expect(result.code, result.stderr).toBe(0);
        expect(await readFile(piped)).toEqual(await readFile(file));
        place.store = join(await temporaryFolder(), 'fresh');
        expect(await ok('load', '-i', piped)).toBe('Loaded image: shop:1.0\n');
      },
    );

    test('save says what is wrong', async () => {
      await loadAll();
      const file = join(await temporaryFolder(), 'out.tar');
      await fails(1, 'save', '-o', file, 'gone:1');
      await fails(2, 'save', '-o', file, '--format', 'zip', 'shop:1.0');
      await fails(1, 'save', '-o', join(place.store, 'blobs', 'x.tar'), 'shop:1.0');
    });
  });
}
