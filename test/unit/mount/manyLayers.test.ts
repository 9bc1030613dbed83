import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commitWorkspace } from '../../../electron/actions/trees/commitWorkspace';
import { mountImage, unmountImage } from '../../../electron/actions/trees/mounts';
import {
  createWorkspace,
  mountWorkspace,
  workspaceChanges,
} from '../../../electron/actions/trees/workspaces';
import { problemSentence } from '../../../shared/text/problemText';
import { buildImage, dockerArchive, type ImageSpec } from '../../setup/imageBuilder';
import { makeOrdinaryUser, type OrdinaryUser } from '../../setup/ordinaryUser';
import { blobsOnDisk, load, openStore, problemFacts, quietRun, type TestStore } from '../../setup/temporary';
import { factsOfTar } from '../../setup/treeFacts';

/** As many layers as the kernel stacks, through the real overlay: mount options have one page, and no more. */

/**
 * An image of so many layers: each has a file of its own, covers what the one below said, deletes its mark and makes
 * another. The lowest also has a directory that the topmost deletes.
 */
function tower(count: number): ImageSpec {
  return {
    names: [`rig/tower:${count}`],
    layers: Array.from({ length: count }, (_, i) => ({
      files: [
        { path: `layers/${i}`, content: `${i}\n` },
        { path: 'last', content: `${i}\n` },
        { path: `marks/${i}`, content: '' },
        ...(i > 0 ? [{ path: `marks/.wh.${i - 1}`, content: '' }] : []),
        ...(i === 0 ? [{ path: 'old/inside', content: 'x' }] : []),
        ...(i === count - 1 ? [{ path: '.wh.old', content: '' }] : []),
      ],
    })),
  };
}

const run = quietRun();
const numbers = (count: number): string[] => Array.from({ length: count }, (_, i) => String(i));
const inOrder = (names: readonly string[]): string[] => [...names].sort((a, b) => Number(a) - Number(b));

function expectTower(tree: string, count: number): void {
  expect(readdirSync(tree).sort()).toEqual(['last', 'layers', 'marks']);
  expect(readFileSync(join(tree, 'last'), 'utf8')).toBe(`${count - 1}\n`);
  expect(inOrder(readdirSync(join(tree, 'layers')))).toEqual(numbers(count));
  expect(readdirSync(join(tree, 'marks'))).toEqual([String(count - 1)]);
  for (const name of numbers(count))
    expect(readFileSync(join(tree, 'layers', name), 'utf8')).toBe(`${name}\n`);
}

async function storeWith(
  count: number,
): Promise<{ store: TestStore; id: ReturnType<typeof buildImage>['id'] }> {
  const store = await openStore();
  const spec = tower(count);
  await load(store, dockerArchive([spec]));
  return { store, id: buildImage(spec).id };
}

const commitOf = (store: TestStore, reference: string | null, changes: readonly string[] = []) =>
  commitWorkspace(store, { workspace: 'own', reference, author: '', message: '', changes, paths: null }, run);

