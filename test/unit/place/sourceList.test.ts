import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { addedSourcesFile, readAddedSources } from '../../../electron/engine/addedSources';
import { discoverEngines, ownSurroundings, type Surroundings } from '../../../electron/engine/discover';
import { findEngines } from '../../../electron/engine/findEngine';
import { EngineHub } from '../../../electron/engine/engineHub';
import { DialogGate } from '../../../electron/ipc/dialogGate';
import { GraphOffers } from '../../../electron/ipc/graphOffers';
import { createSourceHandlers } from '../../../electron/ipc/sourceHandlers';
import { enginePlaces } from '../../../electron/place/engine/enginePlaces';
import { followAddedPaths, type FollowedPaths } from '../../../electron/place/opened/followAddedPaths';
import { OpenedPlaces } from '../../../electron/place/opened/openedPlaces';
import { Places } from '../../../electron/place/places';
import { sourceList } from '../../../electron/place/sourceList';
import { defaultLimits } from '../../../shared/image/limits';
import type { SourceInfo } from '../../../shared/ipc/source';
import { dockerArchive, type ImageSpec } from '../../setup/imageBuilder';
import { problemFacts, quietRun, sharedPool, temporaryFolder } from '../../setup/temporary';

/** The person's list of sources as the window changes it: by an address, by what was opened, and off again. */

const shop: ImageSpec = { names: ['shop:1'], layers: [{ files: [{ path: 'a', content: 'a' }] }] };
const caller = { id: 1 };

let env: Record<string, string>;
let around: Surroundings;
let opened: OpenedPlaces;
let hub: EngineHub;
let followed: FollowedPaths;
let places: Places;
let handlers: ReturnType<typeof createSourceHandlers>;
/** What the person answers to the question about an engine, and what was asked. */
let yes = true;
let asked: string[] = [];
/** Whether the person has pressed a key a moment ago. */
let active = true;

beforeEach(async () => {
  env = { PATH: '' };
  around = { ...ownSurroundings(), env, home: await temporaryFolder(), root: '/nonexistent' };
  opened = new OpenedPlaces({ pool: sharedPool() }, { quiet: 30, look: 100 });
  hub = new EngineHub(null, () => discoverEngines(around), {
    search: 60_000,
    quiet: 30,
    retry: [60_000, 60_000],
  });
  hub.start();
  followed = followAddedPaths(
    { list: (path) => void opened.enlist(path, defaultLimits), leave: (path) => opened.delist(path) },
    around,
    60_000,
  );
  places = new Places([enginePlaces(hub), opened]);
  const list = sourceList({
    opened,
    around,
    called: async (id) => (await places.list()).find((each) => each.id === id)?.word ?? null,
    changed: async () => {
      await Promise.all([followed.look(), hub.lookAgain()]);
    },
  });
  [yes, asked, active] = [true, [], true];
  const askEngine = (_caller: unknown, address: string): Promise<boolean> => {
    asked.push(address);
    return Promise.resolve(yes);
  };
  handlers = createSourceHandlers(
    { places, opened, list, askEngine } as never,
    new GraphOffers(),
    new DialogGate(() => ({ active, use: () => (active = false) })),
  );
});
afterEach(async () => {
  followed.stop();
  await hub.close();
  await opened.closeAll();
});

const listed = (): Promise<readonly SourceInfo[]> => places.list();
const add = (what: { address: string } | { source: SourceInfo['id'] }): Promise<unknown> =>
  Promise.resolve(handlers['sources.add']({ what }, caller));
const remove = (source: SourceInfo['id']): Promise<unknown> =>
  Promise.resolve(handlers['sources.remove']({ source }, caller));

