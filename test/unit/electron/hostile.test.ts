import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openStoredLayer } from '../../../electron/actions/images/storedLayers';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { readLayerEntries } from '../../../electron/index/layerIndex';
import type { LayerEntry } from '../../../shared/layer/entry';
import { ProblemError, problemOf } from '../../../shared/image/problem';
import { problemSentence } from '../../../shared/text/problemText';
import { dockerArchive } from '../../setup/imageBuilder';
import { sharedDir } from '../../setup/shared';
import {
  blobsOnDisk,
  expectSoundStore,
  load,
  openStore,
  snapshotDirectory,
  type TestStore,
} from '../../setup/temporary';

/** Broken and malicious archives, each with what a correct loader does (EXPECT.md beside them). */

interface Expectation {
  readonly file: string;
  readonly wrong: string;
  readonly verdict: 'ACCEPT' | 'REJECT' | 'CONTAIN' | 'SURVIVE';
}

interface OkFacts {
  readonly id: string;
  readonly tags?: readonly string[] | null;
  readonly layers: number;
}

/** The archives name this folder: nothing may reach it. */
const canary = '/tmp/stratigraph-canary';
const canaryTime = 1_500_000_000;
const secret = 'HOST-SECRET-must-never-enter-the-store';
const canaryFiles: Readonly<Record<string, string>> = {
  victim: 'untouched\n',
  secret: `${secret}\n`,
  'secret.json': `{"host":"${secret}"}\n`,
};

function prepareCanary(): void {
  rmSync(canary, { recursive: true, force: true });
  mkdirSync(canary, { mode: 0o700 });
  for (const [name, text] of Object.entries(canaryFiles)) {
    writeFileSync(join(canary, name), text);
    chmodSync(join(canary, name), 0o600);
    utimesSync(join(canary, name), canaryTime, canaryTime);
  }
}

function expectCanaryUntouched(): void {
  expect(statSync(canary).mode & 0o777).toBe(0o700);
  expect(readdirSync(canary).sort()).toEqual(Object.keys(canaryFiles).sort());
  for (const [name, text] of Object.entries(canaryFiles)) {
    const { mode, nlink, mtimeMs } = statSync(join(canary, name));
    expect(readFileSync(join(canary, name), 'utf8')).toBe(text);
    expect({ mode: mode & 0o777, nlink, mtimeMs }).toEqual({
      mode: 0o600,
      nlink: 1,
      mtimeMs: canaryTime * 1000,
    });
  }
}

/** No byte of the host's files is anywhere in the store. */
async function expectNoSecret({ directory }: TestStore): Promise<void> {
  for (const digest of (await blobsOnDisk(directory)).keys()) {
    const file = join(directory, 'blobs', 'sha256', digest.slice(7));
    // A compressed bomb is no copy of a file of some bytes.
    if (statSync(file).size < 4 << 20) expect(readFileSync(file).includes(secret)).toBe(false);
  }
}

async function allEntries(context: TestStore): Promise<LayerEntry[]> {
  const { graph } = await readStoreView(context);
  const entries: LayerEntry[] = [];
  for (const { blobs } of graph.layers) {
    const [blob] = blobs;
    if (!blob) continue;
    const { indexPath } = await openStoredLayer(context, blob);
    for await (const entry of readLayerEntries(indexPath)) entries.push(entry);
  }
  return entries;
}

/** What is listed of an archive that loads, where that is the point of the case. */
const listings: Readonly<Record<string, (entries: readonly LayerEntry[]) => void>> = {
  'ok-13-trailing-garbage.tar': (entries) => expect(entries.length).toBeLessThan(20),
  'd-19-devices-setuid.tar': (entries) => {
    const kinds = new Set(entries.map(({ kind }) => kind));
    for (const kind of ['block', 'character', 'fifo'] as const) expect(kinds).toContain(kind);
    expect(entries.some(({ mode }) => (mode & 0o4000) !== 0)).toBe(true);
    expect(entries.some(({ uid }) => uid === 4_294_967_295)).toBe(true);
  },
  'e-01-pax-size-smuggle.tar': (entries) => expect(entries.map(({ path }) => path)).toContain('outer'),
  'e-08-pax-numeric-path.tar': (entries) =>
    expect(entries.map(({ path }) => path)).toEqual(expect.arrayContaining(['12345', 'true'])),
  'e-11-pax-global.tar': (entries) =>
    expect(entries.map(({ path }) => path)).toEqual(expect.arrayContaining(['one', 'two', 'three'])),
};

