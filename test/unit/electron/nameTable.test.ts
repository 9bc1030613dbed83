import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addName, named, NameTable } from '../../../electron/actions/images/indexNames';
import type { Digest } from '../../../shared/image/digest';
import type { OciDescriptor, OciIndex } from '../../../shared/image/manifest';

const root = (n: number): OciDescriptor => ({
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  digest: `sha256:${String(n).padStart(64, '0')}` as Digest,
  size: n,
});
const indexOf = (manifests: readonly OciDescriptor[]): OciIndex => ({ schemaVersion: 2, manifests });

/** What a table must come to, as plainly as it can be said. */
function plainly(manifests: readonly OciDescriptor[], from: OciDescriptor, name: string): OciDescriptor[] {
  const nameIn = (entry: OciDescriptor): string | undefined =>
    entry.annotations?.['org.opencontainers.image.ref.name'];
  const holder = manifests.find((entry) => nameIn(entry) === name);
  if (holder?.digest === from.digest) return [...manifests];
  const isLast = manifests.filter(({ digest }) => digest === holder?.digest).length === 1;
  return [
    ...manifests
      .flatMap((entry) => (entry !== holder ? [entry] : isLast ? [named(entry, null)] : []))
      .filter((entry) => entry.digest !== from.digest || nameIn(entry) !== undefined),
    named(from, name),
  ];
}

describe('a table of names', () => {
  test('comes to what the names say one by one', () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 6 })), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(steps, (list) => {
        const before = indexOf([root(1), named(root(2), 'n0:1'), named(root(2), 'n1:1')]);
        const table = new NameTable(before);
        let plain = [...before.manifests];
        let again = before;
        for (const [n, name] of list) {
          table.addName(root(n), `n${name}:1`);
          again = addName(again, root(n), `n${name}:1`);
          plain = plainly(plain, root(n), `n${name}:1`);
        }
        expect(table.index().manifests).toEqual(plain);
        expect(again.manifests).toEqual(plain);
      }),
      { seed: 5, numRuns: 300 },
    );
  });

  test('looks at no entry again for each further name of the same image', () => {
    let looks = 0;
    const manifests = Array.from({ length: 500 }, (_, i): OciDescriptor => {
      const { annotations = {}, ...entry } = named(root(1), `old${i}:1`);
      return Object.defineProperty(entry, 'annotations', {
        enumerable: true,
        get: () => (looks++, annotations),
      });
    });
    const table = new NameTable(indexOf(manifests));
    const once = looks;
    for (let i = 0; i < 500; i++) table.addName(root(1), `new${i}:1`);
    expect(looks).toBe(once);
    expect(table.index().manifests).toHaveLength(1000);
  });
});
