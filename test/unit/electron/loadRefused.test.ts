import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadImages } from '../../../electron/actions/copy/loadImages';
import { ProblemError } from '../../../shared/image/problem';
import {
  buildImage,
  dockerArchive,
  dockerMembers,
  gzip,
  noise,
  ociArchive,
  ociMembers,
  tarOf,
  writeMembers,
  zstd,
  type ImageSpec,
  type TarMember,
} from '../../setup/imageBuilder';
import {
  load,
  openStore,
  problemFacts,
  quietRun,
  refusedUnchanged,
  snapshotDirectory,
  temporaryFile,
  temporaryFolder,
  type TestStore,
} from '../../setup/temporary';

const shop: ImageSpec = {
  names: ['shop:1.0'],
  layers: [
    { files: [{ path: 'etc/os', content: 'base\n' }] },
    { files: [{ path: 'srv/shop', content: noise(3000, 2) }] },
  ],
};
const built = buildImage(shop);
const [first, second] = built.layers;
if (!first || !second) throw new Error('two layers');

/** A store that holds an image already, so that a fault could do damage. */
async function storeInUse(): Promise<TestStore> {
  const context = await openStore();
  await load(context, dockerArchive([{ names: ['other:1'], layers: [{ files: [{ path: 'a' }] }] }]));
  return context;
}

describe('input that is no image', () => {
  const inputs: readonly [string, string | Uint8Array, string][] = [
    ['a text', 'Dear Sir,\n\nthis is a letter.\n', 'text'],
    ['a long text', 'Dear Sir,\n'.repeat(5000), 'text'],
    ['an empty file', '', 'empty'],
    ['noise', noise(5000), 'unknown'],
    ['a tar of something else', tarOf([{ path: 'README', content: 'hello' }]), 'tar'],
    ['a tar without members', Buffer.alloc(1024), 'tar'],
    ['gzip of noise', gzip(noise(5000)), 'unknown'],
    ['gzip of a tar of something else', gzip(tarOf([{ path: 'README', content: 'hello' }])), 'tar'],
  ];
  test.each(inputs)('%s is called so', async (_name, bytes, seen) => {
    const context = await storeInUse();
    const path = await temporaryFile(bytes, 'input');
    const facts = await refusedUnchanged(context, () => load(context, path, 'input'), 'not-an-image');
    expect(facts).toEqual({ file: 'input', seen });
  });

  test('a folder without a layout is called so', async () => {
    const context = await storeInUse();
    const folder = await writeMembers(await temporaryFolder(), [{ path: 'sub/README', content: 'hello' }]);
    const facts = await refusedUnchanged(context, () => load(context, folder, 'folder'), 'not-an-image');
    expect(facts).toEqual({ file: 'folder', seen: 'directory' });
  });

  test('a file that is not there is called so', async () => {
    const context = await storeInUse();
    const path = join(await temporaryFolder(), 'gone.tar');
    const facts = await refusedUnchanged(context, () => load(context, path, 'gone.tar'), 'file-not-found');
    expect(facts).toEqual({ path: 'gone.tar' });
  });

  test('names without layers are no image', async () => {
    const context = await storeInUse();
    const archive = tarOf([{ path: 'repositories', content: '{}' }]);
    await refusedUnchanged(context, () => load(context, archive), 'not-an-image');
  });

  test('lists without an image are empty', async () => {
    const context = await storeInUse();
    const docker = tarOf([{ path: 'manifest.json', content: '[]' }]);
    await refusedUnchanged(context, () => load(context, docker), 'archive-empty');
    const oci = tarOf([
      { path: 'oci-layout', content: '{"imageLayoutVersion":"1.0.0"}' },
      { path: 'index.json', content: '{"schemaVersion":2,"manifests":[]}' },
    ]);
    await refusedUnchanged(context, () => load(context, oci), 'archive-empty');
  });
});

