import { generateKeyPairSync } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { resolveImage } from '../../../electron/actions/images/resolveImage';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { loadImages } from '../../../electron/actions/copy/loadImages';
import type { ActionContext } from '../../../electron/actions/ground/context';
import type { Session } from '../../../electron/cli/command';
import { commandNames, loadCommand } from '../../../electron/cli/commands';
import { parseOptions } from '../../../electron/cli/parser';
import { defaultLimits, limitNames, type LimitName, type Limits } from '../../../shared/image/limits';
import { problemOf } from '../../../shared/image/problem';
import {
  blobPath,
  buildImage,
  digestOf,
  dockerArchive,
  dockerMembers,
  headerBlock,
  inBlocks,
  ociMembers,
  paxRecord,
  replaceMember,
  tarMember,
  tarOf,
} from '../../setup/imageBuilder';
import { openStore, problemFacts, quietRun, temporaryFile, temporaryFolder } from '../../setup/temporary';

/**
 * An image that needs raised limits is loaded with them once, and every command of the table works with it under the usual ones,
 * or refuses for a reason of its own that stands here. A command or a limit that is new is missing here until somebody says how.
 */

type Name = (typeof commandNames)[number];

/** How each command is called, in this order; `img:1` is the image. */
const calls: { readonly [N in Name]: readonly (readonly string[])[] } = {
  load: [['-q', 'OTHER']],
  copy: [['img:1', 'OUT']],
  images: [['-a']],
  inspect: [['img:1']],
  history: [['img:1']],
  manifest: [['img:1']],
  config: [['img:1']],
  blob: [['CONFIG']],
  du: [['img:1']],
  ls: [['-R', 'img:1']],
  cp: [['img:1:/a', 'OUT']],
  cat: [['img:1', '/a']],
  find: [['a']],
  diff: [
    ['img:1', 'other:1'],
    ['img:1', 'img:1'],
  ],
  analyze: [['img:1']],
  secrets: [['img:1']],
  duplicates: [[]],
  graph: [[]],
  tree: [[]],
  dot: [[]],
  short: [[]],
  sources: [[]],
  limits: [[]],
  completion: [['bash']],
  version: [[]],
  df: [['-v']],
  tag: [['img:1', 'more:1']],
  untag: [['more:1']],
  save: [
    ['-o', 'OUT', 'img:1'],
    ['--format', 'oci-archive', '-o', 'OUT', 'img:1'],
    ['--format', 'oci-archive', '--compress', 'zstd', '-o', 'OUT', 'img:1'],
  ],
  export: [['-o', 'OUT', 'img:1']],
  squash: [['img:1', 'flat:1']],
  rewrite: [['img:1', '--remove', '/gone', 'less:1']],
  sign: [['--key', 'KEY', 'img:1']],
  verify: [['--key', 'PUBLIC', 'img:1']],
  encrypt: [['--recipient', 'RSAPUBLIC', 'img:1', 'sealed:1']],
  decrypt: [['--key', 'RSAKEY', 'sealed:1', 'open:1']],
  import: [['FOLDER', 'made:1']],
  mount: [['img:1'], []],
  umount: [['-a']],
  workspace: [['create', 'img:1', 'own'], ['diff', 'own'], ['ls']],
  commit: [['-c', 'CMD ["x"]', 'own', 'next:1']],
  run: [['img:1', '/nothing']],
  fsck: [[]],
  prune: [['-n']],
  gc: [[]],
  rmi: [['-n', 'img:1']],
};

/** Commands that need rights to mount. */
const mounting: ReadonlySet<Name> = new Set(['mount', 'umount', 'workspace', 'commit', 'run']);

/** Calls that end with a problem that is no limit: its code. */
type Refusals = Readonly<Record<string, string>>;

interface Sample {
  /** What is raised to load it; without any one of them it is refused. */
  readonly raised: Readonly<Partial<Record<LimitName, number>>>;
  readonly archive: () => Uint8Array;
  readonly refusals: Refusals;
}

