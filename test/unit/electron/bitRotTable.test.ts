import { generateKeyPairSync } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Session } from '../../../electron/cli/command';
import type { commandNames } from '../../../electron/cli/commands';
import { loadCommand } from '../../../electron/cli/commands';
import { parseOptions, UsageFault } from '../../../electron/cli/parser';
import { isIncomplete } from '../../../electron/cli/source';
import type { Digest } from '../../../shared/image/digest';
import { ProblemError } from '../../../shared/image/problem';
import { buildImage, noise, ociArchive, type BuiltLayer, type ImageSpec } from '../../setup/imageBuilder';
import { indexedLayout } from '../../setup/indexBuilder';
import { load, openStore, quietRun, snapshotDirectory } from '../../setup/temporary';

/**
 * The command table against stores in which one byte of one blob is another: every command either says so and leaves with
 * another code than 0, or says and makes what it would say and make of the sound store.
 */

type Name = (typeof commandNames)[number];
/** What a blob of the store is. `other` is what no command below asks for by name. */
type Kind = 'manifest' | 'config' | 'layer' | 'index' | 'signature' | 'sealed' | 'other';

interface Row {
  readonly words: readonly string[];
  /** Of these it hands on what they hold: documents it must fail for, of layers some changes at least. */
  readonly needs: readonly Kind[];
  /** What it makes is not the same twice. */
  readonly random?: true;
  readonly writes?: true;
}
const image: readonly Kind[] = ['manifest', 'config'];
const whole: readonly Kind[] = ['manifest', 'config', 'layer'];
const all: readonly Kind[] = ['manifest', 'config', 'index', 'sealed'];
const row = (words: string, needs: readonly Kind[], more: Partial<Row> = {}): Row => ({
  words: words.split(' ').filter((word) => word !== ''),
  needs,
  ...more,
});
const writes = { writes: true } as const;

/** Every command: how it is called, or why it hands on nothing of a blob. */
const table: { readonly [N in Name]: readonly Row[] | string } = {
  images: [row('', all), row('-a --digests', all)],
  inspect: [row('x:1', [...image]), row('--platform linux/arm64 multi:1', ['index'])],
  history: [row('x:1', image)],
  manifest: [row('x:1', image), row('multi:1', ['index'])],
  config: [row('x:1', image)],
  blob: [row('CONFIG', ['config']), row('LAYER', ['layer'])],
  du: [row('x:1', image)],
  ls: [row('-R -l x:1', image)],
  cp: [row('x:1:/ OUT', whole), row('x:1:/a OUT', whole)],
  cat: [row('x:1 /a /b /c', whole)],
  find: [row('a', all)],
  diff: [row('x:1 y:1', image), row('--files x:1 y:1', whole)],
  analyze: [row('x:1', image)],
  secrets: [row('x:1', whole)],
  duplicates: [row('', all), row('x:1 y:1', image)],
  graph: [row('', all)],
  tree: [row('', all)],
  dot: [row('', all)],
  short: [row('', all)],
  df: [row('-v', all)],
  sources: [row('', all)],
  fsck: [row('', ['manifest', 'config', 'layer', 'index', 'signature', 'sealed', 'other'])],
  verify: [row('--key PUBLIC x:1', ['signature'])],
  sign: [
    row('--key KEY y:1', [], { ...writes, random: true }),
    row('--key KEY x:1', ['manifest'], { ...writes, random: true }),
  ],
  copy: [row('x:1 OUT', whole)],
  save: [
    row('-o OUT x:1', whole),
    ...['docker-archive', 'oci-archive', 'oci-dir'].flatMap((format) =>
      // What reads docker-archives knows no zstd: it is refused there.
      (format === 'docker-archive' ? ['none', 'gzip'] : ['none', 'gzip', 'zstd']).map((how) =>
        row(`-o OUT --format ${format} --compress ${how} x:1`, whole),
      ),
    ),
    row('-o OUT --format oci-archive x:1', [...whole, 'signature']),
    row('-o OUT --format oci-archive multi:1', ['index']),
    row('-o OUT --format oci-archive sealed:1', ['sealed']),
  ],
  export: [row('-o OUT x:1', whole)],
  squash: [row('x:1 flat:1', whole, { ...writes, random: true })],
  rewrite: [row('x:1 --remove /a less:1', whole, { ...writes, random: true })],
  encrypt: [row('--recipient RSAPUBLIC x:1 again:1', whole, { ...writes, random: true })],
  decrypt: [row('--key RSAKEY sealed:1 open:1', ['sealed'], { ...writes, random: true })],
  tag: [row('x:1 x:2', image, writes)],
  untag: 'takes a name away',
  rmi: 'deletes',
  prune: [row('-n', all), row('', all, writes)],
  gc: [row('-n', all), row('', all, writes)],
  load: 'takes from an archive',
  import: 'takes from an archive',
  mount: 'the tree of an image: test/unit/mount/rottenLayers.test.ts',
  workspace: 'the same',
  commit: 'the same',
  run: 'the same tree',
  umount: 'reads records alone',
  limits: 'reads no store',
  version: 'reads no store',
  completion: 'lists what it can read, and what it says beside would land in the line that is typed',
};

