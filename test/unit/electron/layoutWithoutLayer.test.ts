import { expect, test } from 'vitest';
import { loadImages } from '../../../electron/actions/copy/loadImages';
import { fileTree } from '../../../electron/actions/inside/imageFiles';
import { resolveImage } from '../../../electron/actions/images/resolveImage';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { lookAt } from '../../../electron/place/opened/lookAt';
import {
  blobPath,
  buildImage,
  digestOf,
  ociArchive,
  ociMembers,
  tarOf,
  type ImageSpec,
  type TarMember,
} from '../../setup/imageBuilder';
import { expectSoundStore, openStore, problemFacts, quietRun, temporaryFile } from '../../setup/temporary';

const index = 'application/vnd.oci.image.index.v1+json';

/** Members with the manifest that the list names below an index of its own. */
function belowIndex(members: readonly TarMember[]): TarMember[] {
  const contentOf = (path: string): string => String(members.find((each) => each.path === path)?.content);
  const { manifests } = JSON.parse(contentOf('index.json')) as { manifests: object[] };
  const inner = JSON.stringify({ schemaVersion: 2, mediaType: index, manifests });
  const digest = digestOf(inner);
  const outer = { mediaType: index, digest, size: inner.length };
  return [
    ...members.filter(({ path }) => path !== 'index.json'),
    { path: 'index.json', content: JSON.stringify({ schemaVersion: 2, manifests: [outer] }) },
    { path: blobPath(digest), content: inner },
  ];
}

test.each([
  ['plain', {}],
  ['gzip', { gzip: true }],
  ['zstd', { zstd: true }],
])(
  'a layer of a layout that the store holds is taken from there, and one that nobody has is named: %s',
  async (_, how) => {
    const base = { files: [{ path: 'base', content: 'base' }], ...how };
    const top: ImageSpec = {
      names: ['top:1'],
      layers: [base, { files: [{ path: 'top', content: 'top' }], ...how }],
    };
    const image = buildImage(top);
    const missing = blobPath(image.layers[0]?.digest ?? '');
    const thin = ociMembers([image]).filter(({ path }) => path !== missing);
    for (const members of [thin, belowIndex(thin)]) {
      const path = await temporaryFile(tarOf(members));
      const load = async (store: Awaited<ReturnType<typeof openStore>>): Promise<unknown> =>
        loadImages(store, { path, label: 'thin.tar' }, quietRun());
      const facts = await problemFacts(load(await openStore()), 'blob-missing');
      expect(facts).toMatchObject({ entry: missing, what: 'layer' });
      const store = await openStore();
      const whole = await temporaryFile(ociArchive([{ names: ['base:1'], layers: [base] }]));
      await loadImages(store, { path: whole, label: 'base.tar' }, quietRun());
      await load(store);
      const { graph } = await readStoreView(store);
      expect(graph.images.find(({ id }) => id === image.id)?.manifests).toEqual([image.manifestDigest]);
      await expectSoundStore(store.directory);
    }
  },
);

const ways = ['plain', 'gzip', 'zstd'] as const;
const how = (way: (typeof ways)[number]): object => (way === 'plain' ? {} : { [way]: true });

test.each(
  ways.flatMap((listed) => ways.filter((way) => way !== listed).map((way) => [listed, way] as const)),
)(
  'a layer that a layout lacks is taken from the store in whatever form that has it: %s lacks, %s is there',
  async (listed, way) => {
    const base = { files: [{ path: 'base', content: 'base' }] };
    const image = buildImage({
      names: ['top:1'],
      layers: [
        { ...base, ...how(listed) },
        { files: [{ path: 'top', content: 'top' }], ...how(listed) },
      ],
    });
    const missing = blobPath(image.layers[0]?.digest ?? '');
    const thin = ociMembers([image]).filter(({ path }) => path !== missing);
    for (const members of [thin, belowIndex(thin)]) {
      const path = await temporaryFile(tarOf(members));
      const store = await openStore();
      const whole = await temporaryFile(
        ociArchive([{ names: ['base:1'], layers: [{ ...base, ...how(way) }] }]),
      );
      await loadImages(store, { path: whole, label: 'base.tar' }, quietRun());
      const looked = await lookAt(path, { pool: store.pool, own: () => Promise.resolve(store) }, quietRun());
      try {
        const view = await readStoreView(looked);
        const tree = await fileTree(looked, view, resolveImage(view.graph, image.id).image, null);
        expect(tree.find('base', false)).not.toBeNull();
        expect(tree.find('top', false)).not.toBeNull();
      } finally {
        await looked.close();
      }
      // Of the image's two layers the one is new.
      const result = await loadImages(store, { path, label: 'thin.tar' }, quietRun());
      expect(result).toMatchObject({ layers: 2, newLayers: 1 });
      const { graph } = await readStoreView(store);
      expect(graph.images.map(({ id }) => id)).toContain(image.id);
      await expectSoundStore(store.directory);
    }
  },
);

test('platforms that a layout lists and has not, or not whole, are named', async () => {
  const [here, half] = ['amd64', 'arm64'].map((architecture) =>
    buildImage({ architecture, layers: [{ files: [{ path: 'f', content: architecture }] }] }),
  );
  if (!here || !half) throw new Error('two images');
  const listed = (digest: string, size: number, architecture: string): object => ({
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    digest,
    size,
    platform: { os: architecture === 'unknown' ? 'unknown' : 'linux', architecture },
  });
  const inner = JSON.stringify({
    schemaVersion: 2,
    mediaType: index,
    manifests: [
      listed(here.manifestDigest, here.manifest.length, 'amd64'),
      listed(half.manifestDigest, half.manifest.length, 'arm64'),
      listed(digestOf('nowhere'), 7, 's390x'),
      listed(digestOf('an attestation'), 14, 'unknown'),
    ],
  });
  const digest = digestOf(inner);
  const missing = blobPath(half.layers[0]?.digest ?? '');
  const members = ociMembers([here, half]).filter(({ path }) => path !== missing && path !== 'index.json');
  members.push(
    { path: blobPath(digest), content: inner },
    {
      path: 'index.json',
      content: JSON.stringify({
        schemaVersion: 2,
        manifests: [{ mediaType: index, digest, size: inner.length }],
      }),
    },
  );
  const path = await temporaryFile(tarOf(members));
  const result = await loadImages(await openStore(), { path, label: 'part.tar' }, quietRun());
  expect(result.absentPlatforms).toEqual(['linux/arm64', 'linux/s390x']);
});
