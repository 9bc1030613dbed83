import { chmodSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { callCommand } from '../../setup/callCommand';
import { buildImage, ociArchive, type BuiltImage } from '../../setup/imageBuilder';
import { blobsOnDisk, load, openStore, temporaryFolder } from '../../setup/temporary';

/**
 * A store is a layout that skopeo, umoci and others write to, who know nothing of our lock: they put blobs first and the list last, and
 * write a manifest that is there anew. Nothing of theirs is lost by what we do meanwhile.
 */

const kept = buildImage({ names: ['kept:1'], layers: [{ files: [{ path: 'a', content: 'kept' }] }] });
const other = buildImage({ names: ['other:1'], layers: [{ files: [{ path: 'b', content: 'other' }] }] });
const theirs = buildImage({ names: [], layers: [{ files: [{ path: 'c', content: 'theirs' }] }] });

let store = '';
beforeEach(async () => {
  store = join(await temporaryFolder(), 'store');
  const context = await openStore(store);
  await load(
    context,
    ociArchive([
      { names: ['kept:1'], layers: [{ files: [{ path: 'a', content: 'kept' }] }] },
      { names: ['other:1'], layers: [{ files: [{ path: 'b', content: 'other' }] }] },
    ]),
  );
  await context.close();
});
const stratigraph = (...words: string[]): ReturnType<typeof callCommand> => callCommand(store, words);
const pathOf = (digest: string): string => join(store, 'blobs', 'sha256', digest.slice(7));

const blobsOf = ({ manifest, manifestDigest, config, id, layers }: BuiltImage): [string, Uint8Array][] => [
  [manifestDigest, manifest],
  [id, config],
  ...layers.map(({ digest, blob }): [string, Uint8Array] => [digest, blob]),
];
/** Puts blobs as another tool does, some seconds ago. */
function put(image: BuiltImage, seconds = 1): void {
  for (const [digest, bytes] of blobsOf(image)) {
    writeFileSync(pathOf(digest), bytes, { mode: 0o644 });
    const when = Date.now() / 1000 - seconds;
    utimesSync(pathOf(digest), when, when);
  }
}
interface Listed {
  manifests: { digest: string; annotations?: Record<string, string> }[];
}
const list = (): Listed => JSON.parse(readFileSync(join(store, 'index.json'), 'utf8')) as Listed;
/** Adds to the list what was put. */
function addToList({ manifest, manifestDigest: digest }: BuiltImage, name: string): void {
  const entry = {
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    digest,
    size: manifest.length,
    annotations: { 'org.opencontainers.image.ref.name': name },
  };
  const now = list();
  writeFileSync(join(store, 'index.json'), JSON.stringify({ ...now, manifests: [...now.manifests, entry] }));
}
const here = async (image: BuiltImage): Promise<boolean[]> => {
  const found = new Set([...(await blobsOnDisk(store)).keys()].map((path) => path.slice(-64)));
  return blobsOf(image).map(([digest]) => found.has(digest.slice(7)));
};
const all = [true, true, true];
const none = [false, false, false];

const sweeps: readonly string[][] = [['gc'], ['rmi', 'other:1'], ['prune', '-a', '-f'], ['untag', 'other:1']];

describe('blobs of another tool whose list is still to come', () => {
  test.each(sweeps)('stay with %s', async (...words) => {
    put(theirs);
    await stratigraph(...words);
    expect(await here(theirs)).toEqual(all);
    addToList(theirs, 'theirs:1');
    expect((await stratigraph('fsck')).code).toBe(0);
    expect((await stratigraph('cat', 'theirs:1', '/c')).code).toBe(0);
  });

  test('go when nothing has come for an hour, and the preview says both', async () => {
    for (const [seconds, stays] of [
      [60, true],
      [4000, false],
    ] as const) {
      put(theirs, seconds);
      const before = await blobsOnDisk(store);
      const said = JSON.parse((await stratigraph('--json', 'gc', '-n')).out) as { blobs: string[] };
      await stratigraph('gc');
      expect(await here(theirs)).toEqual(stays ? all : none);
      expect(said.blobs).toHaveLength(before.size - (await blobsOnDisk(store)).size);
    }
  });

  test('go at once when they were listed and their image is removed', async () => {
    put(theirs);
    addToList(theirs, 'theirs:1');
    const said = JSON.parse((await stratigraph('--json', 'rmi', '-n', 'theirs:1')).out) as {
      freedBlobs: number;
    };
    expect((await stratigraph('rmi', 'theirs:1')).code).toBe(0);
    expect(said.freedBlobs).toBe(3);
    expect(await here(theirs)).toEqual(none);
  });

  test('go when they were cleaned up and are freed', async () => {
    put(theirs);
    addToList(theirs, 'theirs:1');
    const context = await openStore(store);
    const id = await context.store.moveToTrash(new Set([theirs.manifestDigest]));
    expect(id).not.toBeNull();
    await context.close();
    expect(await here(theirs)).toEqual(all);
    await stratigraph('gc');
    expect(await here(theirs)).toEqual(none);
  });
});

describe('a list that another tool writes between our look and our deed', () => {
  test.each(['updateIndex', 'updateAndSweep'] as const)('keeps what it added, with %s', async (how) => {
    const context = await openStore(store);
    put(theirs, 4000);
    let asked = 0;
    const change = (index: Awaited<ReturnType<typeof context.store.readIndex>>['index']): typeof index => {
      // The last look before it is written: of a sweep the second.
      if (++asked === (how === 'updateIndex' ? 1 : 2)) addToList(theirs, 'theirs:1');
      return { ...index, manifests: index.manifests.filter(({ digest }) => digest !== other.manifestDigest) };
    };
    await context.store[how](change);
    await context.close();
    expect(list().manifests.map(({ digest }) => digest)).toEqual([
      kept.manifestDigest,
      theirs.manifestDigest,
    ]);
    expect(await here(theirs)).toEqual(all);
    expect(await here(kept)).toEqual(all);
    expect(await here(other)).toEqual(how === 'updateIndex' ? all : none);
    expect((await stratigraph('fsck')).code).toBe(0);
  });

  test('one that is written without end is left as it is, and said', async () => {
    const context = await openStore(store);
    let asked = 0;
    const failed = await context.store
      .updateIndex((index) => {
        const text = readFileSync(join(store, 'index.json'), 'utf8').trimEnd();
        writeFileSync(join(store, 'index.json'), text + ' '.repeat(++asked));
        return { ...index, manifests: [] };
      })
      .catch((thrown: unknown) => thrown);
    expect(failed).toMatchObject({ problem: { code: 'file-unwritable', facts: { reason: 'EBUSY' } } });
    await context.close();
    expect(list().manifests).toHaveLength(2);
  });
});

describe('a manifest that another tool is writing anew', () => {
  test.each(sweeps.slice(0, 3))('has nothing swept meanwhile by %s', async (...words) => {
    chmodSync(pathOf(kept.manifestDigest), 0o644);
    writeFileSync(pathOf(kept.manifestDigest), '');
    const { code, err } = await stratigraph(...words);
    expect(code).toBe(1);
    expect(err).not.toContain('bug of ours');
    writeFileSync(pathOf(kept.manifestDigest), kept.manifest);
    expect(await here(kept)).toEqual(all);
    expect(await here(other)).toEqual(all);
    expect((await stratigraph('fsck')).code).toBe(0);
    expect((await stratigraph(...words)).code).toBe(0);
  });
});
