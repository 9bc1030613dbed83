import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { commitWorkspace } from '../../../electron/actions/trees/commitWorkspace';
import { readStoreView } from '../../../electron/actions/images/storeView';
import {
  createWorkspace,
  mountWorkspace,
  removeWorkspace,
  workspaceChanges,
} from '../../../electron/actions/trees/workspaces';
import { places } from '../../../electron/store/places';
import { dockerArchive } from '../../setup/imageBuilder';
import { problemFacts, quietRun, storeOf, type TestStore } from '../../setup/temporary';

/** A workspace goes, or is committed as a whole, with what a person was shown of its changes and nothing else. */

const run = quietRun();

describe.runIf(process.getuid?.() === 0)('a workspace', () => {
  let store: TestStore;
  let tree: string;
  beforeEach(async () => {
    const files = [
      { path: 'app.log', content: 'one\n' },
      { path: 'old', content: 'old' },
    ];
    store = await storeOf(dockerArchive([{ names: ['rig:1'], layers: [{ files }] }]));
    const [image] = (await readStoreView(store)).graph.images;
    if (!image) throw new Error('no image');
    await createWorkspace(store, { image: image.id, name: 'fix' }, run);
    tree = (await mountWorkspace(store, 'fix', false, run)).merged;
    await appendFile(join(tree, 'app.log'), 'two\n');
  });

  const listed = async (): Promise<string> => (await workspaceChanges(store, 'fix', run))?.listed ?? '';
  const commit = (reference: string, shown: string | undefined, paths: readonly string[] | null = null) =>
    commitWorkspace(
      store,
      {
        workspace: 'fix',
        reference,
        author: '',
        message: '',
        changes: [],
        paths,
        ...(shown !== undefined && { listed: shown }),
      },
      run,
    );

  const others: readonly (readonly [string, () => Promise<void>])[] = [
    ['a file came', () => writeFile(join(tree, 'thesis.txt'), 'years of work')],
    ['a file of the image went', () => rm(join(tree, 'old'))],
    ['a change was taken back', () => rm(join(tree, 'app.log'))],
  ];
  test.each(others)('stays, and is not committed, after %s', async (_, change) => {
    const shown = await listed();
    await change();
    await problemFacts(removeWorkspace(store, 'fix', shown), 'shown-changed');
    await problemFacts(commit('rig:2', shown), 'shown-changed');
    expect((await readStoreView(store)).graph.images).toHaveLength(1);
    // It goes on, as it was.
    await writeFile(join(tree, 'after'), '');
    const now = await listed();
    expect(now).not.toBe(shown);
    await removeWorkspace(store, 'fix', now);
    expect(existsSync(places.workspace(store.directory, 'fix'))).toBe(false);
  });

  test('that a program writes a log in is held up by nothing', async () => {
    const shown = await listed();
    await appendFile(join(tree, 'app.log'), 'three\n');
    expect(await commit('rig:2', shown)).toMatchObject({ changes: 1, stay: 0 });
    // The same changes on another image are others.
    await appendFile(join(tree, 'app.log'), 'four\n');
    await problemFacts(removeWorkspace(store, 'fix', shown), 'shown-changed');
    expect(await readFile(join(tree, 'app.log'), 'utf8')).toContain('four');
    await removeWorkspace(store, 'fix', await listed());
  });

  test('takes ticked paths whatever else came, and from who is shown no list everything', async () => {
    const shown = await listed();
    await writeFile(join(tree, 'secret.key'), 'x');
    expect(await commit('rig:2', shown, ['app.log'])).toMatchObject({ changes: 1, stay: 1 });
    expect(await commit('rig:3', undefined)).toMatchObject({ changes: 1, stay: 0 });
    await writeFile(join(tree, 'more'), 'x');
    await removeWorkspace(store, 'fix');
    expect(existsSync(places.workspace(store.directory, 'fix'))).toBe(false);
  });

  test('whose changes could not be shown goes unseen only while they cannot be', async () => {
    await problemFacts(removeWorkspace(store, 'fix', null), 'shown-changed');
    const [image] = (await readStoreView(store)).graph.images;
    const root = image?.roots[0] ?? '';
    // Something else took its image out of the list.
    const index = join(store.directory, 'index.json');
    const read = JSON.parse(await readFile(index, 'utf8')) as { manifests: { digest: string }[] };
    const manifests = read.manifests.filter(({ digest }) => digest !== root);
    await writeFile(index, JSON.stringify({ ...read, manifests }));
    await removeWorkspace(store, 'fix', null);
    expect(existsSync(places.workspace(store.directory, 'fix'))).toBe(false);
  });
});
