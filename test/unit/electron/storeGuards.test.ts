import { generateKeyPairSync } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commandNames } from '../../../electron/cli/commands';
import { callCommand } from '../../setup/callCommand';
import { dockerArchive, noise, type ImageSpec } from '../../setup/imageBuilder';
import { newOwner } from '../../../electron/store/owner';
import { makeOrdinaryUser, type OrdinaryUser } from '../../setup/ordinaryUser';
import type { Called } from '../../setup/performCommand';
import { must } from '../../setup/run';

/**
 * The command table against stores that are not this user's to change, or not as we made them: who reads gets an answer and
 * leaves everything as it is, who writes is told in one sentence why that cannot be, and nothing beside the store is touched.
 * A command that is new is missing here until somebody says what it is.
 */

type Name = (typeof commandNames)[number];
/** What a call does to the store. */
type Kind = 'reads' | 'writes' | 'nothing';

const calls: { readonly [N in Name]: readonly (readonly [Kind, string])[] } = {
  images: [['reads', '-a --digests']],
  inspect: [['reads', 'img:1']],
  history: [['reads', 'img:1']],
  ls: [['reads', '-R -l img:1']],
  cat: [['reads', '--json img:1 /a']],
  find: [['reads', 'a']],
  diff: [
    ['reads', 'img:1 other:1'],
    ['reads', '--files img:1 other:1'],
  ],
  analyze: [['reads', 'img:1']],
  secrets: [['reads', 'img:1']],
  duplicates: [['reads', '']],
  graph: [['reads', '--json']],
  tree: [['reads', '']],
  dot: [['reads', '']],
  short: [['reads', '']],
  sources: [['reads', '']],
  df: [['reads', '-v']],
  save: [
    ['reads', '-o OUT img:1'],
    ['reads', '--format oci-archive --compress gzip -o OUT img:1'],
    ['reads', '--format oci-dir -o OUTDIR img:1'],
  ],
  export: [['reads', '-o OUT img:1']],
  verify: [['reads', '--key PUBLIC img:1']],
  fsck: [
    ['reads', ''],
    ['writes', '--repair'],
  ],
  rmi: [
    ['reads', '-n other:1'],
    ['writes', 'other:1'],
  ],
  prune: [
    ['reads', '-n'],
    ['writes', ''],
  ],
  mount: [
    ['reads', ''],
    ['writes', 'img:1'],
  ],
  umount: [
    ['writes', '-a'],
    ['writes', 'img:1'],
  ],
  workspace: [
    ['reads', 'ls'],
    ['writes', 'create img:1 new'],
    ['writes', 'diff own'],
    ['writes', 'path own'],
    ['writes', 'umount own'],
    ['writes', 'rename own owned'],
    ['writes', 'rm own'],
  ],
  commit: [['writes', 'own next:1']],
  run: [['writes', 'img:1 /nothing']],
  limits: [['nothing', '']],
  completion: [['nothing', 'bash']],
  load: [['writes', '-q -i OTHER']],
  import: [['writes', 'FOLDER made:1']],
  tag: [['writes', 'img:1 more:1']],
  untag: [['writes', 'other:1']],
  gc: [['writes', '']],
  squash: [['writes', 'img:1 flat:1']],
  rewrite: [['writes', 'img:1 --remove /gone less:1']],
  sign: [['writes', '--key KEY other:1']],
  encrypt: [['writes', '--recipient RSAPUBLIC img:1 sealed:1']],
  decrypt: [['writes', '--key RSAKEY hidden:1 open:1']],
};

const image: ImageSpec = {
  names: ['img:1'],
  layers: [
    {
      files: [
        { path: 'a', content: 'here\n' },
        { path: 'gone', content: 'gone' },
      ],
    },
    { files: [{ path: 'b', content: noise(2000, 2) }], gzip: true },
  ],
};
const other: ImageSpec = {
  names: ['other:1'],
  layers: [{ files: [{ path: 'a', content: noise(3000, 3) }] }],
};
const third: ImageSpec = { names: ['third:1'], layers: [{ files: [{ path: 'c', content: noise(500, 4) }] }] };

let base = '';
let sound = '';
let places: Readonly<Record<string, string>> = {};
/** Where what is saved and exported goes. */
let outside = '';
const out = (): string => join(outside, 'out');