const shared = sharedDir();

if (shared === null) {
  test('there is no folder of hostile archives beside this checkout', () => {
    expect(sharedDir()).toBeNull();
  });
} else {
  const folder = join(shared, 'hostile');
  const cases = (JSON.parse(readFileSync(join(folder, 'expect.json'), 'utf8')) as Expectation[]).filter(
    ({ file }) => existsSync(join(folder, 'archives', file)),
  );
  const okFacts = JSON.parse(readFileSync(join(folder, 'ok-facts.json'), 'utf8')) as Record<
    string,
    OkFacts[]
  >;
  const good = { names: ['good:1'], layers: [{ files: [{ path: 'good', content: 'good' }] }] };

  beforeAll(prepareCanary);
  afterEach(expectCanaryUntouched);
  afterAll(() => rmSync(canary, { recursive: true, force: true }));

  const expectRefused = async (context: TestStore, before: ReadonlyMap<string, string>, thrown: unknown) => {
    expect(thrown).toBeInstanceOf(ProblemError);
    const problem = problemOf(thrown);
    expect(problem.code).not.toBe('internal');
    // One line that a terminal can show, whatever the archive's names hold.
    expect(problemSentence(problem, 'en')).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
    expect(await snapshotDirectory(context.directory)).toEqual(before);
    expect((await load(context, dockerArchive([good]))).images).toHaveLength(1);
  };

  test('every archive has an expectation', () => {
    expect(readdirSync(join(folder, 'archives')).sort()).toEqual(cases.map(({ file }) => file).sort());
  });

  describe('is refused, the store is as before and goes on working', () => {
    test.each(cases.filter(({ verdict }) => verdict === 'REJECT'))('$file: $wrong', async ({ file }) => {
      const context = await openStore();
      const before = await snapshotDirectory(context.directory);
      const thrown = await load(context, join(folder, 'archives', file), file).then(
        () => null,
        (reason: unknown) => reason,
      );
      await expectRefused(context, before, thrown);
    });
  });

  describe('is odd but right, and loads', () => {
    test.each(cases.filter(({ verdict }) => verdict === 'ACCEPT'))('$file: $wrong', async ({ file }) => {
      const context = await openStore();
      await load(context, join(folder, 'archives', file), file);
      const { graph, damaged } = await readStoreView(context);
      expect(damaged).toEqual([]);
      const facts = okFacts[file];
      if (facts) {
        expect(graph.images.map(({ id }) => id).sort()).toEqual(facts.map(({ id }) => `sha256:${id}`).sort());
        for (const { id, layers, tags } of facts) {
          const image = graph.images.find((candidate) => candidate.id === `sha256:${id}`);
          expect(image?.layers).toHaveLength(layers);
          if (tags) expect(image?.names).toEqual(tags);
        }
      }
      listings[file]?.(await allEntries(context));
      await expectSoundStore(context.directory);
      expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    });
  });

  describe('either is refused and leaves no trace, or stays inside of the store', () => {
    const either = cases.filter(({ verdict }) => verdict === 'CONTAIN' || verdict === 'SURVIVE');
    test.each(either)('$file: $wrong', async ({ file }) => {
      const context = await openStore();
      const before = await snapshotDirectory(context.directory);
      const thrown = await load(context, join(folder, 'archives', file), file).then(
        () => null,
        (reason: unknown) => reason,
      );
      await expectNoSecret(context);
      if (thrown !== null) {
        await expectRefused(context, before, thrown);
        return;
      }
      expect((await readStoreView(context)).damaged).toEqual([]);
      const entries = await allEntries(context);
      expect(
        entries.map(({ path }) => path).filter((path) => /(?:^|\/)(?:\.\.|smuggled)(?:\/|$)/.test(path)),
      ).toEqual([]);
      listings[file]?.(entries);
      await expectSoundStore(context.directory);
    });
  });
}
