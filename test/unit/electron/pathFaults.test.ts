import fs from 'node:fs';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { getSystemErrorMap } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { lookAt } from '../../../electron/place/opened/lookAt';
import { createWorkerPool } from '../../../electron/worker/workerPool';
import { callCommand } from '../../setup/callCommand';
import { isSentence } from '../../setup/guardedStore';
import { performCommand, type Called } from '../../setup/performCommand';
import { quietRun } from '../../setup/temporary';
import { dockerArchive, type ImageSpec } from '../../setup/imageBuilder';

/** Every command that takes a path, and what the system may say of one: a sentence that names it, and never a fault of ours. */

const spec: ImageSpec = { names: ['shop:1'], layers: [{ files: [{ path: 'etc/os', content: 'x' }] }] };

/** Words of a command that reads or writes `path`; `whole` is an archive that is as it should be. */
type Row = (path: string, whole: string) => readonly string[];
const reading: readonly Row[] = [
  (path) => ['images', '--source', path],
  (path) => ['history', '--source', path, 'shop:1'],
  (path) => ['load', path],
  (path) => ['load', '-i', path],
  (path) => ['import', path, 'new:1'],
  (path) => ['sources', 'add', path],
  (path) => ['copy', path, 'store'],
  (path) => ['copy', path, `${path}.out`],
  (path) => ['copy', '--source', path, 'shop:1', 'store'],
  (path, whole) => ['save', '--except', path, '-o', `${whole}.out`, 'shop:1'],
  (path) => ['verify', '--key', path, 'shop:1'],
  (path) => ['sign', '--key', path, 'shop:1'],
  (path) => ['analyze', '--ci-config', path, 'shop:1'],
];
const writing: readonly Row[] = [
  (path) => ['save', '-o', path, 'shop:1'],
  (path) => ['save', '--format', 'oci-dir', '-o', path, 'shop:1'],
  (path) => ['save', '--format', 'oci-dir', '-n', '-o', path, 'shop:1'],
  (path, whole) => ['copy', whole, path],
  (path) => ['copy', 'shop:1', path],
  (path, whole) => ['copy', '--format', 'oci-dir', whole, path],
  (path, whole) => ['copy', '--source', whole, 'shop:1', path],
  (path) => ['cp', 'shop:1:/etc/os', path],
  (path) => ['cp', 'shop:1:/etc', path],
  (path) => ['export', '-o', path, 'shop:1'],
];

let store = '';
let folder = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stratigraph-test-'));
  store = join(folder, 'store');
  process.env.XDG_CONFIG_HOME = join(folder, 'config');
  writeFileSync(join(folder, 'whole.tar'), dockerArchive([spec]));
  writeFileSync(join(folder, 'file.tar'), dockerArchive([spec]));
  await callCommand(store, ['load', join(folder, 'whole.tar')]);
  symlinkSync('loop', join(folder, 'loop'));
  mkdirSync(join(folder, 'there'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => `${folder}/${name}`;

/** Runs a row as the command line does, where what `images --source` names stands for the store. */
async function call(words: readonly string[]): Promise<Called> {
  const [name = '', option, path = ''] = words;
  if (option !== '--source' || name === 'copy') return callCommand(store, words);
  const pool = createWorkerPool();
  return performCommand(() => lookAt(path, { pool }, quietRun()), words).finally(() => pool.close());
}

/** What rows say that is no sentence about a person's path; with `mayWork` they need not fail. */
async function wrongOf(rows: readonly Row[], path: string, mayWork = false): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const row of rows) {
    const words = row(path, at('whole.tar'));
    const called = await call(words);
    if (isSentence(called) || (mayWork && called.code === 0)) continue;
    wrong.push(
      `${words.join(' ').replaceAll(folder, '').slice(0, 60)}: ${called.problem} ${called.err.slice(0, 200)}`,
    );
  }
  return wrong;
}

describe.each([
  ['a slash behind a file', 'file.tar/'],
  ['a name behind a file', 'file.tar/x.tar'],
  ['a dot behind a file', 'file.tar/.'],
  ['two dots behind a file', 'file.tar/../x.tar/y.tar'],
  ['a link to itself', 'loop'],
  ['a name behind a link to itself', 'loop/x.tar'],
  ['a name too long', `${'n'.repeat(300)}.tar`],
  ['a path too long', `${'there/'.repeat(800)}x.tar`],
])('%s', (_, name) => {
  test('is said by what reads', async () => expect(await wrongOf(reading, at(name))).toEqual([]));
  test('is said by what writes', async () => expect(await wrongOf(writing, at(name))).toEqual([]));
});