describe.runIf(process.getuid?.() === 0)('as root', () => {
  test.each([127, 300, 499])('an image of %i layers is mounted as one tree', async (count) => {
    const { store, id } = await storeWith(count);
    const mounted = await mountImage(store, { image: id, target: null, kept: false }, run);
    expectTower(mounted.path, count);
    await unmountImage(store, mounted.id);
  });

  test('an image of 500 layers is refused in a sentence, for a mount and for a workspace', async () => {
    const { store, id } = await storeWith(500);
    const facts = { name: 'rig/tower:500', layers: 500, limit: 499 };
    const mount = mountImage(store, { image: id, target: null, kept: false }, run);
    expect(await problemFacts(mount, 'too-many-layers')).toEqual(facts);
    const workspace = createWorkspace(store, { image: id, name: 'own' }, run);
    expect(await problemFacts(workspace, 'too-many-layers')).toEqual(facts);
    expect(problemSentence({ code: 'too-many-layers', facts }, 'en')).toBe(
      'rig/tower:500 has 500 layers, too many to mount: overlayfs stacks at most 499. Squash some of its layers first.',
    );
  });

  test('a workspace on 499 layers is written to, and sees deletions', async () => {
    const { store, id } = await storeWith(499);
    await createWorkspace(store, { image: id, name: 'own' }, run);
    const { merged } = await mountWorkspace(store, 'own', false, run);
    expectTower(merged, 499);
    writeFileSync(join(merged, 'last'), 'mine\n');
    rmSync(join(merged, 'layers', '0'));
    const found = (await workspaceChanges(store, 'own', run))?.changes.filter(
      ({ onlyParent }) => !onlyParent,
    );
    expect(found?.map(({ kind, path }) => `${kind} ${path}`)).toEqual(['changed last', 'removed layers/0']);
  });

  test('a commit reaches the limit; the next one is refused, and nothing of the workspace is lost', async () => {
    const { store, id } = await storeWith(498);
    await createWorkspace(store, { image: id, name: 'own' }, run);
    const { merged } = await mountWorkspace(store, 'own', false, run);
    writeFileSync(join(merged, 'last'), 'the 499th\n');
    await commitOf(store, 'rig/full:1');
    const next = await mountWorkspace(store, 'own', false, run);
    expect(next.image.layers).toHaveLength(499);
    expect(readFileSync(join(next.merged, 'last'), 'utf8')).toBe('the 499th\n');

    writeFileSync(join(next.merged, 'last'), 'the 500th\n');
    const blobs = await blobsOnDisk(store.directory);
    const facts = await problemFacts(commitOf(store, 'rig/over:1'), 'commit-too-many-layers');
    expect(facts).toEqual({ workspace: 'own', name: 'rig/full:1', layers: 499, limit: 499 });
    expect(problemSentence({ code: 'commit-too-many-layers', facts }, 'en')).toBe(
      'The changes in own cannot become a layer of their own: rig/full:1 has 499 layers already, and overlayfs ' +
        'stacks at most 499. Nothing was committed and the workspace keeps its changes. Squash the image and open a ' +
        'workspace on the squashed one, or export this workspace.',
    );
    expect(await blobsOnDisk(store.directory)).toEqual(blobs);
    const after = await mountWorkspace(store, 'own', false, run);
    expect(after.image.id).toBe(next.image.id);
    // It can be written to as before: nothing stays frozen.
    writeFileSync(join(after.merged, 'more'), 'more\n');
    const left = (await workspaceChanges(store, 'own', run))?.changes ?? [];
    expect(left.map(({ kind, path }) => `${kind} ${path}`)).toEqual(['changed last', 'added more']);
  });

  test('at the limit a commit of the config alone is made: it needs no layer', async () => {
    const { store, id } = await storeWith(499);
    await createWorkspace(store, { image: id, name: 'own' }, run);
    await commitOf(store, 'rig/labelled:1', ['LABEL a=b']);
    const { image } = await mountWorkspace(store, 'own', false, run);
    expect(image.names).toEqual(['rig/labelled:1']);
    expect(image.layers).toHaveLength(499);
  });
});

describe('as an ordinary user', () => {
  let user: OrdinaryUser;
  let folder: string;
  beforeAll(async () => {
    user = await makeOrdinaryUser();
    folder = await mkdtemp(join(tmpdir(), 'stratigraph-tower-'));
    chmodSync(folder, 0o755);
    await writeFile(join(folder, 'image.tar'), dockerArchive([tower(127)]));
  });
  afterAll(async () => {
    await user.remove();
    await rm(folder, { recursive: true, force: true });
  });

  test.each(['mapped', 'single'])('127 layers are one tree, with %s IDs', async (mode) => {
    const target = join(user.folder, `${mode}.tar`);
    const script = `cd "$TREE"
test "$(echo *)" = 'last layers marks'
test "$(cat last)" = 126
test "$(ls layers | wc -l)" = 127
test "$(cat layers/0 layers/64 layers/126 | tr '\\n' ' ')" = '0 64 126 '
test "$(ls marks)" = 126
rm layers/0
echo mine > last`;
    const told = await user.story<{ mode: string; changes: readonly string[]; left: number }>(
      'commit',
      {
        store: join(user.folder, mode),
        archive: join(folder, 'image.tar'),
        image: 'rig/tower:127',
        script,
        target,
      },
      { STRATIGRAPH_OVERLAY: mode },
    );
    expect(told.mode).toBe(mode);
    expect(told.changes).toEqual(['changed last', 'changed layers', 'removed layers/0']);
    expect(told.left).toBe(0);
    const facts = await factsOfTar(target);
    expect(facts.get('last')).toMatch(/^file 644 0:0 5 /);
    expect([...facts.keys()].filter((path) => path.startsWith('layers/'))).toHaveLength(126);
  });
});
