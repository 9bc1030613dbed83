import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dockerArchive, noise } from '../../setup/imageBuilder';
import { must } from '../../setup/run';
import { snapshotDirectory, temporaryFile, temporaryFolder } from '../../setup/temporary';
import { loadAll, makeStore, newShop, ok, oldShop, place, root, useCommandLine } from './cliTools';

useCommandLine();

const script = join(root, 'scripts', 'stratigraph.mjs');

/** What is said where standard output is full. */
const lost =
  'stratigraph: Standard output could not be written: the system says: no room is left. Send it somewhere else, then try again.\n';

interface Ended {
  readonly code: number | null;
  readonly stderr: string;
}

/** The command line with standard output at a file descriptor, or read as far as its first piece. */
function withOutput(output: number | 'first', ...args: string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, '--store', place.store, ...args], {
      env: { ...process.env, LC_ALL: 'C.UTF-8', STRATIGRAPH_WORKER: undefined },
      stdio: ['ignore', output === 'first' ? 'pipe' : output, 'pipe'],
    });
    let stderr = '';
    child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.stdout?.once('data', () => child.stdout?.destroy());
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stderr }));
  });
}

test('into a full disk every command fails with one sentence', async () => {
  await loadAll();
  const commands = [
    ['images'],
    ['--version'],
    ['save', 'shop:1.0'],
    ['export', 'shop:1.0'],
    ['cat', 'shop:1.0', '/srv/shop'],
  ];
  const full = openSync('/dev/full', 'w');
  try {
    for (const command of commands)
      expect(await withOutput(full, ...command)).toEqual({ code: 1, stderr: lost });
  } finally {
    closeSync(full);
  }
});

test('standard output that is what is read, or a file of the store, is not written to', async () => {
  await loadAll();
  const file = await temporaryFile(dockerArchive([newShop]), 'source.tar');
  const kept = await readFile(file);
  const index = join(place.store, 'index.json');
  const list = await readFile(index);
  for (const [path, ...words] of [
    [file, 'save', '--source', file, 'shop:1.1'],
    [file, 'copy', file, '-'],
    [file, 'cp', '--source', file, 'shop:1.1:/', '-'],
    [file, 'images', '--source', file],
    [index, 'save', 'shop:1.0'],
    [index, 'save', '--source', file, 'shop:1.1'],
  ] as const)
    // As the shell's 1<> and >>.
    for (const flags of ['r+', 'a']) {
      const output = openSync(path, flags);
      const { code, stderr } = await withOutput(output, ...words).finally(() => closeSync(output));
      expect([words, code, stderr]).toEqual([words, 1, expect.stringContaining('standard output')]);
      expect((await readFile(file)).equals(kept)).toBe(true);
      expect((await readFile(index)).equals(list)).toBe(true);
    }
  const other = join(await temporaryFolder(), 'other.tar');
  const output = openSync(other, 'w');
  const { code } = await withOutput(output, 'save', '--source', file, 'shop:1.1').finally(() =>
    closeSync(output),
  );
  expect([code, (await readFile(other)).length > 0]).toEqual([0, true]);
}, 60_000);

