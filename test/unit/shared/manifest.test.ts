import { describe, expect, test } from 'vitest';
import { defaultLimits } from '../../../shared/image/limits';
import {
  isImageManifest,
  parseIndex,
  parseManifest,
  type OciDescriptor,
  type OciManifest,
} from '../../../shared/image/manifest';
import { mediaType } from '../../../shared/image/mediaType';
import { ProblemError, type Problem } from '../../../shared/image/problem';
import { digestOf } from './graphFixtures';
import { reasonText } from '../../setup/reasonText';

const origin = { file: 'x.tar', entry: 'manifest.json', limits: defaultLimits };
const bytes = (value: unknown): Uint8Array =>
  new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));

function refusal(run: () => unknown): Problem | string {
  try {
    return `accepted: ${JSON.stringify(run())}`;
  } catch (thrown) {
    if (thrown instanceof ProblemError) return thrown.problem;
    throw thrown;
  }
}

const config = { mediaType: mediaType.ociConfig, digest: digestOf('config'), size: 10 };
const layer = { mediaType: mediaType.ociLayerGzip, digest: digestOf('layer'), size: 20 };
const manifest = { schemaVersion: 2, mediaType: mediaType.ociManifest, config, layers: [layer] };
const index = {
  schemaVersion: 2,
  manifests: [{ mediaType: mediaType.ociManifest, digest: digestOf('manifest'), size: 30 }],
};

describe('parseManifest', () => {
  test('reads config and layers in their order', () => {
    const second = { ...layer, digest: digestOf('second') };
    expect(parseManifest(bytes({ ...manifest, layers: [layer, second] }), origin)).toEqual({
      ...manifest,
      layers: [layer, second],
    });
  });

  test.each([
    ['missing', undefined],
    ['null', null],
    ['empty', []],
  ])('an image whose list of layers is %s has none', (_, layers) => {
    expect(parseManifest(bytes({ ...manifest, layers }), origin).layers).toEqual([]);
  });

  test('keeps annotations that are text and leaves members out that it does not know', () => {
    const parsed = parseManifest(
      bytes({ ...manifest, annotations: { a: 'b', c: 1, d: null }, urls: ['http://x'] }),
      origin,
    );
    expect(parsed).toEqual({ ...manifest, annotations: { a: 'b', d: '' } });
  });

  test('an annotation named __proto__ is an own member and changes no prototype', () => {
    const text = JSON.stringify(manifest).replace(/}$/, ',"annotations":{"__proto__":"x","a":"b"}}');
    const { annotations } = parseManifest(bytes(text), origin);
    expect(Object.entries(annotations ?? {})).toContainEqual(['a', 'b']);
    expect(Object.getPrototypeOf(annotations)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)['a']).toBeUndefined();
  });

  test.each<[string, unknown, string]>([
    ['no JSON', '{', 'is not JSON'],
    ['nothing', '', 'is not JSON'],
    ['a list', [], 'is no JSON object'],
    ['null', null, 'is no JSON object'],
    ['schema 1', { ...manifest, schemaVersion: 1 }, 'has no schemaVersion 2'],
    ['schema "2" as text', { ...manifest, schemaVersion: '2' }, 'has no schemaVersion 2'],
    ['no schema', { config, layers: [] }, 'has no schemaVersion 2'],
    ['no config', { schemaVersion: 2, layers: [] }, 'config is no descriptor'],
    ['a config that is text', { ...manifest, config: config.digest }, 'config is no descriptor'],
    ['layers that are no list', { ...manifest, layers: {} }, 'layers is no list'],
    ['a layer that is null', { ...manifest, layers: [layer, null] }, 'layers[1] is no descriptor'],
    [
      'a layer with a path for a digest',
      { ...manifest, layers: [{ ...layer, digest: 'sha256:../../x' }] },
      'layers[0] has no sha256 digest',
    ],
    [
      'a layer without size',
      { ...manifest, layers: [{ ...layer, size: undefined }] },
      'layers[0] has no size',
    ],
    ['a negative size', { ...manifest, layers: [{ ...layer, size: -1 }] }, 'layers[0] has no size'],
    ['half a byte', { ...manifest, layers: [{ ...layer, size: 0.5 }] }, 'layers[0] has no size'],
    ['a size as text', { ...manifest, layers: [{ ...layer, size: '20' }] }, 'layers[0] has no size'],
    ['a size beyond 2^53', { ...manifest, layers: [{ ...layer, size: 2 ** 53 }] }, 'layers[0] has no size'],
    ['a manifest that is an index, too', { ...manifest, ...index }, 'is a manifest and an index at once'],
  ])('refuses %s', (_, value, reason) => {
    const refused = refusal(() => parseManifest(bytes(value), origin));
    expect(refused).toMatchObject({
      code: 'document-invalid',
      facts: { file: origin.file, entry: origin.entry },
    });
    expect(reasonText((refused as Problem).facts)).toBe(reason);
  });

  test('refuses a key that stands twice, however it is written', () => {
    const text = JSON.stringify(manifest).replace(/}$/, ',"\\u006cayers":[]}');
    expect(refusal(() => parseManifest(bytes(text), origin))).toMatchObject({
      code: 'document-invalid',
      facts: { reason: 'key-twice', named: ['"layers"'] },
    });
  });

  test('refuses bytes that are not UTF-8', () => {
    const broken = Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d);
    expect(refusal(() => parseManifest(broken, origin))).toMatchObject({ facts: { reason: 'json' } });
  });

  test.each<[string, Uint8Array]>([
    ['more than 4 MiB', new Uint8Array(defaultLimits['document-bytes'] + 1).fill(0x20)],
    ['nesting without end', bytes(`{"a":${'['.repeat(200)}${']'.repeat(200)}}`)],
    ['100001 layers', bytes({ ...manifest, layers: new Array(100_001).fill(0) })],
  ])('stops at %s', (_, document) => {
    expect(refusal(() => parseManifest(document, origin))).toMatchObject({ code: 'limit-exceeded' });
  });
});

