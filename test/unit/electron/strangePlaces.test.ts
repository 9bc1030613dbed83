import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  base,
  callAll,
  fresh,
  isSentence,
  makeGuardedStore,
  removeGuardedStore,
  rows,
} from '../../setup/guardedStore';
import { must } from '../../setup/run';

/** The command table against stores whose places are not as we made them: nothing beside them is touched, nothing of others goes. */

beforeAll(makeGuardedStore);
afterAll(removeGuardedStore);

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
