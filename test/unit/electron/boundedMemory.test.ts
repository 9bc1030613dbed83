import { link, mkdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readWorkspaces, writeWorkspace } from '../../../electron/actions/records/workspaceRecords';
import { readMountRecords } from '../../../electron/actions/records/mountRecords';
import { parseOwner } from '../../../electron/store/owner';
import { mostRecords } from '../../../electron/store/ownPlaces';
import { parseImageId } from '../../../shared/image/digest';
import {
  blobPath,
  digestOf,
  gzip,
  ociMembers,
  buildImage,
  tarOf,
  type TarMember,
} from '../../setup/imageBuilder';
import { problemFacts, temporaryFile, temporaryFolder } from '../../setup/temporary';
import { root } from './cliTools';
import { runNode, type Ended } from './scripts';

/**
 * Small inputs that stand for much, under the limits that everybody has: the command line is run on each in a process of its
 * own, and the peak of its memory held against a bound that leaves room for another machine's.
 */

const MiB = 2 ** 20;

interface Measured extends Ended {
  /** Bytes of memory that the process had at most. */
  readonly peak: number;
}

async function measured(store: string, ...args: string[]): Promise<Measured> {
  // Of this program alone: the `maxRSS` of a process begins with that of the one that started it. Into a file: at the end of a process
  // that has said much a pipe may be full.
  const said = join(await temporaryFolder(), 'peak');
  const tell = await temporaryFile(
    `process.on('exit', () => require('fs').writeFileSync(${JSON.stringify(said)}, /VmHWM:\\s*(\\d+)/.exec(require('fs').readFileSync('/proc/self/status', 'utf8'))[1]));`,
    'tell.cjs',
  );
  const script = join(root, 'scripts', 'stratigraph.mjs');
  const ended = await runNode(['--require', tell, script, '--store', store, ...args], { LC_ALL: 'C.UTF-8' });
  const peak = Number(await readFile(said, 'utf8')) * 1024;
  expect(peak, ended.stderr).toBeGreaterThan(0);
  return { ...ended, peak };
}

const manifestType = 'application/vnd.oci.image.manifest.v1+json';