describe('parseIndex', () => {
  test('reads descriptors with platform, annotations and artifact type', () => {
    const descriptor = {
      ...index.manifests[0],
      platform: { os: 'linux', architecture: 'arm64', variant: 'v8' },
      annotations: { 'org.opencontainers.image.ref.name': 'rig/tiny:1.0' },
      artifactType: 'application/x',
    };
    expect(parseIndex(bytes({ ...index, manifests: [descriptor] }), origin).manifests).toEqual([descriptor]);
  });

  test('a platform without members has empty ones', () => {
    const parsed = parseIndex(
      bytes({ ...index, manifests: [{ ...index.manifests[0], platform: {} }] }),
      origin,
    );
    expect(parsed.manifests[0]?.platform).toEqual({ os: '', architecture: '' });
  });

  test('an index without manifests is empty', () => {
    expect(parseIndex(bytes({ schemaVersion: 2 }), origin)).toEqual({ schemaVersion: 2, manifests: [] });
  });

  test.each(['layers', 'config', 'fsLayers', 'history'])(
    'refuses one that has %s, too (CVE-2021-41190)',
    (key) => {
      expect(refusal(() => parseIndex(bytes({ ...index, [key]: [] }), origin))).toMatchObject({
        facts: { reason: 'manifest-and-index' },
      });
    },
  );

  test.each(['fsLayers', 'history'])(
    'a manifest that has %s of schema 1, too, is refused as in engines',
    (key) => {
      const { digest, size, mediaType } = index.manifests[0] as {
        digest: string;
        size: number;
        mediaType: string;
      };
      const manifest = { schemaVersion: 2, config: { digest, size, mediaType }, layers: [] };
      expect(parseManifest(bytes({ ...manifest, [key]: null }), origin).layers).toEqual([]);
      expect(refusal(() => parseManifest(bytes({ ...manifest, [key]: [] }), origin))).toMatchObject({
        facts: { reason: 'manifest-of-two' },
      });
    },
  );

  test('an index whose other list is null is an index', () => {
    expect(parseIndex(bytes({ ...index, layers: null }), origin).manifests).toHaveLength(1);
  });
});

describe('isImageManifest', () => {
  const descriptor = { mediaType: mediaType.ociManifest, digest: digestOf('m'), size: 1 } as OciDescriptor;
  const image = manifest as OciManifest;
  const attestation = { ...descriptor, annotations: { 'vnd.docker.reference.type': 'attestation-manifest' } };
  const docker: OciManifest = {
    ...image,
    config: { ...config, mediaType: mediaType.dockerConfig },
    layers: [{ ...layer, mediaType: mediaType.dockerLayerGzip }],
  };

  test.each<[string, OciManifest, OciDescriptor, boolean]>([
    ['an OCI image', image, descriptor, true],
    ['a Docker image', docker, descriptor, true],
    ['an image without layers', { ...image, layers: [] }, descriptor, true],
    ['a build attestation by its annotation', image, attestation, false],
    [
      'a build attestation by its layers',
      { ...image, layers: [{ ...layer, mediaType: 'application/vnd.in-toto+json' }] },
      descriptor,
      false,
    ],
    [
      'a Helm chart',
      { ...image, config: { ...config, mediaType: 'application/vnd.cncf.helm.config.v1+json' } },
      descriptor,
      false,
    ],
  ])('%s', (_, value, of, expected) => {
    expect(isImageManifest(value, of)).toBe(expected);
  });
});
