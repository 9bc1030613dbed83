import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { resolveImage } from '../../electron/actions/images/resolveImage';
import { readStoreView } from '../../electron/actions/images/storeView';
import { hostArchitecture } from '../../electron/system/hostArchitecture';
import { writeMembers } from '../setup/imageBuilder';
import { indexedLayout, type PlatformSpec } from '../setup/indexBuilder';
import { run } from '../setup/run';
import { load, openStore, temporaryFolder } from '../setup/temporary';
import { commandFile, peerSuite } from './peers';

/** What descriptors say of the images of an index, as builders and strangers write it. */
const said: readonly PlatformSpec['listed'][] = [
  null,
  { os: 'linux', architecture: hostArchitecture },
  // Not amd64/v1 and arm64/v8, which are the plain ones to us as to containerd, and of their own to skopeo.
  ...['v2', 'v3'].map((variant) => ({ os: 'linux', architecture: hostArchitecture, variant })),
  { os: 'linux', architecture: 's390x' },
  { os: 'windows', architecture: hostArchitecture },
];

peerSuite('an index of several platforms', ['skopeo'], () => {
  test('means the image that skopeo takes, however it is listed and in whatever order', async () => {
    let state = 20261129;
    const next = (below: number): number => {
      state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
      return (state >>> 8) % below;
    };
    let compared = 0;
    for (let round = 0; round < 40; round++) {
      const images = Array.from({ length: 2 + next(3) }, (_, i): PlatformSpec => ({
        architecture: hostArchitecture,
        layers: [{ files: [{ path: 'who', content: `${round} ${i}` }] }],
        listed: said[next(said.length)] ?? null,
      }));
      const layout = indexedLayout('img:1', images);
      const folder = await temporaryFolder();
      await writeMembers(join(folder, 'in'), layout.members);
      const out = join(folder, 'out');
      const { code } = await run(commandFile('skopeo'), [
        '--insecure-policy',
        'copy',
        '--quiet',
        `oci:${join(folder, 'in')}:img:1`,
        `dir:${out}`,
      ]);
      // Where it finds none that fits it takes none.
      if (code !== 0) continue;
      const { config } = JSON.parse(await readFile(join(out, 'manifest.json'), 'utf8')) as {
        config: { digest: string };
      };
      const context = await openStore();
      await load(context, layout.archive);
      const { image } = resolveImage((await readStoreView(context)).graph, 'img:1');
      expect(image.id, JSON.stringify(images.map(({ listed }) => listed))).toBe(config.digest);
      compared++;
      await context.close();
    }
    expect(compared).toBeGreaterThan(15);
  });
});
