import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { addedSourcesFile, mostAdded, readAddedSources } from '../../../electron/engine/addedSources';
import { discoverEngines, ownSurroundings } from '../../../electron/engine/discover';
import { changeAddedSources } from '../../../electron/place/addedSources';
import { followAddedPaths } from '../../../electron/place/opened/followAddedPaths';
import {
  buildImage,
  dockerArchive,
  gzip,
  ociArchive,
  ociMembers,
  writeMembers,
} from '../../setup/imageBuilder';
import { podmanVersion, startFakeEngine } from '../../setup/fakeEngine';
import { legacyArchive } from '../../setup/legacyBuilder';
import { problemFacts, temporaryFile, temporaryFolder } from '../../setup/temporary';
import { run, type RunResult } from '../../setup/run';
import { newShop, root, useCommandLine } from './cliTools';

/** The list of places that a person keeps: `sources add`, `sources rm`, and what the window reads of it. */

useCommandLine();

/** A command line with a list of its own. */
async function listed(more: Readonly<Record<string, string>> = {}) {
  const config = await temporaryFolder();
  const store = join(config, 'store');
  const env = { XDG_CONFIG_HOME: config, DOCKER_HOST: '', CONTAINER_HOST: '', LC_ALL: 'C.UTF-8', ...more };
  const program = [join(root, 'scripts', 'stratigraph.mjs'), '--store', store];
  const call = (...words: readonly string[]): Promise<RunResult> =>
    run(process.execPath, [...program, ...words], { env: { ...env, STRATIGRAPH_WORKER: undefined } });
  const around = { ...ownSurroundings(), env: { ...process.env, ...env } };
  return { call, around, store };
}

test('an engine is put on the list, listed while nobody answers, and taken off by its name or its address', async () => {
  const { call, around } = await listed();
  const address = 'tcp://127.0.0.1:9';
  const added = await call('--json', 'sources', 'add', address);
  expect(added.code).toBe(0);
  const { name } = JSON.parse(added.stdout) as { name: string };
  expect(JSON.parse(added.stdout)).toMatchObject({ address, kind: 'docker' });
  const rows = JSON.parse((await call('--json', 'sources')).stdout) as { name: string; added: boolean }[];
  expect(rows.find((row) => row.name === name)).toMatchObject({ address, added: true, state: 'not-running' });
  // The window's search finds the same.
  expect((await discoverEngines(around)).filter((each) => each.added)).toMatchObject([{ named: true }]);
  for (const word of ['ls', 'list'])
    expect(JSON.parse((await call('--json', 'sources', word)).stdout)).toEqual(rows);
  expect((await call('sources', 'ls', 'docker')).code).toBe(2);
  const twice = await call('sources', 'add', address);
  expect([twice.code, twice.stderr]).toEqual([1, expect.stringContaining('is listed already')]);
  expect(await call('sources', 'rm', name)).toMatchObject({ code: 0, stdout: `${name}\n` });
  expect(await readAddedSources(around)).toEqual([]);
  await call('sources', 'add', address);
  expect(await call('sources', 'rm', address)).toMatchObject({ code: 0 });
  const gone = await call('sources', 'rm', address);
  expect([gone.code, gone.stderr]).toEqual([1, expect.stringContaining('There is no source')]);
});

test('the folder of the store that is open is no further source, by whatever path', async () => {
  const { call, around, store } = await listed();
  expect((await call('load', '-q', await temporaryFile(dockerArchive([newShop])))).code).toBe(0);
  const link = join(await temporaryFolder(), 'link');
  await symlink(store, link);
  for (const path of [store, `${store}/`, link]) {
    const { code, stderr } = await call('sources', 'add', path);
    expect([path, code, stderr]).toEqual([path, 1, expect.stringContaining('is the store that is open')]);
  }
  expect(await readAddedSources(around)).toEqual([]);
});

test('a socket is listed by its whole path, and no login or token of an address is printed', async () => {
  const { call, around } = await listed();
  const added = await call('--json', 'sources', 'add', 'unix://nowhere/engine.sock');
  const address = `unix://${join(process.cwd(), 'nowhere/engine.sock')}`;
  expect(JSON.parse(added.stdout)).toMatchObject({ address });
  expect(await readAddedSources(around)).toMatchObject([{ address }]);
  expect(await call('sources', 'rm', 'unix://nowhere/engine.sock')).toMatchObject({ code: 0 });
  const secret = ['tcp://me:hush@127.0.0.1:9', 'tcp://127.0.0.1:9?token=hush', 'unix:///x.sock?token=hush'];
  // By hand, as somebody may have written it.
  const file = addedSourcesFile(around);
  await writeFile(file, JSON.stringify({ sources: secret.map((each) => ({ address: each })) }));
  const said = [await call('sources'), await call('--json', 'sources')];
  for (const word of secret)
    for (const words of [
      ['sources', 'add'],
      ['images', '--source'],
      ['--json', 'sources', 'rm'],
      ['sources', 'rm'],
    ])
      said.push(await call(...words, word));
  for (const { stdout, stderr } of said) expect(stdout + stderr).not.toContain('hush');
});

