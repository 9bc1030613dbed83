import { writeFile } from 'node:fs/promises';
import { EngineHub } from '../../electron/engine/engineHub';
import { enginePlaces } from '../../electron/place/engine/enginePlaces';
import { placeKinds } from '../../shared/ipc/placeKinds';
import { placeContract } from '../contract/place';
import type { TestedPlace } from '../contract/tested';
import { dockerArchive, type ImageSpec } from '../setup/imageBuilder';
import { openBench } from './bench';
import { endpointOf, enginePeers } from './enginePeers';
import { peerSuite } from './peers';

/** Real engines held to the promise of a place. */

const full = (name: string): string => `docker.io/${name}`;
const times = { search: 200, quiet: 30, retry: [50, 200] } as const;

for (const { title, commands, start, obstacle } of enginePeers)
  peerSuite(
    `a real ${title} as a place`,
    commands,
    () =>
      placeContract({
        name: title,
        cannot: placeKinds.engine.cannot,
        canBeDamaged: false,
        async open(images): Promise<TestedPlace> {
          const bench = await openBench();
          const peer = await start(bench);
          const add = async (more: readonly ImageSpec[]): Promise<void> => {
            const path = bench.path('more.tar');
            // In full: Podman takes a short name for one of its own host.
            const named = more.map((image) => ({ ...image, names: image.names?.map(full) ?? [] }));
            await writeFile(path, dockerArchive(named));
            await peer.command('load', '-q', '-i', path);
          };
          await add(images);
          const endpoint = endpointOf(peer);
          const hub = new EngineHub(null, () => Promise.resolve([endpoint]), times);
          hub.start();
          const kind = enginePlaces(hub);
          const isReady = async (): Promise<boolean> =>
            (await kind.list()).some(
              ({ state, images: count }) => state === 'ready' && count === images.length,
            );
          for (let i = 0; i < 300 && !(await isReady()); i++)
            await new Promise((resolve) => setTimeout(resolve, 50));
          return {
            kind,
            id: endpoint.id,
            add,
            async close() {
              await hub.close();
              await peer.stop();
              await bench.close();
            },
          };
        },
      }),
    obstacle,
  );
