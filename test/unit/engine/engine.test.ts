import type { ServerResponse } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { chmod } from 'node:fs/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { EngineHub } from '../../../electron/engine/engineHub';
import { openEngine } from '../../../electron/engine/engine';
import { EngineImages } from '../../../electron/engine/readImages';
import { sourceIdOf } from '../../../electron/engine/address';
import {
  previewEngineRemoval,
  pruneEngineImages,
  removeEngineImages,
  renameEngineImage,
  tagEngineImage,
  untagEngineImage,
} from '../../../electron/place/engine/engineImages';
import {
  historyOfEngineImage,
  inspectEngineDocument,
  inspectEngineImage,
} from '../../../electron/place/engine/engineDocuments';
import { resolveImage } from '../../../electron/actions/images/resolveImage';
import { nameDigest } from '../../../shared/graph/nameDigest';
import type { SourceId } from '../../../shared/ipc/source';
import { parseImageId } from '../../../shared/image/digest';
import {
  dockerVersion,
  podmanVersion,
  startFakeEngine,
  type FakeAnswer,
  type FakeEngine,
} from '../../setup/fakeEngine';
import { problemFacts, quietRun, temporaryFolder } from '../../setup/temporary';

const engines: FakeEngine[] = [];
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.close();
});
async function fake(answers: Record<string, FakeAnswer> = {}): Promise<FakeEngine> {
  const engine = await startFakeEngine(answers);
  engines.push(engine);
  return engine;
}

const hex = (letter: string): string => letter.repeat(64);
const id = (letter: string): string => `sha256:${hex(letter)}`;
const imageId = (letter: string) => parseImageId(id(letter));

/** An engine with two images on one base; `c` has a container. */
async function shop(more: Record<string, FakeAnswer> = {}): Promise<FakeEngine> {
  const inspect = (letter: string, layers: readonly string[]) => ({
    json: {
      Id: id(letter),
      RepoTags: [`shop:${letter}`],
      Created: '2026-11-19T14:02:07Z',
      Os: 'linux',
      Architecture: 'amd64',
      Size: 100,
      Config: { Env: ['TOKEN=x'], Labels: { a: 'b' } },
      RootFS: { Type: 'layers', Layers: layers.map(id) },
    },
  });
  const history = (...sizes: readonly number[]) => ({
    json: sizes
      .map((Size, i) => ({ CreatedBy: `RUN ${i}`, Created: 1_700_000_000 + i, Comment: '', Size }))
      .reverse(),
  });
  return fake({
    'GET /images/json': {
      json: [
        { Id: id('a'), RepoTags: ['shop:a'], RepoDigests: null },
        { Id: hex('c'), RepoTags: ['docker.io/library/shop:c', '<none>:<none>'], RepoDigests: [] },
      ],
    },
    [`GET /images/${id('a')}/json`]: inspect('a', ['1', '2']),
    [`GET /images/${id('a')}/history`]: history(70, 30),
    [`GET /images/${id('c')}/json`]: inspect('c', ['1', '3']),
    [`GET /images/${id('c')}/history`]: history(70, 5),
    'GET /containers/json': {
      json: [{ Id: hex('9'), Names: ['/web'], ImageID: id('c'), State: 'exited' }],
    },
    ...more,
  });
}

async function opened(engine: FakeEngine) {
  const one = await engine.open();
  const images = new EngineImages(one);
  return { engine: one, view: () => images.read() };
}

