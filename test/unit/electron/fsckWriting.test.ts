import { open, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fsck } from '../../../electron/actions/upkeep/fsck';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { blobPath, buildImage, ociMembers, writeMembers } from '../../setup/imageBuilder';
import { openStore, quietRun, temporaryFolder } from '../../setup/temporary';

/** skopeo empties the file of a manifest before it writes it again; a repair beside that must not take the file from it. */

const images = ['shop:1', 'till:1'].map((name) =>
  buildImage({ names: [name], layers: [{ files: [{ path: 'a', content: name }] }] }),
);

async function layout(): Promise<{ directory: string; manifest: string }> {
  const directory = await writeMembers(await temporaryFolder(), ociMembers(images));
  return { directory, manifest: join(directory, blobPath(images[0]?.manifestDigest ?? '')) };
}

test('a manifest that is being written is no damage that a repair moves away', async () => {
  const { directory, manifest } = await layout();
  const whole = await readFile(manifest);
  for (const length of [0, 1, whole.length - 1]) {
    const writer = await open(manifest, 'w');
    await writer.write(whole, 0, length);
    const report = await fsck(await openStore(directory), { repair: true }, quietRun());
    expect(report.damage.map(({ problem: { code }, quarantined }) => [code, quarantined])).toEqual([
      ['file-unreadable', false],
    ]);
    expect([report.droppedRoots, report.unreached.blobs]).toEqual([[], 0]);
    await writer.write(whole, length);
    await writer.close();
    const after = await fsck(await openStore(directory), { repair: true }, quietRun());
    expect(after.damage).toEqual([]);
    const { graph } = await readStoreView(await openStore(directory));
    expect(graph.images.map((image) => image.names)).toEqual([['shop:1'], ['till:1']]);
  }
});

test('one that was left like that is damaged', async () => {
  const { directory, manifest } = await layout();
  await writeFile(manifest, '');
  const before = new Date(Date.now() - 3_600_000);
  await utimes(manifest, before, before);
  const report = await fsck(await openStore(directory), { repair: true }, quietRun());
  expect(report.damage.map(({ quarantined }) => quarantined)).toEqual([true]);
  expect(report.droppedRoots.map(({ names }) => names)).toEqual([['shop:1']]);
  expect(await readdir(join(directory, 'quarantine'))).toHaveLength(1);
});
