import { chmod, cp, mkdir, readdir, readFile, rm, stat, symlink, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { saveLayout } from '../../../electron/actions/copy/saveLayout';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { runNode, commandLine } from './scripts';
import { callCommand } from '../../setup/callCommand';
import { noise, ociArchive, type ImageSpec } from '../../setup/imageBuilder';
import {
  blobsOnDisk,
  load,
  openStore,
  problemFacts,
  quietRun,
  snapshotDirectory,
  temporaryFolder,
} from '../../setup/temporary';

const base = { files: [{ path: 'etc/os', content: noise(3000) }] };
const specs: readonly ImageSpec[] = [
  { names: ['shop:1'], layers: [base, { files: [{ path: 'a', content: noise(2000, 1) }] }] },
  { names: ['shop:2'], layers: [base, { gzip: true, files: [{ path: 'b', content: 'b' }] }] },
  { names: ['other:1'], layers: [{ files: [{ path: 'c', content: noise(9000, 2) }] }] },
];

async function someStore() {
  const context = await openStore();
  await load(context, ociArchive(specs));
  return context;
}

/** A store that was loaded from a layout says what is in it. */
async function imagesIn(target: string): Promise<Record<string, string>> {
  const context = await openStore();
  await load(context, target);
  const { graph } = await readStoreView(context);
  return Object.fromEntries(graph.images.flatMap(({ id, names }) => names.map((name) => [name, id])));
}

async function listed(
  target: string,
): Promise<readonly { digest: string; annotations?: Record<string, string> }[]> {
  const text = await readFile(join(target, 'index.json'), 'utf8');
  return (JSON.parse(text) as { manifests: { digest: string; annotations?: Record<string, string> }[] })
    .manifests;
}

describe('adding to a layout folder that is there', () => {
  test('keeps what it holds, and writes no blob twice', async () => {
    const context = await someStore();
    const target = join(await temporaryFolder(), 'layout');
    await saveLayout(context, { what: ['shop:1'], target }, quietRun());
    const inodes = new Map<string, number>();
    const blobs = join(target, 'blobs', 'sha256');
    for (const name of await readdir(blobs)) inodes.set(name, (await stat(join(blobs, name))).ino);
    const index = JSON.parse(await readFile(join(target, 'index.json'), 'utf8')) as { manifests: object[] };
    await writeFile(
      join(target, 'index.json'),
      JSON.stringify({ ...index, annotations: { 'their.own': 'kept' }, theirs: 1 }),
    );
    await writeFile(join(target, 'NOTES'), 'theirs');
    const saved = await saveLayout(context, { what: ['shop:2'], target }, quietRun());
    expect(saved).toMatchObject({ images: 1, layers: 1, file: 'layout', leftOut: { layers: 1 } });
    for (const [name, ino] of inodes)
      expect([name, (await stat(join(blobs, name))).ino]).toEqual([name, ino]);
    expect((await readdir(target)).sort()).toEqual(['NOTES', 'blobs', 'index.json', 'oci-layout']);
    expect(JSON.parse(await readFile(join(target, 'index.json'), 'utf8'))).toMatchObject({
      annotations: { 'their.own': 'kept' },
      theirs: 1,
    });
    expect(Object.keys(await imagesIn(target)).sort()).toEqual(['shop:1', 'shop:2']);
    const stored = await blobsOnDisk(context.directory);
    for (const [digest, size] of await blobsOnDisk(target)) expect(stored.get(digest)).toBe(size);
    for (const name of await readdir(blobs))
      expect((await stat(join(blobs, name))).mode & 0o777).toBe(0o644 & ~process.umask());
    const before = await snapshotDirectory(target);
    const again = await saveLayout(context, { what: ['shop:2'], target }, quietRun());
    expect(again).toMatchObject({ layers: 0, bytes: 0, leftOut: { layers: 2 } });
    expect(await snapshotDirectory(target)).toEqual(before);
  });

  test('moves a name that another image has, and says so', async () => {
    const context = await someStore();
    const target = join(await temporaryFolder(), 'layout');
    await saveLayout(context, { what: ['shop:1'], target }, quietRun());
    const other = await openStore();
    await load(
      other,
      ociArchive([{ names: ['shop:1'], layers: [{ files: [{ path: 'z', content: 'z' }] }] }]),
    );
    const saved = await saveLayout(other, { what: ['shop:1'], target }, quietRun());
    expect(saved.movedNames).toEqual(['shop:1']);
    const roots = await listed(target);
    expect(roots).toHaveLength(2);
    expect(roots.filter(({ annotations }) => annotations)).toHaveLength(1);
    const { graph } = await readStoreView(other);
    expect(await imagesIn(target)).toEqual({ 'shop:1': graph.images[0]?.id });
  });

  test('writes anew what has other bytes than its digest says', async () => {
    const context = await someStore();
    const target = join(await temporaryFolder(), 'layout');
    await saveLayout(context, { what: ['shop:1'], target }, quietRun());
    const whole = await snapshotDirectory(target);
    const blobs = join(target, 'blobs', 'sha256');
    for (const name of await readdir(blobs)) {
      const path = join(blobs, name);
      await chmod(path, 0o644);
      const bytes = await readFile(path);
      bytes[0] = (bytes[0] ?? 0) ^ 1;
      await writeFile(path, bytes);
    }
    await saveLayout(context, { what: ['shop:1'], target }, quietRun());
    expect(await snapshotDirectory(target)).toEqual(whole);
  });

  test('leaves what was there after a cancel, and when a blob is damaged', async () => {
    const context = await someStore();
    const target = join(await temporaryFolder(), 'layout');
    await saveLayout(context, { what: ['shop:1'], target }, quietRun());
    const before = await snapshotDirectory(target);
    const abort = new AbortController();
    const run = quietRun(abort.signal, ({ done }) => {
      if (done > 0) abort.abort();
    });
    await problemFacts(saveLayout(context, { what: ['other:1'], target }, run), 'cancelled');
    expect(await snapshotDirectory(target)).toEqual(before);
    const { graph } = await readStoreView(context);
    const image = graph.images.find(({ names }) => names.includes('other:1'));
    const layer = graph.layers.find(({ chainId }) => chainId === image?.top)?.blobs[0]?.digest ?? '';
    const blob = join(context.directory, 'blobs', 'sha256', layer.slice(7));
    const bytes = await readFile(blob);
    bytes[700] = (bytes[700] ?? 0) ^ 1;
    await chmod(blob, 0o644);
    await writeFile(blob, bytes);
    await problemFacts(saveLayout(context, { what: ['other:1'], target }, quietRun()), 'blob-damaged');
    expect(await snapshotDirectory(target)).toEqual(before);
  });

  test('lets several writers add at once, and all of their images are there', async () => {
    const target = join(await temporaryFolder(), 'layout');
    const first = await someStore();
    await saveLayout(first, { what: ['shop:1'], target }, quietRun());
    const stores = await Promise.all(
      [1, 2, 3, 4, 5].map(async (n) => {
        const context = await openStore();
        await load(
          context,
          ociArchive([
            { names: [`one:${n}`], layers: [base, { files: [{ path: `f${n}`, content: noise(500, n) }] }] },
          ]),
        );
        return { context, name: `one:${n}` };
      }),
    );
    await Promise.all(
      stores.map(({ context, name }) => saveLayout(context, { what: [name], target }, quietRun())),
    );
    const found = await imagesIn(target);
    expect(Object.keys(found).sort()).toEqual(['one:1', 'one:2', 'one:3', 'one:4', 'one:5', 'shop:1']);
    expect((await readdir(target)).sort()).toEqual(['blobs', 'index.json', 'oci-layout']);
  });

  test('refuses what is no layout, one of another version, one whose list cannot be read, and links in it', async () => {
    const context = await someStore();
    const folder = await temporaryFolder();
    const target = join(folder, 'layout');
    const refusal = async (): Promise<unknown> =>
      (await problemFacts(saveLayout(context, { what: ['shop:2'], target }, quietRun()), 'file-unwritable'))
        .reason;
    await mkdir(target);
    await writeFile(join(target, 'index.json'), '{"schemaVersion":2,"manifests":[]}');
    expect(await refusal()).toBe('ENOTEMPTY');
    await writeFile(join(target, 'oci-layout'), '{"imageLayoutVersion":"2.0.0"}');
    expect(await refusal()).toBe('layout-version');
    await writeFile(join(target, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
    await writeFile(join(target, 'index.json'), '{"schemaVersion":2,');
    expect(await refusal()).toBe('layout-index');
    await writeFile(join(target, 'index.json'), '{"schemaVersion":2,"manifests":[]}');
    await mkdir(join(folder, 'elsewhere'));
    await symlink('../elsewhere', join(target, 'blobs'));
    await refusal();
    expect(await readdir(join(folder, 'elsewhere'))).toEqual([]);
    await unlink(join(target, 'blobs'));
    // One without a folder for blobs is a layout without images.
    await saveLayout(context, { what: ['shop:2'], target }, quietRun());
    expect(Object.keys(await imagesIn(target))).toEqual(['shop:2']);
    await rm(target, { recursive: true });
  });

  test('adds layers that were left out to those that it was written without', async () => {
    const context = await someStore();
    const target = join(await temporaryFolder(), 'layout');
    const store = context.directory;
    const run = async (...words: string[]): Promise<string> => {
      const { code, out, err } = await callCommand(store, words);
      expect([words.join(' '), code, err]).toEqual([words.join(' '), 0, err]);
      return out + err;
    };
    await run('save', '--format', 'oci-dir', '--except', 'shop:2', '-o', target, 'shop:1');
    await run('save', '--format', 'oci-dir', '--except', 'other:1', '-o', target, 'other:1');
    const list = JSON.parse(await readFile(join(target, 'layers-left-out.json'), 'utf8')) as { leftOut: [] };
    expect(list.leftOut).toHaveLength(2);
  });
});

describe('copy to a layout folder that is there', () => {
  test('adds to it, says which names moved, and beforehand what would be written', async () => {
    const context = await someStore();
    const store = context.directory;
    const target = join(await temporaryFolder(), 'layout');
    const run = async (...words: string[]): Promise<string> => {
      const { code, out, err } = await callCommand(store, words);
      expect([words.join(' '), code, err]).toEqual([words.join(' '), 0, err]);
      return out + err;
    };
    await run('copy', '--format', 'oci-dir', 'shop:1', target);
    expect(await run('save', '-n', '--format', 'oci-dir', '-o', target, 'shop:2')).toMatch(
      /1 layer; 1 layer \(.*\) is already there/,
    );
    expect(await run('copy', 'shop:2', target)).toMatch(/1 layer; 1 layer \(.*\) is already there/);
    expect(Object.keys(await imagesIn(target)).sort()).toEqual(['shop:1', 'shop:2']);
    await run('tag', 'other:1', 'shop:2');
    expect(await run('copy', 'shop:2', target)).toContain('shop:2 named another image before');
    const { code, err } = await callCommand(store, ['copy', '--format', 'docker-archive', 'shop:1', target]);
    expect([code, err]).toEqual([1, expect.stringContaining('it is a folder') as string]);
  });
});

describe('a name of a layout folder', () => {
  /** What the members of a document about names are. */
  interface Moves {
    readonly movedNames?: readonly string[];
    readonly movedFrom?: readonly unknown[];
    readonly otherManifests?: readonly { readonly name: string; readonly manifest: string }[];
  }

  async function layoutRun() {
    const context = await someStore();
    const target = join(await temporaryFolder(), 'layout');
    const call = async (...words: string[]) => {
      const called = await callCommand(context.directory, words);
      expect(`${words.join(' ')} ${called.code} ${called.err}`).toBe(`${words.join(' ')} 0 ${called.err}`);
      return called;
    };
    const document = async (...words: string[]) =>
      JSON.parse((await call('--json', ...words)).out) as Moves & { readonly bytes: number };
    return { context, target, call, document };
  }

  test('is planned to move as it moves then', async () => {
    const { target, call, document } = await layoutRun();
    await call('copy', '--format', 'oci-dir', 'shop:1', 'shop:2', target);
    await call('tag', 'other:1', 'shop:1');
    await call('tag', 'other:1', 'shop:2');
    for (const how of [[], ['--compress', 'none']]) {
      const words = [...how, 'shop:1', 'shop:2', target];
      const said = await call('copy', '-n', ...words);
      expect(said.err).toMatch(/shop:1 is the name of [0-9a-f]{12} there/);
      const plan = await document('copy', '-n', ...words);
      const copy = await cp(target, `${target}-${how.length}`, { recursive: true }).then(() =>
        document('copy', ...how, 'shop:1', 'shop:2', `${target}-${how.length}`),
      );
      const moves = ({ movedNames, movedFrom, otherManifests, bytes }: typeof plan) => ({
        movedNames,
        movedFrom,
        otherManifests,
        bytes,
      });
      expect(moves(plan)).toEqual(moves(copy));
      expect(plan.movedNames).toEqual(['shop:1', 'shop:2']);
    }
  });

  test('that comes to another form of its image is said; the forms before are not brought along, and go by their digest', async () => {
    const { target, call, document } = await layoutRun();
    const forms = [['--compress', 'zstd'], [], ['--compress', 'gzip']];
    const others: string[] = [];
    for (const form of forms) {
      const { otherManifests = [] } = await document(
        'copy',
        '--format',
        'oci-dir',
        ...form,
        'shop:1',
        target,
      );
      others.push(...otherManifests.map(({ manifest }) => manifest));
    }
    const roots = await listed(target);
    const nameless = roots.filter(({ annotations }) => !annotations).map(({ digest }) => digest);
    expect(others).toEqual(nameless);
    expect(nameless).toHaveLength(2);
    expect((await call('copy', '-n', 'shop:1', target)).err).toContain(
      'names this image in another form there',
    );
    const fresh = await openStore();
    const { code, err } = await callCommand(fresh.directory, ['copy', target, 'store']);
    expect([code, err]).toEqual([0, err]);
    expect(await listed(fresh.directory)).toEqual([
      expect.objectContaining({ digest: roots.find(({ annotations }) => annotations)?.digest }),
    ]);
    // All of them come by a load; each goes by its own digest.
    const all = await openStore();
    await load(all, target);
    const id = Object.values(await imagesIn(target))[0] ?? '';
    // By the ID the one with the name is taken.
    const one = join(await temporaryFolder(), 'one');
    expect((await callCommand(all.directory, ['copy', '--format', 'oci-dir', id, one])).code).toBe(0);
    const named = roots.filter(({ annotations }) => annotations).map(({ digest }) => digest);
    expect((await listed(one)).map(({ digest }) => digest)).toEqual(named);
    for (const digest of nameless) {
      const plan = await callCommand(all.directory, ['rmi', '-n', digest]);
      expect(plan.out).toMatch(new RegExp(`^Would delete: ${digest}\nWould free `));
      const { out } = await callCommand(all.directory, ['rmi', digest]);
      expect(out).toMatch(new RegExp(`^Deleted: ${digest}\n`));
    }
    expect((await listed(all.directory)).map(({ digest }) => digest)).toEqual(named);
    expect((await callCommand(all.directory, ['fsck'])).code).toBe(0);
  });

  test('a folder that is planned has the size that it has then', async () => {
    const { target, document } = await layoutRun();
    for (const [i, how] of [[], ['--compress', 'none']].entries()) {
      const words = ['--format', 'oci-dir', ...how, 'shop:1', 'other:1', `${target}${i}`];
      const { bytes } = await document('copy', '-n', ...words);
      expect((await document('copy', ...words)).bytes).toBe(bytes);
      const paths = await readdir(`${target}${i}`, { recursive: true, withFileTypes: true });
      const sizes = await Promise.all(
        paths
          .filter((each) => each.isFile())
          .map(async (each) => (await stat(join(each.parentPath, each.name))).size),
      );
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(bytes);
    }
  });
});

/** Runs an addition that ends at step 0, 1, 2… as `fault` says, until one comes to its end; gives how many did not. */
async function endEverywhere(
  fault: string,
  look: (target: string, step: number) => Promise<void>,
): Promise<number> {
  const context = await someStore();
  const template = join(await temporaryFolder(), 'layout');
  await saveLayout(context, { what: ['shop:1'], target: template }, quietRun());
  await context.close();
  for (let step = 0; ; step++) {
    const target = join(await temporaryFolder(), 'layout');
    await cp(template, target, { recursive: true });
    const words = [commandLine, '--store', context.directory, 'copy', 'shop:2', target];
    const { code, stderr } = await runNode(words, { STRATIGRAPH_FAIL_POINT: `${step}${fault}` });
    if (!stderr.includes('fail point')) {
      expect(code, stderr).toBe(0);
      return step;
    }
    await look(target, step);
    // And it can be asked for again: tried at every third step, each kind of step has several.
    if (step % 3 !== 0) continue;
    const again = await runNode(words);
    expect(again.code, again.stderr).toBe(0);
    expect(Object.keys(await imagesIn(target)).sort()).toEqual(['shop:1', 'shop:2']);
    expect((await readdir(target)).sort(), `after step ${step}`).toEqual([
      'blobs',
      'index.json',
      'oci-layout',
    ]);
  }
}

describe('an addition that ends at any step', () => {
  const expectEither = async (target: string, step: number): Promise<void> => {
    const found = Object.keys(await imagesIn(target)).sort();
    expect([['shop:1'], ['shop:1', 'shop:2']], `after step ${step}`).toContainEqual(found);
  };

  test('leaves a whole layout when it is killed', async () => {
    expect(await endEverywhere('', expectEither)).toBeGreaterThan(8);
  });

  test('leaves a whole layout when the disk refuses, and says it of the layout', async () => {
    expect(await endEverywhere(':ENOSPC', expectEither)).toBeGreaterThan(8);
  });
});
