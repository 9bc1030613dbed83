import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defaultLimits } from '../../../shared/image/limits';
import { parseDigest } from '../../../shared/image/digest';
import { parseImageConfig } from '../../../shared/image/imageConfig';
import { parseIndex, parseManifest } from '../../../shared/image/manifest';
import { ProblemError } from '../../../shared/image/problem';
import { parseReference } from '../../../shared/image/reference';

/** Documents, digests and references of random making: right ones come out as they went in, changed ones never crash. */

const origin = { file: 'any.tar', entry: 'document.json', limits: defaultLimits };
const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const hex = (length: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length });
const digest = hex(64).map((text) => `sha256:${text}`);
const descriptor = fc.record({
  mediaType: fc.constantFrom('application/vnd.oci.image.layer.v1.tar', 'application/vnd.example', ''),
  digest,
  size: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
});
const manifest = fc.record({
  schemaVersion: fc.constant(2),
  config: descriptor,
  layers: fc.array(descriptor, { maxLength: 6 }),
});
const index = fc.record({ schemaVersion: fc.constant(2), manifests: fc.array(descriptor, { maxLength: 6 }) });
const config = fc.record({
  os: fc.string(),
  architecture: fc.string(),
  rootfs: fc.record({ type: fc.constant('layers'), diff_ids: fc.array(digest, { maxLength: 6 }) }),
  config: fc.record({
    Env: fc.oneof(fc.array(fc.string()), fc.constant(null)),
    Labels: fc.dictionary(fc.string(), fc.string()),
  }),
});

/** A member at any depth of a document becomes something else, or goes. */
function changed(value: unknown, path: readonly number[], other: unknown): unknown {
  if (typeof value !== 'object' || value === null) return other;
  const entries = Object.entries(value);
  const [first, ...rest] = path;
  const at = entries.length === 0 || first === undefined ? -1 : first % entries.length;
  if (at < 0) return other;
  const now = entries.flatMap(([key, inner], i): [string, unknown][] =>
    i !== at ? [[key, inner]] : other === undefined ? [] : [[key, changed(inner, rest, other)]],
  );
  return Array.isArray(value) ? now.map(([, inner]) => inner) : Object.fromEntries(now);
}
const paths = fc.array(fc.nat({ max: 9 }), { minLength: 1, maxLength: 4 });

describe('documents', () => {
  test('that are right come out as they went in', () => {
    fc.assert(
      fc.property(manifest, index, config, (one, two, three) => {
        expect(parseManifest(bytes(one), origin)).toEqual(one);
        expect(parseIndex(bytes(two), origin)).toEqual(two);
        const parsed = parseImageConfig(bytes(three), origin);
        expect(parsed.diffIds).toEqual(three.rootfs.diff_ids);
        expect(parsed.runtime.env).toEqual(three.config.Env ?? []);
        expect(Object.entries(parsed.runtime.labels)).toEqual(Object.entries(three.config.Labels));
      }),
    );
  });

  test('with anything in the place of anything are read or refused', () => {
    const any = fc.oneof(manifest, index, config);
    const other = fc.oneof(fc.jsonValue(), fc.constant(undefined), fc.double(), fc.constant(1e400));
    fc.assert(
      fc.property(any, paths, other, (document, path, instead) => {
        for (const parse of [parseManifest, parseIndex, parseImageConfig]) {
          try {
            parse(bytes(changed(document, path, instead)), origin);
          } catch (thrown) {
            expect(thrown).toBeInstanceOf(ProblemError);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});

test('digests are right in their one spelling alone', () => {
  fc.assert(
    fc.property(digest, fc.nat({ max: 70 }), fc.string({ minLength: 1, maxLength: 3 }), (text, at, put) => {
      expect(parseDigest(text)).toBe(text);
      const other = text.slice(0, at) + put + text.slice(at + put.length);
      if (/^[0-9a-f]*$/.test(put) && at >= 7 && other.length === text.length) return;
      if (other === text) return;
      expect(() => parseDigest(other)).toThrow(ProblemError);
    }),
  );
});

/** The grammar of the distribution project, part by part as its documentation writes it. */
const grammar = (() => {
  const component = '[a-z0-9]+(?:(?:[.]|_|__|-+)[a-z0-9]+)*';
  const domainPart = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
  const domain = `(?:${domainPart}(?:[.]${domainPart})*|\\[[0-9a-fA-F:]+\\])(?::[0-9]+)?`;
  const name = `(?:${domain}/)?${component}(?:/${component})*`;
  const suffix =
    '(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?';
  return new RegExp(`^${name}${suffix}$`);
})();

test('every name that is read is one by the grammar of the distribution project, and reads as itself again', () => {
  const piece = fc.constantFrom(
    ...[
      'a',
      'b0',
      'shop',
      'A',
      '.',
      '_',
      '__',
      '-',
      '/',
      ':',
      '@',
      'x.y',
      'localhost',
      ':5000',
      '1.0',
      ' ',
      'é',
    ],
    ...['docker.io', 'library', '[::1]', `@sha256:${'0'.repeat(64)}`],
  );
  const text = fc.array(piece, { minLength: 1, maxLength: 7 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, (name) => {
      let found;
      try {
        found = parseReference(name);
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(ProblemError);
        return;
      }
      expect(name).toMatch(grammar);
      expect(parseReference(found.familiar)).toEqual(found);
      expect(parseReference(found.full)).toEqual(found);
    }),
    { numRuns: 3000 },
  );
});