const MiB = 1 << 20;
const files = [
  { path: 'a', content: 'here\n' },
  { path: 'gone', content: 'gone\n' },
];
const top = { files: [{ path: 'base', content: 'base' }] };
const nested = (depth: number): unknown => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`) as unknown;
/** A sparse file (pax form 0.1): every second byte is data. */
function sparseFile(regions: number): Buffer {
  const map = Array.from({ length: regions }, (_, i) => `${2 * i},1`).join(',');
  const records = Buffer.concat([
    paxRecord('GNU.sparse.size', String(2 * regions)),
    paxRecord('GNU.sparse.name', 'sparse'),
    paxRecord('GNU.sparse.map', map),
  ]);
  return Buffer.concat([
    headerBlock({ name: 'x', flag: 'x', size: records.length }),
    inBlocks(records),
    headerBlock({ name: 'short', flag: '0', size: regions }),
    inBlocks(Buffer.alloc(regions, 'x')),
  ]);
}

const samples: Readonly<Record<string, Sample>> = {
  'documents and headers': {
    raised: {
      'document-bytes': 8 * MiB,
      'json-depth': 200,
      'manifest-bytes': 64 * MiB,
      images: 200_000,
      'extension-bytes': 4 * MiB,
    },
    archive: () => {
      const image = buildImage({
        names: ['img:1'],
        config: { Labels: { note: 'x'.repeat(5 * MiB) }, More: nested(100) },
        layers: [top, { files: [...files, { path: 'noted', pax: { comment: 'x'.repeat(1.5 * MiB) } }] }],
      });
      const members = dockerMembers([image]);
      const manifest = JSON.parse(
        Buffer.from(members.find(({ path }) => path === 'manifest.json')?.content ?? '').toString(),
      ) as { RepoTags: string[] | null }[];
      const again = Array.from({ length: 100_000 }, () => ({ ...manifest[0], RepoTags: null }));
      return tarOf(replaceMember(members, 'manifest.json', JSON.stringify([...manifest, ...again])));
    },
    refusals: {},
  },
  indexes: {
    raised: { descriptors: 200_000, 'index-depth': 8, 'document-bytes': 64 * MiB, images: 200_000 },
    archive: () => {
      const members = ociMembers([buildImage({ names: ['img:1'], layers: [top, { files, gzip: true }] })]);
      const index = JSON.parse(
        Buffer.from(members.find(({ path }) => path === 'index.json')?.content ?? '').toString(),
      ) as { manifests: Record<string, unknown>[] };
      const mediaType = 'application/vnd.oci.image.index.v1+json';
      const { annotations, ...plain } = index.manifests[0] ?? {};
      let inner: Record<string, unknown> = plain;
      const more = [];
      for (let depth = 0; depth < 6; depth++) {
        const content = JSON.stringify({ schemaVersion: 2, mediaType, manifests: [inner] });
        const digest = digestOf(content);
        more.push({ path: blobPath(digest), content });
        inner = { mediaType, digest, size: content.length };
      }
      const manifests = [{ ...inner, annotations }, ...Array.from({ length: 100_001 }, () => plain)];
      const content = JSON.stringify({ schemaVersion: 2, manifests });
      return tarOf([...replaceMember(members, 'index.json', content), ...more]);
    },
    refusals: {},
  },
  names: {
    raised: { 'path-bytes': 64 << 10, 'path-depth': 5000, 'xattr-bytes': MiB },
    archive: () =>
      dockerArchive([
        {
          names: ['img:1'],
          layers: [
            { files },
            {
              tar: Buffer.concat([
                tarMember({ path: `${'d/'.repeat(2100)}deep`, content: 'deep' }),
                tarMember({ path: `${`${'n'.repeat(200)}/`.repeat(100)}long`, content: 'long' }),
                tarMember({ path: 'marked', xattrs: { 'user.note': 'x'.repeat(600 << 10) } }),
                Buffer.alloc(1024),
              ]),
            },
          ],
        },
      ]),
    // The attribute is larger than the file systems of Linux hold.
    refusals: {
      'mount img:1': 'layer-invalid',
      'workspace create img:1 own': 'layer-invalid',
      'workspace diff own': 'workspace-not-found',
      'commit -c CMD ["x"] own next:1': 'workspace-not-found',
      'run img:1 /nothing': 'layer-invalid',
    },
  },
};

/** Bounds that no small input goes beyond, or that take long: what holds for them when they are lowered holds when they were raised. */
const lowered: readonly LimitName[] = [
  'layers',
  'layers-total',
  'names',
  'json-values',
  'layer-members',
  'names-total',
  'xattrs-total',
  'sparse-regions',
  'expanded-bytes',
  'archive-members',
];
/** Bounds that nothing but a load or an import asks, or only past 4 GiB. */
const elsewhere: readonly LimitName[] = ['time', 'documents-total', 'expansion-ratio'];

async function places(): Promise<Readonly<Record<string, string>>> {
  const folder = await temporaryFolder();
  const at = (name: string): string => join(folder, name);
  await mkdir(at('rootfs'));
  await writeFile(at('rootfs/file'), 'file');
  const ed = generateKeyPairSync('ed25519');
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  await writeFile(at('key'), ed.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  await writeFile(at('public'), ed.publicKey.export({ type: 'spki', format: 'pem' }));
  await writeFile(at('rsa'), rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  await writeFile(at('rsa-public'), rsa.publicKey.export({ type: 'spki', format: 'pem' }));
  await writeFile(at('other.tar'), dockerArchive([{ names: ['other:1'], layers: [{ files }] }]));
  return {
    OTHER: at('other.tar'),
    FOLDER: at('rootfs'),
    OUT: at('out.tar'),
    KEY: at('key'),
    PUBLIC: at('public'),
    RSAKEY: at('rsa'),
    RSAPUBLIC: at('rsa-public'),
  };
}

/** Calls a command as the command line does; gives the code of its problem, or null. */
async function outcome(context: ActionContext, name: Name, words: readonly string[]): Promise<string | null> {
  const command = await loadCommand(name);
  if (!command) throw new Error(name);
  const session: Session = {
    json: true,
    language: 'en',
    context: () => Promise.resolve(context),
    look: () => Promise.reject(new Error('nothing is looked at here')),
    out: () => undefined,
    note: () => undefined,
    run: () => quietRun(),
    endProgress: () => undefined,
  };
  try {
    await command.execute(session, parseOptions(words, command.options, command.optionsFirst));
    return null;
  } catch (thrown) {
    const { code, facts } = problemOf(thrown);
    return code === 'limit-exceeded' || code === 'internal' ? `${code} ${JSON.stringify(facts)}` : code;
  }
}

/** Everything that did not end as it should: the words, and how it ended. */
async function differing(context: ActionContext, refusals: Refusals): Promise<readonly string[]> {
  const { graph } = await readStoreView(context);
  const at = { ...(await places()), CONFIG: resolveImage(graph, 'img:1').image.id };
  const found: string[] = [];
  for (const name of Object.keys(calls) as Name[]) {
    if (mounting.has(name) && process.getuid?.() !== 0) continue;
    for (const words of calls[name]) {
      const ended = await outcome(
        context,
        name,
        words.map((word) => (at as Readonly<Record<string, string>>)[word] ?? word),
      );
      if (ended !== (refusals[[name, ...words].join(' ')] ?? null))
        found.push(`${name} ${words.join(' ')}: ${ended ?? 'worked'}`);
    }
  }
  return found;
}

test('every command and every limit is in the table', () => {
  expect(Object.keys(calls).sort()).toEqual([...commandNames].sort());
  const held = Object.values(samples).flatMap(({ raised }) => Object.keys(raised));
  expect([...new Set([...held, ...lowered, ...elsewhere])].sort()).toEqual([...limitNames].sort());
});

test.each(Object.entries(samples))(
  '%s that were let in by raised limits work in every command',
  async (_name, sample) => {
    const context = await openStore();
    const path = await temporaryFile(sample.archive());
    const load = (limits: Limits): ReturnType<typeof loadImages> =>
      loadImages({ ...context, limits }, { path, label: 'img.tar' }, quietRun());
    const all = { ...defaultLimits, ...sample.raised };
    for (const name of Object.keys(sample.raised) as LimitName[]) {
      const without = { ...all, [name]: defaultLimits[name] };
      expect(await problemFacts(load(without), 'limit-exceeded'), name).toMatchObject({ name });
    }
    await load(all);
    expect(await differing(context, sample.refusals)).toEqual([]);
  },
);

test('what is in the store is not held against limits that are lower by now', async () => {
  const context = await openStore();
  const tar = Buffer.concat([...files.map(tarMember), sparseFile(3), Buffer.alloc(1024)]);
  const archive = await temporaryFile(
    dockerArchive([{ names: ['img:1'], layers: [top, { tar, gzip: true }] }]),
  );
  await loadImages(context, { path: archive, label: 'img.tar' }, quietRun());
  const limits = { ...defaultLimits, ...Object.fromEntries(lowered.map((name) => [name, 1])) };
  const differences = await differing({ ...context, limits }, {});
  // What comes in is held against them.
  expect(differences.filter((each) => !/^(?:load|import|decrypt) /.test(each))).toEqual([]);
});
