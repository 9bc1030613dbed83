import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFile, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { loadImages } from '../../../electron/actions/copy/loadImages';
import { lookAt } from '../../../electron/place/opened/lookAt';
import type { OwnedContext } from '../../../electron/actions/ground/createContext';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { problemOf } from '../../../shared/image/problem';
import {
  buildImage,
  digestOf,
  dockerArchive,
  dockerMembers,
  gzip,
  ociArchive,
  ociMembers,
  tarOf,
  writeMembers,
  type ImageSpec,
} from '../../setup/imageBuilder';
import { legacyMembers, tarOfFile, v1Id } from '../../setup/legacyBuilder';
import { performCommand } from '../../setup/performCommand';
import { randomLayer, seeded } from '../../setup/randomLayers';
import { sharedDir } from '../../setup/shared';
import {
  openStore,
  quietRun,
  sharedPool,
  snapshotDirectory,
  temporaryFile,
  temporaryFolder,
} from '../../setup/temporary';

const open = (path: string): Promise<OwnedContext> => lookAt(path, { pool: sharedPool() }, quietRun());

/** A context that a command does not close. */
const kept = (context: OwnedContext): Promise<OwnedContext> =>
  Promise.resolve({ ...context, close: () => Promise.resolve() });

/** What every reading command says of all that a place holds. */
async function said(context: OwnedContext): Promise<readonly string[]> {
  const graph = (await readStoreView(context)).graph;
  const ids = graph.images.map(({ id }) => id);
  const lines: string[] = [];
  const [first = '', last = ''] = [ids[0], ids.at(-1)];
  for (const words of [
    ['images', '-a', '--no-trunc', '--digests'],
    ['--json', 'graph', '--dockviz'],
    ['find', '*'],
    ['diff', first, last],
    ...ids.slice(0, 6).flatMap((id) => [
      ['inspect', id],
      ['history', '--no-trunc', id],
      ['manifest', id],
      ['config', '--raw', id],
      ['ls', '-lR', id],
      ['du', '-b', '-d', '3', id],
      ['analyze', id],
      ['secrets', id],
    ]),
  ]) {
    const { code, out, err, problem } = await performCommand(() => kept(context), words);
    lines.push(...`${words.join(' ')} ${code} ${problem}\n${err}${out}`.split('\n'));
  }
  return lines;
}

const random = seeded(20);
const image = (i: number, compressed: 'gzip' | 'zstd' | 'none'): ImageSpec => ({
  names: [`shop/part${i}:1.${i}`],
  config: { Env: [`N=${i}`], Labels: { i: String(i) } },
  layers: [0, 1, 2].map((n) => ({
    files: n === 0 ? [{ path: 'etc/base', content: 'base' }] : randomLayer(random),
    gzip: compressed === 'gzip',
    zstd: compressed === 'zstd',
  })),
});
const images = (compressed: 'gzip' | 'zstd' | 'none'): ImageSpec[] =>
  [1, 2, 3].map((i) => image(i, compressed));

const legacy = (): Buffer =>
  tarOf(
    legacyMembers(
      [
        { key: 'base', layer: tarOfFile('etc/a', 'one') },
        { key: 'top', parent: 'base', layer: tarOfFile('etc/b', 'two') },
      ],
      { 'old/app': { '1': v1Id('top') } },
    ),
  );

const layout = async (): Promise<string> =>
  writeMembers(join(await temporaryFolder(), 'layout'), ociMembers(images('gzip').map(buildImage)));

/** Inputs of every form, by what they are. */
const forms: Readonly<Record<string, () => Promise<string>>> = {
  'a docker-archive': async () => temporaryFile(dockerArchive(images('none'))),
  'a docker-archive of compressed layers': async () => temporaryFile(dockerArchive(images('gzip'))),
  'a compressed docker-archive': async () => temporaryFile(gzip(dockerArchive(images('none')))),
  'an OCI archive': async () => temporaryFile(ociArchive(images('none'))),
  'an OCI archive of gzip': async () => temporaryFile(ociArchive(images('gzip'))),
  'an OCI archive of zstd': async () => temporaryFile(ociArchive(images('zstd'))),
  'a compressed OCI archive': async () => temporaryFile(gzipSync(ociArchive(images('zstd')))),
  'an archive from before Docker 1.10': async () => temporaryFile(legacy()),
  'a layout': layout,
};

