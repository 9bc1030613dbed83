import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { hostArchitecture } from '../../../electron/system/hostArchitecture';
import { callCommand } from '../../setup/callCommand';
import { buildImage, ociArchive, type ImageSpec } from '../../setup/imageBuilder';
import { indexedLayout } from '../../setup/indexBuilder';
import { seeded, seedOf } from '../../setup/randomLayers';
import { load, openStore, temporaryFolder } from '../../setup/temporary';

/** What of an image a word names, as whoever knows the layout tells without this program. */
interface Meant {
  readonly word: string;
  readonly name: string | null;
  /** The images in a form that has room for all platforms, and the entry that its list has. */
  readonly ids: readonly string[];
  readonly root: string;
  /** The one image in a docker-archive. */
  readonly one: string;
}

const seed = seedOf(15);
const random = seeded(seed);
const platforms = ['s390x', hostArchitecture, 'mips64le', 'riscv64'];

/** An index of some platforms under a name. */
const indexed = (name: string) => {
  const own = platforms.filter((each) => each === hostArchitecture || random(10) < 7);
  const layout = indexedLayout(
    name,
    own.map((architecture) => ({
      architecture,
      layers: [{ files: [{ path: name, content: architecture }] }],
    })),
  );
  return { layout, own: own.map((each) => `linux/${each}`) };
};

const short = (digest: string): string => digest.slice(7, 19);

/** All ways to write a word for a digest. */
const words = (digest: string, name: string): readonly string[] => [
  digest,
  digest.slice(7),
  short(digest),
  `${name.split(':')[0]}@${digest}`,
];

test(`a word means the same images and names in every form and to every place (seed ${seed})`, async () => {
  const [one, other] = [indexed('index/one:1'), indexed('index/two:1')];
  const plain: ImageSpec = {
    names: ['plain:1', 'plain:2'],
    layers: [{ files: [{ path: 'p', content: 'plain' }] }],
  };
  const built = buildImage(plain);
  const context = await openStore();
  for (const { layout } of [one, other]) await load(context, layout.archive);
  await load(context, ociArchive([plain]));
  const { graph } = await readStoreView(context);
  const plainRoot = graph.images.find(({ id }) => id === built.id)?.manifests[0] ?? '';
  await context.close();
  const cases: Meant[] = [
    { word: 'plain:2', name: 'plain:2', ids: [built.id], root: plainRoot, one: built.id },
    ...[built.id, plainRoot].flatMap((digest) =>
      words(digest, 'plain:1').map((word) => ({
        word,
        name: null,
        ids: [built.id],
        root: plainRoot,
        one: built.id,
      })),
    ),
  ];
  for (const [name, { layout, own }] of [
    ['index/one:1', one],
    ['index/two:1', other],
  ] as const) {
    const ids = own.map((platform) => layout.ids[platform] ?? '');
    const host = layout.ids[`linux/${hostArchitecture}`] ?? '';
    const whole = { ids, root: layout.index.digest, one: host };
    cases.push({ ...whole, word: name, name });
    for (const word of words(layout.index.digest, name)) cases.push({ ...whole, word, name: null });
    for (const platform of own) {
      const [id, root] = [layout.ids[platform] ?? '', layout.manifests[platform] ?? ''];
      for (const word of [...words(id, name), ...words(root, name)])
        cases.push({ word, name: null, ids: [id], root, one: id });
    }
  }
  const listed = async (store: string) => {
    const opened = await openStore(store);
    const view = await readStoreView(opened);
    await opened.close();
    return {
      ids: view.graph.images.map(({ id }) => id).sort(),
      names: [...new Set(view.graph.images.flatMap(({ names }) => names))],
      roots: view.roots.map(({ digest }) => digest),
    };
  };
  for (const { word, name, ids, root, one: single } of cases) {
    const folder = await temporaryFolder();
    const ways = ['oci-archive', 'oci-dir', 'docker-archive', 'store'] as const;
    const way = ways[random(ways.length)] ?? 'store';
    const verb = random(2) === 0 ? 'copy' : 'save';
    const target = join(folder, way === 'oci-dir' ? 'out' : 'out.tar');
    const fresh = await openStore();
    await fresh.close();
    if (way === 'store') {
      const lent = join(folder, 'all.oci');
      const all = ['index/one:1', 'index/two:1', 'plain:1', 'plain:2'];
      const made = await callCommand(context.directory, [
        'save',
        '--format',
        'oci-archive',
        '-o',
        lent,
        ...all,
      ]);
      expect(made.code, made.err).toBe(0);
      const { code, err } = await callCommand(fresh.directory, ['copy', '--source', lent, word, 'store']);
      expect(code, err).toBe(0);
    } else {
      const last = verb === 'copy' ? [word, target] : ['-o', target, word];
      const { code, err } = await callCommand(context.directory, [verb, '--format', way, ...last]);
      expect(code, err).toBe(0);
      const { code: loaded, err: why } = await callCommand(fresh.directory, ['load', target]);
      expect(loaded, why).toBe(0);
    }
    const isAll = way !== 'docker-archive';
    const found = await listed(fresh.directory);
    expect(found.ids, `${verb} ${way} ${word}`).toEqual([...(isAll ? ids : [single])].sort());
    expect(found.names, `${verb} ${way} ${word}`).toEqual(name === null ? [] : [name]);
    if (isAll) expect(found.roots, `${verb} ${way} ${word}`).toEqual([root]);
    if (way === 'oci-dir') expect(await readFile(join(target, 'index.json'), 'utf8'), word).toContain(root);
  }
});

test('an index without a name is copied whole with the archive that it is in', async () => {
  const { layout, own } = indexed('index/nameless:1');
  const giver = await openStore();
  await load(giver, layout.archive);
  await giver.close();
  const folder = await temporaryFolder();
  const [bare, out] = [join(folder, 'bare.tar'), join(folder, 'out.tar')];
  const form = ['--format', 'oci-archive'];
  expect(
    await callCommand(giver.directory, ['save', ...form, '-o', bare, layout.index.digest]),
  ).toMatchObject({
    code: 0,
  });
  expect(await callCommand(giver.directory, ['copy', ...form, bare, out])).toMatchObject({ code: 0 });
  const fresh = await openStore();
  await load(fresh, await readFile(out));
  const { graph, roots } = await readStoreView(fresh);
  expect(graph.images).toHaveLength(own.length);
  expect(roots.map(({ digest }) => digest)).toEqual([layout.index.digest]);
  await fresh.close();
});