test('a name means one engine: what is added takes no name of what is found, and none shifts when one stops', async () => {
  const runtime = await temporaryFolder();
  const nowhere = await temporaryFolder();
  // Of this machine nothing is found but what the test starts.
  const { call } = await listed({ XDG_RUNTIME_DIR: runtime, HOME: nowhere, PATH: nowhere });
  const rows = async (): Promise<string[][]> =>
    (JSON.parse((await call('--json', 'sources')).stdout) as Record<string, string>[])
      .filter(({ address }) => !address?.includes('/run/docker.sock') && !address?.includes('/run/podman'))
      .slice(1)
      .map(({ name, address }) => [name ?? '', (address ?? '').replace(/.*\//, '')]);
  const far = await startFakeEngine({ 'GET /images/json': { json: [] } });
  const build = join(runtime, 'build.sock');
  await symlink(far.path, build);
  // Also the first of all, with nobody else there.
  expect((await call('sources', 'add', `unix://${build}`)).stdout).toBe('docker-build\n');
  expect(await rows()).toEqual([['docker-build', 'build.sock']]);
  expect((await call('images', '--source', 'docker')).stderr).toContain('There is no source');
  const local = await startFakeEngine({ 'GET /images/json': { json: [] } });
  const usual = join(runtime, 'docker.sock');
  await symlink(local.path, usual);
  const both = [
    ['docker', 'docker.sock'],
    ['docker-build', 'build.sock'],
  ];
  expect(await rows()).toEqual(both);
  await local.close();
  expect((await call('images', '--source', 'docker')).code).toBe(1);
  await rm(usual);
  expect(await rows()).toEqual([['docker-build', 'build.sock']]);
  const asked = far.asked.length;
  expect((await call('rmi', '--source', 'docker', 'x')).stderr).toContain('There is no source');
  expect(far.asked.slice(asked)).toEqual(['GET /version']);
  // Two that would be called alike keep the names they got when one of them goes.
  const other = join(await temporaryFolder(), 'build.sock');
  expect((await call('sources', 'add', `unix://${other}`)).stdout).toBe('docker-build-2\n');
  await writeFile(join(runtime, 'docker-build'), '');
  expect((await call('sources', 'rm', 'docker-build')).stdout).toBe('docker-build\n');
  expect(await rows()).toEqual([['docker-build-2', 'build.sock']]);
  // The usual address itself, put on the list while nobody is there, has both names when it runs.
  expect((await call('sources', 'add', `unix://${usual}`)).stdout).toMatch(/^docker-[a-z0-9-]+\n$/);
  await symlink(far.path, usual);
  expect((await call('images', '--source', 'docker')).code).toBe(0);
  await far.close();
});

test('an archive is looked into before it is listed, and is taken off also when it is gone', async () => {
  const { call, around } = await listed();
  const archive = await temporaryFile(dockerArchive([newShop]));
  const text = await temporaryFile('words', 'words.txt');
  expect(await call('sources', 'add', archive)).toMatchObject({ code: 0, stdout: `${archive}\n` });
  expect(JSON.parse((await call('--json', 'sources')).stdout)).toContainEqual(
    expect.objectContaining({ name: archive, kind: 'archive', state: 'ready', images: 1, added: true }),
  );
  for (const [word, said] of [
    [archive, 'is listed already'],
    [text, 'is not an image archive'],
    [`${archive}.no`, 'There is no file'],
    ['store', 'is listed already'],
    ['nonsense', 'There is no source'],
    ['ssh://me:secret@host', 'is of a kind that is not opened'],
  ] as const) {
    const { code, stderr } = await call('sources', 'add', word);
    expect([word, code, stderr]).toEqual([word, 1, expect.stringContaining(said)]);
    expect(stderr).not.toContain('secret');
  }
  expect((await call('sources', 'rm', 'store')).stderr).toContain('was not added');
  expect(await readAddedSources(around)).toEqual([{ path: archive }]);
  await writeFile(archive, '');
  expect(await call('sources', 'rm', archive)).toMatchObject({ code: 0 });
  for (const words of [['add'], ['rm'], ['frob', 'x'], ['add', 'a', 'b']])
    expect((await call('sources', ...words)).code).toBe(2);
});

test('images of archives and folders on the list are counted by their headers, and what would have to be read whole says so', async () => {
  const { call, around } = await listed();
  const folder = await temporaryFolder();
  const images = [newShop, { ...newShop, names: ['shop:2'], config: { Cmd: ['/two'] } }];
  const at = (name: string): string => join(folder, name);
  await writeFile(at('docker.tar'), dockerArchive(images));
  await writeFile(at('oci.tar'), ociArchive(images));
  await writeMembers(at('layout'), ociMembers(images.map(buildImage)));
  await writeFile(at('packed.tgz'), gzip(dockerArchive(images)));
  await writeFile(at('old.tar'), legacyArchive(images));
  await writeFile(at('words.txt'), 'words');
  const names = ['docker.tar', 'oci.tar', 'layout', 'packed.tgz', 'old.tar', 'words.txt', 'gone.tar'];
  await changeAddedSources(() => names.map((name) => ({ path: at(name) })), around);
  const { code, stdout } = await call('--json', 'sources');
  expect(code).toBe(0);
  const rows = (JSON.parse(stdout) as { address: string; state: string; images: number | null }[])
    .filter(({ address }) => address.startsWith(folder))
    .map(({ address, state, images: count }) => [address.slice(folder.length + 1), state, count]);
  expect(rows).toEqual([
    ['docker.tar', 'ready', 2],
    ['oci.tar', 'ready', 2],
    ['layout', 'ready', 2],
    ['packed.tgz', 'not-read', null],
    ['old.tar', 'not-read', null],
    ['words.txt', 'refused', null],
    ['gone.tar', 'not-found', null],
  ]);
  const table = await call('sources');
  expect(table.stdout).toMatch(/packed\.tgz +archive +- +not read +not-read/);
  expect(table.stderr).toContain('words.txt is not an image archive');
});

test('changes at the same time all stay, and a list that is none is left as it is', async () => {
  const home = await temporaryFolder();
  const around = { ...ownSurroundings(), env: {}, home };
  const paths = Array.from({ length: 20 }, (_, at) => ({ path: `/tmp/${at}` }));
  await Promise.all(paths.map((each) => changeAddedSources((before) => [...before, each], around)));
  const found = await readAddedSources(around);
  expect([...found].sort((a, b) => ('path' in a && 'path' in b && a.path < b.path ? -1 : 1))).toEqual(
    [...paths].sort((a, b) => (a.path < b.path ? -1 : 1)),
  );
  const file = addedSourcesFile(around);
  for (const broken of ['{', '[]', '{"sources": 1}']) {
    await writeFile(file, broken);
    await problemFacts(
      changeAddedSources((before) => before, around),
      'sources-invalid',
    );
    expect(await readFile(file, 'utf8')).toBe(broken);
    expect(await readAddedSources(around)).toEqual([]);
  }
});

test('a list that is none is said, one that is full, too, and what we do not know of it is kept', async () => {
  const { call, around } = await listed();
  const file = addedSourcesFile(around);
  await mkdir(dirname(file), { recursive: true });
  const broken = async (): Promise<void> => {
    for (const words of [['sources'], ['sources', 'add', 'tcp://127.0.0.1:9']]) {
      const { code, stderr } = await call(...words);
      expect([words, code, stderr]).toEqual([words, 1, expect.stringContaining('is no list of sources')]);
    }
  };
  await mkdir(file);
  await broken();
  await rm(file, { recursive: true });
  await run('mkfifo', [file]);
  await broken();
  await rm(file);
  await writeFile(file, '{');
  await broken();
  const paths = Array.from({ length: mostAdded + 1 }, (_, at) => ({ path: `/nowhere/${at}`, note: at }));
  await writeFile(file, JSON.stringify({ own: 1, sources: [...paths, { registry: 'x' }] }));
  const full = await call('sources');
  expect([full.code, full.stderr]).toEqual([1, expect.stringContaining('takes 100 places')]);
  const more = await call('sources', 'add', 'tcp://127.0.0.1:9');
  expect([more.code, more.stderr]).toEqual([1, expect.stringContaining('takes 100 places')]);
  await changeAddedSources((before) => before.slice(1), around);
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({
    own: 1,
    sources: [...paths.slice(1), { registry: 'x' }],
  });
});

test('a window lists what comes onto the list, and no longer what goes', async () => {
  const home = await temporaryFolder();
  const around = { ...ownSurroundings(), env: {}, home };
  const file = addedSourcesFile(around);
  await mkdir(dirname(file), { recursive: true });
  const done: string[] = [];
  const { stop } = followAddedPaths(
    {
      list: (path) => void done.push(`list ${path}`),
      leave: (path) => void done.push(`leave ${path}`),
    },
    around,
    5,
  );
  try {
    await changeAddedSources(() => [{ path: '/a.tar' }, { address: 'tcp://x:1' }], around);
    await expect.poll(() => done).toEqual(['list /a.tar']);
    await changeAddedSources(() => [{ path: '/b.tar' }], around);
    await expect.poll(() => done).toEqual(['list /a.tar', 'leave /a.tar', 'list /b.tar']);
  } finally {
    stop();
  }
});

test('a Podman on the list that has stopped is called Podman, with its advice, wherever it is named', async () => {
  const nowhere = await temporaryFolder();
  const { call } = await listed({ XDG_RUNTIME_DIR: nowhere, HOME: nowhere, PATH: nowhere });
  const engine = await startFakeEngine({ 'GET /version': { json: podmanVersion } });
  // Nothing of its address tells what it is.
  const socket = join(await temporaryFolder(), 'build.sock');
  await symlink(engine.path, socket);
  expect((await call('sources', 'add', socket)).stdout).toBe('podman-build\n');
  await engine.close();
  await rm(socket);
  const rows = JSON.parse((await call('--json', 'sources')).stdout) as { word: string; kind: string }[];
  expect(rows.find(({ kind }) => kind === 'podman')).toMatchObject({
    name: 'podman-build',
    state: 'not-running',
  });
  const told = async (...words: readonly string[]): Promise<string> => (await call(...words)).stderr;
  for (const word of ['podman-build', socket, `unix://${socket}`])
    for (const said of [
      await told('images', '--source', word),
      await told('load', '--from', word, 'shop:1'),
    ]) {
      expect(said).toContain('Podman');
      expect(said.replaceAll(socket, '')).not.toMatch(/docker/i);
    }
});

test('a folder or a file that is called like an engine, and is none, is a place of that name', async () => {
  const nowhere = await temporaryFolder();
  const { call, store } = await listed({ XDG_RUNTIME_DIR: nowhere, HOME: nowhere, PATH: nowhere });
  const folder = await temporaryFolder();
  const inFolder = (...words: readonly string[]): Promise<RunResult> =>
    run(process.execPath, [join(root, 'scripts', 'stratigraph.mjs'), '--store', store, ...words], {
      cwd: folder,
      env: {
        XDG_CONFIG_HOME: dirname(store),
        XDG_RUNTIME_DIR: nowhere,
        HOME: nowhere,
        DOCKER_HOST: '',
        LC_ALL: 'C.UTF-8',
      },
    });
  for (const name of ['docker-images', 'dockerized', 'podman_backup', 'podman-build', 'docker']) {
    await mkdir(join(folder, name));
    await writeMembers(join(folder, name), ociMembers([buildImage(newShop)]));
  }
  const [word = ''] = newShop.names ?? [];
  for (const name of ['docker-images', 'dockerized', 'podman_backup', 'podman-build']) {
    expect((await inFolder('images', '-q', '--source', name)).stdout, name).not.toBe('');
    expect(await inFolder('copy', '--source', name, word, `./of-${name}.tar`), name).toMatchObject({
      code: 0,
    });
    expect(await inFolder('copy', name, `./all-of-${name}.tar`), name).toMatchObject({ code: 0 });
  }
  // Into it, too: what is there of a layout is added to.
  expect(await inFolder('copy', 'of-dockerized.tar', 'dockerized')).toMatchObject({ code: 0 });
  // An engine's name goes before, the usual one's and that of one on the list.
  expect((await inFolder('images', '--source', 'docker')).stderr).toMatch(/source|Docker/);
  const engine = await startFakeEngine({
    'GET /version': { json: podmanVersion },
    'GET /images/json': { json: [] },
  });
  const socket = join(nowhere, 'build.sock');
  await symlink(engine.path, socket);
  expect((await call('sources', 'add', socket)).stdout).toBe('podman-build\n');
  const asked = engine.asked.length;
  expect((await inFolder('images', '-q', '--source', 'podman-build')).stdout).toBe('');
  expect(engine.asked.slice(asked)).toContain('GET /images/json');
  await engine.close();
});

test('where no store can be made all else is listed, and the store says why', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'file'), '');
  for (const store of [join(folder, 'file', 'store'), join(folder, 'file')]) {
    const { call } = await listed({ STRATIGRAPH_STORE: store });
    const archive = await temporaryFile(dockerArchive([newShop]));
    expect((await call('sources', 'add', archive)).code).toBe(0);
    const there = (...words: readonly string[]): Promise<RunResult> => call('--store', store, ...words);
    const { code, stdout, stderr } = await there('sources');
    expect([code, stdout]).toEqual([1, expect.stringContaining(archive)]);
    expect(stdout).toMatch(/^store .* refused /m);
    expect(stderr).toMatch(/^store: .* cannot be used as a store: /m);
    const rows = JSON.parse((await there('--json', 'sources')).stdout) as { name: string; state: string }[];
    expect(rows.map(({ name, state }) => [name, state])).toEqual(
      expect.arrayContaining([
        ['store', 'refused'],
        [archive, 'ready'],
      ]),
    );
  }
});