describe('who answers', () => {
  test('Docker and Podman are told apart, and spoken to in their version', async () => {
    const docker = await fake();
    expect(await docker.open()).toMatchObject({ kind: 'docker', name: 'Docker', version: '20.10.24' });
    const podman = await fake({ 'GET /version': { json: podmanVersion } });
    expect(await podman.open()).toMatchObject({ kind: 'podman', name: 'Podman' });
    const late = await fake({ 'GET /version': { json: { ...dockerVersion, ApiVersion: '1.99' } } });
    expect((await late.open()).connection.prefix).toBe('/v1.47');
  });

  test('an API before 1.24 is too old', async () => {
    const engine = await fake({ 'GET /version': { json: { Version: '1.11.2', ApiVersion: '1.23' } } });
    expect(await problemFacts(engine.open(), 'engine-too-old')).toMatchObject({
      version: '1.11.2',
      api: '1.23',
      needed: '1.24',
    });
  });

  test('nobody, a file, and a socket that is not ours', async () => {
    const folder = await temporaryFolder();
    const at = (path: string) => {
      const address = { kind: 'socket', path } as const;
      return openEngine({ id: sourceIdOf(address), address, hint: 'docker', label: '', named: true });
    };
    const gone = await problemFacts(at(join(folder, 'gone')), 'engine-not-running');
    expect(gone).toMatchObject({ engine: 'Docker', reason: 'ENOENT' });
    if (process.getuid?.() !== 0) {
      const engine = await fake();
      await chmod(engine.path, 0);
      await problemFacts(engine.open(), 'engine-denied');
    }
    const address = { kind: 'other', text: 'ssh://far' } as const;
    const far = openEngine({ id: sourceIdOf(address), address, hint: 'docker', label: '', named: true });
    await problemFacts(far, 'engine-unsupported');
    const tcp = { kind: 'tcp', host: '127.0.0.1', port: 1, certificates: null } as const;
    const closed = openEngine({ id: sourceIdOf(tcp), address: tcp, hint: 'docker', label: '', named: true });
    await problemFacts(closed, 'engine-unreachable');
    const certificates = { ca: '/gone', cert: '/gone', key: '/gone', verify: true };
    const lost = { ...tcp, certificates };
    await problemFacts(
      openEngine({ id: sourceIdOf(lost), address: lost, hint: 'docker', label: '', named: true }),
      'engine-untrusted',
    );
  });

  test('a variable for another engine does no harm', async () => {
    const before = { ...process.env };
    process.env['DOCKER_HOST'] = 'tcp://nowhere.invalid:2376';
    process.env['DOCKER_CERT_PATH'] = '/gone';
    try {
      expect((await (await fake()).open()).kind).toBe('docker');
      expect(process.env['DOCKER_HOST']).toBe('tcp://nowhere.invalid:2376');
    } finally {
      for (const key of ['DOCKER_HOST', 'DOCKER_CERT_PATH']) {
        if (before[key] === undefined) delete process.env[key];
        else process.env[key] = before[key];
      }
    }
  });

  test.each<[string, FakeAnswer]>([
    ['no JSON', (_, response) => response.end('<html>')],
    ['another shape', { json: [1, 2] }],
    ['no version', { json: { ApiVersion: 'new' } }],
    ['a version that is no text', { json: { ApiVersion: 1.41 } }],
    ['another status', { status: 500, json: { message: 'x' } }],
    [
      'an answer without an end',
      (_, response) => {
        const more = (): void => void response.write('['.repeat(1 << 16), more);
        more();
      },
    ],
    [
      'a redirection to another place',
      (_, response) => response.writeHead(302, { Location: 'http://127.0.0.1:1/' }).end(),
    ],
    [
      'a redirection that no client knows',
      (_, response) => response.writeHead(302, { Location: 'gopher://x/' }).end(),
    ],
  ])('%s is a problem', async (_, answer) => {
    const engine = await fake({ 'GET /version': answer });
    const code = await engine.open().then(
      () => 'none',
      (thrown: { problem?: { code: string } }) => thrown.problem?.code,
    );
    expect(['engine-answer-invalid', 'engine-lost']).toContain(code);
  });

  test('what is no HTTP, and a connection that breaks', async () => {
    const path = join(await temporaryFolder(), 'socket');
    let answer = 'SSH-2.0-OpenSSH\r\n';
    const server = createServer((socket) => socket.end(answer));
    await new Promise<void>((resolve) => server.listen(path, resolve));
    const address = { kind: 'socket', path } as const;
    const open = () =>
      openEngine({ id: sourceIdOf(address), address, hint: 'docker', label: '', named: true });
    await problemFacts(open(), 'engine-answer-invalid');
    answer = 'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"ApiVersion":';
    await problemFacts(open(), 'engine-lost');
    answer = '';
    await problemFacts(open(), 'engine-lost');
    server.close();
  });
});

