import { generateKeyPairSync } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { commandNames } from '../../electron/cli/commands';
import { newOwner } from '../../electron/store/owner';
import { toStoreJson } from '../../electron/store/seal';
import { callCommand } from './callCommand';
import { buildImage, dockerArchive, noise, type ImageSpec } from './imageBuilder';
import type { Called } from './performCommand';
import { must } from './run';

/**
 * The command table, for stores that are not this user's to change, or not as we made them. A command that is new is missing
 * here until somebody says what it is.
 */

type Name = (typeof commandNames)[number];
/** What a call does to the store. */
type Kind = 'reads' | 'writes' | 'nothing';

export const calls: { readonly [N in Name]: readonly (readonly [Kind, string])[] } = {
  images: [['reads', '-a --digests']],
  copy: [
    ['reads', 'img:1 OUT'],
    ['writes', 'OTHER store'],
  ],
  inspect: [['reads', 'img:1']],
  history: [['reads', 'img:1']],
  manifest: [['reads', '--json img:1']],
  config: [['reads', 'img:1']],
  blob: [['reads', '--json CONFIG']],
  du: [['reads', 'img:1']],
  ls: [['reads', '-R -l img:1']],
  cp: [['reads', 'img:1:/a OUT']],
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
  version: [['nothing', '']],
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

export let base = '';
let sound = '';
let places: Readonly<Record<string, string>> = {};
/** Where what is saved and exported goes. */
export let outside = '';
export const out = (): string => join(outside, 'out');

function wordsOf(name: string, text: string): string[] {
  const words = text.split(' ').filter((word) => word !== '');
  const given = words.filter((word) => word !== '--json').map((word) => places[word] ?? word);
  return [...(words.includes('--json') ? ['--json'] : []), name, ...given];
}
export const rows = Object.entries(calls).flatMap(([name, given]) =>
  given.map(([kind, words]) => ({
    kind,
    name,
    label: `${name} ${words}`,
    words: () => wordsOf(name, words),
  })),
);

/** Everything of a folder: kind, owner, mode, times of change, bytes. */
export function facts(folder: string, prefix = ''): Map<string, string> {
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

export function changed(before: Map<string, string>, folder: string): string[] {
  const now = facts(folder);
  return [...new Set([...before.keys(), ...now.keys()])].filter((path) => before.get(path) !== now.get(path));
}

/** One sentence, of what went wrong and no bug of ours. */
export function isSentence({ code, err, problem, out: said }: Called): boolean {
  return (
    code !== 0 &&
    problem !== null &&
    problem !== 'internal' &&
    said === '' &&
    /^[^\n]+\.\n$/.test(err) &&
    !/\n? {4}at |Error:|ENO|EACC|EPERM/.test(err)
  );
}

/** Makes the store, and what commands are given; before the tests of a file. */
export async function makeGuardedStore(): Promise<void> {
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
    CONFIG: buildImage(image).id,
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
}

/** Removes all of it. */
export function removeGuardedStore(): void {
  for (const folder of [base, outside]) rmSync(folder, { recursive: true, force: true });
}

export const isRoot = process.getuid?.() === 0;
/** Who a file belongs to that is nobody's of this machine. */
export const stranger = 54_321;

/** A store of our own, as it was made, in the place of the last one. */
export function fresh(): string {
  const store = join(base, 'store');
  rmSync(store, { recursive: true, force: true });
  cpSync(sound, store, { recursive: true });
  return store;
}

/** What is wrong with how calls ended: readers get an answer, writers one sentence that says what it should. */
export function wrongEnds(ends: readonly Called[], sentence: RegExp): string[] {
  return ends.flatMap((called, i) => {
    const { kind, label } = rows[i] ?? { kind: 'nothing', label: 'none' };
    const isRight = kind === 'writes' ? isSentence(called) && sentence.test(called.err) : called.code === 0;
    return isRight ? [] : [`${label}: ${called.code} ${called.problem ?? ''} ${called.err}`];
  });
}

/** Calls every row on a store as this user; gives how each ended, and what all of them changed there or beside it. */
export async function callAll(store: string): Promise<{ ends: Called[]; touched: string[] }> {
  const before = facts(base);
  const ends: Called[] = [];
  for (const row of rows) {
    for (const path of [out(), `${out()}.dir`]) rmSync(path, { recursive: true, force: true });
    ends.push(await callCommand(store, row.words()));
  }
  return { ends, touched: changed(before, base) };
}

/** What processes left that were killed: a writer sweeps it, and who may not write leaves it there. */
export async function leaveSomething(store: string): Promise<void> {
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
  writeFileSync(join(store, 'mounts', `${id}.mount.json`), toStoreJson('mount', store, record));
  await must('find', [store, '-exec', 'touch', '-h', '-d', '2 days ago', '{}', '+']);
}
