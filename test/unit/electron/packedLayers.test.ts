import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { buildImage, dockerMembers, gzip, noise, tarOf, type ImageSpec } from '../../setup/imageBuilder';
import { blobsOnDisk, expectSoundStore, load, openStore, refusedUnchanged } from '../../setup/temporary';

const spec: ImageSpec = {
  names: ['packed:1'],
  layers: [
    { files: [{ path: 'etc/os', content: 'base\n' }] },
    { files: [{ path: 'srv/shop', content: noise(70_000) }] },
  ],
};
const image = buildImage(spec);

/** The archive with its layers packed by a program, in their order or the other way round. */
function archive(program: string, swapped = false): Buffer {
  const layers = image.layers.map((layer) => {
    const blob = execFileSync(program, ['-c'], { input: layer.tar });
    return { ...layer, tar: blob, blob };
  });
  return tarOf(dockerMembers([{ ...image, layers: swapped ? layers.reverse() : layers }]));
}

test.each(['xz', 'bzip2'])(
  'layers that are packed with %s inside of a docker-archive are kept as plain tars',
  async (program) => {
    const context = await openStore();
    await load(context, archive(program));
    const { graph } = await readStoreView(context);
    expect(graph.images).toMatchObject([{ id: image.id, names: ['packed:1'] }]);
    expect(
      graph.layers.map(({ blobs }) => blobs.map(({ digest, compression }) => [digest, compression])),
    ).toEqual(image.layers.map(({ diffId }) => [[diffId, 'none']]));
    expect(graph.layers.map(({ tarSize }) => tarSize)).toEqual(image.layers.map(({ tar }) => tar.length));
    await expectSoundStore(context.directory);
    const spooled = await openStore();
    await load(spooled, gzip(archive(program)));
    expect((await readStoreView(spooled)).graph.images).toMatchObject([{ id: image.id }]);
    // Again, and with the layers there already: nothing is added.
    const before = await blobsOnDisk(context.directory);
    await load(context, archive(program));
    expect(await blobsOnDisk(context.directory)).toEqual(before);
  },
);

test('one that is not what the config says is refused', async () => {
  const context = await openStore();
  await refusedUnchanged(context, () => load(context, archive('xz', true)), 'diff-id-mismatch');
});