describe('an archive that was cut off', () => {
  /** Bytes of an archive up to the last byte of its last member, without what fills the block and ends the archive. */
  const bodyEnd = (members: readonly TarMember[]): number => {
    const last = Buffer.byteLength(members.at(-1)?.content ?? '');
    return tarOf(members).length - 1024 - ((512 - (last % 512)) % 512);
  };
  const plain: readonly [string, TarMember[]][] = [
    ['docker-archive', dockerMembers([built])],
    ['OCI archive', ociMembers([built])],
  ];
  // The end blocks may be missing, as GNU tar accepts: everything before them may not.
  test.each(plain)('%s is refused wherever it ends, and changes nothing', async (_form, members) => {
    const context = await storeInUse();
    const before = await snapshotDirectory(context.directory);
    const archive = tarOf(members);
    const last = bodyEnd(members);
    const offsets = [1, 100, 511, 513, 700, 1024, 1500, 2560];
    for (let i = 1; i < 12; i++) offsets.push(Math.floor((last * i) / 12));
    for (const offset of [...offsets, last - 1, last - 512, last - 513]) {
      const outcome = await load(context, archive.subarray(0, offset)).then(
        () => 'loaded',
        (thrown: unknown) => (thrown instanceof ProblemError ? thrown.problem.code : String(thrown)),
      );
      expect(outcome, `cut at ${offset}`).toMatch(
        /^(?:archive-truncated|archive-damaged|not-an-image|blob-missing|layer-invalid)$/,
      );
      expect(await snapshotDirectory(context.directory), `cut at ${offset}`).toEqual(before);
    }
  });

  test.each([
    ['gzip', gzip(dockerArchive([shop]))],
    ['gzip of an OCI archive', gzip(ociArchive([shop]))],
    ['zstd', zstd(dockerArchive([shop]))],
  ])('%s is refused wherever it ends, and changes nothing', async (_form, archive) => {
    const context = await storeInUse();
    const before = await snapshotDirectory(context.directory);
    for (let i = 1; i <= 16; i++) {
      const offset = Math.min(archive.length - 1, Math.ceil((archive.length * i) / 16));
      const outcome = await load(context, archive.subarray(0, offset)).then(
        () => 'loaded',
        (thrown: unknown) => (thrown instanceof ProblemError ? thrown.problem.code : String(thrown)),
      );
      expect(outcome, `cut at ${offset} of ${archive.length}`).toBe('archive-truncated');
      expect(await snapshotDirectory(context.directory), `cut at ${offset}`).toEqual(before);
    }
  });

  test('names how much of it was read', async () => {
    const context = await storeInUse();
    const archive = dockerArchive([shop]);
    const facts = await problemFacts(load(context, archive.subarray(0, 2100)), 'archive-truncated');
    expect(facts).toMatchObject({ file: 'archive.tar', read: 2100 });
    expect(facts.expected).toBeGreaterThan(2100);
  });
});

describe('cancel', () => {
  const big: ImageSpec = {
    names: ['big:1'],
    layers: [1, 2, 3].map((seed) => ({ files: [{ path: `part${seed}`, content: noise(4 << 20, seed) }] })),
  };
  test.each([
    ['docker-archive', dockerArchive([big])],
    ['docker-archive in gzip', gzip(dockerArchive([big]))],
    ['OCI archive', ociArchive([big])],
  ])('half-way through a %s leaves the store as it was', async (_form, archive) => {
    const context = await storeInUse();
    const path = await temporaryFile(archive);
    const half = archive.length / 4;
    await refusedUnchanged(
      context,
      () => {
        const abort = new AbortController();
        const run = quietRun(abort.signal, ({ done }) => {
          if (done >= half) abort.abort();
        });
        return loadImages(context, { path, label: 'big.tar' }, run);
      },
      'cancelled',
    );
    expect(await readdir(join(context.directory, 'ingest'))).toEqual([]);
    // The store is not the worse for it.
    expect((await load(context, path)).images[0]?.names).toEqual(['big:1']);
  });

  test('before it began does nothing', async () => {
    const context = await storeInUse();
    const path = await temporaryFile(dockerArchive([shop]));
    await refusedUnchanged(
      context,
      () => loadImages(context, { path, label: 'x' }, quietRun(AbortSignal.abort())),
      'cancelled',
    );
  });
});