function wordsOf(name: string, text: string): string[] {
  const words = text.split(' ').filter((word) => word !== '');
  const given = words.filter((word) => word !== '--json').map((word) => places[word] ?? word);
  return [...(words.includes('--json') ? ['--json'] : []), name, ...given];
}
const rows = Object.entries(calls).flatMap(([name, given]) =>
  given.map(([kind, words]) => ({
    kind,
    name,
    label: `${name} ${words}`,
    words: () => wordsOf(name, words),
  })),
);

/** Everything of a folder: kind, owner, mode, times of change, bytes. */
function facts(folder: string, prefix = ''): Map<string, string> {
  const found = new Map<string, string>();
  const info = lstatSync(folder);
  const note = `${info.mode.toString(8)} ${info.uid}:${info.gid} ${info.mtimeMs}`;
  if (info.isDirectory()) {
    found.set(prefix, note);
    for (const name of readdirSync(folder))
      for (const [path, each] of facts(join(folder, name), `${prefix}/${name}`)) found.set(path, each);
  } else if (info.isSymbolicLink()) found.set(prefix, `${note} -> ${readlinkSync(folder)}`);
  else found.set(prefix, `${note} ${info.isFile() ? readFileSync(folder).toString('base64') : ''}`);
  return found;
}

function changed(before: Map<string, string>, folder: string): string[] {
  const now = facts(folder);
  return [...new Set([...before.keys(), ...now.keys()])].filter((path) => before.get(path) !== now.get(path));
}

/** One sentence, of what went wrong and no bug of ours. */
function isSentence({ code, err, problem, out: said }: Called): boolean {
  return (
    code !== 0 &&
    problem !== null &&
    problem !== 'internal' &&
    said === '' &&
    /^[^\n]+\.\n$/.test(err) &&
    !/\n? {4}at |Error:|ENO|EACC|EPERM/.test(err)
  );
}

beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'stratigraph-guards-'));
  chmodSync(base, 0o755);
  outside = mkdtempSync(join(tmpdir(), 'stratigraph-guards-out-'));
  sound = join(base, 'sound');
  const ed = generateKeyPairSync('ed25519');
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  mkdirSync(join(base, 'rootfs'));
  writeFileSync(join(base, 'rootfs', 'file'), 'file');
  writeFileSync(join(base, 'third.tar'), dockerArchive([third]));
  writeFileSync(join(base, 'all.tar'), dockerArchive([image, other]));
  writeFileSync(join(base, 'k'), ed.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  writeFileSync(join(base, 'p'), ed.publicKey.export({ type: 'spki', format: 'pem' }));
  writeFileSync(join(base, 'rk'), rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  writeFileSync(join(base, 'rp'), rsa.publicKey.export({ type: 'spki', format: 'pem' }));
  places = {
    KEY: join(base, 'k'),
    PUBLIC: join(base, 'p'),
    RSAKEY: join(base, 'rk'),
    RSAPUBLIC: join(base, 'rp'),
    OTHER: join(base, 'third.tar'),
    FOLDER: join(base, 'rootfs'),
    OUT: out(),
    OUTDIR: `${out()}.dir`,
  };
  for (const words of [
    ['load', '-q', '-i', join(base, 'all.tar')],
    wordsOf('sign', '--key KEY img:1'),
    wordsOf('encrypt', '--recipient RSAPUBLIC img:1 hidden:1'),
    ['workspace', 'create', 'img:1', 'own'],
  ]) {
    const called = await callCommand(sound, words);
    expect(called.code, called.err).toBe(0);
  }
});
afterAll(() => {
  for (const folder of [base, outside]) rmSync(folder, { recursive: true, force: true });
});

test('every command is in the table', () => {
  expect(Object.keys(calls).sort()).toEqual([...commandNames].sort());
});

const isRoot = process.getuid?.() === 0;
/** Who a file belongs to that is nobody's of this machine. */
const stranger = 54_321;

/** A store of our own, as it was made, in the place of the last one. */
function fresh(): string {
  const store = join(base, 'store');
  rmSync(store, { recursive: true, force: true });
  cpSync(sound, store, { recursive: true });
  return store;
}

/** What is wrong with how calls ended: readers get an answer, writers one sentence that says what it should. */
function wrongEnds(ends: readonly Called[], sentence: RegExp): string[] {
  return ends.flatMap((called, i) => {
    const { kind, label } = rows[i] ?? { kind: 'nothing', label: 'none' };
    const isRight = kind === 'writes' ? isSentence(called) && sentence.test(called.err) : called.code === 0;
    return isRight ? [] : [`${label}: ${called.code} ${called.problem ?? ''} ${called.err}`];
  });
}

