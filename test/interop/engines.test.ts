import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { copyFromEngine, saveFromEngine } from '../../electron/place/engine/copyFromEngine';
import { copyToEngine } from '../../electron/place/engine/copyToEngine';
import { historyOfEngineImage } from '../../electron/place/engine/engineDocuments';
import {
  previewEngineRemoval,
  removeEngineImages,
  renameEngineImage,
  tagEngineImage,
  untagEngineImage,
  type OpenEngine,
} from '../../electron/place/engine/engineImages';
import { historyOf } from '../../electron/actions/images/inspectImage';
import { readStoreView } from '../../electron/actions/images/storeView';
import { EngineHub } from '../../electron/engine/engineHub';
import type { EngineView } from '../../electron/engine/readImages';
import type { Run } from '../../electron/actions/ground/context';
import type { ImageNode } from '../../shared/graph/imageGraph';
import { dockerArchive, noise } from '../setup/imageBuilder';
import { problemFacts } from '../setup/temporary';
import { openBench, type Bench, type TestStore } from './bench';
import { endpointOf, enginePeers, openPeer, type EnginePeer } from './enginePeers';
import { peerSuite } from './peers';
import { richName, writeRichImage } from './richImage';

const quiet: Run = { signal: new AbortController().signal, report: () => undefined };

