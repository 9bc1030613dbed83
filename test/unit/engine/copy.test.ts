import { createReadStream } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterEach, describe, expect, test } from 'vitest';
import { copyFromEngine, saveFromEngine } from '../../../electron/place/engine/copyFromEngine';
import { copyToEngine } from '../../../electron/place/engine/copyToEngine';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { EngineImages } from '../../../electron/engine/readImages';
import { createRing, drainRing, feedRing } from '../../../electron/worker/byteRing';
import type { JobInput, WorkerPool } from '../../../electron/worker/jobs';
import type { OperationStep } from '../../../shared/ipc/operation';
import { startFakeEngine, type FakeAnswer, type FakeEngine } from '../../setup/fakeEngine';
import { buildImage, dockerArchive, ociArchive, type ImageSpec } from '../../setup/imageBuilder';
import {
  expectSoundStore,
  load,
  openStore,
  problemFacts,
  quietRun,
  snapshotDirectory,
  temporaryFile,
  temporaryFolder,
} from '../../setup/temporary';

const noise = (bytes: number): Uint8Array => Uint8Array.from({ length: bytes }, (_, i) => (i * 7919) % 251);
const spec: ImageSpec = {
  names: ['shop:1'],
  layers: [
    { files: [{ path: 'base.bin', content: noise(3 << 20) }] },
    { files: [{ path: 'a', content: 'x' }] },
  ],
};
const image = buildImage(spec);
const archive = dockerArchive([spec]);

const otherSpec: ImageSpec = { names: ['shop:1'], layers: [{ files: [{ path: 'b', content: 'y' }] }] };
/** The same archive, with a byte of a layer changed. */
const changed = Buffer.from(archive);
changed.fill('!', 2_000_000, 2_000_001);

const engines: FakeEngine[] = [];
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.close();
});

/** An engine that has the image, under the ID that a test says. */
async function engineWith(get: FakeAnswer, id: string = image.id, more: Record<string, FakeAnswer> = {}) {
  const engine = await startFakeEngine({
    'GET /images/json': { json: [{ Id: id, RepoTags: ['shop:1'] }] },
    [`GET /images/${id}/json`]: {
      json: { Id: id, RootFS: { Layers: image.layers.map(({ diffId }) => diffId) }, Size: 5 },
    },
    [`GET /images/${id}/history`]: { json: [] },
    'GET /images/get': get,
    ...more,
  });
  engines.push(engine);
  const one = await engine.open();
  const images = new EngineImages(one);
  return { fake: engine, open: { engine: one, view: () => images.read() } };
}

const whole: FakeAnswer = (_, response) => response.end(archive);
const cut: FakeAnswer = (_, response) => {
  response.write(archive.subarray(0, archive.length / 2));
  setTimeout(() => response.destroy(), 50);
};