const x: ImageSpec = {
  names: ['x:1'],
  created: '2023-04-05T06:07:08Z',
  config: { Labels: { team: 'till', stage: 'old' }, Cmd: ['/a'] },
  layers: [
    {
      files: [
        { path: 'a', content: noise(3000) },
        { path: 'key.env', content: 'AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYzzzzzzKEYX\n' },
      ],
    },
    { files: [{ path: 'b', content: noise(2000, 2) }], gzip: true },
    { files: [{ path: 'c', content: noise(2500, 3) }], zstd: true },
  ],
};
const y: ImageSpec = {
  names: ['y:1'],
  layers: [
    { files: [{ path: 'a', content: noise(3000, 4) }] },
    { files: [{ path: 'b', content: noise(2000, 5) }] },
  ],
};
const platforms = ['amd64', 'arm64'].map((architecture) => ({
  os: 'linux',
  architecture,
  layers: [{ files: [{ path: 'p', content: architecture }] }],
}));

let base = '';
let sound = '';
let places: Readonly<Record<string, string>> = {};
const kinds = new Map<Digest, Kind>();
const out = (): string => join(base, 'out');

const blobPathOf = (store: string, digest: string): string => join(store, 'blobs', 'sha256', digest.slice(7));
const blobsOf = (store: string): Digest[] =>
  readdirSync(join(store, 'blobs', 'sha256')).map((name): Digest => `sha256:${name}` as Digest);

interface Outcome {
  readonly code: number;
  /** Standard output; nothing where that is never the same. */
  readonly text: string;
  readonly notes: string;
  readonly made: unknown;
}

/** Runs a command in this process, as the command line does. */
async function perform(store: string, name: string, { words, random }: Row): Promise<Outcome> {
  rmSync(out(), { recursive: true, force: true });
  const command = await loadCommand(name);
  if (!command) throw new Error(name);
  const context = await openStore(store);
  let text = '';
  let notes = '';
  const session: Session = {
    json: ['graph', 'cat', 'manifest', 'blob'].includes(name),
    language: 'en',
    context: () => Promise.resolve(context),
    look: () => Promise.reject(new Error('nothing is looked at here')),
    out: (more) => void (text += more),
    note: (more) => void (notes += more),
    run: () => quietRun(),
    endProgress: () => undefined,
  };
  const before = new Set(blobsOf(store));
  const given = words.map((word) => (word === 'OUT' ? out() : (places[word] ?? word)));
  try {
    let code =
      (await command.execute(session, parseOptions(given, command.options, command.optionsFirst))) ?? 0;
    if (code === 0 && isIncomplete(session)) code = 1;
    const file = existsSync(out())
      ? statSync(out()).isDirectory()
        ? [...(await snapshotDirectory(out()))]
        : readFileSync(out(), 'latin1')
      : null;
    const made = blobsOf(store).filter((digest) => !before.has(digest));
    return { code, text: random ? '' : text, notes, made: random ? null : [file, made] };
  } catch (thrown) {
    if (thrown instanceof UsageFault) throw thrown;
    expect(thrown, `${name} ${words.join(' ')}`).toBeInstanceOf(ProblemError);
    expect((thrown as ProblemError).problem.code).not.toBe('internal');
    return { code: 1, text: '', notes: (thrown as ProblemError).message, made: null };
  } finally {
    await context.close();
  }
}

beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'stratigraph-rot-'));
  sound = join(base, 'sound');
  const ed = generateKeyPairSync('ed25519');
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  places = {
    KEY: join(base, 'k'),
    PUBLIC: join(base, 'p'),
    RSAKEY: join(base, 'rk'),
    RSAPUBLIC: join(base, 'rp'),
    CONFIG: buildImage(x).id,
    LAYER: (buildImage(x).layers[0] as BuiltLayer).digest,
  };
  writeFileSync(join(base, 'k'), ed.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  writeFileSync(join(base, 'p'), ed.publicKey.export({ type: 'spki', format: 'pem' }));
  writeFileSync(join(base, 'rk'), rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  writeFileSync(join(base, 'rp'), rsa.publicKey.export({ type: 'spki', format: 'pem' }));
  const context = await openStore(sound);
  await load(context, ociArchive([x, y]));
  const { archive, index } = indexedLayout('multi:1', platforms);
  await load(context, archive);
  const built = buildImage(x);
  kinds
    .set(built.id, 'config')
    .set(built.manifestDigest, 'manifest')
    .set(index.digest as Digest, 'index');
  for (const { digest } of built.layers) kinds.set(digest, 'layer');
  const note = async (kind: Kind, work: () => Promise<Outcome>): Promise<void> => {
    const before = new Set(blobsOf(sound));
    expect((await work()).code).toBe(0);
    for (const digest of blobsOf(sound)) if (!before.has(digest)) kinds.set(digest, kind);
  };
  await note('signature', () => perform(sound, 'sign', row('--key KEY x:1', [])));
  await note('sealed', () => perform(sound, 'encrypt', row('--recipient RSAPUBLIC x:1 sealed:1', [])));
  for (const digest of blobsOf(sound)) if (!kinds.has(digest)) kinds.set(digest, 'other');
  await context.close();
});

afterAll(() => rmSync(base, { recursive: true, force: true }));

let state = 20261129;
const next = (below: number): number => {
  state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
  return (state >>> 8) % below;
};

/** Bytes with one other: some bit of a random one, and in a document also one that leaves it as well formed as it was. */
function changes(bytes: Buffer, isDocument: boolean): Buffer[] {
  const flipped = Buffer.from(bytes);
  const at = next(bytes.length);
  flipped.writeUInt8(bytes.readUInt8(at) ^ (1 << next(8)), at);
  if (!isDocument) return [flipped];
  const text = bytes.toString('latin1');
  const found: Buffer[] = [flipped];
  for (const [from, to] of [
    ['2023-04', '2023-05'],
    ['till', 'tilt'],
    ['"size":', '"siz3":'],
  ] as const)
    if (text.includes(from)) found.push(Buffer.from(text.replace(from, to), 'latin1'));
  return found;
}

