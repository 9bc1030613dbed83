import { chmodSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callCommand } from '../../setup/callCommand';
import {
  base,
  callAll,
  changed,
  facts,
  fresh,
  isRoot,
  isSentence,
  leaveSomething,
  makeGuardedStore,
  outside,
  removeGuardedStore,
  rows,
  wrongEnds,
} from '../../setup/guardedStore';
import { makeOrdinaryUser, type OrdinaryUser } from '../../setup/ordinaryUser';
import type { Called } from '../../setup/performCommand';
import { must } from '../../setup/run';

/** The command table by two users in turns: who reads another's store gets an answer, who writes is told in one sentence. */

beforeAll(makeGuardedStore);
afterAll(removeGuardedStore);

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
