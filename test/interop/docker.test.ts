import { mkdir, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { historyOf } from '../../electron/actions/images/inspectImage';
import { openStoredLayer } from '../../electron/actions/images/storedLayers';
import { readLayerEntries } from '../../electron/index/layerIndex';
import type { Digest } from '../../shared/image/digest';
import { dockerEngineObstacle, openDockerEngine, type DockerEngine } from '../setup/dockerEngine';
import { tarOf } from '../setup/imageBuilder';
import { legacyMembers, v1Id } from '../setup/legacyBuilder';
import { must } from '../setup/run';
import { openBench, type Bench, type TestStore } from './bench';
import { filesOnDisk, mergedFiles } from './mergedFiles';
import { commandFile, peerSuite } from './peers';
import { richName, writeRichImage } from './richImage';

/** Files and folders that an engine puts into every container that it creates. */
const engineOwn =
  /^(\.dockerenv|(dev|proc|sys)(\/(console|pts|shm))?|etc|etc\/(hostname|hosts|mtab|resolv\.conf))$/;

/** Documents of a topmost layer; `%s` of a docker_version older than 1.8.3 are written anew, the others kept. */
const legacyDocuments: readonly [string, Readonly<Record<string, unknown>> | string][] = [
  ['nothing', {}],
  [
    'every member of old',
    {
      id: v1Id('top'),
      parent: v1Id('empty'),
      comment: 'a <b> & "c" \u2028 \u0007\b\f\n 层',
      created: '2015-04-17T22:01:13.062200000+00:00',
      container: 'abc',
      container_config: {
        Hostname: 'h',
        PortSpecs: null,
        Memory: 0,
        MacAddress: '02:42',
        NetworkDisabled: true,
        Entrypoint: 'one word',
        Cmd: ['/bin/sh', '-c', 'echo "<&>" \\b'],
        Volumes: { '/z': {}, '/a': {} },
        ExposedPorts: { '80/tcp': {}, '22/tcp': {} },
        Labels: { b: '2', a: '1' },
        OnBuild: [],
      },
      docker_version: '1.6.0-dev',
      author: 'Jérôme <j@example.org>',
      config: { Env: null, cmd: ['/app'], Labels: {}, WorkingDir: '/w', Tty: true, StopSignal: 'SIGINT' },
      architecture: 'x86_64',
      os: 'linux',
      Size: 215725104,
      unknown: { kept: false },
    },
  ],
  [
    'kept as written',
    `{ "os" : "linux", "id": "${v1Id('top')}",\n\t"parent":"${v1Id('empty')}", "unknown": { "n": 1.50e2, "b": [ 1 , "<\\u00e9>" ] },
       "config": {"Labels": {"z":"1", "a":"} ] , :"}, "Cmd": null}, "docker_version": "1.10.0", "Size": 3,
       "throwaway": false, "parent_id": "sha256:1", "layer_id": "sha256:2", "created":"2016-01-01T00:00:00.120Z" }`,
  ],
  ['at the border', { docker_version: '1.8.3', created: '2015-10-12T00:00:00Z', config: { Tty: false } }],
];

/** Bytes of a layer's files as unpacked: a symlink is a file as long as its target. */
async function bytesAsDockerCounts({ context }: TestStore, blob: Digest): Promise<number> {
  const { facts, indexPath } = await openStoredLayer(context, {
    digest: blob,
    size: (await context.store.sizeOf(blob)) ?? 0,
  });
  let bytes = facts.contentSize;
  for await (const entry of readLayerEntries(indexPath))
    if (entry.kind === 'symlink') bytes += Buffer.byteLength(entry.target);
  return bytes;
}

peerSuite(
  'a real Docker engine',
  [],
  () => {
    let bench: Bench;
    let store: TestStore;
    let ids: Record<string, string>;
    let engine: DockerEngine | null = null;
    const docker = (...args: string[]): Promise<string> => {
      if (engine === null) throw new Error('no engine');
      return engine.docker(args);
    };
    /** Image IDs by name, by the engine's own listing; what has no name stands under its ID. */
    const listed = async (): Promise<Record<string, string>> => {
      const format = '{{.Repository}}:{{.Tag}} {{.ID}}';
      const text = await docker('images', '--no-trunc', '--format', format);
      const pairs = text.split('\n').filter((line) => line !== '');
      const named = pairs.map((line) => line.split(' ') as [string, string]);
      return Object.fromEntries(named.map(([name, id]) => [name === '<none>:<none>' ? id : name, id]));
    };
    const removeAll = async (): Promise<void> => {
      const containers = (await docker('ps', '-aq')).split('\n').filter(Boolean);
      if (containers.length > 0) await docker('rm', '-f', ...containers);
      const images = new Set(Object.values(await listed()));
      if (images.size > 0) await docker('rmi', '-f', ...images);
    };
    /** What a file gives in a store that has nothing yet. */
    const loadedFresh = async (file: string): Promise<TestStore> => {
      const fresh = await bench.store();
      await fresh.load(file);
      return fresh;
    };

    beforeAll(async () => {
      engine = await openDockerEngine();
      bench = await openBench();
      store = await bench.store();
      await store.loadSamples();
      await writeRichImage(bench.folder, bench.path('rich.tar'));
      await store.load(bench.path('rich.tar'));
      await store.tag('sample/bedrock:1', 'library-less:latest');
      ids = await store.idsByName();
    });
    afterAll(async () => {
      await engine?.stop();
      await (bench as Bench | undefined)?.close();
    });
    beforeEach(removeAll);

    describe('an archive from before Docker 1.10', () => {
      test.each(legacyDocuments)('%s: docker gives it the ID that we do', async (name, json) => {
        const file = bench.path(`legacy-${name.replaceAll(' ', '-')}.tar`);
        const layers = [
          { key: 'base', json: { created: '2013-06-13T14:03:50.821769-07:00', comment: 'Imported from -' } },
          { key: 'empty', parent: 'base', layer: new Uint8Array(0) },
          { key: 'top', parent: 'empty', json },
        ];
        await writeFile(file, tarOf(legacyMembers(layers, { old: { '1': v1Id('top') } })));
        const fresh = await loadedFresh(file);
        const ours = await fresh.idsByName();
        await docker('load', '-q', '-i', file);
        expect(await listed()).toEqual(ours);
        // And it takes what we save of it.
        await removeAll();
        await docker('load', '-q', '-i', await fresh.save(['old:1'], 'docker-archive', 'legacy-out.tar'));
        expect(await listed()).toEqual(ours);
      });
    });

    describe('docker load', () => {
      test('of our docker-archive of several images gives the same IDs and names', async () => {
        const file = await store.save(Object.keys(ids), 'docker-archive', 'ours.tar');
        const said = await docker('load', '-i', file);
        for (const name of Object.keys(ids)) expect(said).toContain(`Loaded image: ${name}\n`);
        expect(await listed()).toEqual(ids);
      });

      test('of an image without a name gives the same ID', async () => {
        const other = await bench.store();
        await docker('load', '-i', await store.save([richName], 'docker-archive', 'one.tar'));
        const id = ids[richName] ?? '';
        await docker('save', '-o', bench.path('id.tar'), id);
        await other.load(bench.path('id.tar'));
        expect(await other.idsByName()).toEqual({ [id]: id });
        await removeAll();
        await docker('load', '-i', await other.save([id], 'docker-archive', 'id-ours.tar'));
        expect(await listed()).toEqual({ [id]: id });
      });

      test('of our OCI archive gives the same IDs and names, or is refused by an engine before 25', async () => {
        if (engine === null) throw new Error('no engine');
        const file = await store.save(Object.keys(ids), 'oci-archive', 'ours.oci.tar');
        const { code, stderr } = await engine.tryDocker(['load', '-i', file]);
        if (Number.parseInt(engine.version, 10) >= 25) {
          expect(code, stderr).toBe(0);
          expect(await listed()).toEqual(ids);
          return;
        }
        // Before 25 Docker takes a folder that it does not know for a legacy layer.
        expect(code).not.toBe(0);
        expect(stderr).toContain('blobs/json');
        expect(await listed()).toEqual({});
      });

      peerSuite('by way of skopeo', ['skopeo'], () => {
        test('our OCI archive comes into the engine with the same IDs and names', async () => {
          const file = await store.save(Object.keys(ids), 'oci-archive', 'carried.oci.tar');
          for (const name of Object.keys(ids)) {
            const target = ['--dest-daemon-host', engine?.host ?? '', `docker-daemon:${name}`];
            await must(commandFile('skopeo'), [
              '--insecure-policy',
              'copy',
              `oci-archive:${file}:${name}`,
              ...target,
            ]);
          }
          expect(await listed()).toEqual(ids);
        });
      });

      test('of our archive, where the engine has the images already, adds nothing and moves no name', async () => {
        const file = await store.save(
          ['sample/quarry:1.1', 'sample/quarry:1.0'],
          'docker-archive',
          'twice.tar',
        );
        await docker('load', '-i', file);
        const before = await listed();
        await docker('load', '-i', file);
        expect(await listed()).toEqual(before);
      });

      test('and then `docker history` has our steps, commands, comments and sizes', async () => {
        await docker('load', '-i', await store.save(Object.keys(ids), 'docker-archive', 'history.tar'));
        const { graph } = await store.view();
        for (const image of await store.images()) {
          const text = await docker('history', '--no-trunc', '-H=false', '--format', '{{json .}}', image.id);
          const lines = text.split('\n').filter((line) => line !== '');
          const theirs = lines.map((line) => {
            const step = JSON.parse(line) as { CreatedBy: string; Comment: string; Size: string };
            return { createdBy: step.CreatedBy, comment: step.Comment, bytes: Number(step.Size) };
          });
          const ours = [];
          for (const { createdBy, comment, chainId } of await historyOf(store.context, image.id)) {
            const blob = graph.layers.find((layer) => layer.chainId === chainId)?.blobs[0];
            const bytes = blob ? await bytesAsDockerCounts(store, blob.digest) : 0;
            ours.push({ createdBy, comment, bytes });
          }
          expect(theirs, image.names.join()).toEqual(ours.reverse());
        }
      });

      test('and a container’s files are those that our indexes give', async () => {
        for (const name of [richName, 'sample/quarry:1.1']) {
          await docker('load', '-i', await store.save([name], 'docker-archive', 'files.tar'));
          const container = (await docker('create', '--network', 'none', name)).trim();
          const root = bench.path(`root-${container.slice(0, 12)}`);
          await mkdir(root);
          await docker('export', '-o', `${root}.tar`, container);
          await must('tar', ['-C', root, '-xpf', `${root}.tar`]);
          const image = (await store.images()).find(({ id }) => id === ids[name]);
          if (!image) throw new Error(`no image ${name}`);
          const ours = await mergedFiles(store, image);
          const theirs = await filesOnDisk(root);
          const added = Object.keys(theirs).filter((path) => !(path in ours));
          expect(added.filter((path) => !engineOwn.test(path))).toEqual([]);
          expect(Object.fromEntries(Object.keys(ours).map((path) => [path, theirs[path]])), name).toEqual(
            ours,
          );
        }
      });
    });

    describe('docker save', () => {
      beforeEach(async () => {
        await docker('load', '-i', await store.save(Object.keys(ids), 'docker-archive', 'base.tar'));
      });

      test('of one image loads with its ID and the name that was saved', async () => {
        for (const name of Object.keys(ids)) {
          await docker('save', '-o', bench.path('single.tar'), name);
          expect(await (await loadedFresh(bench.path('single.tar'))).idsByName()).toEqual({
            [name]: ids[name],
          });
        }
      });

      test('of several images loads with all IDs and names, and into a store that has them adds no bytes', async () => {
        const file = bench.path('several.tar');
        await docker('save', '-o', file, ...Object.keys(ids));
        expect(await (await loadedFresh(file)).idsByName()).toEqual(ids);
        const { addedBytes, newLayers } = await store.load(file);
        expect({ addedBytes, newLayers }).toEqual({ addedBytes: 0, newLayers: 0 });
        expect(await store.idsByName()).toEqual(ids);
      });

      test('of an image ID loads without a name', async () => {
        const id = ids['sample/runtime:3'] ?? '';
        for (const text of [id, id.slice(7, 19)]) {
          await docker('save', '-o', bench.path('bare.tar'), text);
          expect(await (await loadedFresh(bench.path('bare.tar'))).idsByName()).toEqual({ [id]: id });
        }
      });

      test('of a repository without a tag loads with every tag of it', async () => {
        await docker('save', '-o', bench.path('repository.tar'), 'sample/quarry');
        const found = await (await loadedFresh(bench.path('repository.tar'))).idsByName();
        const expected = Object.entries(ids).filter(([name]) => name.startsWith('sample/quarry:'));
        expect(found).toEqual(Object.fromEntries(expected));
      });

      test('of committed and imported images loads with the engine’s IDs and goes back', async () => {
        const container = (await docker('create', '--network', 'none', 'sample/site:1.0')).trim();
        await writeFile(bench.path('added.txt'), 'added by hand\n');
        await docker('cp', bench.path('added.txt'), `${container}:/srv/www/added.txt`);
        const commit = [
          'commit',
          '-a',
          'A "quoted" <a@example.com>',
          '-m',
          'a & b <größer>',
          '-c',
          'ENV X="1 2"',
        ];
        await docker(...commit, container, 'made/commit:1');
        const empty = (await docker('create', '--network', 'none', 'sample/site:1.0')).trim();
        await docker('commit', empty, 'made/unchanged:1');
        await docker('export', '-o', bench.path('export.tar'), container);
        await docker(
          'import',
          '-m',
          'by import',
          '-c',
          'CMD ["/x"]',
          bench.path('export.tar'),
          'made/import:1',
        );
        const nameless = (await docker('import', bench.path('rich.tar'))).trim();
        const names = ['made/commit:1', 'made/import:1', 'made/unchanged:1'];
        const engineIds = await listed();
        await docker('save', '-o', bench.path('made.tar'), ...names, nameless);
        const fresh = await loadedFresh(bench.path('made.tar'));
        const expected = Object.fromEntries([...names, nameless].map((each) => [each, engineIds[each]]));
        expect(await fresh.idsByName()).toEqual(expected);
        const committed = (await fresh.images()).find((image) => image.names.includes('made/commit:1'));
        expect(committed && (await mergedFiles(fresh, committed))['srv/www/added.txt']).toContain(
          'file 644 14 ',
        );
        await removeAll();
        await docker('load', '-i', await fresh.save([...names, nameless], 'docker-archive', 'made-ours.tar'));
        expect(await listed()).toEqual(expected);
      });
    });
  },
  dockerEngineObstacle(),
);