describe('from an engine into the store', () => {
  test('an image arrives with its ID and its name', async () => {
    const store = await openStore();
    const { fake, open } = await engineWith(whole);
    const seen: number[] = [];
    const run = quietRun(undefined, ({ phase, done }) => phase === 'reading' && seen.push(done));
    const result = await copyFromEngine(store, open, { what: ['shop:1'] }, run);
    expect(result).toMatchObject({
      kind: 'copyIn',
      images: [{ id: image.id, names: ['shop:1'], isNew: true }],
    });
    expect(fake.asked).toContain('GET /images/get?names=docker.io%2Flibrary%2Fshop%3A1');
    expect(Math.max(...seen)).toBe(archive.length);
    await expectSoundStore(store.directory);
  });

  test('a stream that comes in drops is read as well', async () => {
    const store = await openStore();
    const { open } = await engineWith((_, response) => {
      void (async () => {
        for (let at = 0; at < 4096; at += 333) {
          response.write(archive.subarray(at, Math.min(4096, at + 333)));
          await delay(1);
        }
        response.end(archive.subarray(4096));
      })();
    });
    await copyFromEngine(store, open, { what: ['shop:1'] }, quietRun());
    expect((await readStoreView(store)).graph.images.map(({ id }) => id)).toEqual([image.id]);
  });

  test('a connection that breaks leaves the store as it was', async () => {
    const store = await openStore();
    const before = await snapshotDirectory(store.directory);
    const { open } = await engineWith(cut);
    await problemFacts(copyFromEngine(store, open, { what: ['shop:1'] }, quietRun()), 'engine-lost');
    expect(await snapshotDirectory(store.directory)).toEqual(before);
  });

  test('another image than the engine listed is not taken', async () => {
    const store = await openStore();
    const before = await snapshotDirectory(store.directory);
    const other = `sha256:${'e'.repeat(64)}`;
    const { open } = await engineWith(whole, other);
    const facts = await problemFacts(
      copyFromEngine(store, open, { what: ['shop:1'] }, quietRun()),
      'engine-copy-differs',
    );
    expect(facts).toMatchObject({ expected: other, found: image.id });
    expect(await snapshotDirectory(store.directory)).toEqual(before);
  });

  describe('that brings more than was asked for', () => {
    const evil: ImageSpec = {
      layers: [{ files: [{ path: 'evil', content: 'evil' }] }],
      config: { Cmd: ['/evil'] },
    };
    const trusted: ImageSpec = { names: ['trusted:1'], layers: [{ files: [{ path: 'own' }] }] };
    const bring = async (...specs: ImageSpec[]) => {
      const store = await openStore();
      await load(store, dockerArchive([trusted]));
      const bytes = dockerArchive(specs);
      return { store, ...(await engineWith((_, response) => response.end(bytes))) };
    };
    const namesIn = async (store: Awaited<ReturnType<typeof openStore>>) =>
      Object.fromEntries(
        (await readStoreView(await openStore(store.directory))).graph.images.flatMap(({ id, names }) =>
          names.map((name) => [name, id]),
        ),
      );
    const before = { 'trusted:1': buildImage(trusted).id };

    test.each<readonly [string, readonly ImageSpec[]]>([
      [
        'an image under the name of another',
        [
          { ...spec, names: ['b:1'] },
          { ...evil, names: ['shop:1'] },
        ],
      ],
      ['another image under a name of the store', [spec, { ...evil, names: ['trusted:1'] }]],
      ['another image without a name', [spec, evil]],
    ])('%s: is refused', async (_, specs) => {
      const { store, open } = await bring(...specs);
      const facts = await problemFacts(
        copyFromEngine(store, open, { what: ['shop:1'] }, quietRun()),
        'engine-copy-differs',
      );
      expect(facts).toMatchObject({ name: 'shop:1', expected: image.id, found: buildImage(evil).id });
      expect(await namesIn(store)).toEqual(before);
      await expectSoundStore(store.directory);
    });

    test.each<readonly [string, readonly string[]]>([
      ['names that nobody asked for', ['shop:1', 'trusted:1', 'more:1']],
      ['names that nobody asked for alone', ['trusted:1']],
      ['no name', []],
    ])('%s: the image comes under the name that it was asked for by', async (_, names) => {
      const { store, open } = await bring({ ...spec, names: [...names] });
      const result = await copyFromEngine(store, open, { what: ['shop:1'] }, quietRun());
      expect(result).toMatchObject({ images: [{ id: image.id, names: ['shop:1'] }], movedNames: [] });
      expect(await namesIn(store)).toEqual({ ...before, 'shop:1': image.id });
    });
  });

  test('what the engine writes instead of the rest of an archive is a problem', async () => {
    const store = await openStore();
    const { open } = await engineWith((_, response) => {
      response.end(
        Buffer.concat([archive.subarray(0, 512 * 20), Buffer.from('{"error":"disk"}'.padEnd(1024))]),
      );
    });
    await expect(copyFromEngine(store, open, { what: ['shop:1'] }, quietRun())).rejects.toThrow();
    expect((await readStoreView(store)).graph.images).toEqual([]);
    await expectSoundStore(store.directory);
  });

  test('a cancel in the middle leaves nothing behind', async () => {
    const store = await openStore();
    const before = await snapshotDirectory(store.directory);
    const abort = new AbortController();
    const { open } = await engineWith((_, response) => {
      response.write(archive.subarray(0, 1 << 20));
    });
    const run = quietRun(abort.signal, ({ done }) => done > 0 && abort.abort());
    await problemFacts(copyFromEngine(store, open, { what: ['shop:1'] }, run), 'cancelled');
    expect(await snapshotDirectory(store.directory)).toEqual(before);
  });

  test('an engine that refuses is quoted', async () => {
    const store = await openStore();
    const { open } = await engineWith({ status: 500, json: { message: 'layer does not exist' } });
    const facts = await problemFacts(
      copyFromEngine(store, open, { what: ['shop:1'] }, quietRun()),
      'engine-refused',
    );
    expect(facts.message).toBe('layer does not exist');
  });
});

