import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { callCommand } from '../../setup/callCommand';
import { buildImage, ociArchive, type ImageSpec } from '../../setup/imageBuilder';
import { indexedLayout } from '../../setup/indexBuilder';
import { blobsOnDisk, load, openStore, temporaryFile, temporaryFolder } from '../../setup/temporary';

/** Images whose documents are missing or damaged: they can be taken out, by name and by digest, and nothing else goes with them. */

const place = { store: '' };
beforeEach(async () => {
  place.store = join(await temporaryFolder(), 'store');
});
const stratigraph = (...words: string[]): ReturnType<typeof callCommand> => callCommand(place.store, words);
async function ok(...words: string[]): Promise<string> {
  const { code, out, err } = await stratigraph(...words);
  expect(code, err).toBe(0);
  return out;
}

const base = { files: [{ path: 'base', content: 'of both' }] };
const lost: ImageSpec = {
  names: ['lost:1', 'lost:2'],
  layers: [base, { files: [{ path: 'a', content: 'lost' }] }],
};
const kept: ImageSpec = { names: ['kept:1'], layers: [base, { files: [{ path: 'b', content: 'kept' }] }] };
const lostImage = buildImage(lost);
const platforms = indexedLayout(
  'multi:1',
  ['amd64', 'arm64'].map((architecture) => ({
    os: 'linux',
    architecture,
    layers: [{ files: [{ path: 'p', content: architecture }] }],
  })),
);

let sound = '';
beforeAll(async () => {
  const context = await openStore();
  await load(context, ociArchive([lost, kept]));
  await load(context, platforms.archive);
  await context.close();
  sound = await mkdtemp(join(tmpdir(), 'stratigraph-unread-'));
  await cp(context.directory, sound, { recursive: true });
});
afterAll(() => rm(sound, { recursive: true, force: true }));

const blob = (digest: string): string => join(place.store, 'blobs', 'sha256', digest.slice(7));
async function harm(digest: string, how: 'missing' | 'damaged'): Promise<void> {
  const path = blob(digest);
  if (how === 'missing') return rm(path);
  const bytes = await readFile(path);
  bytes[3] = (bytes[3] ?? 0) ^ 1;
  await chmod(path, 0o644);
  await writeFile(path, bytes);
}

interface Rooted {
  readonly manifests: readonly { digest: string; annotations?: Record<string, string> }[];
}
const listed = async (): Promise<readonly string[]> =>
  (JSON.parse(await readFile(join(place.store, 'index.json'), 'utf8')) as Rooted).manifests
    .map(({ annotations }) => annotations?.['org.opencontainers.image.ref.name'] ?? '')
    .sort();

const cases = (
  [
    ['manifest', lostImage.manifestDigest, 'lost'],
    ['config', lostImage.id, 'lost'],
    ['index of platforms', platforms.index.digest, 'multi'],
  ] as const
).flatMap(([what, digest, name]) =>
  (['missing', 'damaged'] as const).map((how) => [what, how, digest, name] as const),
);

describe.each(cases)('whose %s is %s', (what, how, digest, name) => {
  const names = name === 'lost' ? ['lost:1', 'lost:2'] : ['multi:1'];
  const others = ['kept:1', 'lost:1', 'lost:2', 'multi:1'].filter((each) => !names.includes(each));
  const root = name === 'lost' ? lostImage.manifestDigest : digest;

  test('it is removed by its names, or by its digest', async () => {
    for (const words of [names, [root.slice(7, 19)], [root]]) {
      await rm(place.store, { recursive: true, force: true });
      await cp(sound, place.store, { recursive: true });
      await harm(digest, how);
      const before = await blobsOnDisk(place.store);
      const preview = JSON.parse(await ok('--json', 'rmi', '-n', ...words)) as { freedBytes: number };
      expect(await blobsOnDisk(place.store)).toEqual(before);
      await ok('rmi', ...words);
      expect(await listed()).toEqual(others);
      const after = await blobsOnDisk(place.store);
      const sum = (sizes: ReadonlyMap<string, number>): number =>
        [...sizes.values()].reduce((a, b) => a + b, 0);
      expect(preview.freedBytes).toBeLessThanOrEqual(sum(before) - sum(after));
      // What no image needs any more goes with it, whatever cannot be read.
      expect(preview.freedBytes > 0).toBe(sum(before) > sum(after));
      await ok('fsck');
      expect(await ok('images', '-q', '--no-trunc')).not.toContain(root);
      expect(await ok('--json', 'cat', 'kept:1', '/base')).toContain('of both');
    }
  });

  test('its names can be taken away, one by one', async () => {
    await cp(sound, place.store, { recursive: true });
    await harm(digest, how);
    for (const each of names) await ok('untag', each);
    expect(await listed()).toEqual(['', ...others]);
    expect((await stratigraph('untag', names[0] ?? '')).code).toBe(1);
    await ok('rmi', root);
    expect(await listed()).toEqual(others);
  });

  test('loading it again makes it whole', async () => {
    await cp(sound, place.store, { recursive: true });
    await harm(digest, how);
    const archive = await temporaryFile(name === 'lost' ? ociArchive([lost]) : platforms.archive);
    await ok('load', '-q', '-i', archive);
    await ok('fsck');
    await ok('images');
    expect(await listed()).toEqual(['kept:1', 'lost:1', 'lost:2', 'multi:1']);
  });

  test('fsck --repair lists it no more where nothing can be known of it', async () => {
    await cp(sound, place.store, { recursive: true });
    await harm(digest, how);
    const { out: stdout } = await stratigraph('fsck', '--repair');
    if (what === 'config') expect(await listed()).toEqual(['kept:1', 'lost:1', 'lost:2', 'multi:1']);
    else {
      expect(stdout).toContain(`${names.join(', ')} is no longer listed`);
      expect(await listed()).toEqual(others);
      await ok('fsck');
      await ok('images');
    }
    expect(await ok('--json', 'cat', 'kept:1', '/base')).toContain('of both');
  });
});

test.each(['sound', 'missing'] as const)(
  'of a %s one that a workspace stands on a name goes, the last one stays, and the preview says it in the same words',
  async (how) => {
    await cp(sound, place.store, { recursive: true });
    const { manifest, manifestDigest, id: image } = lostImage;
    const mediaType = 'application/vnd.oci.image.manifest.v1+json';
    const record = {
      format: 1,
      id: '0123456789ab',
      name: 'till',
      image,
      root: { mediaType, digest: manifestDigest, size: manifest.length },
      imageName: 'lost:1',
      created: '2024-01-01T00:00:00Z',
      key: 'root',
      generation: 1,
    };
    await mkdir(join(place.store, 'workspaces', 'till'), { recursive: true, mode: 0o700 });
    await writeFile(join(place.store, 'workspaces', 'till', 'workspace.json'), JSON.stringify(record));
    if (how === 'missing') await harm(lostImage.manifestDigest, how);
    const said: string[] = [];
    for (const dry of [['-n'], []]) {
      const { code, out, err } = await stratigraph('rmi', ...dry, 'lost:1', 'lost:2');
      expect(code).toBe(1);
      expect(out).toContain('lost:1');
      expect(out).not.toContain('lost:2');
      expect(err).toContain('till');
      said.push(err.split('\n').find((line) => line.includes('till')) ?? '');
    }
    expect(said[1]).toBe(said[0]);
    expect(await listed()).toEqual(expect.not.arrayContaining(['lost:1']));
    await stratigraph('fsck', '--repair');
    expect(await listed()).toContain('lost:2');
  },
);