/** Calls every row on a store as this user; gives how each ended, and what all of them changed there or beside it. */
async function callAll(store: string): Promise<{ ends: Called[]; touched: string[] }> {
  const before = facts(base);
  const ends: Called[] = [];
  for (const row of rows) {
    for (const path of [out(), `${out()}.dir`]) rmSync(path, { recursive: true, force: true });
    ends.push(await callCommand(store, row.words()));
  }
  return { ends, touched: changed(before, base) };
}

describe.runIf(isRoot)('a store that this user can read and not change', () => {
  const situations: Readonly<Record<string, { make: (store: string) => unknown; sentence: RegExp }>> = {
    'on a read-only disk': {
      make: async (store) => {
        await must('mount', ['--bind', store, store]);
        await must('mount', ['-o', 'remount,bind,ro', store]);
      },
      sentence: /the folder is on a disk that cannot be written to\. Nothing was changed\./,
    },
    'of another user': {
      make: (store) => must('chown', ['-R', `${stranger}:${stranger}`, store]),
      sentence: /the folder belongs to another user\. Nothing was changed\. Work as that user/,
    },
    'that everybody can write to': {
      make: (store) => chmodSync(store, 0o777),
      sentence: /the folder can be changed by other users\. Nothing was changed\. Take that right away/,
    },
    ...Object.fromEntries(
      ['blobs/sha256', 'cache', 'workspaces/own'].map((place) => [
        `of which ${place} belongs to another user`,
        {
          make: (store: string) => chownSync(join(store, place), stranger, stranger),
          sentence: new RegExp(`${place} in it belongs to another user\\. Nothing was changed\\.`),
        },
      ]),
    ),
  };

  test.each(Object.entries(situations))('%s', async (_name, { make, sentence }) => {
    const store = fresh();
    chmodSync(store, 0o755);
    await leaveSomething(store);
    await make(store);
    try {
      const { ends, touched } = await callAll(store);
      expect(wrongEnds(ends, sentence)).toEqual([]);
      expect(touched).toEqual([]);
    } finally {
      if (sentence.source.includes('disk')) await must('umount', [store]);
    }
  });
});

/** What processes left that were killed: a writer sweeps it, and who may not write leaves it there. */
async function leaveSomething(store: string): Promise<void> {
  const dead = { ...newOwner(), pid: 4_194_000, start: '1' };
  const old = join(store, 'workspaces', `.old-${'a'.repeat(32)}`);
  mkdirSync(old, { recursive: true });
  mkdirSync(join(store, 'mounts'), { recursive: true, mode: 0o700 });
  const id = 'mount-0123456789ab';
  const record = {
    id,
    kind: 'image',
    image: `sha256:${'a'.repeat(64)}`,
    name: 'img:1',
    target: join(store, 'mounts', id),
    base: null,
    since: 1,
    kept: false,
    owner: dead,
    key: 'root',
  };
  writeFileSync(join(store, 'mounts', `${id}.mount.json`), JSON.stringify(record));
  await must('find', [store, '-exec', 'touch', '-h', '-d', '2 days ago', '{}', '+']);
}

