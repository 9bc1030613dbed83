import { gzipSync } from 'node:zlib';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openStoredLayer } from '../../../electron/actions/images/storedLayers';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { readLayerEntries } from '../../../electron/index/layerIndex';
import { problemOf } from '../../../shared/image/problem';
import { problemSentence } from '../../../shared/text/problemText';
import {
  blobPath,
  buildImage,
  digestOf,
  dockerArchive,
  dockerMembers,
  gzip,
  headerBlock,
  inBlocks,
  ociArchive,
  ociMembers,
  paxRecord,
  replaceMember,
  tarMember,
  tarOf,
  zstd,
  type ImageSpec,
  type LayerSpec,
  type TarMember,
} from '../../setup/imageBuilder';
import {
  blobsOnDisk,
  expectSoundStore,
  load,
  openStore,
  snapshotDirectory,
  temporaryFolder,
  type TestStore,
} from '../../setup/temporary';

/** One archive for each rule against hostile input, made here: refused without a trace, or loaded within the store. */

type Verdict = 'refused' | 'loads' | 'either';

interface Case {
  readonly title: string;
  readonly verdict: Verdict;
  /** The archive; `out` is a folder of the machine with a file `secret`. */
  readonly archive: (out: string) => Uint8Array;
  /** What the refusal has to name. */
  readonly names?: RegExp;
  /** Paths that its layers list, where it loads. */
  readonly lists?: readonly string[];
}

const base: ImageSpec = { names: ['rule:1'], layers: [{ files: [{ path: 'etc/os', content: 'base\n' }] }] };
const built = buildImage(base);
const [baseLayer] = built.layers;
if (!baseLayer) throw new Error('one layer');

const withLayer = (layer: LayerSpec): Buffer =>
  dockerArchive([{ names: ['rule:1'], layers: [...base.layers, layer] }]);
const withFiles = (...files: readonly TarMember[]): Buffer => withLayer({ files });
const raw = (...parts: readonly Uint8Array[]): Buffer =>
  withLayer({ tar: Buffer.concat([...parts, Buffer.alloc(1024)]) });
const pax = (...records: readonly (readonly [string, string])[]): Buffer => {
  const body = Buffer.concat(records.map(([key, value]) => paxRecord(key, value)));
  return Buffer.concat([headerBlock({ name: 'pax', flag: 'x', size: body.length }), inBlocks(body)]);
};
const climb = '../'.repeat(12);

/** A docker-archive whose manifest.json is this. */
const manifested = (manifest: unknown): Buffer =>
  tarOf(replaceMember(dockerMembers([built]), 'manifest.json', JSON.stringify(manifest)));
/** An OCI archive with another manifest, its digest and size right. */
const withManifest = (change: (text: string) => string): Buffer => {
  const manifest = Buffer.from(change(String(built.manifest)));
  return tarOf(ociMembers([{ ...built, manifest, manifestDigest: digestOf(manifest) }]));
};
const withIndex = (change: (text: string) => string): Buffer => {
  const members = ociMembers([built]);
  const text = String(members.find(({ path }) => path === 'index.json')?.content);
  return tarOf(replaceMember(members, 'index.json', change(text)));
};
const withConfig = (document: object): Buffer => {
  const config = Buffer.from(JSON.stringify(document));
  const id = digestOf(config);
  const manifest = { Config: `${id.slice(7)}.json`, RepoTags: ['rule:1'], Layers: ['layer.tar'] };
  return tarOf([
    { path: `${id.slice(7)}.json`, content: config },
    { path: 'layer.tar', content: baseLayer.blob },
    { path: 'manifest.json', content: JSON.stringify([manifest]) },
  ]);
};
const rootfs = { type: 'layers', diff_ids: [baseLayer.diffId] };
const base256 = (block: Buffer, offset: number, length: number, value: bigint): void => {
  for (let i = length - 1, rest = value; i > 0; i--, rest >>= 8n) block[offset + i] = Number(rest & 255n);
  block[offset] = 0x80;
};
const file = (name: string, content = 'x'): Buffer => tarMember({ path: name, content });
const zeros = Buffer.alloc(1 << 20);

