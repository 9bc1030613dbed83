import { chmodSync, existsSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callCommand } from '../../setup/callCommand';
import { buildImage, ociArchive, type BuiltImage, type ImageSpec } from '../../setup/imageBuilder';
import { indexedLayout, type PlatformSpec } from '../../setup/indexBuilder';
import { blobsOnDisk, load, openStore, temporaryFolder } from '../../setup/temporary';

/**
 * A store of which a document is lost or damaged: as long as its image stays nothing is freed, whichever command sweeps, so that all is
 * whole again with the document. Platforms that were never here keep nothing.
 */

const base = { files: [{ path: 'base', content: 'of all'.repeat(300) }], gzip: true };
const own = (name: string): ImageSpec['layers'] => [
  base,
  { files: [{ path: 'own', content: name }], gzip: true },
];
const kept: ImageSpec = { names: ['kept:1'], layers: own('kept') };
const other: ImageSpec = { names: ['other:1'], layers: own('other') };
const platform = (architecture: string, absent = false): PlatformSpec => ({
  os: 'linux',
  architecture,
  layers: own(architecture),
  absent,
});
const multi = indexedLayout('multi:1', [platform('amd64'), platform('arm64')]);
const keptImage = buildImage(kept);
const childImage = buildImage(platform('amd64'));

const needsOf = ({ id, layers }: BuiltImage): string[] => [id, ...layers.map(({ digest }) => digest)];
const everyOf = (): string[] => [
  ...needsOf(childImage),
  ...needsOf(buildImage(platform('arm64'))),
  ...Object.values(multi.manifests),
];
const victims = {
  root: { document: keptImage.manifestDigest, root: keptImage.manifestDigest, needs: needsOf(keptImage) },
  child: {
    document: childImage.manifestDigest,
    root: multi.index.digest,
    needs: [multi.index.digest, ...everyOf()],
  },
  index: { document: multi.index.digest, root: multi.index.digest, needs: everyOf() },
} as const;

let sound = '';
beforeAll(async () => {
  const context = await openStore();
  await load(context, ociArchive([kept, other]));
  await load(context, multi.archive);
  await context.close();
  sound = await mkdtemp(join(tmpdir(), 'stratigraph-lacking-'));
  await cp(context.directory, sound, { recursive: true });
});
afterAll(() => rm(sound, { recursive: true, force: true }));

const copyOfSound = async (): Promise<string> => {
  const store = join(await temporaryFolder(), 'store');
  await cp(sound, store, { recursive: true });
  return store;
};
const blob = (store: string, digest: string): string => join(store, 'blobs', 'sha256', digest.slice(7));

type Harm = 'missing' | 'empty' | 'zeros' | 'cut' | 'flip' | 'other digest' | 'longer';
const harms: readonly Harm[] = ['missing', 'empty', 'zeros', 'cut', 'flip', 'other digest', 'longer'];

/** Harms a document; at: where, from 0 to 1. Gives what makes it whole again. */
function harm(path: string, how: Harm, at: number): () => void {
  const whole = readFileSync(path);
  const place = Math.floor(at * (whole.length - 1));
  const write = (bytes: Uint8Array): void => {
    rmSync(path, { force: true });
    writeFileSync(path, bytes);
    chmodSync(path, 0o444);
    utimesSync(path, 1e9, 1e9);
  };
  const flipped = Buffer.from(whole);
  const digit = how === 'other digest' ? whole.lastIndexOf('sha256:') + 7 + Math.floor(at * 63) : place;
  flipped[digit] = how === 'flip' ? (whole[digit] ?? 0) ^ 4 : whole[digit] === 0x61 ? 0x62 : 0x61;
  if (how === 'missing') rmSync(path);
  else
    write(
      {
        empty: Buffer.of(),
        zeros: Buffer.alloc(whole.length),
        cut: whole.subarray(0, place),
        flip: flipped,
        'other digest': flipped,
        longer: Buffer.concat([whole, Buffer.from(' ')]),
      }[how],
    );
  return () => write(whole);
}

const listed = (store: string, root: string): boolean =>
  readFileSync(join(store, 'index.json'), 'utf8').includes(root);
const total = (sizes: ReadonlyMap<string, number>): number => [...sizes.values()].reduce((a, b) => a + b, 0);

/** Runs a command, and what previews it before; both are to say the same. */
async function previewed(store: string, words: readonly string[]): Promise<string> {
  const before = await blobsOnDisk(store);
  const preview = JSON.parse((await callCommand(store, ['--json', ...words, '-n'])).out) as {
    freedBytes?: number;
    bytes?: number;
    keptFor?: { root: string };
  };
  expect(await blobsOnDisk(store)).toEqual(before);
  const { out, err } = await callCommand(store, ['--json', ...words]);
  const said = JSON.parse(out) as typeof preview;
  expect(said.keptFor, err).toEqual(preview.keptFor);
  const freed = total(before) - total(await blobsOnDisk(store));
  expect([said.freedBytes ?? said.bytes, preview.freedBytes ?? preview.bytes]).toEqual([freed, freed]);
  return said.keptFor?.root ?? '';
}

