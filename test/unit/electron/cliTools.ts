import { join } from 'node:path';
import { beforeEach, expect } from 'vitest';
import { openDefaultStore } from '../../../electron/actions/ground/openStore';
import { buildImage, dockerArchive, noise, type ImageSpec } from '../../setup/imageBuilder';
import { run, type RunResult } from '../../setup/run';
import { snapshotDirectory, temporaryFile, temporaryFolder } from '../../setup/temporary';

export const root = join(import.meta.dirname, '..', '..', '..');
const base = { files: [{ path: 'etc/os', content: 'base\n' }] };
export const oldShop: ImageSpec = {
  names: ['shop:1.0'],
  created: '2023-01-01T00:00:00Z',
  config: { Labels: { team: 'till', stage: 'old' }, Env: ['PATH=/bin'], Cmd: ['/srv/shop'] },
  layers: [base, { files: [{ path: 'srv/shop', content: noise(3000) }] }],
};
export const newShop: ImageSpec = {
  names: ['shop:1.1', 'registry.lan:5000/shop:1.1'],
  created: '2024-01-01T00:00:00Z',
  layers: [base, { files: [{ path: 'srv/shop', content: noise(3000, 2) }] }],
};
export const nameless: ImageSpec = { created: '2022-01-01T00:00:00Z', layers: [{ files: [{ path: 'x' }] }] };
export const [oldImage, newImage, namelessImage] = [oldShop, newShop, nameless].map(buildImage) as [
  ReturnType<typeof buildImage>,
  ReturnType<typeof buildImage>,
  ReturnType<typeof buildImage>,
];
export const short = (id: string): string => id.slice(7, 19);

/** The store of the running test. */
export const place = { store: '' };

export function stratigraph(...args: string[]): Promise<RunResult> {
  return run(process.execPath, [join(root, 'scripts', 'stratigraph.mjs'), '--store', place.store, ...args], {
    env: { LC_ALL: 'C.UTF-8', STRATIGRAPH_WORKER: undefined },
  });
}

export async function ok(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await stratigraph(...args);
  expect(code, stderr).toBe(0);
  return stdout;
}

/** Makes the store of the running test, with nothing in it. */
export const makeStore = (): Promise<unknown> => openDefaultStore(place.store);

/** Runs a command that fails, and checks that it said so in one line and left the store alone. */
export async function fails(code: number, ...args: string[]): Promise<string> {
  const before = await snapshotDirectory(place.store);
  const result = await stratigraph(...args);
  expect(result.code, result.stderr).toBe(code);
  expect(result.stdout).toBe('');
  expect(result.stderr).toMatch(/^stratigraph: [^\n]+\n$/);
  expect(await snapshotDirectory(place.store)).toEqual(before);
  return result.stderr;
}

/** Gives each test a store of its own. The command line was built before all tests: see globalSetup.ts. */
export function useCommandLine(): void {
  beforeEach(async () => {
    place.store = join(await temporaryFolder(), 'store');
  });
}

export async function loadAll(): Promise<void> {
  await ok('load', '-q', '-i', await temporaryFile(dockerArchive([oldShop, newShop, nameless])));
}
