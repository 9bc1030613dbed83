import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { referrersByRoot, type ReferrerRoot } from '../../../electron/actions/images/referrers';
import { MetDocuments, nesting, walkRoot } from '../../../electron/store/documents';
import { removeOwn } from '../../../electron/store/removeOwn';
import type { Digest } from '../../../shared/image/digest';
import { mediaType } from '../../../shared/image/mediaType';
import { deepTree } from '../../setup/deepTree';
import { temporaryFolder } from '../../setup/temporary';

/** Documents and folders that name one another for as long as a stranger liked: nothing calls itself once a link. */

const digestOf = (n: number): Digest => `sha256:${n.toString(16).padStart(64, '0')}` as Digest;

const referrer = (n: number, subject: number): ReferrerRoot => ({
  descriptor: { mediaType: mediaType.ociManifest, digest: digestOf(n), size: 2 },
  subject: digestOf(subject),
  blobs: new Map(),
});

describe('what speaks of what speaks of an image', () => {
  const image = new Map([[digestOf(0), new Map([[digestOf(0), 1]])]]);

  test('is found through 100,000 others, in order', () => {
    const count = 100_000;
    const chain = Array.from({ length: count }, (_, i) => referrer(count - i, count - i - 1));
    const found = referrersByRoot(image, chain).get(digestOf(0)) ?? [];
    expect(found.length).toBe(count);
    expect(found[0]?.subject).toBe(digestOf(0));
    expect(found.at(-1)?.descriptor.digest).toBe(digestOf(count));
  });

  test('is found once where it goes in a circle, and not at all in a circle of its own', () => {
    const circle = [referrer(1, 0), referrer(2, 1), referrer(1, 2), referrer(8, 9), referrer(9, 8)];
    const found = referrersByRoot(image, circle).get(digestOf(0)) ?? [];
    expect(found.map(({ descriptor }) => descriptor.digest)).toEqual([1, 2, 1].map(digestOf));
  });
});

describe('indexes within indexes', () => {
  /** Every index lists the next one twice. */
  const twice = (n: number): Uint8Array => {
    const child = { mediaType: mediaType.ociIndex, digest: digestOf(n + 1), size: 1 };
    const index = { schemaVersion: 2, mediaType: mediaType.ociIndex, manifests: [child, child] };
    return Buffer.from(JSON.stringify(index));
  };

  test('are read once each, however many ways lead to them, and no deeper than may be', async () => {
    let reads = 0;
    const seen = new Set<Digest>();
    await walkRoot(
      { mediaType: mediaType.ociIndex, digest: digestOf(0), size: 1 },
      {
        read: (digest) => {
          reads++;
          return Promise.resolve(twice(Number.parseInt(digest.slice(-8), 16)));
        },
        see: ({ digest }) => seen.add(digest),
        unread: () => Promise.resolve(),
      },
    );
    expect(reads).toBe(nesting);
    expect(seen.size).toBe(nesting + 1);
  });

  test('are gone into again where they are met nearer to the root', () => {
    const met = new MetDocuments();
    const one = { mediaType: mediaType.ociIndex, digest: digestOf(1) };
    expect([5, 5, 7, 3, 4].map((depth) => met.isNew(one, depth))).toEqual([true, false, false, true, false]);
    expect(met.isNew({ ...one, mediaType: mediaType.ociManifest }, 9)).toBe(true);
  });
});

test.runIf(process.platform === 'linux')(
  'a folder of the store deeper than any path is removed',
  async () => {
    const root = join(await temporaryFolder(), 'ingest');
    mkdirSync(root);
    deepTree(root, 1500, 'downwards');
    await removeOwn(root);
    expect(existsSync(root)).toBe(false);
    // Nothing happens where nothing is.
    await removeOwn(root);
  },
);
