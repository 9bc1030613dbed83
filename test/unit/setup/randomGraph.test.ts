import { describe, expect, test } from 'vitest';
import { openDefaultStore } from '../../../electron/actions/ground/openStore';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { randomGraph, writeRandomStore } from '../../setup/randomGraph';
import { temporaryFolder } from '../../setup/temporary';

const options = { images: 40, layers: 200, seed: 3 };

describe('a random store', () => {
  test('has the images and about the layers that were asked for, the same for the same seed', () => {
    const graph = randomGraph(options);
    expect(graph.images.length).toBe(40);
    expect(graph.layers.length).toBeGreaterThan(150);
    expect(graph.layers.length).toBeLessThan(250);
    expect(randomGraph(options)).toEqual(graph);
    expect(randomGraph({ ...options, seed: 4 }).images[0]?.id).not.toBe(graph.images[0]?.id);
  });

  test('is read by the app from disk as the graph that was made in memory', async () => {
    const folder = await temporaryFolder();
    writeRandomStore(folder, options);
    const { graph, damaged } = await readStoreView({ store: await openDefaultStore(folder) });
    const made = randomGraph(options);
    expect(damaged).toEqual([]);
    expect({ ...graph, revision: '' }).toEqual({ ...made, revision: '' });
  });
});