/** This process's folders in the system's temporary one: tests run beside each other. */
const scratch = async (): Promise<string[]> =>
  (await readdir(tmpdir())).filter((name) => name.startsWith(`stratigraph-look.${process.pid}-`));

describe.each(Object.entries(forms))('%s that is looked at where it lies', (_, make) => {
  test('is to every reading command what it is once it is loaded', async () => {
    const path = await make();
    const store = await openStore();
    await loadImages(store, { path, label: 'archive.tar' }, quietRun());
    const looked = await open(path);
    const found = await said(looked).finally(() => looked.close());
    expect(found).toEqual(await said(store));
    expect(await scratch()).toEqual([]);
  });

  test('is not written to, and says so', async () => {
    const path = await make();
    const folder = join(path, '..');
    const before = await snapshotDirectory(folder);
    const looked = await open(path);
    const [first] = (await readStoreView(looked)).graph.images;
    await looked.close();
    for (const words of [
      ['tag', first?.id ?? '', 'other:1'],
      ['rmi', '-f', first?.id ?? ''],
      ['prune', '-af'],
      ['mount', first?.id ?? '', join(await temporaryFolder(), 'm')],
    ])
      expect([words[0], (await performCommand(() => open(path), words)).problem]).toEqual([
        words[0],
        'place-cannot',
      ]);
    expect(await snapshotDirectory(folder)).toEqual(before);
    expect(await scratch()).toEqual([]);
  });
});

test('a layer that is not what its image says is refused by whoever reads it', async () => {
  const built = buildImage({ names: ['a:1'], layers: [{ files: [{ path: 'f', content: 'right' }] }] });
  const wrong = tarOf([{ path: 'f', content: 'wrong' }]);
  const members = dockerMembers([built]).map((member) =>
    Buffer.isBuffer(member.content) && member.content.equals(built.layers[0]?.tar ?? Buffer.alloc(0))
      ? { ...member, content: wrong }
      : member,
  );
  const path = await temporaryFile(tarOf(members));
  expect((await performCommand(() => open(path), ['images'])).problem).toBeNull();
  expect((await performCommand(() => open(path), ['ls', 'a:1'])).problem).toBe('blob-damaged');
});

test('a layer whose tar has another diff ID than the config says is refused', async () => {
  const [one, two] = ['one', 'two'].map((content) =>
    buildImage({ names: ['a:1'], layers: [{ files: [{ path: 'f', content }], gzip: true }] }),
  );
  if (!one || !two) throw new Error('two images');
  const path = await temporaryFile(tarOf(ociMembers([{ ...one, config: two.config, id: two.id }])));
  const { problem } = await performCommand(() => open(path), ['ls', 'a:1']);
  expect(problem).not.toBeNull();
});

test('no target is in what is looked at, whatever leads to it', async () => {
  const archive = await temporaryFile(ociArchive(images('gzip')), 'in.tar');
  const folder = await layout();
  const link = join(await temporaryFolder(), 'link.tar');
  await symlink(archive, link);
  for (const [path, target] of [
    [archive, archive],
    [archive, link],
    [folder, join(folder, 'index.json')],
    [folder, join(folder, 'blobs/sha256/new')],
  ] as const) {
    const before = await snapshotDirectory(join(path, '..'));
    for (const words of [
      ['save', '-o', target, 'shop/part1:1.1'],
      ['cp', 'shop/part1:1.1:/etc/base', target],
    ])
      expect([words[0], (await performCommand(() => open(path), words)).problem]).toEqual([
        words[0],
        'place-cannot',
      ]);
    expect(await snapshotDirectory(join(path, '..'))).toEqual(before);
  }
});