const archives: readonly Case[] = [
  {
    title: 'an outer member with an absolute name',
    verdict: 'either',
    archive: (out) => tarOf([{ path: `${out}/made`, content: 'evil' }, ...dockerMembers([built])]),
  },
  {
    title: 'layers that are named by a path upwards',
    verdict: 'refused',
    archive: (out) =>
      manifested([
        { Config: `${built.id.slice(7)}.json`, RepoTags: null, Layers: [`${climb}${out.slice(1)}/secret`] },
      ]),
    names: /manifest\.json/,
  },
  {
    title: 'an outer hard link to a file of the machine',
    verdict: 'refused',
    archive: (out) =>
      tarOf(
        dockerMembers([built]).map((member) =>
          member.path.endsWith('layer.tar')
            ? { path: member.path, type: 'hardlink' as const, linkTarget: `${out}/secret` }
            : member,
        ),
      ),
    names: /layer\.tar/,
  },
  {
    title: 'a config named by a path upwards',
    verdict: 'refused',
    archive: (out) =>
      manifested([{ Config: `${climb}${out.slice(1)}/secret.json`, RepoTags: null, Layers: [] }]),
    names: /manifest\.json/,
  },
  {
    title: 'a config with an absolute name',
    verdict: 'refused',
    archive: (out) => manifested([{ Config: `${out}/secret.json`, RepoTags: null, Layers: [] }]),
  },
  { title: 'an empty file', verdict: 'refused', archive: () => new Uint8Array(0) },
  {
    title: 'zstd that is cut off',
    verdict: 'refused',
    archive: () => zstd(dockerArchive([base])).subarray(0, 5000),
  },
  ...[
    [null],
    [[]],
    ['text'],
    [7],
    [{}],
    [{ Config: null, Layers: null }],
    [{ Config: 7, Layers: 'x', RepoTags: {} }],
    [{ Config: 'x', Layers: [null, 7, {}] }],
    [{ Config: 'x', RepoTags: [null], Layers: [] }],
  ].map((manifest): Case => ({
    title: `manifest.json that is ${JSON.stringify(manifest)}`,
    verdict: 'refused',
    archive: () => manifested(manifest),
  })),
  {
    title: 'a config of 16 MiB',
    verdict: 'refused',
    archive: () => gzip(withConfig({ rootfs, note: 'x'.repeat(16 << 20) })),
    names: /document-bytes/,
  },
  {
    title: 'a config with volumes upwards, a user beyond 2^31, a malformed environment and labels in HTML',
    verdict: 'loads',
    archive: (out) =>
      withConfig({
        architecture: 'amd64',
        os: 'linux',
        rootfs,
        config: {
          User: '4294967296:99999999999999999999',
          Env: ['', '=', 'no-equals', 'LD_PRELOAD=/evil.so', 'a\nb=c', null],
          Volumes: { [`${climb}${out.slice(1)}`]: {}, '/': {} },
          WorkingDir: `${climb}${out.slice(1)}`,
          Labels: { '<script>alert(1)</script>': '\u001b]0;x\u0007', number: '7' },
          Cmd: '$(reboot)',
        },
      }),
  },
  {
    title: 'a layer of bzip2 bombs its reader with nothing: a stream without blocks',
    verdict: 'refused',
    archive: () => withLayer({ tar: Buffer.from('425a683917724538509000000000', 'hex') }),
  },
  {
    title: 'a layer of 50,000 members',
    verdict: 'loads',
    archive: () => {
      const one = file('a', '');
      return withLayer({
        tar: Buffer.concat([...Array<Buffer>(50_000).fill(one), Buffer.alloc(1024)]),
        gzip: true,
      });
    },
  },
  {
    title: 'a pax header of 64 MiB',
    verdict: 'refused',
    archive: () => {
      const head = headerBlock({ name: 'PaxHeaders/big', flag: 'x', size: 64 << 20 });
      return withLayer({ tar: Buffer.concat([head, ...Array<Buffer>(64).fill(zeros)]), gzip: true });
    },
    names: /PaxHeaders\/big.*extension-bytes/,
  },
  {
    title: 'a symlink to the machine, then a file through it',
    verdict: 'either',
    archive: (out) =>
      withFiles({ path: 'out', type: 'symlink', linkTarget: out }, { path: 'out/made', content: 'evil' }),
  },
  {
    title: 'a folder that becomes a symlink, then a file in it',
    verdict: 'either',
    archive: (out) =>
      withFiles(
        { path: 'a', type: 'directory' },
        { path: 'a', type: 'symlink', linkTarget: out },
        { path: 'a/made', content: 'evil' },
      ),
  },
  {
    title: 'a hard link through a symlink',
    verdict: 'either',
    archive: (out) =>
      withFiles(
        { path: 'out', type: 'symlink', linkTarget: out },
        { path: 'stolen', type: 'hardlink', linkTarget: 'out/secret' },
      ),
  },
  {
    title: 'the root as a symlink',
    verdict: 'either',
    archive: (out) =>
      withFiles({ path: '/.', type: 'symlink', linkTarget: out }, { path: 'made', content: 'evil' }),
  },
  ...['.wh.', '.wh..', '.wh...', 'data/.wh...', 'data/.wh..', 'data/.wh.'].map((path): Case => ({
    title: `a whiteout of nothing: ${path}`,
    verdict: 'refused',
    archive: () => withFiles({ path }),
    names: /\.wh\./,
  })),
  {
    title: 'programs and files that a careless helper would run or read',
    verdict: 'loads',
    archive: () =>
      withFiles(
        { path: 'etc/ld.so.preload', content: '/evil.so\n' },
        { path: 'bin/tar', content: '#!/bin/sh\ntouch /tmp/owned\n', mode: 0o4755 },
        { path: 'etc/passwd', content: `root:x:0:0:${'x'.repeat(100_000)}\n`.repeat(3) },
        { path: 'proc/self/exe', type: 'symlink', linkTarget: '/proc/self/exe' },
      ),
  },
  {
    title: 'a negative size in base 256',
    verdict: 'refused',
    archive: () => raw(headerBlock({ name: 'neg', flag: '0', size: 0, edit: (b) => b.fill(0xff, 124, 136) })),
  },
  {
    title: 'a size that is no number',
    verdict: 'refused',
    archive: () =>
      raw(
        headerBlock({ name: 'odd', flag: '0', size: 0, edit: (b) => void b.write('0x7f\0', 124, 'latin1') }),
      ),
  },
  {
    title: 'a size in base 256 that is past all numbers',
    verdict: 'refused',
    archive: () =>
      raw(headerBlock({ name: 'vast', flag: '0', size: 0, edit: (b) => base256(b, 124, 12, 1n << 70n) })),
  },
  ...['0 path=x\n', '3 path=x\n', '99999999999 path=x\n', '-5 path=x\n', 'path=x\n', '10 path=xxx'].map(
    (record): Case => ({
      title: `a pax record ${JSON.stringify(record)}`,
      verdict: 'refused',
      archive: () =>
        raw(
          headerBlock({ name: 'pax', flag: 'x', size: record.length }),
          inBlocks(Buffer.from(record)),
          file('a'),
        ),
    }),
  ),
  {
    title: 'a sparse map of pax that is half a region',
    verdict: 'refused',
    archive: () => raw(pax(['GNU.sparse.map', '0,1,2'], ['GNU.sparse.size', '9']), file('holes')),
  },
  {
    title: 'a sparse map of pax with regions over one another',
    verdict: 'either',
    archive: () => raw(pax(['GNU.sparse.map', '0,1,0,1'], ['GNU.sparse.size', '1']), file('holes', 'xx')),
  },
  {
    title: 'a layer whose bytes are others than its digest says',
    verdict: 'refused',
    archive: () => {
      const changed = Buffer.from(baseLayer.blob);
      changed[0] = (changed[0] ?? 0) ^ 1;
      return tarOf(replaceMember(ociMembers([built]), blobPath(baseLayer.digest), changed));
    },
    names: /layer 1 of 1/,
  },
  {
    title: 'a manifest that is an index, too',
    verdict: 'refused',
    archive: () => withManifest((text) => text.replace('{', '{"manifests":[],')),
  },
  {
    title: 'an index that is listed as a manifest',
    verdict: 'refused',
    archive: () => withManifest((text) => text.replace('image.manifest.v1', 'image.index.v1')),
  },
  {
    title: 'a layer with addresses of the machine to fetch it from',
    verdict: 'loads',
    archive: (out) =>
      withManifest((text) =>
        text.replace(`"size":${baseLayer.blob.length}`, `$&,"urls":["file://${out}/secret"]`),
      ),
    lists: ['etc/os'],
  },
  {
    title: 'a layout of version 2',
    verdict: 'refused',
    archive: () => tarOf(replaceMember(ociMembers([built]), 'oci-layout', '{"imageLayoutVersion":"2.0.0"}')),
  },
  {
    title: 'an index with a key twice',
    verdict: 'refused',
    archive: () => withIndex((text) => text.replace('{', '{"manifests":[],')),
    names: /index\.json/,
  },
  {
    title: 'a manifest with a key twice, once in escapes',
    verdict: 'refused',
    archive: () => withManifest((text) => text.replace('{', '{"\\u006cayers":[],')),
  },
  ...[
    'null',
    '[]',
    '7',
    '{"schemaVersion":2,"manifests":[null]}',
    '{"schemaVersion":2,"manifests":{}}',
    '{"schemaVersion":1}',
    '{"schemaVersion":2,"manifests":[{"digest":{}}]}',
  ].map((text): Case => ({
    title: `an index that is ${text}`,
    verdict: 'refused',
    archive: () => withIndex(() => text),
    names: /index\.json/,
  })),
  {
    title: 'a layer that is listed one byte too small',
    verdict: 'refused',
    archive: () =>
      withManifest((text) =>
        text.replace(`"size":${baseLayer.blob.length}`, `"size":${baseLayer.blob.length - 1}`),
      ),
  },
  {
    title: 'nothing wrong: zstd outside',
    verdict: 'loads',
    archive: () => zstd(dockerArchive([base])),
    lists: ['etc/os'],
  },
  {
    title: 'nothing wrong: names that some file systems hold equal, and that others split otherwise',
    verdict: 'loads',
    archive: () =>
      withFiles(
        { path: 'README', content: '1' },
        { path: 'readme', content: '2' },
        { path: 'caf\u00e9', content: '3' },
        { path: 'cafe\u0301', content: '4' },
        { path: 'C:\\Windows\\x', content: '5' },
        { path: 'c:x', type: 'symlink', linkTarget: 'C:../x' },
        { path: 'NUL', content: '6' },
        { path: 'file:stream', content: '7' },
        { path: 'con.txt ', content: '8' },
        { path: '-rf', content: '9' },
      ),
    lists: [
      'README',
      'readme',
      'caf\u00e9',
      'cafe\u0301',
      'C:\\Windows\\x',
      'c:x',
      'NUL',
      'file:stream',
      '-rf',
    ],
  },
  {
    title: 'nothing wrong: an OCI archive with gzip layers',
    verdict: 'loads',
    archive: () => ociArchive([{ ...base, layers: base.layers.map((layer) => ({ ...layer, gzip: true })) }]),
    lists: ['etc/os'],
  },
  {
    title: 'names with control, bidirectional and broken characters',
    verdict: 'loads',
    archive: () =>
      raw(
        file('bell\u0007\u001b[31m\u202egnp.exe'),
        headerBlock({ name: Buffer.from([0x66, 0xff, 0xfe]), flag: '0', size: 0 }),
        tarMember({ path: 'link\n', type: 'symlink', linkTarget: '\u2066x\u0000'.replace('\u0000', '') }),
      ),
  },
  {
    title: 'gzip with megabytes of empty members behind it',
    verdict: 'either',
    archive: () => {
      const empty = gzipSync(new Uint8Array(0));
      return Buffer.concat([gzip(dockerArchive([base])), ...Array<Buffer>(20_000).fill(empty)]);
    },
  },
  {
    title: 'many documents that each want to be kept in memory',
    verdict: 'either',
    archive: () =>
      gzip(
        tarOf([
          ...Array.from({ length: 40 }, (_, i): TarMember => ({
            path: `junk${i}.json`,
            content: Buffer.concat([Buffer.from('['), zeros, zeros]),
          })),
          ...dockerMembers([built]),
        ]),
      ),
  },
];

