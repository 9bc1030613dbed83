import { storedOrigin } from '../../shared/image/jsonDocument';
import { mkdir, mkdtemp } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDefaultStore } from '../../electron/actions/ground/openStore';
import { readStoreView } from '../../electron/actions/images/storeView';
import { parseImageConfig } from '../../shared/image/imageConfig';
import { problemOf } from '../../shared/image/problem';
import { buildImage, digestOf, ociMembers, writeMembers, type BuiltImage } from '../setup/imageBuilder';
import { run } from '../setup/run';
import { openBench, type Bench } from './bench';
import { commandFile, peerSuite } from './peers';

/** How many documents are held against skopeo; `STRATIGRAPH_KEY_CASES` for more. */
const cases = Number(process.env['STRATIGRAPH_KEY_CASES'] ?? 60);

/** Numbers from 0 up to 1 that a seed gives (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Spells some keys of a document in another case, and lets some stand a second time with another value. */
function respell(text: string, next: () => number): string {
  return text.replace(/"([A-Za-z_]+)":/g, (whole, key: string) => {
    if (next() > 0.12) return whole;
    const changes = [
      (c: string) => (next() < 0.5 ? c.toUpperCase() : c.toLowerCase()),
      (c: string) => (/s/i.test(c) ? 'ſ' : /k/i.test(c) ? '\u212a' : c),
    ];
    const change = changes[next() < 0.7 ? 0 : 1] as (c: string) => string;
    const other = [...key].map(change).join('');
    return next() < 0.6 ? `"${other}":` : `"${other}":null,"${key}":`;
  });
}

/** The image with its documents changed and digests to match. */
function withDocuments(image: BuiltImage, config: string, change: (manifest: string) => string): BuiltImage {
  const id = digestOf(config);
  const plain = image.manifest
    .toString()
    .replace(image.id, id)
    .replace(`"size":${image.config.length}`, `"size":${Buffer.byteLength(config)}`);
  const manifest = Buffer.from(change(plain));
  return {
    ...image,
    id: id as unknown as BuiltImage['id'],
    config: Buffer.from(config),
    manifest,
    manifestDigest: digestOf(manifest),
  };
}

peerSuite(
  'documents whose keys are spelled in another way mean to skopeo what they mean to us',
  ['skopeo'],
  () => {
    let bench: Bench;
    beforeAll(async () => {
      bench = await openBench();
    });
    afterAll(() => bench.close());
    const image = buildImage({
      names: ['keys:1'],
      layers: [{ files: [{ path: 'a', content: 'x' }] }],
      config: {
        Cmd: ['/bin/good'],
        User: '1000',
        Env: ['A=1'],
        WorkingDir: '/w',
        Labels: { Key: 'a', key: 'b' },
      },
    });

    /** Loads a layout; the runtime config as we read it, or null when it is refused as ambiguous. */
    const ours = async (folder: string): Promise<object | null> => {
      const store = await bench.store();
      try {
        await store.load(folder);
      } catch (thrown) {
        expect(['document-invalid', 'archive-empty', 'not-an-image']).toContain(problemOf(thrown).code);
        return null;
      }
      const [found] = await store.images();
      if (!found) return null;
      const { runtime, os, diffIds } = parseImageConfig(
        await store.context.store.readDocument(found.id),
        storedOrigin(found.id),
      );
      return {
        layers: diffIds,
        os,
        cmd: runtime.cmd,
        user: runtime.user,
        env: runtime.env,
        dir: runtime.workingDir,
        labels: runtime.labels,
      };
    };
    const theirs = async (folder: string): Promise<object | null> => {
      const skopeo = commandFile('skopeo');
      const { code, stdout } = await run(skopeo, ['inspect', '--config', `oci:${folder}:keys:1`]);
      if (code !== 0) return null;
      const {
        config = {},
        os,
        rootfs,
      } = JSON.parse(stdout.toString()) as {
        config?: Record<string, unknown>;
        os: string;
        rootfs: { diff_ids?: string[] };
      };
      return {
        layers: rootfs.diff_ids ?? [],
        os,
        cmd: config['Cmd'] ?? [],
        user: config['User'] ?? '',
        env: config['Env'] ?? [],
        dir: config['WorkingDir'] ?? '',
        labels: config['Labels'] ?? {},
      };
    };

    test('whatever is respelled, we refuse or say the same', async () => {
      let same = 0;
      let refused = 0;
      for (let seed = 1; seed <= cases; seed++) {
        const next = random(seed);
        const config = respell(image.config.toString(), next);
        const changed = withDocuments(image, config, (manifest) =>
          seed % 3 === 0 ? respell(manifest, next) : manifest,
        );
        const folder = await mkdtemp(bench.path('layout-'));
        await writeMembers(folder, ociMembers([changed]));
        const found = await ours(folder);
        if (found === null) {
          refused++;
          continue;
        }
        same++;
        expect(found, `seed ${seed}: ${config}`).toEqual(await theirs(folder));
      }
      expect([same > 2, refused > 2]).toEqual([true, true]);
    });

    test('what is in a store already is named and passed over, not shown in one of its meanings', async () => {
      const twice = image.config.toString().replace(/}$/, ',"Config":{"Cmd":["/bin/EVIL"]}}');
      const folder = bench.path('in-store');
      await mkdir(folder);
      await writeMembers(folder, ociMembers([withDocuments(image, twice, (manifest) => manifest)]));
      const store = await openDefaultStore(folder);
      const { graph, damaged } = await readStoreView({ store });
      expect(graph.images).toEqual([]);
      expect(damaged.map(({ problem }) => problem)).toMatchObject([
        { code: 'document-invalid', facts: { reason: 'key-two-spellings', named: ['"Config"'] } },
      ]);
    });
  },
);
