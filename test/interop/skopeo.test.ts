import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { must } from '../setup/run';
import { diffIdsOf, openBench, type Bench, type TestStore } from './bench';
import { commandFile, peerSuite } from './peers';
import { richName, writeRichImage } from './richImage';

/** The part of `skopeo inspect` that is looked at. */
interface Inspected {
  readonly Digest: string;
  readonly Layers: readonly string[];
  readonly Architecture: string;
}

peerSuite('skopeo reads what we write and we read what skopeo writes', ['skopeo', 'umoci'], () => {
  let bench: Bench;
  let store: TestStore;
  let ids: Record<string, string>;
  const skopeo = (...args: string[]): Promise<string> =>
    must(commandFile('skopeo'), ['--insecure-policy', ...args]);
  const inspect = async (source: string): Promise<Inspected> =>
    JSON.parse(await skopeo('inspect', source)) as Inspected;
  /** Image ID and diff IDs as the config's bytes have them, by skopeo's reading. */
  const config = async (source: string): Promise<{ id: string; diffIds: readonly string[] }> => {
    const raw = await skopeo('inspect', '--config', '--raw', source);
    const parsed = JSON.parse(raw) as { rootfs: { diff_ids: string[] } };
    return {
      id: `sha256:${createHash('sha256').update(raw).digest('hex')}`,
      diffIds: parsed.rootfs.diff_ids,
    };
  };
  /** What an archive gives in a store that has nothing yet. */
  const loadedFresh = async (file: string): Promise<TestStore> => {
    const fresh = await bench.store();
    await fresh.load(file);
    return fresh;
  };
  const compressions = async (of: TestStore): Promise<string[]> => {
    const { graph } = await of.view();
    return [...new Set(graph.layers.flatMap(({ blobs }) => blobs.map((blob) => blob.compression ?? '?')))];
  };

  beforeAll(async () => {
    bench = await openBench();
    store = await bench.store();
    await store.loadSamples();
    await writeRichImage(bench.folder, bench.path('rich.tar'));
    await store.load(bench.path('rich.tar'));
    await store.tag('sample/bedrock:1', 'localhost:5000/a/b/c--d_e:v1.2-3_4');
    ids = await store.idsByName();
  });
  afterAll(() => bench.close());

  test('`skopeo inspect` on our live store gives our digest, ID, diff IDs and blobs for every name', async () => {
    const { graph } = await store.view();
    expect(Object.keys(ids)).toHaveLength(7);
    for (const image of graph.images) {
      for (const name of image.names) {
        const source = `oci:${store.directory}:${name}`;
        const found = await inspect(source);
        const diffIds = await diffIdsOf(store, image);
        const blobs = image.layers.map(
          (chainId) => graph.layers.find((layer) => layer.chainId === chainId)?.blobs[0]?.digest,
        );
        expect(found, name).toMatchObject({
          Digest: image.manifests[0],
          Layers: blobs,
          Architecture: 'amd64',
        });
        expect(await config(source), name).toEqual({ id: image.id, diffIds });
      }
    }
  });

  test('images are added to a layout of skopeo’s, and skopeo adds to ours', async () => {
    const target = bench.path('shared-layout');
    const first = await store.save(['sample/bedrock:1'], 'oci-archive', 'first.tar');
    await skopeo('copy', `oci-archive:${first}`, `oci:${target}:base`);
    const command = join(import.meta.dirname, '..', '..', 'scripts', 'stratigraph.mjs');
    const copy = (name: string): Promise<string> =>
      must(process.execPath, [command, '--store', store.directory, 'copy', name, target]);
    const names = Object.keys(ids).filter((name) => name.startsWith('sample/'));
    for (const name of names) await copy(name);
    await skopeo('copy', `oci:${target}:base`, `oci:${target}:again`);
    for (const name of names) expect((await config(`oci:${target}:${name}`)).id).toBe(ids[name]);
    for (const name of ['base', 'again'])
      expect((await config(`oci:${target}:${name}`)).id).toBe(ids['sample/bedrock:1']);
    // A name that moved there moves back.
    await skopeo('copy', `oci:${target}:base`, `oci:${target}:sample/site:1.0`);
    await copy('sample/site:1.0');
    expect((await config(`oci:${target}:sample/site:1.0`)).id).toBe(ids['sample/site:1.0']);
  });

  test('names of a layout of skopeo’s and umoci’s are copied as skopeo copies them, to layouts and archives', async () => {
    const from = bench.path('words-layout');
    const first = await store.save(['sample/bedrock:1'], 'oci-archive', 'words.tar');
    const names = ['5.36', 'latest', 'my-base', 'Foo/Bar:1', 'docker.io/library/alpine:3'];
    for (const name of names) await skopeo('copy', `oci-archive:${first}`, `oci:${from}:${name}`);
    await must(commandFile('umoci'), ['tag', '--image', `${from}:5.36`, 'v2']);
    const command = join(import.meta.dirname, '..', '..', 'scripts', 'stratigraph.mjs');
    const list = (text: string): readonly { annotations: Record<string, string> }[] =>
      (JSON.parse(text) as { manifests: { annotations: Record<string, string> }[] }).manifests;
    const refs = (text: string): readonly string[] =>
      list(text).map(({ annotations }) => annotations['org.opencontainers.image.ref.name'] ?? '');
    const [theirs, ours] = [bench.path('words-theirs'), bench.path('words-ours')];
    for (const [i, name] of [...names, 'v2'].entries()) {
      const archive = bench.path(`words-${i}.tar`);
      await skopeo('copy', `oci:${from}:${name}`, `oci:${theirs}:${name}`);
      for (const to of [
        ['--format', 'oci-dir', ours],
        ['--format', 'oci-archive', archive],
      ])
        await must(process.execPath, [
          command,
          'copy',
          '--source',
          from,
          ...to.slice(0, 2),
          name,
          to[2] ?? '',
        ]);
      expect(refs(await must('tar', ['-xOf', archive, 'index.json']))).toEqual([name]);
      expect((await config(`oci:${ours}:${name}`)).id).toBe(ids['sample/bedrock:1']);
    }
    const [a, b] = await Promise.all(
      [theirs, ours].map((each) => readFile(join(each, 'index.json'), 'utf8')),
    );
    expect(refs(b ?? '')).toEqual(refs(a ?? ''));
    const umoci = await must(commandFile('umoci'), ['ls', '--layout', ours]);
    expect(umoci.trim().split('\n').sort()).toEqual([...names, 'v2'].sort());
  });

  test('a name outside of the OCI grammar (`__`) harms no other and is read from a docker-archive', async () => {
    const name = 'two__marks/x:1';
    const separate = await bench.store();
    await separate.loadSamples();
    await separate.tag('sample/site:1.0', name);
    const id = ids['sample/site:1.0'];
    expect((await config(`oci:${separate.directory}:sample/site:1.0`)).id).toBe(id);
    const file = await separate.save([name], 'docker-archive', 'marks.tar');
    expect((await config(`docker-archive:${file}:${name}`)).id).toBe(id);
  });

  test('a name in our live store can be inspected at every moment while others are loaded and tagged', async () => {
    const source = `oci:${store.directory}:sample/quarry:1.0`;
    const digest = (await inspect(source)).Digest;
    let done = false;
    const writing = (async () => {
      for (let i = 0; !done; i++) {
        await store.tag('sample/site:1.0', `busy/name:${i % 3}`);
        await store.load(bench.path('rich.tar'));
      }
    })();
    try {
      for (let i = 0; i < 12; i++) expect((await inspect(source)).Digest).toBe(digest);
    } finally {
      done = true;
      await writing;
    }
  });

  test.each(['docker-archive', 'oci-archive'] as const)(
    'a %s that we saved holds every name with its ID and diff IDs',
    async (format) => {
      const names = Object.keys(ids);
      const file = await store.save(names, format, `all.${format}.tar`);
      for (const image of await store.images()) {
        for (const name of image.names.filter((each) => names.includes(each))) {
          const source = `${format}:${file}:${name}`;
          const diffIds = await diffIdsOf(store, image);
          expect(await config(source), name).toEqual({ id: image.id, diffIds });
          const found = await inspect(source);
          // A docker-archive has no manifest of its own: skopeo makes one up.
          if (format === 'oci-archive') expect(found.Digest).toBe(image.manifests[0]);
          else expect(found.Layers).toEqual(diffIds);
        }
      }
      expect(await (await loadedFresh(file)).idsByName()).toEqual(ids);
    },
  );

  describe.each(['sample/quarry:1.1', richName])('`skopeo copy` of %s', (name) => {
    const file = (suffix: string): string => bench.path(`${ids[name]?.slice(7, 15) ?? ''}.${suffix}`);
    const source = (): string => `oci:${store.directory}:${name}`;

    test('to a docker-archive comes back with the same ID and diff IDs', async () => {
      const target = file('docker.tar');
      await skopeo('copy', source(), `docker-archive:${target}:${name}`);
      expect(await (await loadedFresh(target)).idsByName()).toEqual({ [name]: ids[name] });
    });

    test.each(['gzip', 'zstd'])(
      'to an oci-archive with %s layers comes back with the same ID',
      async (how) => {
        const target = file(`${how}.tar`);
        await skopeo('copy', '--dest-compress-format', how, source(), `oci-archive:${target}:${name}`);
        const fresh = await loadedFresh(target);
        expect(await fresh.idsByName()).toEqual({ [name]: ids[name] });
        expect(await compressions(fresh)).toEqual([how]);
        const [image] = await fresh.images();
        const [ours] = (await store.images()).filter(({ id }) => id === ids[name]);
        expect(image?.layers).toEqual(ours?.layers);

        // What came compressed goes out plain where the form wants it, and as it is where not.
        const plain = await fresh.save(
          [name],
          'docker-archive',
          `${how}-${image?.id.slice(7, 15) ?? ''}.tar`,
        );
        const theirs = await inspect(`docker-archive:${plain}:${name}`);
        expect(theirs.Layers).toEqual(ours && (await diffIdsOf(store, ours)));
        const kept = await fresh.save(
          [name],
          'oci-archive',
          `${how}-${image?.id.slice(7, 15) ?? ''}.oci.tar`,
        );
        expect((await inspect(`oci-archive:${kept}:${name}`)).Digest).toBe(image?.manifests[0]);
      },
    );

    test('to a dir and on to an oci-archive keeps the manifest byte for byte', async () => {
      const folder = file('dir');
      await mkdir(folder);
      await skopeo('copy', '--preserve-digests', source(), `dir:${folder}`);
      const bytes = await readFile(`${folder}/manifest.json`);
      const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
      expect(digest).toBe((await inspect(source())).Digest);
      expect(await readdir(folder)).toContain(ids[name]?.slice(7));
      const target = file('dir.tar');
      await skopeo('copy', `dir:${folder}`, `oci-archive:${target}:${name}`);
      expect(await (await loadedFresh(target)).idsByName()).toEqual({ [name]: ids[name] });
    });

    test('as Docker schema 2 keeps the ID; back to OCI skopeo writes a new config with the same layers', async () => {
      const [folder, target, plain] = [file('v2s2'), file('v2s2.tar'), file('v2s2.docker.tar')];
      await mkdir(folder);
      await skopeo('copy', '--format', 'v2s2', '--dest-compress', source(), `dir:${folder}`);
      const manifest = JSON.parse(await readFile(`${folder}/manifest.json`, 'utf8')) as {
        mediaType: string;
        config: { digest: string };
      };
      expect(manifest.mediaType).toBe('application/vnd.docker.distribution.manifest.v2+json');
      expect(manifest.config.digest).toBe(ids[name]);
      await skopeo('copy', `dir:${folder}`, `docker-archive:${plain}:${name}`);
      expect(await (await loadedFresh(plain)).idsByName()).toEqual({ [name]: ids[name] });
      await skopeo('copy', `dir:${folder}`, `oci-archive:${target}:${name}`);
      const theirs = await config(`oci-archive:${target}:${name}`);
      const fresh = await loadedFresh(target);
      expect(await fresh.idsByName()).toEqual({ [name]: theirs.id });
      const [image] = await fresh.images();
      expect(image?.layers).toEqual((await store.images()).find(({ id }) => id === ids[name])?.layers);
    });

    test('to an OCI layout folder loads from the folder', async () => {
      const folder = file('layout');
      await skopeo('copy', source(), `oci:${folder}:${name}`);
      expect(await (await loadedFresh(folder)).idsByName()).toEqual({ [name]: ids[name] });
    });
  });

  test('images that skopeo gathers in one layout load together', async () => {
    const folder = bench.path('gathered');
    for (const name of Object.keys(ids))
      await skopeo('copy', `oci:${store.directory}:${name}`, `oci:${folder}:${name}`);
    expect(await (await loadedFresh(folder)).idsByName()).toEqual(ids);
  });
});
