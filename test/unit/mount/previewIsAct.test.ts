import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { cleanUp, collectGarbage } from '../../../electron/actions/upkeep/cleanUp';
import { readMountRecords, writeMountRecord } from '../../../electron/actions/records/mountRecords';
import { previewUnreached } from '../../../electron/actions/upkeep/freeUnreached';
import { previewPrune, pruneImages } from '../../../electron/actions/images/pruneImages';
import { previewRemove, removeImages } from '../../../electron/actions/images/removeImages';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { planRun } from '../../../electron/actions/runs/runImage';
import { mountWishes } from '../../../electron/cli/mountWords';
import { defaultProcesses } from '../../../electron/run/processLimit';
import type { RemovalPreview } from '../../../shared/graph/imageGraph';
import { parseImageId, type ImageId } from '../../../shared/image/digest';
import { problemOf } from '../../../shared/image/problem';
import type { OperationResult } from '../../../shared/ipc/operation';
import { callCommand } from '../../setup/callCommand';
import { dockerArchive, noise, ociArchive, type LayerSpec } from '../../setup/imageBuilder';
import { indexedLayout } from '../../setup/indexBuilder';
import {
  blobsOnDisk,
  load,
  openStore,
  quietRun,
  temporaryFolder,
  type TestStore,
} from '../../setup/temporary';
import { spawnSync } from 'node:child_process';

/**
 * What a preview says is what the act does: the same images go, the same names, the same bytes leave the disk, and the same is
 * refused or skipped; in the window and on the command line, over stores with several forms of a layer, platforms, images
 * without a name, workspaces, mounts and mounts that are gone.
 */

const chains = [[0], [0, 1], [0, 1, 2], [3, 0], [3, 1, 1], [4]];
const names = ['a:1', 'a:2', 'b:latest'];
const layer = (seed: number, form: Partial<LayerSpec>): LayerSpec => ({
  files: [{ path: `f${seed}`, content: noise(900 + 70 * seed, seed) }],
  ...form,
});

const form = fc.constantFrom<Partial<LayerSpec>>({}, { gzip: true }, { zstd: true });
const chain = fc.constantFrom(...chains);
const given = fc.subarray(names, { maxLength: 2 });
const anImage = fc.record({ do: fc.constant('image' as const), chain, form, given, oci: fc.boolean() });
const platforms = fc.record({
  do: fc.constant('platforms' as const),
  name: fc.constantFrom(...names),
  chains: fc.tuple(chain, chain),
  form,
});
/** Which of the images that are there then, by a number that is taken modulo. */
const nth = fc.nat(30);
const use = fc.record({
  do: fc.constantFrom(
    'workspace' as const,
    'mount' as const,
    'lost mount' as const,
    'run' as const,
    'run in a workspace' as const,
  ),
  nth,
});
const act = fc.oneof(
  fc.record({
    do: fc.constant('rmi' as const),
    nths: fc.array(nth, { minLength: 1, maxLength: 2 }),
    byName: fc.boolean(),
  }),
  fc.record({ do: fc.constantFrom('prune' as const, 'prune -a' as const) }),
  fc.record({ do: fc.constantFrom('window prune' as const) }),
  fc.record({
    do: fc.constantFrom('window remove' as const, 'window clean-up' as const),
    nths: fc.array(nth, { minLength: 1, maxLength: 3 }),
  }),
);
type Of<A> = A extends fc.Arbitrary<infer T> ? T : never;
type Build = Of<typeof anImage> | Of<typeof platforms> | Of<typeof use>;
type Act = Of<typeof act>;

const onDisk = async (directory: string): Promise<number> =>
  [...(await blobsOnDisk(directory)).values()].reduce((sum, size) => sum + size, 0);
const idsOf = async (directory: string): Promise<readonly string[]> =>
  (await readStoreView(await openStore(directory))).graph.images.map(({ id }) => id);
const sorted = (texts: Iterable<string>): readonly string[] => [...new Set(texts)].sort();

/** Ends what a step began. */
type End = () => Promise<void>;

/** A run as it is from when its command starts until it has ended. */
async function startRun(context: TestStore, tree: { image: ImageId } | { workspace: string }): Promise<End> {
  const plan = await planRun(
    context,
    tree,
    {
      entrypoint: null,
      env: [],
      terminal: false,
      network: false,
      command: ['/nothing'],
      user: null,
      workingDir: null,
      processes: defaultProcesses,
      mounts: mountWishes(new Map()),
      readOnly: false,
    },
    quietRun(),
  );
  return () => plan.finish();
}

