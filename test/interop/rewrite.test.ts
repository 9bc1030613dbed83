import { mkdtempSync, rmSync, writeFileSync, truncateSync, openSync, writeSync, closeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rewriteImage } from '../../electron/actions/making/rewriteImage';
import { squashImage } from '../../electron/actions/making/squashImage';
import { parseImageId } from '../../shared/image/digest';
import { dockerEngineObstacle, openDockerEngine, type DockerEngine } from '../setup/dockerEngine';
import { noise, ociArchive } from '../setup/imageBuilder';
import { must } from '../setup/run';
import { quietRun } from '../setup/temporary';
import { differences, withoutUserAttributes, type TreeFacts } from '../setup/treeFacts';
import { openBench, type Bench, type TestStore } from './bench';
import { dockerTree, ourTree, podmanTree } from './engineTrees';
import { peerSuite } from './peers';

const [mega, size] = [1 << 20, 24 << 20];

/** A layer by GNU tar with a file that has holes, and one that is to go. */
async function sparseLayer(form: readonly string[], seed: number): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'stratigraph-test-'));
  try {
    const name = `disk-${seed}`;
    writeFileSync(join(folder, name), '');
    truncateSync(join(folder, name), size);
    const fd = openSync(join(folder, name), 'r+');
    for (const at of [0, 3, 12, 20]) writeSync(fd, noise(5000, seed + at), 0, 5000, at * mega + 12345 * seed);
    closeSync(fd);
    writeFileSync(join(folder, `secret-${seed}`), noise(3000, seed));
    const tar = join(folder, 'layer.tar');
    await must('tar', ['--sparse', ...form, '-cf', tar, '-C', folder, name, `secret-${seed}`]);
    return await readFile(tar);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

peerSuite(
  'a rewritten image in a real Docker engine and Podman',
  ['podman', 'tar'],
  () => {
    let bench: Bench;
    let store: TestStore;
    let engine: DockerEngine | null = null;
    let before: TreeFacts;
    const run = quietRun();
    const blobs = async (
      name: string,
    ): Promise<{ type: string; compression: string | null; size: number }[]> => {
      const { graph } = await store.view();
      const image = graph.images.find(({ names }) => names.includes(name));
      return (image?.layers ?? []).map((chain) => {
        const blob = graph.layers.find(({ chainId }) => chainId === chain)?.blobs[0];
        return {
          type: blob?.mediaType.replace(/^.*layer\.v1\./, '') ?? '',
          compression: blob?.compression ?? null,
          size: blob?.size ?? 0,
        };
      });
    };
    const inPeers = async (name: string, expected: TreeFacts): Promise<void> => {
      if (engine === null) throw new Error('no engine');
      for (const format of ['docker-archive', 'oci-archive'] as const) {
        const archive = await store.save([name], format, `${format}.tar`);
        expect(differences(await podmanTree(bench, archive, name), expected), format).toEqual([]);
        // This engine reads no OCI archives: it came before Docker 25.
        if (format === 'oci-archive') continue;
        await engine.docker(['load', '-i', archive]);
        const theirs = await dockerTree(engine, name, bench.path('export.tar'));
        expect(differences(theirs, withoutUserAttributes(expected))).toEqual([]);
      }
    };

    beforeAll(async () => {
      bench = await openBench();
      store = await bench.store();
      engine = await openDockerEngine();
      const forms = [
        ['--format=gnu'],
        ['--format=posix', '--sparse-version=1.0'],
        ['--format=posix', '--sparse-version=0.1'],
        ['--format=posix', '--sparse-version=0.0'],
      ];
      const tars = await Promise.all(forms.map((form, i) => sparseLayer(form, i + 1)));
      const packed = [{ gzip: true }, { zstd: true }, {}, { gzip: true }];
      const layers = tars.map((tar, i) => ({ tar, ...packed[i] }));
      const file = bench.path('sparse.tar');
      writeFileSync(file, ociArchive([{ names: ['rig/sparse:1'], layers }]));
      await store.load(file);
      before = await ourTree(store, 'rig/sparse:1');
      expect(before.size).toBe(8);
    });
    afterAll(async () => {
      await engine?.stop();
      await bench.close();
    });

    test('keeps holes and packing, and has all that did not go', async () => {
      const image = parseImageId((await store.idsByName())['rig/sparse:1']);
      await rewriteImage(store.context, { image, patterns: ['secret-*'], reference: 'rig/clean:1' }, run);
      const expected = new Map([...before].filter(([path]) => !path.startsWith('secret-')));
      expect(differences(await ourTree(store, 'rig/clean:1'), expected)).toEqual([]);
      const now = await blobs('rig/clean:1');
      expect(now.map(({ type, compression }) => [type, compression])).toEqual([
        ['tar+gzip', 'gzip'],
        ['tar+zstd', 'zstd'],
        ['tar', 'none'],
        ['tar+gzip', 'gzip'],
      ]);
      for (const each of now) expect(each.size).toBeLessThan(size / 10);
      await inPeers('rig/clean:1', expected);
    });

    test('is squashed with its holes', async () => {
      const image = parseImageId((await store.idsByName())['rig/sparse:1']);
      await squashImage(store.context, { image, from: null, reference: 'rig/flat:1' }, run);
      const [flat] = await blobs('rig/flat:1');
      expect(flat?.size).toBeLessThan(size / 10);
      expect(differences(await ourTree(store, 'rig/flat:1'), before)).toEqual([]);
      await inPeers('rig/flat:1', before);
    });
  },
  dockerEngineObstacle(),
);