describe('from an engine into a file', () => {
  test('the file is what the engine wrote', async () => {
    const store = await openStore();
    const target = join(await temporaryFolder(), 'out.tar');
    const { open } = await engineWith(whole);
    const result = await saveFromEngine(store, open, { what: ['shop:1'], target }, quietRun());
    expect(result).toMatchObject({
      kind: 'save',
      images: 1,
      layers: 2,
      bytes: archive.length,
      file: 'out.tar',
    });
    expect((await readFile(target)).equals(archive)).toBe(true);
  });

  test('a name that nobody asked for does not come into the file', async () => {
    const store = await openStore();
    const target = join(await temporaryFolder(), 'out.tar');
    const { open } = await engineWith((_, response) =>
      response.end(dockerArchive([{ ...spec, names: ['shop:1', 'evil:latest'] }])),
    );
    const result = await saveFromEngine(store, open, { what: ['shop:1'], target }, quietRun());
    expect(result).toMatchObject({ kind: 'save', images: 1, layers: 2, file: 'out.tar' });
    const other = await openStore();
    await load(other, await readFile(target));
    const { graph } = await readStoreView(other);
    expect(graph.images.map(({ names }) => names)).toEqual([['shop:1']]);
    expect(await readdir(join(store.directory, 'ingest')).catch(() => [])).toEqual([]);
  });

  test('no layer is written a second time while it is verified', async () => {
    const store = await openStore();
    const written: string[] = [];
    const run: WorkerPool['run'] = (name, input, options) => {
      if (name === 'read-blob') {
        const { target, indexTarget } = input as JobInput<'read-blob'>;
        written.push(...[target, indexTarget].filter((path) => path !== null));
      }
      return store.pool.run(name, input, options);
    };
    const context = { ...store, pool: { ...store.pool, size: store.pool.size, run } };
    const target = join(await temporaryFolder(), 'out.tar');
    const { open } = await engineWith(whole);
    expect(await saveFromEngine(context, open, { what: ['shop:1'], target }, quietRun())).toMatchObject({
      layers: 2,
    });
    expect(written).toEqual([]);
  });

  test.each<
    [string, FakeAnswer, 'engine-lost' | 'engine-answer-invalid' | 'engine-copy-differs' | 'diff-id-mismatch']
  >([
    ['a connection that breaks', cut, 'engine-lost'],
    [
      'a fault that is written in place of the rest',
      (_, response) => response.end(Buffer.concat([archive.subarray(0, 5120), Buffer.from('{"error":"x"}')])),
      'engine-answer-invalid',
    ],
    ['nothing', (_, response) => response.end(), 'engine-answer-invalid'],
    ['zeros', (_, response) => response.end(Buffer.alloc(20_480)), 'engine-answer-invalid'],
    ['another image', (_, response) => response.end(dockerArchive([otherSpec])), 'engine-copy-differs'],
    [
      'one more image',
      (_, response) => response.end(dockerArchive([spec, otherSpec])),
      'engine-copy-differs',
    ],
    ['a layer with other bytes', (_, response) => response.end(changed), 'diff-id-mismatch'],
  ])('%s leaves the old file', async (_, answer, code) => {
    const store = await openStore();
    const target = await temporaryFile('old', 'out.tar');
    const { open } = await engineWith(answer);
    await problemFacts(saveFromEngine(store, open, { what: ['shop:1'], target }, quietRun()), code);
    expect(await readFile(target, 'utf8')).toBe('old');
    expect(await readdir(join(target, '..'))).toEqual(['out.tar']);
    let streamed = 0;
    const sink = new Writable({
      write: (chunk: Buffer, _encoding, next) => {
        streamed += chunk.length;
        next();
      },
    });
    await problemFacts(saveFromEngine(store, open, { what: ['shop:1'], target: sink }, quietRun()), code);
    expect(streamed).toBe(0);
    expect(await readdir(join(store.directory, 'ingest')).catch(() => [])).toEqual([]);
  });
});

