import { mkdir, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commitWorkspace } from '../../electron/actions/trees/commitWorkspace';
import { exportRootfs } from '../../electron/actions/copy/exportRootfs';
import { squashImage } from '../../electron/actions/making/squashImage';
import { createWorkspace, mountWorkspace, workspaceChanges } from '../../electron/actions/trees/workspaces';
import { diffLine } from '../../electron/cli/commands/workspace';
import { parseImageId } from '../../shared/image/digest';
import { dockerEngineObstacle, openDockerEngine, type DockerEngine } from '../setup/dockerEngine';
import { changedImage, changeEverything } from '../setup/everyChange';
import { dockerArchive } from '../setup/imageBuilder';
import { must } from '../setup/run';
import { quietRun } from '../setup/temporary';
import {
  differences,
  factsOfDirectory,
  factsOfTar,
  withoutUserAttributes,
  type TreeFacts,
} from '../setup/treeFacts';
import { openBench, type Bench, type TestStore } from './bench';
import { dockerTree, engineOwn, ourTree, podmanTree } from './engineTrees';
import { peerSuite } from './peers';

peerSuite(
  'a workspace beside a real Docker engine, Podman and umoci',
  ['podman', 'umoci', 'skopeo'],
  () => {
    let bench: Bench;
    let store: TestStore;
    let engine: DockerEngine | null = null;
    let ours: TreeFacts;
    let archive: string;
    const docker = (...args: string[]): Promise<string> => {
      if (engine === null) throw new Error('no engine');
      return engine.docker(args);
    };
    const run = quietRun();
    const exported = async (name: string, file: string): Promise<TreeFacts> => {
      if (engine === null) throw new Error('no engine');
      return dockerTree(engine, name, bench.path(file));
    };

    beforeAll(async () => {
      bench = await openBench();
      store = await bench.store();
      engine = await openDockerEngine();
      await writeFile(bench.path('base.tar'), dockerArchive([changedImage]));
      await store.load(bench.path('base.tar'));
      const image = parseImageId((await store.idsByName())['rig/changes:1']);
      await createWorkspace(store.context, { image, name: 'all' }, run);
      const { merged } = await mountWorkspace(store.context, 'all', false, run);
      changeEverything(merged);
      ours = factsOfDirectory(merged, engineOwn);
    });
    afterAll(async () => {
      await engine?.stop();
      await bench.close();
    });

    test('the diff is what docker diff prints for the same changes', async () => {
      await docker('load', '-i', bench.path('base.tar'));
      const container = (await docker('create', 'rig/changes:1', 'x')).trim();
      // The changes go into the engine's own upper directory, through an overlay of the same directories.
      const inspected = JSON.parse(await docker('inspect', container)) as [
        { GraphDriver: { Data: { LowerDir: string; UpperDir: string; WorkDir: string } } },
      ];
      const { LowerDir, UpperDir, WorkDir } = inspected[0].GraphDriver.Data;
      const at = bench.path('docker-merged');
      await mkdir(at);
      const options = `lowerdir=${LowerDir},upperdir=${UpperDir},workdir=${WorkDir},index=off,redirect_dir=nofollow,metacopy=off`;
      await must('mount', ['-t', 'overlay', 'overlay', '-o', options, at]);
      changeEverything(at);
      await must('umount', [at]);
      const theirs = (await docker('diff', container)).split('\n').filter((line) => line !== '');
      const found = await workspaceChanges(store.context, 'all', run);
      const mine = (found?.changes ?? []).map(diffLine);
      const without = (lines: readonly string[]): string[] =>
        lines.filter((line) => !engineOwn.test(line.slice(3))).sort();
      expect(without(mine)).toEqual(without(theirs));
      await docker('commit', container, 'rig/docker-made:1');
      await docker('save', '-o', bench.path('docker-made.tar'), 'rig/docker-made:1');
      await docker('rm', container);
    });

    test('after commit and save the tree in docker equals ours', async () => {
      const request = { author: 'a', message: 'm', changes: ['LABEL a=b'], paths: null };
      await commitWorkspace(
        store.context,
        { workspace: 'all', reference: 'rig/committed:1', ...request },
        run,
      );
      archive = await store.save(['rig/committed:1'], 'docker-archive', 'committed.tar');
      await docker('load', '-i', archive);
      expect(
        differences(await exported('rig/committed:1', 'committed-export.tar'), withoutUserAttributes(ours)),
      ).toEqual([]);
      const config = JSON.parse(await docker('inspect', 'rig/committed:1')) as [{ Config: unknown }];
      expect(config[0].Config).toMatchObject({ Labels: { a: 'b' }, Env: ['A=1'], Cmd: ['/bin/tool'] });
    });

    test('mounted again from its blob the tree is the same, and the workspace has no changes left', async () => {
      const fresh = await bench.store();
      await fresh.load(archive);
      expect(differences(await ourTree(fresh, 'rig/committed:1'), ours)).toEqual([]);
      expect((await workspaceChanges(store.context, 'all', run))?.changes).toEqual([]);
    });

    test('what docker commit made gives the same tree here', async () => {
      const fresh = await bench.store();
      await fresh.load(bench.path('docker-made.tar'));
      const theirs = await exported('rig/docker-made:1', 'docker-made-export.tar');
      expect(differences(withoutUserAttributes(await ourTree(fresh, 'rig/docker-made:1')), theirs)).toEqual(
        [],
      );
    });

    test('podman mounts the same tree', async () => {
      expect(differences(await podmanTree(bench, archive, 'rig/committed:1'), ours)).toEqual([]);
    });

    test('umoci unpacks the same tree', async () => {
      const layout = bench.path('layout');
      await must('skopeo', ['copy', `docker-archive:${archive}`, `oci:${layout}:it`]);
      await must('umoci', ['unpack', '--image', `${layout}:it`, bench.path('bundle')]);
      expect(differences(factsOfDirectory(bench.path('bundle', 'rootfs'), engineOwn), ours)).toEqual([]);
    });

    test('squashed and exported it is the same tree, in docker too', async () => {
      const image = parseImageId((await store.idsByName())['rig/committed:1']);
      await squashImage(store.context, { image, from: null, reference: 'rig/flat:1' }, run);
      const flat = await store.save(['rig/flat:1'], 'docker-archive', 'flat.tar');
      await docker('load', '-i', flat);
      expect(
        differences(await exported('rig/flat:1', 'flat-export.tar'), withoutUserAttributes(ours)),
      ).toEqual([]);
      await exportRootfs(store.context, { image }, bench.path('rootfs.tar'), run);
      expect(differences(await factsOfTar(bench.path('rootfs.tar'), engineOwn), ours)).toEqual([]);
    });
  },
  dockerEngineObstacle(),
);