describe('an engine', () => {
  test('is added by its address after a question, is listed at once, and is taken off again', async () => {
    expect(await add({ address: ' tcp://127.0.0.1:9 ' })).toBe(true);
    expect(asked).toEqual(['tcp://127.0.0.1:9']);
    const [info] = await listed();
    expect(info).toMatchObject({ kind: 'docker', address: 'tcp://127.0.0.1:9', added: true });
    if (!info) throw new Error('not listed');
    expect(await readAddedSources(around)).toEqual([
      { address: 'tcp://127.0.0.1:9', name: 'docker-127-0-0-1-9' },
    ]);
    active = true;
    const facts = await problemFacts(add({ address: 'tcp://127.0.0.1:9' }), 'source-listed');
    expect(facts).toEqual({ name: 'tcp://127.0.0.1:9', listed: info.word });
    expect(asked).toHaveLength(1);
    await remove(info.id);
    expect(await listed()).toEqual([]);
    expect(await readAddedSources(around)).toEqual([]);
    await problemFacts(remove(info.id), 'source-found');
  });

  test('is not added where the person says no, has done nothing, or nothing could be connected', async () => {
    yes = false;
    expect(await add({ address: 'tcp://127.0.0.1:9' })).toBe(false);
    await problemFacts(add({ address: 'tcp://127.0.0.1:9' }), 'action-unasked');
    active = true;
    for (const address of [
      'ssh://me:secret@host',
      'tcp://host:9?token=secret',
      'tcp://secret@host:9',
      'me:secret@host:9',
    ]) {
      active = true;
      const facts = await problemFacts(add({ address }), 'engine-unsupported');
      expect(facts).toMatchObject({ reason: 'form' });
      expect(JSON.stringify(facts)).not.toContain('secret');
    }
    active = true;
    // A window has no folder that a path could be relative to.
    const facts = await problemFacts(add({ address: 'unix://run/docker.sock' }), 'engine-unsupported');
    expect(facts).toMatchObject({ reason: 'relative' });
    expect(asked).toHaveLength(1);
    expect(await readAddedSources(around)).toEqual([]);
  });

  test('is not added, nor asked about, at what is no address: words, files, sockets that are not there', async () => {
    const file = join(around.home, 'app.tar');
    await writeFile(file, 'x');
    const refused: Readonly<Record<string, readonly string[]>> = {
      word: ['foo', ' foo ', 'docker.sock', '127.0.0.1'],
      'no-socket': [file, `unix://${file}`, around.home, `unix://${around.home}/`, '/dev/null'],
      missing: [join(around.home, 'docker.sok'), `unix://${file}/docker.sock`],
    };
    for (const [reason, addresses] of Object.entries(refused))
      for (const address of addresses) {
        active = true;
        const facts = await problemFacts(add({ address }), 'engine-unsupported');
        expect([address, facts['reason']]).toEqual([address, reason]);
      }
    expect(asked).toEqual([]);
    expect(await readAddedSources(around)).toEqual([]);
  });

  test('on the list that nobody answers at hides no engine of the machine that does not run', async () => {
    env['PATH'] = join(around.home, 'bin');
    await mkdir(env['PATH']);
    for (const program of ['docker', 'podman'])
      await writeFile(join(env['PATH'], program), '', { mode: 0o755 });
    await hub.lookAgain();
    const before = await listed();
    expect(before.map(({ word }) => word)).toEqual(['docker', 'podman']);
    for (const address of ['tcp://127.0.0.1:9', 'tcp://podman.invalid:9']) {
      active = true;
      expect(await add({ address })).toBe(true);
    }
    const ids = (await listed()).filter(({ added }) => added !== true).map(({ id }) => id);
    expect(ids).toEqual(before.map(({ id }) => id));
    expect(await listed()).toHaveLength(4);
    // The command line lists the same.
    const found = await findEngines({ count: false }, await discoverEngines(around));
    expect(found.map(({ info }) => info.id).sort()).toEqual((await listed()).map(({ id }) => id).sort());
  });

  test('that is found by itself, too, is taken off the list and stays', async () => {
    const path = join(around.home, 'engine.sock');
    const server = createServer(() => undefined).listen(path);
    await new Promise((resolve) => server.once('listening', resolve));
    try {
      await add({ address: path });
      expect(await readAddedSources(around)).toMatchObject([{ address: `unix://${path}` }]);
      const [info] = await listed();
      expect(info).toMatchObject({ added: true });
      env['DOCKER_HOST'] = `unix://${path}`;
      active = true;
      await problemFacts(add({ address: `unix://${path}` }), 'source-listed');
      if (info) await remove(info.id);
      const [now] = await listed();
      expect(now?.id).toBe(info?.id);
      expect(now?.added).toBeUndefined();
    } finally {
      server.close();
    }
  });
});

describe('what was opened', () => {
  test('stays on the list, is closed and read again, and is taken off', async () => {
    const path = join(await temporaryFolder(), 'shop.tar');
    await writeFile(path, dockerArchive([shop]));
    const { id } = await opened.look(path, defaultLimits, quietRun());
    await problemFacts(remove(id), 'source-found');
    expect(await add({ source: id })).toBe(true);
    expect(asked).toEqual([]);
    expect(await readAddedSources(around)).toEqual([{ path }]);
    await handlers['source.close']({ source: id }, caller);
    expect(await listed()).toMatchObject([{ id, state: 'unread', added: true }]);
    await handlers['source.open']({ source: id }, caller);
    expect(await listed()).toMatchObject([{ id, state: 'ready', images: 1 }]);
    const facts = await problemFacts(add({ source: id }), 'source-listed');
    expect(facts).toEqual({ name: basename(path), listed: path });
    await remove(id);
    expect(await listed()).toEqual([]);
    await problemFacts(add({ source: id }), 'place-closed');
  });

  test('is not listed where the list cannot be written, which says so', async () => {
    const path = join(await temporaryFolder(), 'shop.tar');
    await writeFile(path, dockerArchive([shop]));
    const { id } = await opened.look(path, defaultLimits, quietRun());
    const file = addedSourcesFile(around);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, 'no list');
    await problemFacts(add({ source: id }), 'sources-invalid');
    expect(await listed()).toMatchObject([{ id, state: 'ready' }]);
    await rm(file);
    expect(await add({ source: id })).toBe(true);
  });
});
