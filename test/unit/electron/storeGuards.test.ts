import { chmodSync, chownSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commandNames } from '../../../electron/cli/commands';
import {
  callAll,
  calls,
  fresh,
  isRoot,
  leaveSomething,
  makeGuardedStore,
  removeGuardedStore,
  stranger,
  wrongEnds,
} from '../../setup/guardedStore';
import { must } from '../../setup/run';

/**
 * The command table against stores that are not this user's to change: who reads gets an answer and leaves everything as it is,
 * who writes is told in one sentence why that cannot be.
 */

beforeAll(makeGuardedStore);
afterAll(removeGuardedStore);

test('every command is in the table', () => {
  expect(Object.keys(calls).sort()).toEqual([...commandNames].sort());
});

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
