import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { chmod, chown, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { endHolderIfAlone, ensureHolder, findHolder } from '../../../electron/namespace/holder';
import { writeHolder } from '../../../electron/namespace/holderRecord';
import { makePrivateHome, privateHome } from '../../../electron/store/homes';
import { isAlive, newOwner, ownerOf, parseOwner } from '../../../electron/store/owner';
import { dockerArchive } from '../../setup/imageBuilder';
import { run } from '../../setup/run';
import { shellImage } from '../../setup/shellImage';
import { load, openStore, problemFacts, snapshotDirectory, temporaryFolder } from '../../setup/temporary';

/** Who keeps the namespaces of a store: no process is entered or ended because a store, or a record that is not ours, names it. */

const script = join(import.meta.dirname, '..', '..', '..', 'scripts', 'stratigraph.mjs');
const started: ChildProcess[] = [];

/** A process alone in namespaces, as a holder is. */
async function bystander(words: readonly string[], argv = ['sleep', 'infinity']): Promise<number> {
  const child = spawn('unshare', [...words, '--', 'sh', '-c', `echo up; exec ${argv.join(' ')}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  started.push(child);
  await once(child.stdout, 'data');
  const pid = child.pid ?? 0;
  while (readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[0] === 'sh')
    await new Promise((resolve) => setTimeout(resolve, 5));
  return pid;
}

const isThere = (pid: number): boolean => isAlive(ownerOf(pid)) === true;

beforeEach(async () => {
  vi.stubEnv('XDG_DATA_HOME', await temporaryFolder());
});
afterEach(() => {
  vi.unstubAllEnvs();
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

/** The file in which the holder of the only store is recorded. */
const recordFile = (): string => {
  const [name = ''] = readdirSync(privateHome('holders')).filter((each) => each.endsWith('.json'));
  return join(privateHome('holders'), name);
};

test('a number without a start time is nobody, and an owner says all that it has to', () => {
  const own = newOwner();
  expect(isAlive(own)).toBe(true);
  expect(isAlive({ ...own, start: '' })).toBe(false);
  expect(isAlive({ ...own, pid: 1, start: '' })).toBe(false);
  expect(parseOwner(JSON.stringify(own))).toEqual(own);
  for (const change of [{ pid: -1 }, { pid: 0 }, { pid: 1.5 }, { start: 7 }, { start: null }, { host: [] }])
    expect(parseOwner(JSON.stringify({ ...own, ...change }))).toBe(null);
  // Earlier versions said nothing of the machine.
  for (const name of Object.keys(own).filter((each) => each !== 'machine'))
    expect(parseOwner(JSON.stringify({ ...own, [name]: undefined }))).toBe(null);
  for (const text of ['null', '[]', '7', '"x"', '']) expect(parseOwner(text)).toBe(null);
});

describe.runIf(process.getuid?.() === 0)('the holder of a store', () => {
  test('that a store names is neither entered nor ended, nor is a file there touched', async () => {
    const first = await openStore();
    await load(first, dockerArchive([shellImage()]));
    const store = first.directory;
    const pid = await bystander(['--mount', '--user', '--map-root-user']);
    await mkdir(join(store, 'mounts'), { recursive: true, mode: 0o700 });
    const file = join(store, 'mounts', 'namespace.json');
    for (const start of ['', ownerOf(pid).start]) {
      const text = `${JSON.stringify({ owner: { ...ownerOf(pid), start }, mode: 'single' })}\n`;
      await writeFile(file, text);
      const calls = [['images'], ['workspace', 'ls'], ['gc'], ['mount'], ['run', 'rig/shell:1.0', 'true']];
      for (const words of calls) {
        const { stdout } = await run(process.execPath, [script, '--store', store, ...words], {
          env: { ...process.env, STRATIGRAPH_OVERLAY: 'single' },
        });
        expect(isThere(pid), words.join(' ')).toBe(true);
        expect(stdout).not.toContain(`/proc/${pid}/`);
        expect(readFileSync(file, 'utf8')).toBe(text);
      }
    }
  });

  test('is one of ours by what the kernel says, whatever a record says', async () => {
    const { directory: store } = await openStore();
    const holder = await ensureHolder(store, 'single');
    expect(await findHolder(store)).toEqual(holder);
    expect(await ensureHolder(store, null)).toEqual(holder);
    const others = [
      // The same namespaces as ours, another command, another user's root, and one that is no more.
      await bystander(['--mount']),
      await bystander(['--mount', '--user', '--map-root-user'], ['sleep', '1000']),
      await bystander(['--mount', '--user', '--map-user=7']),
    ];
    for (const pid of others) {
      await writeFile(recordFile(), JSON.stringify({ owner: ownerOf(pid), mode: 'single' }));
      expect(await findHolder(store)).toBe(null);
      await endHolderIfAlone(store);
      expect(isThere(pid)).toBe(true);
    }
    const named = { ...ownerOf(holder.pid), start: '' };
    await writeFile(recordFile(), JSON.stringify({ owner: named, mode: 'single' }));
    expect(await findHolder(store)).toBe(null);
    await writeFile(recordFile(), JSON.stringify({ owner: ownerOf(holder.pid), mode: 'single' }));
    expect(await findHolder(store)).toEqual(holder);
    const { directory: other } = await openStore();
    expect(await findHolder(other)).toBe(null);
    await endHolderIfAlone(store);
    while (isThere(holder.pid)) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(readdirSync(privateHome('holders'))).toEqual([]);
  });

  test('is not believed from a folder that others own or write to', async () => {
    const { directory: store } = await openStore();
    const holder = await ensureHolder(store, 'single');
    const home = privateHome('holders');
    await chmod(home, 0o777);
    expect(await findHolder(store)).toBe(null);
    expect(() => makePrivateHome('holders')).toThrow(/store-unsafe/);
    await chmod(home, 0o700);
    await chown(home, 1234, 1234);
    expect(await findHolder(store)).toBe(null);
    await chown(home, 0, 0);
    expect(await findHolder(store)).toEqual(holder);
    await endHolderIfAlone(store);
  });

  test("of another user's store is left alone, and nothing is written there", async () => {
    const context = await openStore();
    await load(context, dockerArchive([shellImage()]));
    const store = context.directory;
    const holder = await ensureHolder(store, 'single');
    await run('chown', ['-R', '1234:1234', store]);
    const before = await snapshotDirectory(store);
    await run(process.execPath, [script, '--store', store, 'images']);
    expect(isThere(holder.pid)).toBe(true);
    expect(await snapshotDirectory(store)).toEqual(before);
    await run('chown', ['-R', '0:0', store]);
    expect(readlinkSync(`/proc/${holder.pid}/ns/mnt`)).not.toBe(readlinkSync('/proc/self/ns/mnt'));
    await endHolderIfAlone(store);
  });
});

test('a folder for it that cannot be made or written to is named by its path and its variable', async () => {
  const data = await temporaryFolder();
  const home = join(data, 'stratigraph', 'holders');
  const facts = { path: home, variable: 'XDG_DATA_HOME' };
  vi.stubEnv('XDG_DATA_HOME', data);
  await mkdir(join(data, 'stratigraph'));
  // What no rights help against: there cannot be a folder of this name at all.
  await writeFile(join(data, 'stratigraph', 'holders'), '');
  expect(
    await problemFacts(
      Promise.resolve().then(() => makePrivateHome('holders')),
      'file-unwritable',
    ),
  ).toMatchObject(facts);
  await rm(join(data, 'stratigraph', 'holders'));
  const store = await temporaryFolder();
  makePrivateHome('holders');
  await writeHolder(store, process.pid, 'single');
  const [record = ''] = readdirSync(home);
  await rm(join(home, record));
  await mkdir(join(home, record, 'in-the-way'), { recursive: true });
  expect(await problemFacts(writeHolder(store, process.pid, 'single'), 'file-unwritable')).toMatchObject(
    facts,
  );
});
