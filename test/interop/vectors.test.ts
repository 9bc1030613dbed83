import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ImageNode } from '../../shared/graph/imageGraph';
import { dockerEngineObstacle, startDockerEngine, type DockerEngine } from '../setup/dockerEngine';
import { digestOf } from '../setup/imageBuilder';
import { run, type RunResult } from '../setup/run';
import { sharedDir } from '../setup/shared';
import { diffIdsOf, openBench, type Bench, type TestStore } from './bench';
import { commandFile, peerSuite } from './peers';
import { openPodman } from './podmanEngine';

/** Images of other projects' archives, saved again: Docker, Podman and skopeo have the same IDs and layers of them. */

const shared = sharedDir();

interface Fact {
  readonly verdict?: string | null;
}

/** Archives of which every image is whole. */
function archives(folder: string): readonly string[] {
  const facts = JSON.parse(readFileSync(join(folder, 'facts.json'), 'utf8')) as Record<string, Fact>;
  return Object.entries(facts)
    .filter(([, { verdict }]) => verdict === 'ACCEPT')
    .map(([file]) => join(folder, 'archives', file))
    .filter((path) => existsSync(path));
}

if (shared === null)
  test('there is no folder of archives of other projects beside this checkout', () => {
    expect(sharedDir()).toBeNull();
  });
else
  peerSuite('archives of other projects, saved again', ['skopeo', 'podman'], () => {
    let bench: Bench;
    let store: TestStore;
    let engine: DockerEngine | null = null;
    /** Images with the archive that each came in. */
    const images = new Map<ImageNode, string>();

    beforeAll(async () => {
      bench = await openBench();
      store = await bench.store();
      const cameIn = new Map<string, string>();
      for (const path of archives(join(shared, 'vectors')))
        for (const { id } of (await store.load(path)).images) cameIn.set(id, path);
      for (const image of await store.images()) images.set(image, cameIn.get(image.id) ?? '');
      ({ engine } = await startDockerEngine());
    }, 240_000);

    afterAll(async () => {
      await engine?.stop();
      await bench.close();
    });

    test('there are many of them', () => {
      expect(images.size).toBeGreaterThan(60);
    });

    /**
     * Images saved and loaded, several at once while that works: what the engine then says of them. What it does not take
     * of us it must not take of the archive that the image came in either: a system that it does not know, a file twice in
     * a layer.
     */
    async function throughEngine(
      atOnce: number,
      load: (archive: string) => Promise<RunResult>,
      inspect: (ids: readonly string[]) => Promise<string>,
    ): Promise<void> {
      let taken = 0;
      const take = async (some: readonly (readonly [ImageNode, string])[]): Promise<void> => {
        const ids = some.map(([{ id }]) => id);
        const loaded = await load(await store.save(ids, 'docker-archive', 'some.tar'));
        const half = some.length >> 1;
        if (loaded.code !== 0 && half > 0) {
          await take(some.slice(0, half));
          await take(some.slice(half));
          return;
        }
        const original = some[0]?.[1] ?? '';
        if (loaded.code !== 0) {
          expect((await load(original)).code, `${original}: ${loaded.stderr}`).not.toBe(0);
          return;
        }
        const found = JSON.parse(await inspect(ids.map((id) => id.slice(7)))) as {
          Id: string;
          RootFS: { Layers: readonly string[] | null };
        }[];
        for (const [i, [image, path]] of some.entries()) {
          expect(`sha256:${found[i]?.Id.replace('sha256:', '') ?? ''}`, path).toBe(image.id);
          expect(found[i]?.RootFS.Layers ?? [], path).toEqual(await diffIdsOf(store, image));
          taken++;
        }
      };
      const all = [...images];
      for (let from = 0; from < all.length; from += atOnce) await take(all.slice(from, from + atOnce));
      expect(taken).toBeGreaterThan(images.size / 2);
    }

    test('Docker has every ID and every layer', async () => {
      const docker = engine;
      if (docker === null) {
        expect(dockerEngineObstacle()).not.toBeNull();
        return;
      }
      await throughEngine(
        16,
        (archive) => docker.tryDocker(['load', '-q', '-i', archive]),
        (ids) => docker.docker(['inspect', ...ids]),
      );
    }, 300_000);

    test('Podman has every ID and every layer', async () => {
      const podman = await openPodman(bench.path('podman'), 'overlay');
      // Of an archive of several it leaves out what has no name, or the name of another platform.
      await throughEngine(
        1,
        (archive) => podman.tryPodman('load', '-q', '-i', archive),
        (ids) => podman.podman('image', 'inspect', ...ids),
      );
    }, 300_000);

    test('skopeo reads every one of an OCI archive, with its ID', async () => {
      const skopeo = commandFile('skopeo');
      for (const [{ id, os, architecture, variant }, original] of images) {
        const archive = await store.save([id], 'oci-archive', 'one.tar');
        const platform = [
          '--override-os',
          os,
          '--override-arch',
          architecture,
          '--override-variant',
          variant,
        ];
        const words = [...platform, 'inspect', '--config', '--raw', `oci-archive:${archive}`];
        const { code, stdout, stderr } = await run(skopeo, words);
        // Several platforms of one architecture: skopeo has no word for the one that is meant.
        if (code !== 0 && /choose|several|no image found/i.test(stderr)) continue;
        expect(code, `${original}: ${stderr}`).toBe(0);
        expect(
          digestOf(stdout.replace(/\n$/, '')) === id || digestOf(stdout) === id,
          `${original} ${id}`,
        ).toBe(true);
      }
    }, 300_000);
  });
