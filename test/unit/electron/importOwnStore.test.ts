import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exportRootfs } from '../../../electron/actions/copy/exportRootfs';
import { importRootfs } from '../../../electron/actions/copy/importRootfs';
import { parseImageId } from '../../../shared/image/digest';
import { callCommand } from '../../setup/callCommand';
import { openStore, quietRun, temporaryFolder } from '../../setup/temporary';
import { factsOfTar } from '../../setup/treeFacts';

/** A store that lies in the folder that is imported would go into its own layer, and into the next one with that. */

test('an import leaves its own store out, wherever it lies and however it is named, and says so', async () => {
  const folder = await temporaryFolder();
  mkdirSync(join(folder, 'etc'));
  writeFileSync(join(folder, 'etc/f'), 'x');
  mkdirSync(join(folder, 'var/lib/st'), { recursive: true });
  // Another store is a folder like any other.
  await openStore(join(folder, 'other'));
  symlinkSync('var/lib/st', join(folder, 'link'));
  const store = await openStore(join(folder, 'link'));
  for (let i = 0; i < 2; i++) {
    const request = { path: folder, reference: 'x:1', message: '', changes: [] };
    const made = await importRootfs(store, request, quietRun());
    expect(made.ownStore).toBe('var/lib/st');
    const target = join(await temporaryFolder(), 'out.tar');
    await exportRootfs(store, { image: parseImageId(made.id) }, target, quietRun());
    const paths = [...(await factsOfTar(target)).keys()];
    expect(paths).toEqual(expect.arrayContaining(['etc/f', 'link', 'var/lib', 'other/index.json']));
    expect(paths.filter((path) => path.startsWith('var/lib/'))).toEqual([]);
  }
  const { err } = await callCommand(store.store.directory, ['import', folder, 'x:2']);
  expect(err).toContain('/var/lib/st was left out: it is the store that the image goes into.');
});