describe('a rule against hostile input', () => {
  let out = '';
  const secret = 'HOST-SECRET-of-the-rules';
  beforeAll(() => {
    out = join('/tmp', `stratigraph-rules-${process.pid}`);
    rmSync(out, { recursive: true, force: true });
    mkdirSync(out, { mode: 0o700 });
    for (const name of ['secret', 'secret.json']) writeFileSync(join(out, name), `{"host":"${secret}"}\n`);
  });
  let untouched: ReadonlyMap<string, string> = new Map();
  beforeAll(async () => {
    untouched = await snapshotDirectory(out);
  });
  afterEach(async () => {
    expect(await snapshotDirectory(out)).toEqual(untouched);
  });
  afterAll(() => rmSync(out, { recursive: true, force: true }));

  const listed = async (context: TestStore): Promise<string[]> => {
    const { graph, damaged } = await readStoreView(context);
    expect(damaged).toEqual([]);
    const paths: string[] = [];
    for (const { blobs } of graph.layers) {
      const [blob] = blobs;
      if (!blob) continue;
      const { indexPath } = await openStoredLayer(context, blob);
      for await (const { path } of readLayerEntries(indexPath)) paths.push(path);
    }
    return paths;
  };

  test.each(archives)('$title: $verdict', async ({ verdict, archive, names, lists = [] }) => {
    await temporaryFolder();
    const context = await openStore();
    await load(context, dockerArchive([{ names: ['here:1'], layers: [{ files: [{ path: 'here' }] }] }]));
    const before = await snapshotDirectory(context.directory);
    const thrown = await load(context, archive(out), 'rule.tar').then(
      () => null,
      (reason: unknown) => reason,
    );
    if (verdict === 'loads') expect(thrown).toBeNull();
    if (verdict === 'refused') expect(thrown).not.toBeNull();
    if (thrown === null) {
      const paths = await listed(context);
      expect(paths).toEqual(expect.arrayContaining([...lists]));
      expect(paths.filter((path) => /(?:^|\/)\.\.(?:\/|$)|^\//.test(path))).toEqual([]);
      await expectSoundStore(context.directory);
    } else {
      const problem = problemOf(thrown);
      expect(problem.code).not.toBe('internal');
      const sentence = problemSentence(problem, 'en');
      expect(sentence).toContain('rule.tar');
      if (names) expect(sentence).toMatch(names);
      expect(sentence.length).toBeLessThan(1000);
      expect(sentence).not.toMatch(/[\p{Cc}\p{Bidi_Control}\p{Cs}]/u);
      expect(await snapshotDirectory(context.directory)).toEqual(before);
    }
    for (const digest of (await blobsOnDisk(context.directory)).keys())
      expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    // It goes on working.
    const good = { names: ['good:1'], layers: [{ files: [{ path: 'good', content: 'good' }] }] };
    expect((await load(context, dockerArchive([good]))).images).toHaveLength(1);
  });
});
