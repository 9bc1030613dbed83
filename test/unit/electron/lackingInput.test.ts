import { readdirSync, readFileSync } from 'node:fs';
import { cp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { heldByWords, readHeld } from '../../../electron/actions/copy/heldLayers';
import { saveImages } from '../../../electron/actions/copy/saveImages';
import { saveLayout } from '../../../electron/actions/copy/saveLayout';
import { lookAt } from '../../../electron/place/opened/lookAt';
import { createWorkerPool } from '../../../electron/worker/workerPool';
import { noise, ociArchive, type ImageSpec } from '../../setup/imageBuilder';
import { performCommand, type Called } from '../../setup/performCommand';
import { load, openStore, problemFacts, quietRun, temporaryFolder } from '../../setup/temporary';

/** An input that lacks a blob is looked at all the same: whole images are whole, and the others are told. */

const base = { files: [{ path: 'etc/os', content: noise(3000) }] };
const specs: readonly ImageSpec[] = [
  { names: ['shop:1'], layers: [base, { gzip: true, files: [{ path: 'app', content: noise(900, 1) }] }] },
  { names: ['shop:2'], layers: [base, { files: [{ path: 'app', content: noise(800, 2) }] }] },
  { names: ['other:1'], layers: [{ gzip: true, files: [{ path: 'app', content: noise(700, 3) }] }] },
];
const names = specs.flatMap((spec) => spec.names ?? []);

async function layoutOf(folder: string): Promise<string> {
  const context = await openStore();
  await load(context, ociArchive(specs));
  await saveLayout(context, { what: names, target: join(folder, 'lay') }, quietRun());
  return join(folder, 'lay');
}

const perform = async (path: string, ...words: readonly string[]): Promise<Called> => {
  const pool = createWorkerPool();
  return performCommand(() => lookAt(path, { pool }, quietRun()), words).finally(() => pool.close());
};

interface Listed {
  readonly digest: string;
}
interface Needs {
  readonly manifest: string;
  readonly config: string;
  readonly layers: readonly string[];
}

/** What each image of a layout needs, read as any other program reads it. */
function needsOf(layout: string): ReadonlyMap<string, Needs> {
  const read = ({ digest }: Listed): unknown =>
    JSON.parse(readFileSync(join(layout, 'blobs', 'sha256', digest.slice(7)), 'utf8'));
  const { manifests } = JSON.parse(readFileSync(join(layout, 'index.json'), 'utf8')) as {
    manifests: readonly (Listed & { annotations: Record<string, string> })[];
  };
  return new Map(
    manifests.map((root) => {
      const { config, layers } = read(root) as { config: Listed; layers: readonly Listed[] };
      const own = {
        manifest: root.digest,
        config: config.digest,
        layers: layers.map(({ digest }) => digest),
      };
      const name = (root.annotations['org.opencontainers.image.ref.name'] ?? '').replace(/^.*\//, '');
      return [name, own];
    }),
  );
}

test('of a layout without any one blob the images that need it are told, and the others are whole', async () => {
  const folder = await temporaryFolder();
  const layout = await layoutOf(folder);
  const needs = needsOf(layout);
  const shown = (name: string): string => names.find((each) => each.endsWith(name)) ?? name;
  expect([...needs.keys()].map(shown).sort()).toEqual([...names].sort());
  for (const hex of readdirSync(join(layout, 'blobs', 'sha256'))) {
    const at = join(folder, 'part', 'lay');
    await cp(layout, at, { recursive: true });
    await rm(join(at, 'blobs', 'sha256', hex));
    const blob = `sha256:${hex}`;
    const kept = await perform(at, 'images', '--format', '{{.Repository}}:{{.Tag}}');
    const lacking = [...needs].filter(([, own]) => [own.manifest, own.config, ...own.layers].includes(blob));
    const unread = lacking.filter(([, own]) => !own.layers.includes(blob)).map(([name]) => shown(name));
    const told = `${blob} ${kept.err}`;
    expect(kept.code, told).toBe(1);
    expect(kept.out.trim().split('\n').sort(), told).toEqual(
      names.filter((name) => !unread.includes(name)).sort(),
    );
    for (const [name] of lacking)
      expect(kept.err).toMatch(new RegExp(`^${shown(name)}: lay is incomplete`, 'm'));
    expect(kept.err.trim().split('\n')).toHaveLength(lacking.length);
    const whole = [...needs.keys()].filter((name) => lacking.every(([each]) => each !== name));
    for (const [name = ''] of [lacking.map(([each]) => each), whole]) {
      const isPart = !whole.includes(name);
      const isUnread = unread.includes(shown(name));
      for (const words of [
        ['inspect', shown(name)],
        ['history', shown(name)],
        ['manifest', shown(name)],
        ['ls', '-R', shown(name)],
        ['save', '-o', join(folder, 'one.tar'), shown(name)],
        ['save', '--format', 'oci-dir', '-o', join(folder, 'one'), shown(name)],
      ]) {
        const { code, err } = await perform(at, ...words);
        const works = ['ls', 'save'].includes(words[0] ?? '') ? !isPart : !isUnread;
        expect([code, words, code === 0 ? '' : err]).toEqual(
          works ? [0, words, ''] : [1, words, expect.stringMatching(/lay is incomplete|No image is called/)],
        );
      }
      await rm(join(folder, 'one'), { recursive: true, force: true });
    }
    const store = await openStore();
    await problemFacts(load(store, at), 'blob-missing');
    await rm(at, { recursive: true });
  }
});

describe('what was saved without layers, where the store has none of them', () => {
  test.each(['oci-archive', 'docker-archive'] as const)('as %s', async (format) => {
    const folder = await temporaryFolder();
    const context = await openStore();
    await load(context, ociArchive(specs));
    const thin = join(folder, 'thin.tar');
    const held = await readHeld(context, await heldByWords(context, ['shop:1']), quietRun());
    await saveImages(context, { what: ['shop:2', 'other:1'], format, target: thin, held }, quietRun());
    const listed = await perform(thin, 'images', '--format', '{{.Repository}}:{{.Tag}}');
    expect([listed.code, listed.err]).toEqual([0, '']);
    expect(listed.out.trim().split('\n').sort()).toEqual(['other:1', 'shop:2']);
    for (const words of [
      ['inspect', 'shop:2'],
      ['history', 'shop:2'],
      ['manifest', 'shop:2'],
      ['ls', 'other:1'],
      ['save', '-o', join(folder, 'one.tar'), 'other:1'],
    ])
      expect(await perform(thin, ...words), words.join(' ')).toMatchObject({ code: 0 });
    for (const words of [
      ['ls', 'shop:2'],
      ['save', '-o', join(folder, 'two.tar'), 'shop:2'],
    ])
      expect(await perform(thin, ...words)).toMatchObject({
        code: 1,
        err: expect.stringContaining('thin.tar needs 1 layer that your store does not have') as string,
      });
    await problemFacts(load(await openStore(), thin), 'layers-missing');
  });
});

test('where nothing can be read the input is refused as before', async () => {
  const folder = await temporaryFolder();
  const layout = await layoutOf(folder);
  for (const { manifest } of needsOf(layout).values())
    await rm(join(layout, 'blobs', 'sha256', manifest.slice(7)));
  expect(await perform(layout, 'images')).toMatchObject({ code: 1, problem: 'blob-missing', out: '' });
});

test('all images of a place are not copied where one cannot be', async () => {
  const folder = await temporaryFolder();
  const layout = await layoutOf(folder);
  const [first] = needsOf(layout).values();
  const at = join(layout, 'blobs', 'sha256', first?.manifest.slice(7) ?? '');
  await rename(at, `${at}.gone`);
  await writeFile(`${folder}/x`, '');
  const store = await openStore();
  const called = await performCommand(
    () => openStore(store.directory),
    ['copy', layout, join(folder, 'all.tar')],
  );
  expect(called).toMatchObject({ code: 1, problem: 'blob-missing' });
});
