import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { planSave } from '../../../electron/actions/copy/planArchive';
import { saveImages } from '../../../electron/actions/copy/saveImages';
import { inspectImage, inspectImageDocument } from '../../../electron/actions/images/inspectImage';
import { resolveImage } from '../../../electron/actions/images/resolveImage';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { hostArchitecture } from '../../../electron/system/hostArchitecture';
import { parseImageId } from '../../../shared/image/digest';
import { pickPlatform } from '../../../shared/image/platform';
import { callCommand } from '../../setup/callCommand';
import { indexedLayout, type PlatformSpec } from '../../setup/indexBuilder';
import { load, openStore, problemFacts, quietRun, temporaryFolder } from '../../setup/temporary';

const of = (architecture: string, more: Partial<PlatformSpec> = {}): PlatformSpec => ({
  architecture,
  layers: [{ files: [{ path: 'arch', content: architecture }] }],
  ...more,
});
const predicates = ['https://slsa.dev/provenance/v0.2', 'https://spdx.dev/Document'];

describe('an index of several platforms', () => {
  const layout = indexedLayout('shop:1', [
    of('s390x', { statements: predicates }),
    of(hostArchitecture, { statements: predicates.slice(0, 1) }),
    of('riscv64', { absent: true }),
    of('mips', { absent: true }),
  ]);
  const [first, host] = [layout.ids['linux/s390x'] ?? '', layout.ids[`linux/${hostArchitecture}`] ?? ''];

  test('is loaded with all platforms that are there; those that are not are named as absent', async () => {
    const context = await openStore();
    const result = await load(context, layout.archive);
    expect(result.images.map(({ id }) => id)).toEqual([first, host]);
    const { platforms } = await inspectImage(context, parseImageId(host));
    expect(platforms.map(({ platform, image }) => [platform, image])).toEqual([
      ['linux/s390x', first],
      [`linux/${hostArchitecture}`, host],
      ['linux/riscv64', null],
      ['linux/mips', null],
    ]);
  });

  test('shows of each platform the attestation that speaks of it', async () => {
    const context = await openStore();
    await load(context, layout.archive);
    const { artifacts } = await inspectImage(context, parseImageId(first));
    expect(artifacts).toMatchObject([
      { kind: 'attestation', predicates, parts: 2, subject: layout.manifests['linux/s390x'] },
    ]);
    const other = await inspectImageDocument(context, parseImageId(host));
    expect(other['Artifacts']).toMatchObject([{ Kind: 'attestation', Predicates: predicates.slice(0, 1) }]);
    // Each of its statements can be read by its digest.
    const [{ Contents: contents = [] } = {}] = other['Artifacts'] as {
      Contents?: Record<string, string>[];
    }[];
    expect(contents.length).toBeGreaterThan(0);
    for (const { Digest: digest = '', Predicate: predicate } of contents) {
      expect(predicates).toContain(predicate);
      const { code, out } = await callCommand(context.directory, ['--json', 'blob', digest]);
      expect([code, (JSON.parse(out) as { digest: string }).digest]).toEqual([0, digest]);
    }
    expect(other['Platforms']).toHaveLength(4);
  });

  test('is saved as one platform by the digest of its manifest, and whole by that of the index', async () => {
    const context = await openStore();
    await load(context, layout.archive);
    const { manifests } = layout;
    const saved = async (what: string): Promise<readonly string[]> => {
      const folder = await temporaryFolder();
      const { code, out } = await callCommand(context.directory, [
        ...['save', '--format', 'oci-dir', '-o', `${folder}/out`],
        what,
      ]);
      expect(code, out).toBe(0);
      const index = JSON.parse(await readFile(`${folder}/out/index.json`, 'utf8')) as {
        manifests: { digest: string }[];
      };
      return index.manifests.map(({ digest }) => digest);
    };
    for (const [platform, other] of [
      ['linux/s390x', host],
      [`linux/${hostArchitecture}`, first],
    ] as const) {
      const manifest = manifests[platform] ?? '';
      for (const word of [`shop@${manifest}`, manifest, manifest.slice(7, 19)]) {
        const digests = await saved(word);
        expect(digests, word).toContain(manifest);
        expect(digests, word).not.toContain(layout.index.digest);
      }
      const plan = await planSave(context, { what: [`shop@${manifest}`], format: 'docker-archive' });
      expect([plan.images, plan.otherPlatforms], other).toEqual([1, []]);
    }
    expect(await saved(`shop@${layout.index.digest}`)).toContain(layout.index.digest);
    expect(await saved('shop:1')).toContain(layout.index.digest);
  });

  test('means by its name the platform of this machine, or the one that is asked for', async () => {
    const context = await openStore();
    await load(context, layout.archive);
    const { graph } = await readStoreView(context);
    for (const word of ['shop:1', layout.index.digest, layout.index.digest.slice(7, 19)]) {
      const found = resolveImage(graph, word);
      expect(found.image.id).toBe(host);
      expect(found.siblings.map(({ id }) => id)).toEqual([first]);
      expect(resolveImage(graph, word, 'linux/s390x').image.id).toBe(first);
    }
    // Both, each by its ID: a docker-archive has room for both, and for the name once.
    const both = await planSave(context, { what: [host, first], format: 'docker-archive' });
    const oci = await planSave(context, { what: [host, first], format: 'oci-archive' });
    const once = [{ name: 'shop:1', platform: `linux/${hostArchitecture}`, others: ['linux/s390x'] }];
    expect([both.images, both.sharedNames, oci.sharedNames]).toEqual([2, once, []]);
    const target = join(await temporaryFolder(), 'both.tar');
    const request = { what: [host, first], format: 'docker-archive' as const, target };
    expect((await saveImages(context, request, quietRun())).sharedNames).toEqual(once);
    const loaded = await openStore();
    await load(loaded, target);
    const names = (await readStoreView(loaded)).graph.images.map(({ id, names: own }) => [id, own]);
    expect(new Map(names as [string, string[]][])).toEqual(
      new Map([
        [first, []],
        [host, ['shop:1']],
      ]),
    );
    const facts = await problemFacts(
      Promise.resolve().then(() => resolveImage(graph, 'shop:1', 'linux/mips')),
      'platform-not-found',
    );
    expect(facts).toEqual({
      name: 'shop:1',
      platform: 'linux/mips',
      known: `linux/s390x, linux/${hostArchitecture}`,
    });
  });
});