for (const { title, commands, start, obstacle } of enginePeers) {
  peerSuite(
    `the images of a real ${title}`,
    commands,
    () => {
      let bench: Bench;
      let store: TestStore;
      let peer: EnginePeer;
      let open: OpenEngine;
      let ids: Record<string, string>;
      const endpoint = () => endpointOf(peer);
      const images = async (): Promise<readonly ImageNode[]> => (await open.view()).graph.images;
      const image = async (name: string): Promise<ImageNode> => {
        const found = (await images()).find(({ names }) => names.includes(name));
        if (!found) throw new Error(`${name} is not there`);
        return found;
      };

      beforeAll(async () => {
        bench = await openBench();
        store = await bench.store();
        await store.loadSamples();
        await writeRichImage(bench.folder, bench.path('rich.tar'));
        await store.load(bench.path('rich.tar'));
        const late = {
          names: ['sample/bedrock:1', 'late:1'],
          layers: [{ files: [{ path: 'late', content: 'late' }] }],
        };
        await writeFile(bench.path('late.tar'), dockerArchive([late]));
        await writeFile(
          bench.path('bare.tar'),
          dockerArchive([{ ...late, names: [], config: { Cmd: ['/bare'] } }]),
        );
        ids = await store.idsByName();
        peer = await start(bench);
        open = await openPeer(peer);
      }, 180_000);
      afterAll(async () => {
        await (peer as EnginePeer | undefined)?.stop();
        await (bench as Bench | undefined)?.close();
      }, 120_000);

      test('it says who it is', () => {
        expect(open.engine.kind).toBe(peer.kind);
      });

      test('copies from the store arrive with the same IDs and names, the second time too', async () => {
        const names = Object.keys(ids);
        const sent = await copyToEngine(store.context, open, { what: names }, quiet);
        expect(sent).toMatchObject({ kind: 'copyOut', images: names.length });
        await copyToEngine(store.context, open, { what: names }, quiet);
        const theirs = (await images()).flatMap(({ id, names: own }) => own.map((name) => [name, id]));
        expect(Object.fromEntries(theirs)).toEqual(ids);
      });

      test('the graph has the chain IDs, commands and names that the store has for the same images', async () => {
        const ours = await store.images();
        const { graph, damaged } = await open.view();
        expect(damaged).toEqual([]);
        for (const own of ours) {
          const theirs = graph.images.find(({ id }) => id === own.id);
          expect(theirs?.layers, own.names.join()).toEqual(own.layers);
          expect(theirs?.names).toEqual(own.names);
          expect(Date.parse(theirs?.created ?? '')).toBe(Date.parse(own.created ?? ''));
          expect(theirs?.labels).toEqual(own.labels);
          const steps = async (work: ReturnType<typeof historyOf>) =>
            (await work).map(({ createdBy, chainId }) => ({ createdBy, chainId }));
          // The API does not say which steps made layers: what it took for them is what the config says.
          expect(await steps(historyOfEngineImage(open, own.id)), own.names.join()).toEqual(
            await steps(historyOf(store.context, own.id)),
          );
        }
      });

      test('a copy into an empty store gives the same IDs, names and layers', async () => {
        const fresh = await bench.store();
        const names = Object.keys(ids);
        const result = await copyFromEngine(fresh.context, open, { what: names }, quiet);
        expect(result.kind).toBe('copyIn');
        expect(await fresh.idsByName()).toEqual(ids);
        const again = await copyFromEngine(fresh.context, open, { what: names }, quiet);
        expect(again.newLayers).toBe(0);
      });

      test('what it saves to a file loads with the same ID', async () => {
        const target = bench.path(`${peer.kind}.tar`);
        await saveFromEngine(store.context, open, { what: [richName], target }, quiet);
        const fresh = await bench.store();
        await fresh.load(target);
        expect(await fresh.idsByName()).toEqual({ [richName]: ids[richName] });
      });

      test('a copy that is cancelled changes nothing', async () => {
        const fresh = await bench.store();
        const abort = new AbortController();
        const run: Run = {
          signal: abort.signal,
          report: ({ phase }) => phase === 'reading' && abort.abort(),
        };
        await problemFacts(copyFromEngine(fresh.context, open, { what: Object.keys(ids) }, run), 'cancelled');
        expect(await fresh.images()).toEqual([]);
      });

      test('a copy to it that is cancelled when it has everything is undone, moved names too', async () => {
        const before = (await images()).map(({ id, names }) => [id, names]).sort();
        const fresh = await bench.store();
        await fresh.load(bench.path('late.tar'));
        const abort = new AbortController();
        const run: Run = {
          signal: abort.signal,
          report: ({ phase }) => phase === 'verifying' && abort.abort(),
        };
        // One of its names is of an image that is there.
        const names = Object.keys(await fresh.idsByName());
        expect(names).toContain('sample/bedrock:1');
        await problemFacts(copyToEngine(fresh.context, open, { what: names }, run), 'cancelled');
        expect((await images()).map(({ id, names: own }) => [id, own]).sort()).toEqual(before);
        // One that has no name at all goes, too.
        const bare = await bench.store();
        await bare.load(bench.path('bare.tar'));
        const again = new AbortController();
        const [bareId = ''] = (await bare.images()).map(({ id }) => id as string);
        const late: Run = {
          signal: again.signal,
          report: ({ phase }) => phase === 'verifying' && again.abort(),
        };
        await problemFacts(copyToEngine(bare.context, open, { what: [bareId] }, late), 'cancelled');
        expect((await images()).map(({ id, names: own }) => [id, own]).sort()).toEqual(before);
      });

      test('a name that an image without one gets by a copy that is cancelled goes again, and the image stays', async () => {
        const bare = await bench.store();
        await bare.load(bench.path('bare.tar'));
        const [id = ''] = (await bare.images()).map(({ id: own }) => own as string);
        await copyToEngine(bare.context, open, { what: [id] }, quiet);
        const state = async (): Promise<unknown> =>
          (await images()).map(({ id: own, names }) => [own, names]).sort();
        const before = await state();
        await bare.tag(id, 'first/name:1');
        await bare.tag(id, 'second/name:1');
        const abort = new AbortController();
        // The engine has the image: names alone are given, and nothing is sent.
        let asked = 0;
        const seen = new Set<string>();
        const watched: OpenEngine = {
          ...open,
          view: async () => {
            const view = await open.view();
            for (const { names } of view.graph.images) for (const name of names) seen.add(name);
            if (++asked > 1) abort.abort();
            return view;
          },
        };
        const late: Run = { signal: abort.signal, report: () => undefined };
        const names = ['first/name:1', 'second/name:1'];
        await problemFacts(copyToEngine(bare.context, watched, { what: names }, late), 'cancelled');
        expect(names.filter((name) => seen.has(name) || seen.has(`docker.io/${name}`))).toEqual(names);
        expect(await state()).toEqual(before);
        const [there] = (await images()).filter(({ names }) => names.length === 0);
        await removeEngineImages(
          open,
          { images: there ? [there.id] : [], names: [] },
          { force: false },
          quiet,
        );
      });

      test('names are given, moved, changed and taken away, never the last one', async () => {
        const { id } = await image(richName);
        expect(await tagEngineImage(open, id, 'more:1')).toEqual({ name: 'more:1', movedFrom: null });
        expect((await image('more:1')).id).toBe(id);
        const other = await image('sample/bedrock:1');
        expect(await tagEngineImage(open, other.id, 'more:1')).toEqual({ name: 'more:1', movedFrom: id });
        await renameEngineImage(open, 'more:1', 'more:2');
        expect((await image('more:2')).names).toEqual(['more:2', 'sample/bedrock:1']);
        expect(await untagEngineImage(open, 'more:2')).toEqual({ image: other.id, dangling: false });
        await problemFacts(untagEngineImage(open, 'sample/bedrock:1'), 'engine-last-name');
        expect((await image('sample/bedrock:1')).id).toBe(other.id);
      });

      test('an image that a container uses is refused, by us first and by the engine too', async () => {
        const name = 'sample/site:1.0';
        await peer.command('create', '--name', 'web-1', '--network', 'none', name, '/x');
        const used = await image(name);
        expect(used.containers).toEqual([{ name: 'web-1', state: 'created', active: false }]);
        const selection = { images: [used.id], names: [] };
        const preview = await previewEngineRemoval(open, selection);
        expect(preview.freedBytes).toBe(0);
        expect(preview.containers).toMatchObject([{ name: 'web-1' }]);
        const facts = await problemFacts(
          removeEngineImages(open, selection, { force: false }, quiet),
          'engine-image-used',
        );
        expect(facts).toMatchObject({ containers: 'web-1', active: false, force: peer.kind === 'docker' });
        // A container that was made after the images were read is found out by the engine.
        const stale = await open.view();
        const blind = {
          ...stale,
          graph: { ...stale.graph, images: stale.graph.images.map((each) => ({ ...each, containers: [] })) },
        };
        const theirs = await problemFacts(
          removeEngineImages(
            { engine: open.engine, view: () => Promise.resolve(blind) },
            selection,
            { force: false },
            quiet,
          ),
          'engine-image-used',
        );
        expect(theirs.containers).toBe('web-1');
        await peer.command('rm', 'web-1');
      });

      test('an image is deleted with what only it holds', async () => {
        const going = await image(richName);
        const selection = { images: [going.id], names: [] };
        const preview = await previewEngineRemoval(open, selection);
        const before = (await open.view()).graph.storedBytes;
        const result = await removeEngineImages(open, selection, { force: false }, quiet);
        expect(result).toMatchObject({ removed: [going.id], freedBytes: preview.freedBytes });
        const after = (await open.view()).graph.storedBytes;
        expect(before - after).toBe(preview.freedBytes);
        expect((await peer.command('images', '-q', '--no-trunc')).includes(going.id.slice(7))).toBe(false);
      });

      test('layers that Docker has do not travel, and all do where it has them no longer', async () => {
        const layer = (n: number) => ({ files: [{ path: `f${n}`, content: noise(300_000, n) }] });
        const own = await bench.store();
        const built = [
          { names: ['part:base'], layers: [layer(1)] },
          { names: ['part:app'], layers: [layer(1), layer(2)] },
          // The same layer on another one is not the one that is there.
          { names: ['part:turned'], layers: [layer(2), layer(1)] },
          { names: ['part:gone'], layers: [layer(3), layer(4)] },
        ];
        await writeFile(bench.path('part.tar'), dockerArchive(built));
        await own.load(bench.path('part.tar'));
        const held = peer.kind === 'docker';
        const send = async (name: string, to = open): Promise<unknown> => {
          const { bytes, heldLayers } = await copyToEngine(own.context, to, { what: [name] }, quiet);
          return [Math.round(bytes / 300_000), heldLayers ?? 0];
        };
        expect(await send('part:base')).toEqual([1, 0]);
        expect(await send('part:app')).toEqual(held ? [1, 1] : [2, 0]);
        expect(await send('part:turned')).toEqual([2, 0]);
        const gone = (await readStoreView(own.context)).graph.layers;
        const view = async (): Promise<EngineView> => {
          const now = await open.view();
          return { ...now, graph: { ...now.graph, layers: [...now.graph.layers, ...gone] } };
        };
        expect(await send('part:gone', { ...open, view })).toEqual([2, 0]);
        for (const [name, id] of Object.entries(await own.idsByName()))
          expect((await image(name)).id).toBe(id);
      });

      test('what its own command line does is seen as it happens', async () => {
        let changes = 0;
        const hub = new EngineHub({ sourcesChanged: () => undefined, sourceChanged: () => changes++ }, () =>
          Promise.resolve([endpoint()]),
        );
        hub.start();
        await expect.poll(() => hub.list()[0]?.state, { timeout: 20_000 }).toBe('ready');
        await expect.poll(() => changes, { timeout: 20_000 }).toBeGreaterThan(1);
        const seen = async (): Promise<boolean> =>
          (await hub.view(endpoint().id)).graph.images.some(({ names }) => names.includes('seen:1'));
        const before = changes;
        await peer.command('tag', 'sample/bedrock:1', 'docker.io/library/seen:1');
        await expect.poll(() => changes, { timeout: 20_000 }).toBeGreaterThan(before);
        await expect.poll(seen, { timeout: 20_000 }).toBe(true);
        await peer.command('rmi', 'docker.io/library/seen:1');
        await expect.poll(seen, { timeout: 20_000 }).toBe(false);
        await hub.close();
      });

      if (title === 'Docker') {
        describe('sizes', () => {
          test('are those of `docker system df -v`', async () => {
            const { graph } = await open.view();
            const text = await peer.command('system', 'df', '-v', '--format', '{{json .}}');
            const { Images } = JSON.parse(text) as {
              Images: readonly { ID: string; Size: string; SharedSize: string; UniqueSize: string }[];
            };
            // Docker prints three or four digits of a decimal unit; the part before the point is compared in its own unit.
            const bytes = (shown: string): { value: number; step: number } => {
              const [, digits = '0', unit = 'B'] = /^([\d.]+)([kMG]?B)$/.exec(shown) ?? [];
              const factor = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9 }[unit] ?? 1;
              const places = digits.split('.')[1]?.length ?? 0;
              return { value: Number(digits) * factor, step: factor / 10 ** places };
            };
            const near = (ours: number, shown: string, what: string): void => {
              const { value, step } = bytes(shown);
              expect(Math.abs(ours - value), `${what}: ${ours} and ${shown}`).toBeLessThanOrEqual(step);
            };
            expect(Images).toHaveLength(graph.images.length);
            for (const theirs of Images) {
              const ours = graph.images.find(
                ({ id }) => id === theirs.ID || id.startsWith(`sha256:${theirs.ID}`),
              );
              if (!ours) throw new Error(`no image ${theirs.ID}`);
              const name = ours.names.join();
              near(ours.size, theirs.Size, `size of ${name}`);
              // Docker calls a layer shared when any other image has it, as we do: the three numbers agree, and no
              // difference is left to explain but the rounding of what it prints.
              near(ours.shared, theirs.SharedSize, `shared of ${name}`);
              near(ours.unique, theirs.UniqueSize, `unique of ${name}`);
            }
          });

          test('of our store are others: stored blobs, with documents', async () => {
            const { graph } = await open.view();
            for (const own of await store.images()) {
              const theirs = graph.images.find(({ id }) => id === own.id);
              if (!theirs) continue;
              // The store keeps the tar archives (compressed or not) and the config and manifest; Docker counts the bytes
              // of files in the unpacked layers. Only the layers are the same, not the bytes.
              expect(theirs.layers).toEqual(own.layers);
              expect(graph.sizes).toBe('unpacked');
            }
          });
        });
      }
    },
    obstacle,
  );
}