describe.runIf(isRoot)('two users in turns on one store', () => {
  let user: OrdinaryUser;
  beforeAll(async () => {
    user = await makeOrdinaryUser();
    await must('chmod', ['-R', 'a+rX', base]);
  });
  afterAll(() => user.remove());

  /** {@link callAll} as the ordinary user. */
  const callAsUser = async (store: string): Promise<{ ends: Called[]; touched: string[] }> => {
    for (const name of ['out', 'out.dir']) rmSync(join(user.folder, name), { recursive: true, force: true });
    const before = facts(base);
    const calls = rows.map((row) => row.words().map((word) => word.replace(outside, user.folder)));
    const ends = await user.story<Called[]>('calls', { store, calls });
    return { ends, touched: changed(before, base) };
  };
  const work = (store: string, calls: readonly (readonly string[])[]): Promise<Called[]> =>
    user.story<Called[]>('calls', { store, calls });
  const owner = /the folder belongs to another user\. Nothing was changed\. Work as that user/;

  test("root's store read by an ordinary user, and root's again", async () => {
    const store = fresh();
    await leaveSomething(store);
    await must('chmod', ['-R', 'a+rX', store]);
    const { ends, touched } = await callAsUser(store);
    expect(wrongEnds(ends, owner)).toEqual([]);
    expect(touched).toEqual([]);
    expect((await callCommand(store, ['tag', 'img:1', 'again:1'])).code).toBe(0);
  });

  test("an ordinary user's store read by root, and the user's again", async () => {
    const store = fresh();
    await leaveSomething(store);
    await must('chown', ['-R', `${user.name}:${user.name}`, store]);
    // With what the user's commands keep there.
    for (const { code, err } of await work(store, [
      ['images'],
      ['save', '-o', join(user.folder, 'mine.tar'), 'img:1'],
      ['analyze', 'img:1'],
      ['tag', 'img:1', 'mine:1'],
    ]))
      expect(code, err).toBe(0);
    const { ends, touched } = await callAll(store);
    expect(wrongEnds(ends, owner)).toEqual([]);
    expect(touched).toEqual([]);
    for (const { code, err } of await work(store, [['untag', 'mine:1'], ['secrets', 'img:1'], ['gc']]))
      expect(code, err).toBe(0);
  });

  test('a store that the other cannot read is said by every command', async () => {
    const store = fresh();
    chmodSync(store, 0o700);
    const { ends, touched } = await callAsUser(store);
    const sentence =
      /cannot be read: permission is missing\. Nothing was changed\. Work as the user whose store it is/;
    const wrong = ends.filter(
      (each, i) => rows[i]?.kind !== 'nothing' && !(isSentence(each) && sentence.test(each.err)),
    );
    expect(wrong).toEqual([]);
    expect(touched).toEqual([]);
  });

  test('a store from which its owner took the right to write is read, and says so to who writes', async () => {
    const store = fresh();
    await leaveSomething(store);
    await must('chown', ['-R', `${user.name}:${user.name}`, store]);
    await must('chmod', ['-R', 'u-w', store]);
    const { ends, touched } = await callAsUser(store);
    expect(
      wrongEnds(ends, /cannot be written to: you took that right from yourself\. Nothing was changed\./),
    ).toEqual([]);
    expect(touched).toEqual([]);
  });
});

/** Places of ours, and whether a file is in them. */
const folders = [
  'blobs',
  'blobs/sha256',
  'ingest',
  'cache',
  'cache/index',
  'cache/layers',
  'cache/layers/root',
  'mounts',
  'workspaces',
  'workspaces/own',
  'run',
  'guide',
  'quarantine',
];
const files = ['oci-layout', 'index.json', 'trash.json', 'reserve'];

test.each([...folders, ...files])(
  '%s as a link is said by every command, and followed by none',
  async (place) => {
    const store = fresh();
    const letters = join(base, 'letters');
    mkdirSync(letters, { recursive: true });
    writeFileSync(join(letters, 'letter'), 'dear reader');
    const path = join(store, place);
    rmSync(path, { recursive: true, force: true });
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    symlinkSync(files.includes(place) ? join(letters, 'letter') : letters, path);
    const { ends, touched } = await callAll(store);
    const wrong = ends.flatMap((called, i) => {
      const { kind = 'reads', label = '' } = rows[i] ?? {};
      const isRight =
        kind === 'nothing'
          ? called.code === 0
          : isSentence(called) && called.err.includes(`${place} in it is a symbolic link`);
      return isRight ? [] : [`${label}: ${called.code} ${called.err}`];
    });
    expect(wrong).toEqual([]);
    expect(touched).toEqual([]);
  },
);

test('files of somebody in our places outlast every command', async () => {
  const store = fresh();
  // A workspace's own folder goes with it.
  const inUse = folders.filter((place) => place !== 'workspaces/own');
  const paths = [...inUse, 'letters'].map((place) => join(store, place, 'dear reader.txt'));
  for (const path of paths) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, 'of nobody here');
  }
  await must('find', [store, '-exec', 'touch', '-h', '-d', '2 days ago', '{}', '+']);
  const { ends } = await callAll(store);
  const wrong = ends.flatMap((called, i) =>
    // What the image does not hold cannot be run.
    called.code === (rows[i]?.name === 'run' ? 127 : 0) || isSentence(called)
      ? []
      : [`${rows[i]?.label ?? ''}: ${called.code} ${called.err}`],
  );
  expect(wrong).toEqual([]);
  expect(ends[rows.findIndex(({ name }) => name === 'gc')]?.err).toContain('letters in it was not put there');
  expect(paths.filter((path) => !existsSync(path))).toEqual([]);
});