async function build(directory: string, step: Build): Promise<End | void> {
  const context = await openStore(directory);
  if (step.do === 'image') {
    const spec = { names: step.given, layers: step.chain.map((i) => layer(i, step.oci ? step.form : {})) };
    await load(context, step.oci ? ociArchive([spec]) : dockerArchive([spec]));
    return;
  }
  if (step.do === 'platforms') {
    const [first, second] = step.chains.map((each) => each.map((i) => layer(i, step.form)));
    const layout = indexedLayout(step.name, [
      { os: 'linux', architecture: 'amd64', layers: first ?? [] },
      { os: 'linux', architecture: 'arm64', layers: second ?? [] },
    ]);
    await load(context, layout.archive);
    return;
  }
  const ids = await idsOf(directory);
  const id = ids[step.nth % Math.max(1, ids.length)];
  if (id === undefined) return;
  if (step.do === 'run') return startRun(context, { image: parseImageId(id) });
  if (step.do === 'workspace' || step.do === 'run in a workspace') {
    const made = await callCommand(directory, ['workspace', 'create', id]);
    expect(made).toMatchObject({ code: 0 });
    return step.do === 'run in a workspace' ? startRun(context, { workspace: made.out.trim() }) : undefined;
  }
  const place = join(await temporaryFolder(), 'm');
  await mkdir(place);
  expect(await callCommand(directory, ['mount', id, place])).toMatchObject({ code: 0 });
  if (step.do === 'mount') return;
  // The process that made it has ended, and somebody has unmounted it without us.
  for (const record of await readMountRecords(directory)) {
    if (record.target !== place) continue;
    await writeMountRecord(directory, { ...record, owner: { ...record.owner, start: '1' } });
  }
  expect(spawnSync('umount', [place]).status).toBe(0);
}

type Removed = Extract<OperationResult, { readonly kind: 'remove' | 'prune' }>;

/** Holds what was said beforehand against what was done, and that against the disk. */
async function compare(
  directory: string,
  said: Pick<RemovalPreview, 'images' | 'untagged' | 'freedBytes'>,
  act: () => Promise<Pick<Removed, 'removed' | 'untagged' | 'freedBytes'>>,
): Promise<void> {
  const [bytes, before] = [await onDisk(directory), await idsOf(directory)];
  const done = await act();
  const after = new Set(await idsOf(directory));
  const gone = sorted(before.filter((id) => !after.has(id)));
  expect(sorted(said.images.map(({ id }) => id))).toEqual(gone);
  expect(sorted(done.removed)).toEqual(gone);
  const untagged = [...said.untagged, ...said.images.flatMap((image) => image.names)];
  expect(sorted(untagged)).toEqual(sorted(done.untagged));
  expect(said.freedBytes).toBe(bytes - (await onDisk(directory)));
  expect(done.freedBytes).toBe(said.freedBytes);
}

/** A command with `-n` and without: the same is printed beside it, and it leaves with the same code. */
async function compareCommand(directory: string, [name = '', ...rest]: readonly string[]): Promise<void> {
  const dry = await callCommand(directory, ['--json', name, '-n', ...rest]);
  const act = async (): Promise<Removed> => {
    const real = await callCommand(directory, ['--json', name, ...rest]);
    expect([real.code, real.err, real.problem]).toEqual([dry.code, dry.err, dry.problem]);
    if (real.out === '') return { kind: 'remove', removed: [], untagged: [], freedBytes: 0 };
    return JSON.parse(real.out) as Removed;
  };
  const nothing = { images: [], untagged: [], freedBytes: 0 };
  await compare(directory, dry.out === '' ? nothing : (JSON.parse(dry.out) as RemovalPreview), act);
}

