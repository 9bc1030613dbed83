import { expect, test } from 'vitest';
import { keepUnknown } from '../../../electron/store/keepUnknown';
import { parseDigest } from '../../../shared/image/digest';
import type { OciDescriptor } from '../../../shared/image/manifest';

test('members that other tools wrote stay with a root that gets another name, whatever they are called', () => {
  const known: OciDescriptor = {
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    digest: parseDigest(`sha256:${'a'.repeat(64)}`),
    size: 7,
  };
  const index = { schemaVersion: 2, manifests: [known] } as const;
  const odd = JSON.parse(
    '{"constructor":"a","toString":1,"__proto__":{"x":2},"hasOwnProperty":null,"x":3}',
  ) as object;
  const stored = { ...index, manifests: [{ ...known, ...odd, annotations: { who: 'other' } }] };
  const named = { ...known, annotations: { 'org.opencontainers.image.ref.name': 'b' } };
  const kept = keepUnknown(stored, index, { ...index, manifests: [named] }) as typeof stored;
  expect(Object.entries(kept.manifests[0] ?? {}).sort()).toEqual(Object.entries({ ...named, ...odd }).sort());
  expect(JSON.stringify(kept)).toContain('"__proto__":{"x":2}');
});