const fullName = 'docker.io/library/shop:1';

describe('from the store to an engine', () => {
  /** An engine that takes what it is sent, and then has the image. */
  async function taker(answer: (response: { end(text: string): unknown }) => void = (r) => r.end('{}')) {
    const got: Buffer[] = [];
    const made = await engineWith({ json: null }, image.id, {
      'GET /images/json': { json: [] },
      'POST /images/load': (request, response) => {
        request.on('data', (chunk: Buffer) => got.push(chunk));
        request.on('end', () => answer(response));
      },
    });
    return { ...made, received: () => Buffer.concat(got) };
  }

  test('what is sent is a docker-archive with the same image, named in full', async () => {
    const store = await openStore();
    await load(store, archive);
    const { open, received } = await taker();
    const result = await copyToEngine(store, open, { what: ['shop:1'] }, quietRun());
    expect(result).toMatchObject({ kind: 'copyOut', engine: 'Docker', images: 1, layers: 2 });
    expect(result.bytes).toBe(received().length);
    expect(received().includes('docker.io/library/shop:1')).toBe(true);
    const again = await openStore();
    const loaded = await load(again, received());
    expect(loaded.images).toMatchObject([{ id: image.id, names: ['shop:1'] }]);
  });

  test('progress counts what is sent, not what is read of packed layers, and then says who is waited for', async () => {
    const store = await openStore();
    const packed = { ...spec, layers: spec.layers.map((layer) => ({ ...layer, gzip: true })) };
    await load(store, ociArchive([packed]));
    const { open } = await taker();
    const seen: OperationStep[] = [];
    const run = quietRun(undefined, (step) => seen.push(step));
    const { bytes } = await copyToEngine(store, open, { what: ['shop:1'] }, run);
    const writing = seen.filter(({ phase }) => phase === 'writing');
    expect(writing.length).toBeGreaterThan(0);
    for (const step of writing) expect(step.total).toBe(bytes);
    for (const { done } of writing) expect(done).toBeLessThanOrEqual(bytes);
    // What is told comes in pieces: of the archive, all but the last of them.
    expect(Math.max(...writing.map(({ done }) => done))).toBeGreaterThan(bytes / 2);
    const waiting = seen.filter(({ phase }) => phase === 'waiting');
    expect(waiting).toEqual([{ phase: 'waiting', waitsFor: 'Docker', done: bytes, total: bytes }]);
    expect(seen.findLastIndex(({ phase }) => phase === 'writing')).toBeLessThan(
      seen.findIndex(({ phase }) => phase === 'waiting'),
    );
  });

  test('a fault in the lines of a good answer is a refusal', async () => {
    const store = await openStore();
    await load(store, archive);
    const line = '{"stream":"x"}\n{"errorDetail":{"message":"no space left"},"error":"no space left"}\n';
    const { open } = await taker((response) => response.end(line));
    const work = copyToEngine(store, open, { what: ['shop:1'] }, quietRun());
    expect(await problemFacts(work, 'engine-refused')).toMatchObject({ message: 'no space left' });
  });

  test('an engine that has another image afterwards is not believed', async () => {
    const store = await openStore();
    await load(store, archive);
    const { open, fake } = await taker();
    delete fake.answers[`GET /images/${image.id}/json`];
    const work = copyToEngine(store, open, { what: ['shop:1'] }, quietRun());
    expect(await problemFacts(work, 'engine-copy-differs')).toMatchObject({ expected: image.id, found: '' });
    // The containerd image store calls it by its manifest: the layers tell.
    fake.answers['GET /images/docker.io/library/shop:1/json'] = {
      json: {
        Id: image.manifestDigest,
        RepoTags: ['shop:1'],
        RootFS: { Layers: image.layers.map(({ diffId }) => diffId) },
      },
    };
    expect((await copyToEngine(store, open, { what: ['shop:1'] }, quietRun())).images).toBe(1);
  });

  test('a damaged blob breaks the connection before the archive is whole', async () => {
    const store = await openStore();
    await load(store, archive);
    const blob = image.layers[0]?.diffId.slice(7) ?? '';
    const file = join(store.directory, 'blobs', 'sha256', blob);
    const bytes = await readFile(file);
    bytes[3000] = (bytes[3000] ?? 0) ^ 1;
    const { chmod } = await import('node:fs/promises');
    await chmod(file, 0o644);
    await writeFile(file, bytes);
    let finished = false;
    const { open } = await taker((response) => {
      finished = true;
      response.end('{}');
    });
    await problemFacts(copyToEngine(store, open, { what: ['shop:1'] }, quietRun()), 'blob-damaged');
    expect(finished).toBe(false);
  });

  test('a cancel breaks the connection before the archive is whole', async () => {
    const store = await openStore();
    const large = {
      names: ['shop:large'],
      layers: [{ files: [{ path: 'large', content: noise(8 << 20) }] }],
    };
    await load(store, dockerArchive([large]));
    const abort = new AbortController();
    let finished = false;
    const { open } = await engineWith({ json: null }, image.id, {
      'POST /images/load': (request) => {
        request.once('data', () => abort.abort());
        request.on('end', () => (finished = true));
        request.pause();
      },
    });
    const work = copyToEngine(store, open, { what: ['shop:large'] }, quietRun(abort.signal));
    setTimeout(() => abort.abort(), 300);
    await problemFacts(work, 'cancelled');
    expect(finished).toBe(false);
  });

  test('what an engine does that has everything when it is cancelled is undone', async () => {
    const store = await openStore();
    await load(store, archive);
    const abort = new AbortController();
    const { open, fake } = await taker((response) => {
      abort.abort();
      setTimeout(() => {
        fake.answers['GET /images/json'] = { json: [{ Id: image.id, RepoTags: ['shop:1'] }] };
        response.end('{}');
      }, 50);
    });
    const Layers = image.layers.map(({ diffId }) => diffId);
    fake.answers[`GET /images/${image.id}/json`] = {
      json: { Id: image.id, RepoTags: ['shop:1'], RootFS: { Layers }, Size: 5 },
    };
    fake.answers[`DELETE /images/${fullName}`] = (_, response) => {
      fake.answers['GET /images/json'] = { json: [] };
      response.end('[]');
    };
    await problemFacts(copyToEngine(store, open, { what: ['shop:1'] }, quietRun(abort.signal)), 'cancelled');
    expect(fake.asked).toContain(`DELETE /images/${fullName}`);
    expect((await open.view()).graph.images).toEqual([]);
  });

  test('an engine that goes on after a cancel, longer than somebody waits, is said', async () => {
    const store = await openStore();
    await load(store, archive);
    const abort = new AbortController();
    const { open } = await taker(() => abort.abort());
    const work = copyToEngine(store, open, { what: ['shop:1'] }, quietRun(abort.signal), 50);
    expect(await problemFacts(work, 'engine-goes-on')).toEqual({ engine: 'Docker' });
  });
});

describe('bytes through shared memory', () => {
  test('come out as they went in, whatever the pieces, over many turns of the ring', async () => {
    const path = await temporaryFile(noise(20_000_003), 'bytes');
    const memory = createRing();
    const { signal } = new AbortController();
    const feeding = feedRing(memory, createReadStream(path, { highWaterMark: 99_991 }), { signal });
    const out: Uint8Array[] = [];
    for await (const piece of drainRing(memory, signal)) out.push(piece);
    await feeding;
    expect(Buffer.concat(out).equals(await readFile(path))).toBe(true);
  });

  test('a reader that stopped does not hold the writer', async () => {
    const abort = new AbortController();
    const feeding = feedRing(createRing(), createReadStream(await temporaryFile(noise(9 << 20), 'bytes')), {
      signal: abort.signal,
    });
    setTimeout(() => abort.abort(), 50);
    await problemFacts(feeding, 'cancelled');
  });
});
