import { execFileSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exportRootfs } from '../../../electron/actions/copy/exportRootfs';
import { saveImages } from '../../../electron/actions/copy/saveImages';
import { tagImage } from '../../../electron/actions/images/tagImages';
import { buildImage, ociArchive } from '../../setup/imageBuilder';
import { load, openStore, problemFacts, quietRun, temporaryFolder } from '../../setup/temporary';

/** A disk that becomes read-only while a store on it is open, as a file system does by itself after a fault: images can be rescued from it. */
test.runIf(process.getuid?.() === 0)('a store whose disk has become read-only is read', async () => {
  const disk = await temporaryFolder();
  await mkdir(join(disk, 'in'));
  const context = await openStore(join(disk, 'in', 'store'));
  const image = { names: ['x:1'], layers: [{ files: [{ path: 'a', content: 'one' }] }] };
  await load(context, ociArchive([image]));
  const { id } = buildImage(image);
  const out = await temporaryFolder();
  execFileSync('mount', ['--bind', join(disk, 'in'), join(disk, 'in')]);
  try {
    execFileSync('mount', ['-o', 'remount,bind,ro', join(disk, 'in')]);
    for (const format of ['oci-archive', 'docker-archive'] as const) {
      const target = join(out, format);
      expect(await saveImages(context, { what: ['x:1'], format, target }, quietRun())).toMatchObject({
        images: 1,
      });
    }
    expect(await exportRootfs(context, { image: id }, join(out, 'root.tar'), quietRun())).toMatchObject({
      entries: 1,
    });
    await problemFacts(tagImage(context, id, 'x:2'), 'store-unsafe');
  } finally {
    execFileSync('umount', [join(disk, 'in')]);
  }
});