describe('a document that is lost or damaged', () => {
  test('keeps all that its image needs from every sweep, until it is whole again or its image goes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('root' as const, 'child' as const, 'index' as const),
        fc.constantFrom(...harms),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.array(fc.constantFrom(['gc'], ['rmi', 'other:1'], ['prune', '-a'], ['prune'], ['trash']), {
          minLength: 1,
          maxLength: 3,
        }),
        async (which, how, at, commands) => {
          const store = await copyOfSound();
          const { document, root, needs } = victims[which];
          const mend = harm(blob(store, document), how, at);
          for (const words of commands) {
            if (words[0] === 'trash') {
              const context = await openStore(store);
              const { manifests } = (await context.store.readIndex()).index;
              const going = manifests.filter((each) => each.digest !== root).map(({ digest }) => digest);
              await context.store.moveToTrash(new Set(going));
              await context.close();
            } else if (words[0] === 'rmi') {
              if (!listed(store, 'other:1')) continue;
              expect(await previewed(store, words)).toBe(root);
            } else await previewed(store, words);
            // The other platform of an index is an image, and may have been pruned with it.
            if (!listed(store, root)) return;
            for (const digest of needs)
              if (digest !== document)
                expect(existsSync(blob(store, digest)), `${words.join(' ')} ${digest}`).toBe(true);
          }
          if (at < 0.5) {
            mend();
            expect((await callCommand(store, ['fsck'])).code).toBe(0);
          } else expect((await callCommand(store, ['rmi', root])).code).toBe(0);
          // Nothing keeps anything any more.
          expect(await previewed(store, ['gc'])).toBe('');
          expect((await callCommand(store, ['fsck'])).code).toBe(0);
          const context = await openStore(store);
          const { manifests } = (await context.store.readIndex()).index;
          const needed = new Set<string>();
          for (const each of manifests)
            for (const digest of (await context.store.closureOf(each)).keys()) needed.add(digest);
          await context.close();
          expect(new Set((await blobsOnDisk(store)).keys())).toEqual(needed);
        },
      ),
      { numRuns: 40 },
    );
  });

  test('is told with the image and the way out', async () => {
    const store = await copyOfSound();
    harm(blob(store, keptImage.manifestDigest), 'zeros', 0);
    for (const words of [['rmi', '-n', 'other:1'], ['rmi', 'other:1'], ['gc', '-n'], ['gc']]) {
      const { err } = await callCommand(store, words);
      expect(err).toContain(`kept:1 (${keptImage.manifestDigest}) is not whole`);
      expect(err).toContain(`stratigraph rmi ${keptImage.manifestDigest}`);
    }
  });
});

describe('a platform that was never here', () => {
  const partial = indexedLayout('partial:1', [platform('amd64'), platform('arm64', true)]);
  const arm = { ...other, architecture: 'arm64', names: ['arm:1'] };
  const partialStore = async (): Promise<string> => {
    const context = await openStore();
    await load(context, partial.archive);
    await load(context, ociArchive([kept, arm]));
    await context.close();
    return context.directory;
  };

  test('keeps nothing: neither of what is removed, nor what a crash has left', async () => {
    const store = await partialStore();
    expect(await previewed(store, ['rmi', 'kept:1'])).toBe('');
    expect(existsSync(blob(store, keptImage.id))).toBe(false);
    // Another tool takes it from the list: with its manifest all of it is accounted for.
    const { manifestDigest, id } = buildImage(arm);
    const list = JSON.parse(readFileSync(join(store, 'index.json'), 'utf8')) as {
      manifests: { digest: string }[];
    };
    const manifests = list.manifests.filter(({ digest }) => digest !== manifestDigest);
    writeFileSync(join(store, 'index.json'), JSON.stringify({ ...list, manifests }));
    expect(await previewed(store, ['gc'])).toBe('');
    expect(existsSync(blob(store, id))).toBe(false);
    expect((await callCommand(store, ['fsck'])).code).toBe(0);
  });

  test('keeps nothing either where a sweep is killed: what names others goes last', async () => {
    const store = await partialStore();
    const { manifestDigest, id } = buildImage(arm);
    const context = await openStore(store);
    const { freedBlobs } = await context.store.updateAndSweep((index) => ({
      ...index,
      manifests: index.manifests.filter(({ digest }) => digest !== manifestDigest),
    }));
    await context.close();
    expect(freedBlobs.slice(-2)).toEqual([id, manifestDigest]);
  });

  test('is one that was here where its config is', async () => {
    const store = await partialStore();
    const lost = buildImage(platform('arm64'));
    writeFileSync(blob(store, lost.id), lost.config);
    chmodSync(blob(store, lost.id), 0o444);
    expect(await previewed(store, ['rmi', 'kept:1'])).toBe(partial.index.digest);
    expect(existsSync(blob(store, lost.id))).toBe(true);
    expect((await callCommand(store, ['rmi', 'partial:1'])).code).toBe(0);
    expect(existsSync(blob(store, lost.id))).toBe(false);
  });
});