/** A layout with this index.json and these blobs. */
async function layout(index: string, blobs: readonly string[] = []): Promise<string> {
  const store = await temporaryFolder();
  await mkdir(join(store, 'blobs', 'sha256'), { recursive: true });
  await writeFile(join(store, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  await writeFile(join(store, 'index.json'), index);
  for (const blob of blobs) await writeFile(join(store, blobPath(digestOf(blob))), blob);
  return store;
}

const listed = (blob: string): string =>
  JSON.stringify({ mediaType: manifestType, digest: digestOf(blob), size: blob.length });
const empty = (count: number): string => `${'{},'.repeat(count)}{}`;

test('an index.json or manifest of nothing but empty objects is refused before it is parsed', async () => {
  const index = `{"schemaVersion":2,"manifests":[],"x":[${empty(6e6)}]}`;
  const manifest = `{"schemaVersion":2,"x":[${empty(6e6)}]}`;
  const large = await layout(`{"schemaVersion":2,"manifests":[${listed('large')}]}`, ['large']);
  await truncate(join(large, blobPath(digestOf('large'))), 65 * MiB);
  const stores = [
    [await layout(index), /index\.json has more than .*values/],
    [
      await layout(`{"schemaVersion":2,"manifests":[${listed(manifest)}]}`, [manifest]),
      /is past json-values/,
    ],
    [large, /it is longer than it was/],
  ] as const;
  for (const [store, sentence] of stores) {
    const { code, peak, stderr } = await measured(store, 'images', '-q');
    expect(code).toBe(1);
    expect(stderr).toMatch(sentence);
    expect(peak).toBeLessThan(300 * MiB);
  }
});

test('documents whose size is blanks are held against a bound together, and not in memory', async () => {
  const image = buildImage({ names: ['shop:1'], layers: [{ files: [{ path: 'a' }] }] });
  const members = ociMembers([image]).filter(({ path }) => path !== 'index.json');
  const padded: TarMember[] = [];
  const manifests = Array.from({ length: 66 }, (_, i) => {
    const content = `{"n":${i},${image.manifest.toString().slice(1)}`.padEnd(4 * MiB);
    padded.push({ path: blobPath(digestOf(content)), content });
    return { mediaType: manifestType, digest: digestOf(content), size: content.length };
  });
  const index = { path: 'index.json', content: JSON.stringify({ schemaVersion: 2, manifests }) };
  const archive = await temporaryFile(gzip(tarOf([...members, ...padded, index])), 'blanks.tar.gz');
  const store = await temporaryFolder();
  const { code, peak, stderr } = await measured(store, 'load', '-q', '-i', archive);
  expect(code).toBe(1);
  expect(stderr).toMatch(/past documents-total .*--limit documents-total=/);
  expect(peak).toBeLessThan(900 * MiB);
});

const record = {
  format: 1,
  id: '0123456789ab',
  image: digestOf('image'),
  root: {
    mediaType: manifestType,
    digest: digestOf('root'),
    size: 3,
    annotations: { much: 'x'.repeat(200_000) },
  },
  imageName: 'shop:1',
  created: '2026-01-01T00:00:00Z',
  key: 'root',
  generation: 1,
} as const;

test('records that hold more than a record are none, and of others no more is kept than a record has', async () => {
  const store = await layout('{"schemaVersion":2,"manifests":[]}');
  const small = { ...record, root: { ...record.root, annotations: {} } };
  const put = async (name: string, bytes: string | null): Promise<void> => {
    await mkdir(join(store, 'workspaces', name), { recursive: true });
    const path = join(store, 'workspaces', name, 'workspace.json');
    if (bytes === null) await link(join(store, 'workspaces', 'large0', 'workspace.json'), path);
    else await writeFile(path, bytes);
  };
  const stuffed = (values: number): string =>
    JSON.stringify({ ...small, x: 0 }).replace(/0}$/, `[${empty(values)}]}`);
  await put('large0', stuffed(1.3e6));
  for (let i = 1; i < 200; i++) await put(`large${i}`, null);
  await put('own', stuffed(15_000));
  const { stdout, peak } = await measured(store, 'workspace', 'ls');
  expect(stdout).toMatch(/^own /m);
  expect(stdout).not.toMatch(/^large/m);
  expect(peak).toBeLessThan(200 * MiB);
  const { annotations, ...root } = small.root;
  expect(annotations).toEqual({});
  expect(await readWorkspaces(store)).toEqual([{ ...small, root, name: 'own' }]);
});

test('a record that we write is one that we read, whatever its image is called', async () => {
  const store = await layout('{"schemaVersion":2,"manifests":[]}');
  await mkdir(join(store, 'workspaces'));
  const imageName = 'n'.repeat(100_000);
  await writeWorkspace(store, { ...record, image: parseImageId(record.image), imageName, name: 'own' });
  expect((await readWorkspaces(store)).map(({ name }) => name)).toEqual(['own']);
});

test('more records than anybody has are refused, and owners have no members of others', async () => {
  const store = await layout('{"schemaVersion":2,"manifests":[]}');
  await mkdir(join(store, 'mounts'));
  for (let i = 0; i <= mostRecords; i++) await writeFile(join(store, 'mounts', `${i}.mount.json`), '');
  const facts = await problemFacts(readMountRecords(store), 'limit-exceeded');
  expect(facts).toMatchObject({ limit: mostRecords, found: mostRecords + 1 });
  const owner = {
    pid: 1,
    start: '2',
    boot: 'b',
    namespace: 'n',
    host: 'h',
    machine: 'm',
    token: '0'.repeat(32),
  };
  expect(parseOwner(JSON.stringify({ ...owner, x: [{}, {}] }))).toEqual(owner);
  expect(parseOwner(JSON.stringify({ ...owner, host: 'h'.repeat(9999) }))).toBeNull();
});
