import { expect, test } from 'vitest';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { layerName } from '../../../shared/graph/layerTitle';
import { formatBytes } from '../../../shared/text/format';
import { dockerArchive, noise } from '../../setup/imageBuilder';
import { load, openStore } from '../../setup/temporary';

test('layers of which no step says anything are told apart by what they bring, as their indexes have it', async () => {
  const context = await openStore();
  await load(
    context,
    dockerArchive([
      {
        names: ['made/by/buildah:1'],
        history: [
          { created_by: '/bin/sh' },
          { created_by: '/bin/sh', comment: 'FROM localhost/base:1' },
          { created_by: '/bin/sh -c npm ci' },
        ],
        layers: [
          { files: [{ path: 'etc/os', content: 'base\n' }] },
          {
            files: [
              { path: 'app/node_modules/a/index.js', content: noise(60_000) },
              { path: 'app/node_modules/b/index.js', content: noise(7_000) },
              { path: 'app/main.js', content: 'start()' },
            ],
          },
          { files: [{ path: 'app/cache', content: 'x' }] },
        ],
      },
    ]),
  );
  const { graph } = await readStoreView(context);
  const [image] = graph.images;
  const layers = new Map(graph.layers.map((layer) => [layer.chainId, layer]));
  const names = image?.layers.map((chainId) => {
    const layer = layers.get(chainId);
    return layer && layerName(layer, formatBytes);
  });
  expect(names).toEqual(['etc/os, 5 B', 'app/node_modules, 67.0 kB', 'npm ci']);
});