test('a layer that has another diff ID is handed on in no form', async () => {
  const built = buildImage({
    names: ['a:1'],
    layers: [{ files: [{ path: 'f', content: 'right' }], gzip: true }],
  });
  const wrong = gzip(tarOf([{ path: 'f', content: 'wrong' }]));
  const [layer] = built.layers;
  if (!layer) throw new Error('a layer');
  const digest = digestOf(wrong);
  // The config keeps its diff ID, and the manifest names the other blob.
  const manifest = Buffer.from(
    built.manifest
      .toString()
      .replace(layer.digest, digest)
      .replace(`"size":${layer.blob.length}}]`, `"size":${wrong.length}}]`),
  );
  const lying = {
    ...built,
    manifest,
    manifestDigest: digestOf(manifest),
    layers: [{ ...layer, blob: wrong, digest }],
  };
  const path = await temporaryFile(tarOf(ociMembers([lying])));
  for (const form of ['docker-archive', 'oci-archive', 'oci-dir']) {
    const target = join(await temporaryFolder(), 'out');
    const { problem } = await performCommand(
      () => open(path),
      ['save', '--format', form, '-o', target, 'a:1'],
    );
    expect([form, problem]).toEqual([form, 'blob-damaged']);
  }
});

test('a pipe is refused in a sentence', async () => {
  const pipe = join(await temporaryFolder(), 'pipe');
  execFileSync('mkfifo', [pipe]);
  expect(problemOf(await open(pipe).catch((thrown: unknown) => thrown)).code).toBe('not-an-image');
});

test('what became another file while it was looked at is not read on', async () => {
  const path = await temporaryFile(ociArchive(images('gzip')));
  const looked = await open(path);
  await appendFile(path, Buffer.alloc(512));
  const { problem } = await performCommand(() => Promise.resolve(looked), ['ls', 'shop/part1:1.1']);
  expect(problem).toBe('place-changed');
});

test('what is gone, no image, or ends too early is said, and nothing is left', async () => {
  const whole = ociArchive(images('none'));
  const cases = {
    'file-not-found': join(await temporaryFolder(), 'none.tar'),
    'not-an-image': await temporaryFile('a text\n'),
    'archive-truncated': await temporaryFile(whole.subarray(0, whole.length - 20_000)),
  };
  for (const [code, path] of Object.entries(cases))
    expect(problemOf(await open(path).catch((thrown: unknown) => thrown)).code).toBe(code);
  const stop = new AbortController();
  stop.abort();
  const path = await temporaryFile(gzipSync(whole));
  const run = { ...quietRun(), signal: stop.signal };
  const thrown = await lookAt(path, { pool: sharedPool() }, run).catch((each: unknown) => each);
  expect(problemOf(thrown).code).toBe('cancelled');
  expect(await scratch()).toEqual([]);
});

const shared = sharedDir();

describe.runIf(shared !== null)('input of others that is looked at', () => {
  test('is what it is once it is loaded, or refused in a sentence', { timeout: 300_000 }, async () => {
    const found: string[] = [];
    for (const folder of ['fixtures/docker', 'fixtures/podman', 'fixtures/oci', 'hostile', 'cases'])
      for (const name of await readdir(join(shared ?? '', folder)).catch(() => []))
        if (/\.(?:tar|tgz)(?:\.\w+)?$|\.tgz$/.test(name)) found.push(join(shared ?? '', folder, name));
    expect(found.length).toBeGreaterThan(20);
    const differing: string[] = [];
    for (const path of found) {
      const store = await openStore();
      const loaded = await loadImages(store, { path, label: 'in.tar' }, quietRun()).then(
        () => true,
        () => false,
      );
      const looked = await open(path).catch((thrown: unknown) => {
        // Whatever it is: a sentence.
        expect([path, problemOf(thrown).code]).not.toEqual([path, 'internal']);
        return null;
      });
      if (looked === null) {
        if (loaded) differing.push(`${path} cannot be looked at`);
        continue;
      }
      const facts = async (context: Parameters<typeof readStoreView>[0]): Promise<string> => {
        const { graph } = await readStoreView(context);
        const all = graph.images.map(({ id, names, layers, size, manifests }) => ({
          id,
          names,
          layers,
          size,
          manifests,
        }));
        return createHash('sha256').update(JSON.stringify(all)).digest('hex');
      };
      if (loaded && (await facts(looked)) !== (await facts(store))) differing.push(`${path} is another one`);
      for (const { id } of (await readStoreView(looked)).graph.images.slice(0, 2)) {
        const { problem } = await performCommand(() => kept(looked), ['ls', '-R', id]);
        if (problem === 'internal' || (loaded && problem !== null))
          differing.push(`${path} ${id}: ${problem}`);
      }
      await looked.close();
      await store.close();
      await rm(store.directory, { recursive: true, force: true });
    }
    expect(differing).toEqual([]);
    expect(await scratch()).toEqual([]);
  });
});