describe('images', () => {
  test('are a graph: layers by chain ID, unpacked sizes, names as people write them, containers', async () => {
    const { view } = await opened(await shop());
    const { graph, damaged } = await view();
    expect(damaged).toEqual([]);
    expect(graph.source).toEqual({ kind: 'engine', engine: 'docker', name: 'Docker' });
    expect(graph.images.map(({ names, size, shared, unique }) => [names, size, shared, unique])).toEqual([
      [['shop:a'], 100, 70, 30],
      [['shop:c'], 75, 70, 5],
    ]);
    expect(graph.images[1]?.containers).toEqual([{ name: 'web', state: 'exited', active: false }]);
    expect(graph.layers).toHaveLength(3);
    expect(graph.storedBytes).toBe(105);
  });

  test('are asked about once; a refresh asks for what is new', async () => {
    const engine = await shop();
    const { view } = await opened(engine);
    const first = await view();
    engine.asked.length = 0;
    expect(await view()).toBe(first);
    expect(engine.asked.filter((line) => line.includes('history'))).toEqual([]);
    engine.answers['GET /images/json'] = { json: [{ Id: id('a'), RepoTags: ['shop:a', 'new:1'] }] };
    expect((await view()).graph.images.map(({ names }) => names)).toEqual([['new:1', 'shop:a']]);
    expect(engine.asked.filter((line) => line.includes('history'))).toEqual([]);
  });

  test('of the containerd image store are called by their manifests', async () => {
    const engine = await shop({
      'GET /images/json': { json: [{ Id: id('a'), RepoTags: [], RepoDigests: [`shop@${id('a')}`] }] },
    });
    const { graph } = await (await opened(engine)).view();
    expect(graph.images[0]).toMatchObject({ id: id('a'), names: [`shop@${id('a')}`] });
  });

  test('are known by the digests of registries, each behind its repository, and by no other', async () => {
    const pushed = {
      Id: id('a'),
      RepoTags: ['registry.example:5000/shop:a', 'shop:a'],
      RepoDigests: [`registry.example:5000/shop@${id('d')}`, `docker.io/library/other@${id('e')}`],
    };
    const engine = await shop({ 'GET /images/json': { json: [pushed] } });
    const { view } = await opened(engine);
    const { graph } = await view();
    const [image] = graph.images;
    if (!image) throw new Error('no image');
    expect(nameDigest(image, 'registry.example:5000/shop:a')).toBe(id('d'));
    // The ID is no digest of a name: nobody could pull by it.
    expect(nameDigest(image, 'shop:a')).toBeNull();
    for (const word of [`registry.example:5000/shop@${id('d')}`, id('d'), hex('d').slice(0, 12)])
      expect(resolveImage(graph, word).image.id).toBe(id('a'));
    expect(() => resolveImage(graph, `elsewhere/shop@${id('d')}`)).toThrow(/elsewhere\/shop/);
    // Another digest is another view: a push gives one.
    engine.answers['GET /images/json'] = { json: [{ ...pushed, RepoDigests: [] }] };
    expect((await view()).graph.images[0]?.repoDigests).toEqual([]);
  });

  test('whose answers make no sense are left out and said; one that is gone meanwhile is not', async () => {
    const engine = await shop({
      [`GET /images/${id('c')}/json`]: { json: { Id: id('c'), RootFS: { Layers: ['../x'] } } },
    });
    const { view } = await opened(engine);
    const found = await view();
    expect(found.graph.images.map(({ names }) => names)).toEqual([['shop:a']]);
    expect(found.damaged).toMatchObject([{ name: 'shop:c', problem: { code: 'engine-answer-invalid' } }]);
    engine.answers[`GET /images/${id('c')}/json`] = { status: 404, json: { message: 'No such image' } };
    expect((await view()).damaged).toEqual([]);
  });

  test('with fields that are missing, null or of another type are read as far as they go', async () => {
    const engine = await shop({
      [`GET /images/${id('a')}/json`]: {
        json: { Id: id('a'), Created: 7, Size: 'big', RootFS: null, Config: 'x', Labels: [] },
      },
      [`GET /images/${id('a')}/history`]: { json: [{ CreatedBy: null, Created: 1e300, Size: -1 }] },
      'GET /containers/json': { json: [{ Id: hex('9'), Names: [7], ImageID: null }] },
    });
    const { graph, damaged } = await (await opened(engine)).view();
    expect(damaged).toEqual([]);
    expect(graph.images.find(({ names }) => names.includes('shop:a'))).toMatchObject({
      layers: [],
      created: null,
      size: 0,
    });
  });

  test('a list that is none, or never ends well, is a problem', async () => {
    const engine = await shop({ 'GET /images/json': { json: { message: 'x' } } });
    const { view } = await opened(engine);
    await problemFacts(view(), 'engine-answer-invalid');
    engine.answers['GET /images/json'] = (_, response) => {
      response.write('[');
      setImmediate(() => response.destroy());
    };
    await problemFacts(view(), 'engine-lost');
    engine.answers['GET /images/json'] = { status: 500, json: { message: 'no space left on device.' } };
    expect(await problemFacts(view(), 'engine-refused')).toMatchObject({
      message: 'no space left on device',
    });
  });
});

