import { lstat } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rewriteImage } from '../../electron/actions/making/rewriteImage';
import { must } from '../setup/run';
import { parseImageId } from '../../shared/image/digest';
import { openBench, type Bench, type TestStore } from './bench';
import { filesOnDisk, mergedFiles } from './mergedFiles';
import { commandFile, peerSuite } from './peers';
import { richName, writeRichImage } from './richImage';
import { historyOf } from '../../electron/actions/images/inspectImage';

/** The part of `umoci stat --json` that is looked at. */
interface Stat {
  readonly history: readonly {
    readonly layer: { readonly digest: string; readonly size: number } | null;
    readonly diff_id: string;
    readonly created_by?: string;
    readonly comment?: string;
    readonly empty_layer?: boolean;
  }[];
}

peerSuite('umoci on our live store', ['umoci', 'skopeo'], () => {
  let bench: Bench;
  let store: TestStore;
  const umoci = (...args: string[]): Promise<string> => must(commandFile('umoci'), args);

  beforeAll(async () => {
    bench = await openBench();
    store = await bench.store();
    await store.loadSamples();
    await writeRichImage(bench.folder, bench.path('rich.tar'));
    await store.load(bench.path('rich.tar'));
  });
  afterAll(() => bench.close());

  test('`umoci ls` lists every name and no other', async () => {
    const listed = (await umoci('ls', '--layout', store.directory)).trim().split('\n');
    expect(listed.sort()).toEqual(Object.keys(await store.idsByName()).sort());
    expect(listed).toContain(richName);
  });

  test('`umoci stat` matches the same history steps to the same layers', async () => {
    const { graph } = await store.view();
    for (const image of await store.images()) {
      for (const name of image.names) {
        const json = await umoci('stat', '--json', '--image', `${store.directory}:${name}`);
        const theirs = (JSON.parse(json) as Stat).history.map((step) => ({
          createdBy: step.created_by ?? '',
          comment: step.comment ?? '',
          empty: step.empty_layer ?? false,
          diffId: step.layer === null ? null : step.diff_id,
          blob: step.layer?.digest ?? null,
          size: step.layer?.size ?? 0,
        }));
        const ours = (await historyOf(store.context, image.id)).map((step) => {
          const layer = graph.layers.find(({ chainId }) => chainId === step.chainId);
          const { createdBy, comment, empty, size } = step;
          const blob = layer?.blobs[0]?.digest ?? null;
          return { createdBy, comment, empty, diffId: layer?.diffId ?? null, blob, size };
        });
        expect(theirs, name).toEqual(ours);
      }
    }
  });

  test.each(['sample/quarry:1.1', richName])(
    '`umoci unpack` of %s gives the files that our indexes give',
    async (name) => {
      const image = (await store.images()).find(({ names }) => names.includes(name));
      if (!image) throw new Error(`no image ${name}`);
      const bundle = bench.path(`bundle-${image.id.slice(7, 19)}`);
      await umoci('unpack', '--rootless', '--image', `${store.directory}:${name}`, bundle);
      const ours = await mergedFiles(store, image);
      expect(Object.keys(ours).length).toBeGreaterThan(5);
      expect(await filesOnDisk(`${bundle}/rootfs`)).toEqual(ours);
      if (name === richName) {
        const [a, b] = [await lstat(`${bundle}/rootfs/bin/tool`), await lstat(`${bundle}/rootfs/bin/tool-2`)];
        expect(a.ino).toBe(b.ino);
        expect(Object.keys(ours)).not.toContain('var/cache/old');
      }
    },
  );

  test('an image rewritten without a file and its links unpacks to the old tree without them, and skopeo copies it', async () => {
    const find = async (name: string): ReturnType<typeof mergedFiles> => {
      const image = (await store.images()).find(({ names }) => names.includes(name));
      if (!image) throw new Error(`no image ${name}`);
      return mergedFiles(store, image);
    };
    const { context } = store;
    const image = parseImageId((await store.idsByName())[richName]);
    const run = { signal: new AbortController().signal, report: () => undefined };
    const { id } = await rewriteImage(
      context,
      { image, patterns: ['/bin/tool', '/var'], reference: 'rich:clean' },
      run,
    );
    const bundle = bench.path('bundle-clean');
    await umoci('unpack', '--rootless', '--image', `${store.directory}:rich:clean`, bundle);
    const left = Object.entries(await find(richName)).filter(
      ([path]) => path !== 'bin/tool' && !/^var(?:\/|$)/.test(path),
    );
    expect(left.map(([path]) => path)).toContain('bin/tool-2');
    expect(await filesOnDisk(`${bundle}/rootfs`)).toEqual(Object.fromEntries(left));
    const archive = await store.save(['rich:clean'], 'docker-archive', 'clean.tar');
    const copied = bench.path('copied.tar');
    await must('skopeo', [
      'copy',
      '--insecure-policy',
      `docker-archive:${archive}`,
      `docker-archive:${copied}`,
    ]);
    const inspected = JSON.parse(
      await must('skopeo', ['inspect', '--config', `docker-archive:${copied}`]),
    ) as {
      rootfs: { diff_ids: string[] };
    };
    expect(inspected.rootfs.diff_ids).toHaveLength(
      (await store.images()).find((each) => each.id === id)?.layers.length ?? -1,
    );
  });

  test('`umoci gc` on our store finds nothing to remove', async () => {
    const before = await filesOnDisk(`${store.directory}/blobs`);
    await umoci('gc', '--layout', store.directory);
    expect(await filesOnDisk(`${store.directory}/blobs`)).toEqual(before);
    expect((await store.view()).damaged).toEqual([]);
  });
});
