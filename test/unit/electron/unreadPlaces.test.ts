import type * as fs from 'node:fs';
import type * as promises from 'node:fs/promises';
import { mkdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { isAbandoned } from '../../../electron/actions/trees/layerStage';
import { readMountRecords } from '../../../electron/actions/records/mountRecords';
import { openDefaultStore } from '../../../electron/actions/ground/openStore';
import { findTarget } from '../../../electron/actions/target/targetPlace';
import { SettingsFile } from '../../../electron/ipc/settingsFile';
import { sweepIngests } from '../../../electron/store/ingest';
import { sweepLeftovers } from '../../../electron/store/leftovers';
import { fileInfo, isOwnFolder } from '../../../electron/store/ownPlaces';
import { sealKey } from '../../../electron/store/sealKey';
import { StorePaths } from '../../../electron/store/storePaths';
import { dockerArchive } from '../../setup/imageBuilder';
import { load, openStore, problemFacts, temporaryFolder } from '../../setup/temporary';

/** A disk that does not answer for one place: what is there is not taken for missing, and nothing is removed or replaced for it. */

const broken = vi.hoisted(() => ({ path: '', code: 'EIO' }));
const fault = vi.hoisted(() => (path: unknown): void => {
  if (broken.path !== '' && String(path).endsWith(broken.path))
    throw Object.assign(new Error(`${broken.code}: ${String(path)}`), { code: broken.code });
});

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof promises>();
  const held =
    <F extends (...args: never[]) => Promise<unknown>>(call: F) =>
    async (...args: Parameters<F>) => {
      fault(args[0]);
      return await call(...args);
    };
  return {
    ...real,
    lstat: held(real.lstat as never),
    stat: held(real.stat as never),
    open: held(real.open as never),
  };
});
vi.mock('node:fs', async (original) => {
  const real = await original<typeof fs>();
  return {
    ...real,
    openSync: (...args: Parameters<typeof real.openSync>) => {
      fault(args[0]);
      return real.openSync(...args);
    },
  };
});

afterEach(() => {
  broken.path = '';
});

/** What a call comes to while a place does not answer. */
async function without<T>(path: string, code: string, call: () => Promise<T>): Promise<T> {
  Object.assign(broken, { path, code });
  try {
    return await call();
  } finally {
    broken.path = '';
  }
}

const archive = dockerArchive([{ names: ['good:1'], layers: [{ files: [{ path: 'a', content: 'a' }] }] }]);

test.each(['EIO', 'EACCES', 'ELOOP'])('%s is not "nothing is there"', async (code) => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'file'), 'x');
  const reason = { path: join(folder, 'file'), reason: code };
  expect(
    await without('/file', code, () => problemFacts(fileInfo(join(folder, 'file')), 'file-unreadable')),
  ).toEqual(reason);
  expect(
    await without('/file', code, () => problemFacts(isOwnFolder(join(folder, 'file')), 'file-unreadable')),
  ).toEqual(reason);
  expect(await fileInfo(join(folder, 'none'))).toBe(null);
  expect(await isOwnFolder(join(folder, 'file', 'below'))).toBe(false);
});

test('of a blob that cannot be looked at nothing is swept, and its size is not null', async () => {
  const context = await openStore();
  await load(context, archive);
  const [layer] = (await context.store.readIndex()).index.manifests;
  const digest = layer?.digest ?? expect.unreachable();
  const paths = new StorePaths(context.directory);
  await mkdir(join(context.directory, 'cache', 'index', 'sha256'), { recursive: true });
  await writeFile(paths.layerIndex(digest), 'an index');
  await without(digest.slice(7), 'EIO', async () => {
    await problemFacts(context.store.sizeOf(digest), 'file-unreadable');
    await problemFacts(sweepLeftovers(paths), 'file-unreadable');
  });
  expect(await readFile(paths.layerIndex(digest), 'utf8')).toBe('an index');
});

test('an index.json that cannot be looked at is not replaced by an empty one', async () => {
  const context = await openStore();
  await load(context, archive);
  const index = join(context.directory, 'index.json');
  const before = await readFile(index, 'utf8');
  await rm(join(context.directory, 'oci-layout'));
  await without('/index.json', 'EIO', () => expect(openDefaultStore(context.directory)).rejects.toThrow());
  expect(await readFile(index, 'utf8')).toBe(before);
});

test('a folder of work whose owner cannot be read stays', async () => {
  const context = await openStore();
  const folder = join(context.directory, 'ingest', '0123456789abcdef');
  await mkdir(folder, { recursive: true });
  const old = new Date(Date.now() - 3_600_000);
  await writeFile(join(folder, 'owner'), '{}');
  await utimes(folder, old, old);
  await without('/owner', 'EIO', async () => {
    await sweepIngests(new StorePaths(context.directory));
    expect(await isAbandoned(folder)).toBe(false);
  });
  expect((await stat(folder)).isDirectory()).toBe(true);
  await sweepIngests(new StorePaths(context.directory));
  await expect(stat(folder)).rejects.toThrow('ENOENT');
});

test('a record of a mount that cannot be read is not none', async () => {
  const context = await openStore();
  const record = join(context.directory, 'mounts', 'mount-0123456789ab.mount.json');
  await mkdir(join(context.directory, 'mounts'), { recursive: true });
  await writeFile(record, '{}');
  expect(await readMountRecords(context.directory)).toEqual([]);
  await without('.mount.json', 'EIO', () =>
    problemFacts(readMountRecords(context.directory), 'file-unreadable'),
  );
});

test('nothing is written where it cannot be told whether that is in the store', async () => {
  const context = await openStore();
  const target = join(context.directory, '..', 'x.tar');
  await without('/blobs', 'EIO', () =>
    problemFacts(findTarget(target, context.directory), 'file-unreadable'),
  );
});

test('a key that cannot be read now is not replaced, nor are settings', async () => {
  const home = await temporaryFolder();
  const env = { ...process.env, XDG_DATA_HOME: home };
  const key = join(home, 'stratigraph', 'cache-key');
  await mkdir(join(home, 'stratigraph'), { mode: 0o700 });
  await writeFile(key, Buffer.alloc(32, 7), { mode: 0o600 });
  const profile = join(home, 'settings.json');
  await writeFile(profile, '{"settings":{"language":"zh-CN"}}');
  await without('e-key', 'EIO', () => Promise.resolve(expect(sealKey(env)).not.toEqual(Buffer.alloc(32, 7))));
  expect(await readFile(key)).toEqual(Buffer.alloc(32, 7));
  const file = await without('/settings.json', 'EIO', () => Promise.resolve(new SettingsFile(profile)));
  await file.flush();
  expect(await readFile(profile, 'utf8')).toBe('{"settings":{"language":"zh-CN"}}');
});