describe('answers without end', () => {
  const drip = (response: ServerResponse, text: string): void => {
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.write(text);
    const timer = setInterval(() => response.write(' '), 10);
    response.on('close', () => clearInterval(timer));
  };

  test('a list that comes a byte at a time is given up, whatever asks for it', async () => {
    const engine = await shop({
      'GET /images/json': (_request, response) => drip(response, '['),
      'GET /one': (_request, response) => {
        drip(response, '{}');
        setTimeout(() => response.end(), 700);
      },
    });
    const { connection } = await engine.open();
    const asking = connection.json({ path: '/images/json', patience: 200 }, z.unknown());
    expect(await problemFacts(asking, 'engine-silent')).toMatchObject({ seconds: 0.2 });
    // As long as it likes, where that is said.
    expect(await connection.json({ path: '/one', patience: null }, z.unknown())).toEqual({});
  });

  test('lists within lists and values beyond all measure are refused before they are parsed', async () => {
    for (const text of ['['.repeat(20_000_000), `[${'[],'.repeat(3_000_000)}[]]`]) {
      const engine = await shop({ 'GET /images/json': (_request, response) => void response.end(text) });
      const reading = new EngineImages(await engine.open()).read();
      const { reason } = await problemFacts(reading, 'engine-answer-invalid');
      expect(reason).toBe('json-bound');
    }
  });
});