/** What calls that take a path may give (Linux manual pages of stat, open, access, mkdir, rename, readlink, statfs; the kernel's servers). */
const names = [
  ...[
    'EACCES',
    'EBUSY',
    'EDQUOT',
    'EFBIG',
    'EINVAL',
    'EIO',
    'EISDIR',
    'ELOOP',
    'EMFILE',
    'EMLINK',
    'ENAMETOOLONG',
  ],
  ...[
    'ENFILE',
    'ENODEV',
    'ENODATA',
    'ENOLINK',
    'ENOMEM',
    'ENOSPC',
    'ENOTDIR',
    'ENXIO',
    'EOPNOTSUPP',
    'EOVERFLOW',
  ],
  ...['EPERM', 'EROFS', 'ESTALE', 'ETIMEDOUT', 'ETXTBSY', 'EXDEV', 'EHOSTDOWN', 'ECONNREFUSED', 'ECONNRESET'],
] as const;
const numbers: readonly (readonly [name: string, errno: number])[] = [
  ...names.flatMap((name) => {
    const errno = (constants.errno as Record<string, number | undefined>)[name];
    return errno === undefined ? [] : [[name, errno] as const];
  }),
  ...([
    ['EUCLEAN', 117],
    ['EREMOTEIO', 121],
    ['ENOKEY', 126],
    ['EKEYEXPIRED', 127],
  ] as const),
];

/** Calls of `node:fs` that take a path first. */
const calls = [
  'statSync',
  'lstatSync',
  'openSync',
  'accessSync',
  'realpathSync',
  'readdirSync',
  'readlinkSync',
  'mkdirSync',
  'statfsSync',
] as const;
const promised = [
  'stat',
  'lstat',
  'open',
  'access',
  'realpath',
  'readdir',
  'readlink',
  'mkdir',
  'statfs',
] as const;
const real = { ...fs };
const realPromises = { ...fs.promises };

/** Has every call that is given the path `struck` or one behind it fail as the system does. */
function strike(errno: number): void {
  const code = getSystemErrorMap().get(-errno)?.[0] ?? `Unknown system error -${errno}`;
  const isStruck = (path: unknown): boolean =>
    typeof path === 'string' && /(?:^|\/)struck(?:\.tar)?(?:\/|$)/.test(path);
  const fault = (syscall: string, path: unknown): Error =>
    Object.assign(new Error(`${code}: said so, ${syscall} '${String(path)}'`), {
      code,
      errno: -errno,
      syscall,
      path,
    });
  for (const name of calls)
    Object.assign(fs, {
      [name]: (...input: readonly unknown[]): unknown => {
        if (isStruck(input[0])) throw fault(name.replace('Sync', ''), input[0]);
        return (real[name] as (...all: readonly unknown[]) => unknown)(...input);
      },
    });
  for (const name of promised)
    Object.assign(fs.promises, {
      [name]: (...input: readonly unknown[]): unknown =>
        isStruck(input[0])
          ? Promise.reject(fault(name, input[0]))
          : (realPromises[name] as (...all: readonly unknown[]) => unknown)(...input),
    });
  syncBuiltinESMExports();
}

afterEach(() => {
  for (const name of ['struck', 'struck.tar', 'struck.tar.out'])
    real.rmSync(at(name), { recursive: true, force: true });
  for (const name of calls) Object.assign(fs, { [name]: real[name] });
  for (const name of promised) Object.assign(fs.promises, { [name]: realPromises[name] });
  syncBuiltinESMExports();
});

describe.each(numbers)('%s', (_, errno) => {
  test('is said by what reads', async () => {
    copyFileSync(at('whole.tar'), at('struck.tar'));
    strike(errno);
    expect(await wrongOf(reading, at('struck.tar'))).toEqual([]);
  });
  test('is said by what writes', async () => {
    strike(errno);
    // What threads of ours and descriptors reach is not struck.
    expect(await wrongOf(writing, at('struck'), true)).toEqual([]);
  });
});