async function perform(directory: string, step: Act): Promise<void> {
  const { graph } = await readStoreView(await openStore(directory));
  const images = ('nths' in step ? step.nths : []).flatMap(
    (n) => graph.images[n % Math.max(1, graph.images.length)] ?? [],
  );
  const context = await openStore(directory);
  switch (step.do) {
    case 'rmi': {
      const words = images.map(({ id, names: [first] }) => (step.byName && first !== undefined ? first : id));
      if (words.length > 0) await compareCommand(directory, ['rmi', '-f', ...words]);
      return;
    }
    case 'prune':
    case 'prune -a':
      await compareCommand(directory, step.do.split(' '));
      return;
    case 'window prune': {
      const said = await previewPrune(context, { all: false });
      const skipped = new Set(said.skipped?.map(({ id }) => id));
      const going = new Set(said.images.map(({ id }) => id));
      for (const { id, names: own } of graph.images)
        if (own.length === 0) expect([id, going.has(id) || skipped.has(id)]).toEqual([id, true]);
      await compare(directory, said, () => pruneImages(context, { all: false }, quietRun(), said));
      return;
    }
    case 'window remove':
    case 'window clean-up': {
      const selection = { images: images.map(({ id }) => id), names: [] };
      if (selection.images.length === 0) return;
      const said = await previewRemove(context, selection).catch(problemOf);
      if (step.do === 'window remove') {
        const act = (): Promise<Removed> =>
          removeImages(context, selection, quietRun(), 'code' in said ? null : said);
        if ('code' in said) await expect(act().catch(problemOf)).resolves.toMatchObject({ code: said.code });
        else await compare(directory, said, act);
        return;
      }
      const request = { ...selection, unpacked: false, interrupted: false };
      if ('code' in said) {
        const refused = await cleanUp(context, request, quietRun()).catch(problemOf);
        expect(refused).toMatchObject({ code: said.code });
        return;
      }
      await compare(directory, said, async () => {
        const { removed } = await cleanUp(context, { ...request, shown: said }, quietRun());
        const { bytes } = await previewUnreached(context);
        const { freedBytes } = await collectGarbage(context);
        expect(bytes).toBe(freedBytes);
        return { removed, untagged: said.images.flatMap((image) => image.names), freedBytes };
      });
    }
  }
}

const story = fc.tuple(
  fc.array(fc.oneof({ weight: 3, arbitrary: anImage }, { weight: 1, arbitrary: platforms }), {
    minLength: 2,
    maxLength: 5,
  }),
  fc.array(use, { maxLength: 2 }),
  fc.array(act, { minLength: 2, maxLength: 4 }),
);

/** An image whose mount somebody has ended without us, and what removes it. */
const lost = (what: 'prune -a' | 'rmi'): [Of<typeof story>] => [
  [
    [{ do: 'image', chain: [0], form: {}, given: ['a:1'], oci: false }],
    [{ do: 'lost mount', nth: 0 }],
    [what === 'rmi' ? { do: 'rmi', nths: [0], byName: true } : { do: what }],
  ],
];

/** Of an index that has lost its name one platform has none, and the other one under a new index. */
const halfNamed: [Of<typeof story>] = [
  [
    [[0], [4]].map((first) => ({ do: 'platforms', name: 'a:1', chains: [first, [0, 1, 2]], form: {} })),
    [],
    [{ do: 'window prune' }, { do: 'rmi', nths: [0], byName: false }],
  ],
];

/** A workspace stands on an index of which a name goes, and keeps its other platform's blobs, too. */
const standing: [Of<typeof story>] = [
  [
    [
      { do: 'platforms', name: 'a:1', chains: [[0, 1], [0]], form: {} },
      { do: 'image', chain: [0, 1], form: {}, given: ['b:latest'], oci: false },
    ],
    [{ do: 'workspace', nth: 0 }],
    [{ do: 'rmi', nths: [0], byName: true }, { do: 'prune' }],
  ],
];

/** A command runs in an image, which has a name or none, and everything is asked to go. */
const running = (what: 'run' | 'run in a workspace'): [Of<typeof story>] => [
  [
    [
      { do: 'image', chain: [0, 1], form: {}, given: ['a:1'], oci: false },
      { do: 'image', chain: [0], form: {}, given: [], oci: false },
      { do: 'image', chain: [3, 0], form: {}, given: ['b:latest'], oci: false },
    ],
    [
      { do: what, nth: 0 },
      { do: what, nth: 1 },
    ],
    [
      { do: 'window clean-up', nths: [0, 1, 2] },
      { do: 'prune' },
      { do: 'rmi', nths: [0, 1], byName: false },
      { do: 'prune -a' },
    ],
  ],
];

test.runIf(process.getuid?.() === 0)(
  'a preview is what the act does, to the byte',
  async () => {
    await fc.assert(
      fc.asyncProperty(story, async ([images, uses, acts]) => {
        const { directory } = await openStore();
        const ends: End[] = [];
        try {
          for (const each of [...images, ...uses]) {
            const end = await build(directory, each);
            if (end) ends.push(end);
          }
          for (const each of acts) await perform(directory, each);
        } finally {
          for (const end of ends) await end();
          await callCommand(directory, ['umount', '-a']);
        }
      }),
      {
        numRuns: 25,
        examples: [
          lost('prune -a'),
          lost('rmi'),
          halfNamed,
          standing,
          running('run'),
          running('run in a workspace'),
        ],
      },
    );
  },
  180_000,
);