describe('changes', () => {
  const tag = (letter: string) => `POST /images/${id(letter)}/tag`;

  test('a name is sent in full', async () => {
    const engine = await shop({ [tag('a')]: { status: 201, json: null } });
    const open = await opened(engine);
    const named = await tagEngineImage(open, imageId('a'), 'shop:c');
    expect(named).toEqual({ name: 'shop:c', movedFrom: id('c') });
    expect(engine.asked).toContain(`${tag('a')}?repo=docker.io%2Flibrary%2Fshop&tag=c&`.replace(/&$/, ''));
  });

  test('the last name is not taken away', async () => {
    const open = await opened(await shop());
    await problemFacts(untagEngineImage(open, 'shop:a'), 'engine-last-name');
    await problemFacts(untagEngineImage(open, 'nothing:1'), 'name-not-found');
  });

  test('what is not what was shown is left alone, by the view that is acted on', async () => {
    const engine = await shop();
    const one = await opened(engine);
    const selection = { images: [imageId('a')], names: [] };
    const shown = await previewEngineRemoval(one, selection);
    const moved = { 'GET /images/json': { json: [{ Id: id('a'), RepoTags: ['shop:a', 'prod:1'] }] } };
    const inspected = { Id: id('a'), RepoTags: ['shop:a', 'prod:1'], RootFS: { Layers: [] }, Size: 0 };
    const after = await opened(
      await shop({ ...moved, [`GET /images/${id('a')}/json`]: { json: inspected } }),
    );
    // The view is read once: one that is right, and then one that is not, lets nothing pass.
    const views = [after.view, one.view];
    const turning = { engine: one.engine, view: () => (views.shift() ?? one.view)() };
    const options = { force: false, shown };
    await problemFacts(removeEngineImages(turning, selection, options, quietRun()), 'shown-changed');
    expect(await pruneEngineImages(after, quietRun(), shown)).toMatchObject({ kind: 'prune', removed: [] });
    await problemFacts(untagEngineImage(after, 'shop:a', imageId('c')), 'shown-changed');
    await problemFacts(renameEngineImage(after, 'shop:a', 'x:1', { image: imageId('c') }), 'shown-changed');
    expect(engine.asked.filter((line) => /^(DELETE|POST)/.test(line))).toEqual([]);
  });

  test('a name that another image was given since the view was read deletes that one in no case', async () => {
    const listed = { Id: id('a'), RepoTags: ['shop:a', 'prod:1', 'moved:1'], RepoDigests: null };
    const others = { Id: hex('c'), RepoTags: ['shop:c'], RepoDigests: null };
    const engine = await shop({ 'GET /images/json': { json: [listed, others] } });
    const open = await opened(engine);
    const selection = { images: [imageId('a')], names: [] };
    await open.view();
    engine.answers[`GET /images/${id('a')}/json`] = {
      json: { Id: id('a'), RepoTags: ['shop:a', 'prod:1'], RootFS: { Layers: [] }, Size: 0 },
    };
    await problemFacts(untagEngineImage(open, 'moved:1'), 'shown-changed');
    expect(engine.asked.filter((line) => line.startsWith('DELETE'))).toEqual([]);
    engine.answers['DELETE /images/docker.io/library/shop:a'] = { json: [] };
    engine.answers['DELETE /images/docker.io/library/prod:1'] = { json: [] };
    await removeEngineImages(open, selection, { force: false }, quietRun());
    expect(engine.asked.filter((line) => line.startsWith('DELETE'))).toEqual([
      'DELETE /images/docker.io/library/prod:1',
      'DELETE /images/docker.io/library/shop:a',
    ]);
  });

  test('an answer about another image is taken by nothing, and nothing is done by it', async () => {
    const engine = await shop();
    const open = await opened(engine);
    await open.view();
    const other = { Id: id('f'), RepoTags: ['shop:a', 'prod:1'], RootFS: { Layers: [id('3')] }, Size: 5 };
    for (const letter of ['a', 'c']) engine.answers[`GET /images/${id(letter)}/json`] = { json: other };
    const selection = { images: [imageId('a')], names: [] };
    const uses = [
      () => removeEngineImages(open, selection, { force: false }, quietRun()),
      () => removeEngineImages(open, { images: [], names: ['shop:a'] }, { force: false }, quietRun()),
      () => untagEngineImage(open, 'shop:a'),
      () => inspectEngineDocument(open, imageId('a')),
      () => inspectEngineImage(open, imageId('a')),
    ];
    for (const use of uses)
      expect(await problemFacts(use(), 'engine-answer-invalid')).toMatchObject({
        reason: 'other-image',
        named: [id('f')],
      });
    expect(engine.asked.filter((line) => /^(DELETE|POST)/.test(line))).toEqual([]);
    // Read anew, they are images of which nothing is known.
    const { graph, damaged } = await (await opened(engine)).view();
    expect(graph.images).toEqual([]);
    expect(damaged.map(({ name, problem }) => [name, problem.code])).toEqual([
      ['shop:a', 'engine-answer-invalid'],
      ['shop:c', 'engine-answer-invalid'],
    ]);
  });

  test('the history of another image is taken for none', async () => {
    const engine = await shop();
    const history = (Id: string) => ({ json: [{ Id, CreatedBy: 'RUN x', Size: 1 }] });
    engine.answers[`GET /images/${id('a')}/history`] = history(id('c'));
    engine.answers[`GET /images/${id('c')}/history`] = history(id('c').slice(7));
    const { graph, damaged } = await (await opened(engine)).view();
    expect(graph.images.map((image) => image.id)).not.toContain(id('a'));
    expect(damaged).toMatchObject([
      { name: 'shop:a', problem: { facts: { reason: 'other-image', named: [id('c')] } } },
    ]);
    // Without an ID, and under an image that has the same layers, it is the image's own.
    engine.answers[`GET /images/${id('a')}/history`] = history('<missing>');
    expect((await (await opened(engine)).view()).damaged).toEqual([]);
  });

  test('an image whose history an engine fails to tell is there with all else, and says so where its history is asked for', async () => {
    const engine = await shop();
    const path = `GET /images/${id('a')}/history`;
    const told = engine.answers[path];
    if (!told) throw new Error('a history');
    const whole = (await (await opened(engine)).view()).graph;
    for (const status of [500, 501, 409]) {
      engine.answers[path] = { status, json: { message: 'layer not known' } };
      const one = await opened(engine);
      const { graph, damaged } = await one.view();
      expect(damaged).toEqual([]);
      // As it is with its history, also in bytes: what another image tells of a layer is so of this one.
      expect(graph.images.map(({ size, layers, names }) => ({ size, layers, names }))).toEqual(
        whole.images.map(({ size, layers, names }) => ({ size, layers, names })),
      );
      const facts = await problemFacts(historyOfEngineImage(one, parseImageId(id('a'))), 'engine-refused');
      expect(facts).toMatchObject({ status, message: 'layer not known' });
      expect(await historyOfEngineImage(one, parseImageId(id('c')))).toHaveLength(2);
      expect((await inspectEngineImage(one, parseImageId(id('a')))).history).toHaveLength(2);
      // It is asked for again, and told then.
      engine.answers[path] = told;
      expect((await historyOfEngineImage(one, parseImageId(id('a')))).map(({ size }) => size)).toEqual([
        70, 30,
      ]);
      expect((await one.view()).untold.size).toBe(0);
    }
  });

  test('a history that an image of the same layers has is its own, also where that one is not listed', async () => {
    const engine = await shop();
    const damaged = async () => (await (await opened(engine)).view()).damaged;
    engine.answers[`GET /images/${id('a')}/history`] = {
      json: [
        { Id: id('d'), CreatedBy: 'RUN 1', Size: 30 },
        { Id: '<missing>', CreatedBy: 'RUN 0', Size: 70 },
      ],
    };
    const refused = [{ name: 'shop:a', problem: { facts: { reason: 'other-image', named: [id('d')] } } }];
    expect(await damaged()).toMatchObject(refused);
    const withLayers = (from: string) => {
      const given = engine.answers[`GET /images/${id(from)}/json`];
      if (given === undefined || typeof given === 'function') throw new Error('no answer');
      return { json: { ...(given.json as object), Id: id('d') } };
    };
    engine.answers[`GET /images/${id('d')}/json`] = withLayers('c');
    expect(await damaged()).toMatchObject(refused);
    engine.answers[`GET /images/${id('d')}/json`] = withLayers('a');
    expect(await damaged()).toEqual([]);
  });

  test('a name is given to no image where another had it than was shown', async () => {
    const engine = await shop();
    const open = await opened(engine);
    await problemFacts(tagEngineImage(open, imageId('a'), 'shop:c', null), 'shown-changed');
    expect(engine.asked.filter((line) => line.startsWith('POST'))).toEqual([]);
  });

  test('an image that a container uses is refused before anything is asked, and held in the preview', async () => {
    const engine = await shop();
    const open = await opened(engine);
    const selection = { images: [imageId('a'), imageId('c')], names: [] };
    const preview = await previewEngineRemoval(open, selection);
    expect(preview.containers).toEqual([{ name: 'web', state: 'exited', active: false, image: id('c') }]);
    expect([preview.freedBytes, preview.keptBytes]).toEqual([30, 75]);
    expect(preview.kept.map(({ containers }) => containers)).toEqual([['web'], ['web']]);
    const work = removeEngineImages(open, selection, { force: false }, quietRun());
    expect(await problemFacts(work, 'engine-image-used')).toMatchObject({ containers: 'web', force: true });
    expect(engine.asked.filter((line) => line.startsWith('DELETE'))).toEqual([]);
  });

  test('Podman is never forced: it would remove the containers', async () => {
    const engine = await shop({ 'GET /version': { json: podmanVersion } });
    const work = removeEngineImages(
      await opened(engine),
      { images: [imageId('c')], names: [] },
      { force: true },
      quietRun(),
    );
    expect(await problemFacts(work, 'engine-image-used')).toMatchObject({ force: false });
    expect(engine.asked.filter((line) => line.startsWith('DELETE'))).toEqual([]);
  });

  const removeShopA = `DELETE /images/docker.io/library/shop:a`;
  test.each<[string, number, string, string, object]>([
    [
      'Docker, a running container',
      409,
      `conflict: unable to delete ${hex('a').slice(0, 12)} (cannot be forced) - image is being used by running container ${hex('9').slice(0, 12)}`,
      'engine-image-used',
      { containers: 'late', active: true, force: false },
    ],
    [
      'Docker, a stopped one',
      409,
      `conflict: unable to remove repository reference "shop:a" (must force) - container ${hex('9').slice(0, 12)} is using its referenced image ${hex('a').slice(0, 12)}`,
      'engine-image-used',
      { containers: 'late', active: false, force: true },
    ],
    [
      'Docker, images built on it',
      409,
      `conflict: unable to delete ${hex('a').slice(0, 12)} (cannot be forced) - image has dependent child images`,
      'engine-image-has-children',
      { name: 'shop:a' },
    ],
    [
      'Podman',
      409,
      `image shop:a is in use: image used by ${hex('9')}: image is in use by a container: consider listing external containers and force-removing image`,
      'engine-image-used',
      { containers: 'late' },
    ],
    ['anything else', 500, 'disk I/O \u001b[31mfault', 'engine-refused', { status: 500 }],
  ])('a refusal of %s is explained', async (_, status, message, code, facts) => {
    const container = { json: { Name: '/late', State: { Running: false } } };
    const engine = await shop({
      [removeShopA]: { status, json: { message } },
      [`GET /containers/${hex('9').slice(0, 12)}/json`]: container,
      [`GET /containers/${hex('9')}/json`]: container,
    });
    const work = removeEngineImages(
      await opened(engine),
      { images: [imageId('a')], names: [] },
      { force: false },
      quietRun(),
    );
    expect(await problemFacts(work, code as 'engine-refused')).toMatchObject(facts);
  });

  test('what was removed is what the engine no longer lists', async () => {
    const engine = await shop();
    engine.answers[removeShopA] = (_, response) => {
      engine.answers['GET /images/json'] = { json: [{ Id: id('c'), RepoTags: ['shop:c'] }] };
      response.end(JSON.stringify([{ Untagged: 'shop:a' }, { Deleted: id('a') }]));
    };
    const work = removeEngineImages(
      await opened(engine),
      { images: [imageId('a')], names: [] },
      { force: false },
      quietRun(),
    );
    expect(await work).toEqual({ kind: 'remove', removed: [id('a')], untagged: ['shop:a'], freedBytes: 30 });
  });
});