test('what a command made and could not name is named where it says so, with what ends it', async () => {
  await loadAll();
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'file'), 'x');
  const full = openSync('/dev/full', 'w');
  const stands = async (...args: string[]): Promise<string> => {
    const { code, stderr } = await withOutput(full, ...args);
    expect(code, stderr).toBe(1);
    const [, advice = ''] = stderr.split('no room is left. ');
    return advice.trimEnd();
  };
  const inStore = (name: string): string =>
    `The image ${name} is in the store all the same: stratigraph images lists it, stratigraph rmi removes it.`;
  try {
    const file = await temporaryFile(dockerArchive([oldShop]));
    expect(await stands('load', file)).toBe(inStore('shop:1.0'));
    expect(await stands('import', folder, 'made:1')).toBe(inStore('made:1'));
    expect(await stands('squash', 'shop:1.0', 'flat:1')).toBe(inStore('flat:1'));
    expect(await stands('rewrite', 'shop:1.0', '--remove', '/srv/shop', 'less:1')).toBe(inStore('less:1'));
    expect(await stands('workspace', 'create', 'shop:1.0', 'fix')).toBe(
      'The workspace fix was made all the same: stratigraph workspace rm fix removes it.',
    );
    expect(await stands('workspace', 'path', 'fix')).toBe(
      'The workspace fix is mounted all the same: stratigraph workspace umount fix ends that.',
    );
    await writeFile(join((await ok('workspace', 'path', 'fix')).trimEnd(), 'new'), 'x');
    expect(await stands('commit', 'fix', 'fixed:1')).toBe(inStore('fixed:1'));
    await ok('workspace', 'umount', 'fix');
    // What is said ends it.
    const said = await stands('mount', 'shop:1.0');
    const [, path = '', id = ''] =
      /^The image is mounted all the same, at (.+): stratigraph umount (\S+) ends that\.$/.exec(said) ?? [];
    expect(await readdir(path)).toContain('srv');
    await ok('umount', id);
    expect(await ok('mount')).not.toContain('shop');
  } finally {
    closeSync(full);
  }
});

test('a reader that has seen enough of a list is no fault; one that leaves an archive is', async () => {
  const big = { ...oldShop, layers: [{ files: [{ path: 'srv/big', content: noise(3_000_000) }] }] };
  await ok('load', '-q', await temporaryFile(dockerArchive([big])));
  expect(await withOutput('first', 'cat', 'shop:1.0', '/srv/big')).toEqual({ code: 0, stderr: '' });
  const saved = await withOutput('first', 'save', 'shop:1.0');
  expect(saved.code).toBe(1);
  expect(saved.stderr).toMatch(/^stratigraph: Standard output could not be written: the reader has gone/);
});

test('a load goes on when nobody reads what it says', async () => {
  const files = [
    await temporaryFile(dockerArchive([oldShop])),
    await temporaryFile(dockerArchive([newShop])),
  ];
  const { code } = await withOutput('first', 'load', ...files);
  expect(code).toBe(0);
  expect(new Set((await ok('images', '-q')).trimEnd().split('\n')).size).toBe(2);
});

test('Ctrl+C ends a load from a pipe whose writer is silent: code 130, nothing left', async () => {
  await makeStore();
  const before = await snapshotDirectory(place.store);
  const child = spawn(process.execPath, [script, '--store', place.store, 'load', '-i', '-'], {
    env: { ...process.env, LC_ALL: 'C.UTF-8', STRATIGRAPH_WORKER: undefined },
  });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  child.stdin.write(dockerArchive([oldShop]).subarray(0, 3000));
  const ingest = join(place.store, 'ingest');
  const staged = async (): Promise<boolean> => {
    const [own] = await readdir(ingest).catch(() => []);
    return own !== undefined && (await readdir(join(ingest, own)).catch(() => [])).length > 0;
  };
  while (!(await staged())) await new Promise((resolve) => setTimeout(resolve, 20));
  child.kill('SIGINT');
  expect(await ended).toBe(130);
  child.stdin.destroy();
  expect(stderr).toBe('stratigraph: Cancelled: nothing was changed.\n');
  expect(await snapshotDirectory(place.store)).toEqual(before);
});

test('df is exact: blobs as they lie on disk, indexes as du counts them', async () => {
  await loadAll();
  const { rows } = JSON.parse(await ok('--json', 'df', '-v')) as { rows: { kind: string; size: number }[] };
  const size = (kind: string): number | undefined => rows.find((row) => row.kind === kind)?.size;
  const sums = await must('find', [join(place.store, 'blobs'), '-type', 'f', '-printf', '%s\\n']);
  expect(size('images')).toBe(
    sums
      .trimEnd()
      .split('\n')
      .reduce((sum, line) => sum + Number(line), 0),
  );
  const blocks = await must('find', [join(place.store, 'cache', 'index'), '-type', 'f', '-printf', '%b\\n']);
  expect(size('indexes')).toBe(
    blocks
      .trimEnd()
      .split('\n')
      .reduce((sum, line) => sum + Number(line) * 512, 0),
  );
});
