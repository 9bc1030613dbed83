import { mkdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { historyOf } from '../../electron/actions/images/inspectImage';
import { openBench, type Bench, type TestStore } from './bench';
import { peerSuite } from './peers';
import { openPodman, podmanName, type PodmanEngine } from './podmanEngine';
import { richName, writeRichImage } from './richImage';

const obstacle = process.getuid?.() === 0 ? null : 'this suite’s Podman needs root';

peerSuite(
  'podman',
  ['podman'],
  () => {
    let bench: Bench;
    let store: TestStore;
    let ids: Record<string, string>;
    let engines = 0;
    /** A Podman that has nothing yet. */
    const openFresh = async (): Promise<PodmanEngine> => {
      const folder = bench.path(`podman-${++engines}`);
      await mkdir(folder);
      return openPodman(folder);
    };

    beforeAll(async () => {
      bench = await openBench();
      store = await bench.store();
      await store.loadSamples();
      await writeRichImage(bench.folder, bench.path('rich.tar'));
      await store.load(bench.path('rich.tar'));
      ids = await store.idsByName();
    });
    afterAll(() => bench.close());

    describe('what we save', () => {
      test('a docker-archive of several images loads with the same IDs, names and history', async () => {
        const names = Object.keys(ids);
        const engine = await openFresh();
        await engine.podman('load', '-i', await store.save(names, 'docker-archive', 'many.tar'));
        const theirs = await engine.idsByName();
        expect(Object.keys(theirs)).toHaveLength(names.length);
        for (const name of names) {
          const listed = podmanName(theirs, name);
          expect(theirs[listed], name).toBe(ids[name]);
          const json = await engine.podman('history', '--format', 'json', '--no-trunc', listed);
          const steps = (JSON.parse(json) as { CreatedBy?: string; comment?: string }[]).map((step) => ({
            createdBy: step.CreatedBy ?? '',
            comment: step.comment ?? '',
          }));
          const image = (await store.images()).find(({ id }) => id === ids[name]);
          const ours = image ? await historyOf(store.context, image.id) : [];
          const expected = ours.map(({ createdBy, comment }) => ({ createdBy, comment })).reverse();
          expect(steps, name).toEqual(expected);
        }
      });

      test('an image without a name loads from a docker-archive with the same ID', async () => {
        const engine = await openFresh();
        const other = await bench.store();
        const folder = bench.path('nameless');
        await mkdir(folder);
        const archive = await store.save([richName], 'docker-archive', 'nameless-source.tar');
        await engine.podman('load', '-i', archive);
        await engine.podman('untag', richName);
        const bare = bench.path('nameless.tar');
        const id = ids[richName] ?? '';
        await engine.podman('save', '--format', 'docker-archive', '-o', bare, id.slice(7));
        await other.load(bare);
        expect(await other.idsByName()).toEqual({ [id]: id });
        const again = await openFresh();
        await again.podman('load', '-i', await other.save([id], 'docker-archive', 'nameless-ours.tar'));
        expect(await again.idsByName()).toEqual({ [id]: id });
      });

      test('every OCI archive of one image loads with the same ID and name', async () => {
        const engine = await openFresh();
        for (const [i, name] of Object.keys(ids).entries()) {
          await engine.podman('load', '-i', await store.save([name], 'oci-archive', `one-${i}.tar`));
          const theirs = await engine.idsByName();
          expect(theirs[podmanName(theirs, name)], name).toBe(ids[name]);
        }
        expect(Object.keys(await engine.idsByName())).toHaveLength(Object.keys(ids).length);
      });

      test('every image of an OCI archive of several can be pulled from it by its name', async () => {
        const engine = await openFresh();
        const file = await store.save(Object.keys(ids), 'oci-archive', 'many-oci.tar');
        for (const name of Object.keys(ids)) await engine.podman('pull', `oci-archive:${file}:${name}`);
        const theirs = await engine.idsByName();
        for (const name of Object.keys(ids)) expect(theirs[podmanName(theirs, name)], name).toBe(ids[name]);
      });
    });

    describe('what podman saves', () => {
      let engine: PodmanEngine;
      let theirs: Record<string, string>;
      beforeAll(async () => {
        // Loaded from OCI archives, so that Podman's own form is OCI and its IDs last in both forms.
        engine = await openFresh();
        const file = await store.save(Object.keys(ids), 'oci-archive', 'source.tar');
        for (const name of Object.keys(ids)) await engine.podman('pull', `oci-archive:${file}:${name}`);
        theirs = await engine.idsByName();
      });
      const saved = async (...args: string[]): Promise<Record<string, string>> => {
        const fresh = await bench.store();
        const file = bench.path(`theirs-${++engines}.tar`);
        await engine.podman('save', '-o', file, ...args);
        await fresh.load(file);
        return fresh.idsByName();
      };

      test.each(['docker-archive', 'oci-archive'])(
        'a %s of one image loads with the same ID',
        async (format) => {
          for (const name of Object.keys(ids)) {
            const listed = podmanName(theirs, name);
            expect(await saved('--format', format, listed), name).toEqual({ [name]: ids[name] });
          }
        },
      );

      test('a docker-archive of several images loads with the same IDs and names', async () => {
        const listed = Object.keys(ids).map((name) => podmanName(theirs, name));
        expect(await saved('--format', 'docker-archive', '-m', ...listed)).toEqual(ids);
      });

      test.each(['docker-archive', 'oci-archive'])('a %s of an image ID has no name', async (format) => {
        const id = ids['sample/quarry:1.1'] ?? '';
        expect(await saved('--format', format, id.slice(7))).toEqual({ [id]: id });
      });

      test('an OCI archive of an image that was Docker’s loads with the ID that podman itself gives it', async () => {
        const docker = await openFresh();
        const name = 'sample/runtime:3';
        await docker.podman('load', '-i', await store.save([name], 'docker-archive', 'as-docker.tar'));
        const file = bench.path('from-docker.tar');
        const listed = podmanName(await docker.idsByName(), name);
        await docker.podman('save', '--format', 'oci-archive', '-o', file, listed);
        const [again, fresh] = [await openFresh(), await bench.store()];
        await again.podman('load', '-i', file);
        await fresh.load(file);
        const known = Object.values(await again.idsByName());
        expect(known).toHaveLength(1);
        expect(Object.values(await fresh.idsByName())).toEqual(known);
        const layers = (await store.images()).find(({ id }) => id === ids[name])?.layers;
        expect((await fresh.images())[0]?.layers).toEqual(layers);
      });

      test('a container’s commit and an import load with podman’s IDs', async () => {
        const maker = await openFresh();
        const name = 'sample/bedrock:1';
        await maker.podman('load', '-i', await store.save([name], 'oci-archive', 'base.tar'));
        const base = podmanName(await maker.idsByName(), name);
        const container = (await maker.podman('create', '--network', 'none', base)).trim();
        const commit = ['commit', '--author', 'A <a@example.com>', '--change', 'ENV X=1'];
        await maker.podman(...commit, container, 'example.com/made/commit:1');
        const docker = ['--format', 'docker', '--message', 'by hand', container];
        await maker.podman(...commit, ...docker, 'example.com/made/commit:docker');
        const root = bench.path('root.tar');
        await maker.podman('export', '-o', root, container);
        await maker.podman('import', '--message', 'imported', root, 'example.com/made/import:1');
        const made = await maker.idsByName();
        const file = bench.path('made.tar');
        const names = ['commit:1', 'commit:docker', 'import:1'].map((each) => `example.com/made/${each}`);
        await maker.podman('save', '-m', '--format', 'docker-archive', '-o', file, ...names);
        await maker.podman('rm', container);
        const fresh = await bench.store();
        await fresh.load(file);
        expect(await fresh.idsByName()).toEqual(Object.fromEntries(names.map((each) => [each, made[each]])));
      });

      test('a manifest list of two platforms loads as two images under one name', async () => {
        const list = await openFresh();
        const file = await store.save(['sample/site:1.0', 'sample/quarry:1.0'], 'oci-archive', 'two.tar');
        await list.podman('manifest', 'create', 'example.com/multi:1');
        const add = ['manifest', 'add', 'example.com/multi:1'];
        await list.podman(...add, '--arch', 'amd64', `oci-archive:${file}:sample/site:1.0`);
        await list.podman(...add, '--arch', 'arm64', `oci-archive:${file}:sample/quarry:1.0`);
        const out = bench.path('multi.tar');
        const push = ['manifest', 'push', '--all', '--format', 'oci', 'example.com/multi:1'];
        await list.podman(...push, `oci-archive:${out}:example.com/multi:1`);
        const fresh = await bench.store();
        await fresh.load(out);
        const images = await fresh.images();
        const expected = [ids['sample/site:1.0'], ids['sample/quarry:1.0']].sort();
        expect(images.map(({ id }) => id as string).sort()).toEqual(expected);
        for (const image of images) expect(image.names).toEqual(['example.com/multi:1']);
        // And back: the archive that we save has both platforms; podman takes the one of this machine.
        const ours = await fresh.save(['example.com/multi:1'], 'oci-archive', 'multi-ours.tar');
        const again = await bench.store();
        await again.load(ours);
        expect((await again.images()).map(({ id }) => id as string).sort()).toEqual(expected);
      });
    });
  },
  obstacle,
);