describe('the hub', () => {
  const times = { search: 50, quiet: 10, retry: [10, 50] } as const;

  test('follows an engine: events, its end, its return', async () => {
    let events: { write(text: string): unknown; destroy(): unknown } | null = null;
    const engine = await shop({
      'GET /events': (_, response) => {
        response.writeHead(200).flushHeaders();
        events = response;
      },
    });
    const changed: SourceId[] = [];
    let lists = 0;
    const hub = new EngineHub(
      { sourcesChanged: () => lists++, sourceChanged: (source) => changed.push(source) },
      () => Promise.resolve([engine.endpoint]),
      times,
    );
    hub.start();
    const info = () => hub.list()[0];
    await expect.poll(() => info()?.state).toBe('ready');
    expect(info()).toMatchObject({ kind: 'docker', name: 'Docker', word: 'docker', images: 2 });
    expect((await hub.view(engine.endpoint.id)).graph.images).toHaveLength(2);
    await expect.poll(() => events).not.toBeNull();

    const before = changed.length;
    engine.answers['GET /images/json'] = { json: [{ Id: id('a'), RepoTags: ['shop:a'] }] };
    const say = (text: string): void => void events?.write(text);
    say('garbage\n{"Type":"container","Action":"exec_start"}\n{"Type":"image","Act');
    say('ion":"delete"}\n');
    await expect.poll(() => info()?.images).toBe(1);
    expect(changed.length).toBeGreaterThan(before);

    engine.answers['GET /version'] = { status: 503, json: {} };
    const told = lists;
    (events as { destroy(): unknown } | null)?.destroy();
    await expect.poll(() => info()?.state).not.toBe('ready');
    expect(lists).toBeGreaterThan(told);
    expect(() => hub.engine(engine.endpoint.id)).toThrow();
    engine.answers['GET /version'] = { json: dockerVersion };
    await expect.poll(() => info()?.state).toBe('ready');
    await hub.close();
  });

  test('many events at once are one look', async () => {
    let events: { write(text: string): unknown } | null = null;
    const engine = await shop({
      'GET /events': (_, response) => {
        response.writeHead(200).flushHeaders();
        events = response;
      },
    });
    const hub = new EngineHub(
      { sourcesChanged: () => undefined, sourceChanged: () => undefined },
      () => Promise.resolve([engine.endpoint]),
      { ...times, quiet: 200 },
    );
    hub.start();
    await expect.poll(() => events !== null && hub.list()[0]?.state === 'ready').toBe(true);
    await expect
      .poll(() => engine.asked.filter((line) => line.startsWith('GET /images/json')).length)
      .toBe(2);
    for (let i = 0; i < 50; i++)
      (events as { write(text: string): unknown } | null)?.write('{"Type":"image","Action":"tag"}\n');
    await expect
      .poll(() => engine.asked.filter((line) => line.startsWith('GET /images/json')).length)
      .toBe(3);
    await hub.close();
  });

  test('a source that nobody knows is one', async () => {
    const hub = new EngineHub(
      { sourcesChanged: () => undefined, sourceChanged: () => undefined },
      () => Promise.resolve([]),
      times,
    );
    await problemFacts(hub.view(`engine-${'0'.repeat(16)}`), 'source-not-found');
    await hub.close();
  });
});