test(
  'each command of the table says that a byte has changed, or is right all the same',
  { timeout: 120_000 },
  async () => {
    const rows = Object.entries(table).flatMap(([name, given]) =>
      typeof given === 'string'
        ? []
        : given.map((each) => ({ name, each, label: `${name} ${each.words.join(' ')}` })),
    );
    const damaged = join(base, 'damaged');
    const scratch = join(base, 'scratch');
    const fresh = (from: string): void => {
      rmSync(scratch, { recursive: true, force: true });
      cpSync(from, scratch, { recursive: true });
    };
    const right = new Map<string, Outcome>();
    for (const { name, each, label } of rows) {
      fresh(sound);
      const outcome = await perform(scratch, name, each);
      expect(outcome.code, `${label}: ${outcome.notes}`).toBe(0);
      right.set(label, { ...outcome, text: outcome.text.replaceAll(scratch, 'STORE') });
    }
    const wrong: string[] = [];
    const failed = new Map<string, Set<Kind>>();
    for (const [digest, kind] of kinds) {
      const bytes = readFileSync(blobPathOf(sound, digest));
      const isDocument = bytes[0] === 0x7b;
      for (const [i, change] of changes(bytes, isDocument).entries()) {
        rmSync(damaged, { recursive: true, force: true });
        cpSync(sound, damaged, { recursive: true });
        const path = blobPathOf(damaged, digest);
        chmodSync(path, 0o644);
        writeFileSync(path, change);
        for (const { name, each, label } of rows) {
          // Of what a command does not need, some of the cases: they are many, and the answer is right there.
          if (!each.needs.includes(kind) && (each.writes === true || next(12) > 0)) continue;
          if (each.writes) fresh(damaged);
          const where = each.writes ? scratch : damaged;
          const { code, text, notes, made } = await perform(where, name, each);
          const at = `${label}, ${kind} ${digest.slice(7, 15)}, change ${i}`;
          if (code !== 0) {
            if (text + notes === '') wrong.push(`${at}: says nothing`);
            failed.set(label, (failed.get(label) ?? new Set()).add(kind));
            continue;
          }
          if (each.needs.includes(kind) && isDocument && kind !== 'sealed' && kind !== 'signature')
            wrong.push(`${at}: says nothing of a document`);
          const { text: rightText, made: rightMade } = right.get(label) as Outcome;
          if (each.random) {
            if (each.needs.includes(kind) && kind !== 'layer') wrong.push(`${at}: made of it`);
          } else if (text.replaceAll(where, 'STORE') !== rightText && notes === '')
            // One image may be stored twice, in the clear and sealed: it is told what of it could not be counted.
            wrong.push(`${at}: says ${text.slice(0, 200)}`);
          else if (JSON.stringify(made) !== JSON.stringify(rightMade))
            wrong.push(`${at}: made something else`);
        }
      }
    }
    for (const { each, label } of rows)
      for (const kind of each.needs)
        if (!failed.get(label)?.has(kind)) wrong.push(`${label}: no word of any ${kind}`);
    expect(wrong).toEqual([]);
  },
);

test(
  'a blob of another length is refused by its length, by every command that hands it on: a terabyte of holes is not read',
  { timeout: 120_000 },
  async () => {
    const rows = Object.entries(table).flatMap(([name, given]) =>
      typeof given === 'string' ? [] : given.map((each) => ({ name, each })),
    );
    const mend = { name: 'fsck', each: row('--repair', ['layer', 'sealed', 'other'], writes) };
    const store = join(base, 'lengths');
    const met = new Set<string>();
    const wrong: string[] = [];
    for (const [digest, kind] of kinds) {
      const isDocument = readFileSync(blobPathOf(sound, digest))[0] === 0x7b;
      // Of each kind one, of layers one a compression.
      if (kind !== 'layer' && met.has(`${kind} ${isDocument}`)) continue;
      met.add(`${kind} ${isDocument}`);
      const { size } = statSync(blobPathOf(sound, digest));
      for (const length of [2 ** 40, size - 1]) {
        let isFresh = false;
        for (const { name, each } of [...rows, mend]) {
          if (!each.needs.includes(kind)) continue;
          // What lists images reads no sealed layer.
          if (kind === 'sealed' && !isDocument && name !== 'fsck' && !each.words.includes('sealed:1'))
            continue;
          if (name === 'blob' && !each.words.some((word) => places[word] === digest)) continue;
          if (!isFresh || each.writes) {
            rmSync(store, { recursive: true, force: true });
            cpSync(sound, store, { recursive: true });
            const path = blobPathOf(store, digest);
            chmodSync(path, 0o644);
            truncateSync(path, length);
          }
          isFresh = !each.writes;
          const { code, text, notes } = await perform(store, name, each);
          const says = `${name} ${each.words.join(' ')}, ${kind} of ${length}: ${code}, ${text.slice(0, 200)}${notes.slice(0, 300)}`;
          if (code === 0) wrong.push(says);
          if (name === 'fsck' && each.writes && length > size && existsSync(blobPathOf(store, digest)))
            wrong.push(`${says}: left in its place`);
        }
      }
    }
    expect(wrong).toEqual([]);
  },
);