test.each([
  ['linux/arm64', 'arm64/v8'],
  ['linux/arm64/v8', 'arm64/v8'],
  ['linux/aarch64', 'arm64/v8'],
  ['linux/arm', 'arm/v7'],
  ['linux/armhf', 'arm/v7'],
  ['linux/arm/v6', 'arm/v6'],
  ['Linux/X86_64', 'amd64'],
  ['linux/arm/v5', undefined],
  ['windows/amd64', undefined],
])('%s picks %s', (text, expected) => {
  const platforms = ['arm/v6', 'arm/v7', 'arm64/v8', 'amd64'].map((processor) => {
    const [architecture = '', variant] = processor.split('/');
    return { os: 'linux', architecture, processor, ...(variant === undefined ? {} : { variant }) };
  });
  expect(pickPlatform(platforms, text)?.processor).toBe(expected);
});

test('a variant that was not asked for is taken where there is no other', () => {
  const old = { os: 'linux', architecture: 'arm', variant: 'v6' };
  expect(pickPlatform([old], 'linux/arm')).toBe(old);
  expect(pickPlatform([old], 'linux/arm/v7')).toBeUndefined();
});

test('an image is for what its index says, and for what its config says where that says nothing, behind the others', () => {
  const image = (listed: string, variant?: string) => ({
    os: 'linux',
    architecture: 'amd64',
    listed,
    ...(variant === undefined ? {} : { variant }),
  });
  const pick = (...images: ReturnType<typeof image>[]): number =>
    images.indexOf(pickPlatform(images, 'linux/amd64', ({ listed }) => listed) ?? image('nothing'));
  expect(pick(image('linux/amd64/v3'), image('linux/amd64'))).toBe(1);
  expect(pick(image(''), image('linux/amd64'))).toBe(1);
  expect(pick(image('linux/amd64/v3'), image(''))).toBe(1);
  expect(pick(image(''), image(''))).toBe(0);
  expect(pick(image('windows/amd64'), image('linux/amd64/v2'))).toBe(1);
  expect(pick(image('linux/s390x'))).toBe(-1);
});
