import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GuideSession } from '../../../electron/actions/trees/guide';
import type { GuideEntry, GuideState } from '../../../shared/ipc/guide';
import { makeOrdinaryUser, type OrdinaryUser } from '../../setup/ordinaryUser';
import { openStore } from '../../setup/temporary';

/** The book's building on a real overlay: what is seen and what lies on disk after each step. */

const names = (entries: readonly GuideEntry[] | null): string[] => (entries ?? []).map(({ path }) => path);
const entry = (entries: readonly GuideEntry[], path: string): GuideEntry => {
  const found = entries.find((each) => each.path === path);
  if (!found) throw new Error(`no ${path}`);
  return found;
};

function expectBuilding(states: readonly GuideState[]): void {
  const [material, stacked, built, taken, layered] = states;
  if (!material || !stacked || !built || !taken || !layered) throw new Error('a step is missing');
  expect(names(material.material)).toEqual(['concrete', 'rebar']);
  expect(names(material.material2)).toEqual(['concrete', 'marble']);
  expect(material.mounted).toBe(false);

  expect(names(stacked.merge)).toEqual(['concrete', 'marble', 'rebar']);
  expect(entry(stacked.merge, 'concrete').text).toBe('concrete, a better mix');
  expect(stacked.build).toEqual([]);
  expect(stacked.mounted).toBe(true);

  expect(names(built.merge)).toEqual(['concrete', 'frame', 'marble', 'rebar']);
  expect(names(built.build)).toEqual(['concrete', 'frame']);
  // Copy-on-write: what was covered is still there, in each of its layers.
  expect(entry(built.material, 'concrete').text).toBe('concrete, the first mix');
  expect(entry(built.material2, 'concrete').text).toBe('concrete, a better mix');
  expect(entry(built.build, 'concrete').text).toBe('concrete, a better mix, painted');

  expect(names(taken.merge)).toEqual(['concrete', 'frame', 'rebar']);
  expect(entry(taken.build, 'marble')).toMatchObject({
    type: 'whiteout',
    mode: 'c---------',
    major: 0,
    minor: 0,
  });
  expect(entry(taken.material2, 'marble').type).toBe('file');

  expect(names(layered.merge)).toEqual(['concrete', 'frame', 'rebar']);
  expect(layered.next).toEqual([]);
  expect(entry(layered.build, 'marble').type).toBe('whiteout');
}

describe('the building', () => {
  let user: OrdinaryUser;
  beforeAll(async () => {
    user = await makeOrdinaryUser();
  });
  afterAll(() => user.remove());

  test.runIf(process.getuid?.() === 0)('as root, with two copies of concrete on disk', async () => {
    const store = await openStore();
    const guide = new GuideSession(store);
    const { folder } = await guide.start();
    const states: GuideState[] = [];
    for (const step of [1, 2, 3]) states.push(await guide.go(step));
    const inodes = ['material', 'material2', 'build'].map(
      (name) => lstatSync(join(folder, name, 'concrete')).ino,
    );
    expect(new Set(inodes).size).toBe(3);
    expect(readFileSync(join(folder, 'material2', 'concrete'), 'utf8')).toBe('concrete, a better mix\n');
    states.push(await guide.go(4));
    const marble = lstatSync(join(folder, 'build', 'marble'));
    expect(marble.isCharacterDevice()).toBe(true);
    expect(marble.rdev).toBe(0);
    states.push(await guide.go(5));
    expectBuilding(states);
    await guide.end();
    expect(() => lstatSync(folder)).toThrow(/ENOENT/);
  });

  test.each(['mapped', 'single'])('as an ordinary user, in a user namespace with %s IDs', async (mode) => {
    const told = await user.story<{ mode: string; states: GuideState[] }>(
      'guide',
      { store: join(user.folder, mode) },
      { STRATIGRAPH_OVERLAY: mode },
    );
    expect(told.mode).toBe(mode);
    expectBuilding(told.states);
  });
});
