import { expect, test } from 'vitest';
import { createSecretHandlers } from '../../../electron/ipc/secretHandlers';
import { stops } from '../../../electron/ipc/requestLanes';
import { buildImage, noise, ociArchive, type ImageSpec } from '../../setup/imageBuilder';
import { problemFacts, storeOf } from '../../setup/temporary';

/** Looking at what a rewrite would change ends when it is stopped, alone, and can be asked for again. */

const spec: ImageSpec = {
  names: ['shop:1'],
  layers: Array.from({ length: 4 }, (_, i) => ({
    files: [
      { path: `etc/key${i}`, content: noise(2000, i) },
      { path: `copy${i}`, content: noise(2000, i) },
    ],
    gzip: true,
  })),
};

test('a preview of taking files out is stopped by what it was asked for', async () => {
  const context = await storeOf(ociArchive([spec]));
  const handlers = createSecretHandlers({ context, operations: null as never, places: null as never });
  const image = buildImage(spec).id;
  const ask = (path: string): { image: typeof image; paths: string[] } => ({ image, paths: [path] });
  const preview = (path: string): Promise<unknown> =>
    Promise.resolve(handlers['rewrite.preview'](ask(path), null as never));
  const stopped = problemFacts(preview('etc/key0'), 'cancelled');
  const other = preview('etc/key1');
  await handlers['rewrite.stop'](ask('etc/key0'), null as never);
  await stopped;
  expect(await other).toMatchObject({ layers: 1, kept: 3, elsewhereCount: 1 });
  expect(await preview('etc/key0')).toMatchObject({ layers: 1, kept: 3, elsewhereCount: 1 });
  // Also one that still waits for its turn.
  expect(stops['rewrite.stop']).toBe('rewrite.preview');
});
