import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { lchown } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ociArchive } from '../../setup/imageBuilder';
import { makeOrdinaryUser, type OrdinaryUser } from '../../setup/ordinaryUser';
import { run, type RunResult } from '../../setup/run';
import { temporaryFolder } from '../../setup/temporary';

/** In a user namespace everybody who has no number there looks like the machine's root: what is somebody else's counts as that all the same. */

const stranger = 4242;
let user: OrdinaryUser;
let archive = '';
let [own, theirs, sticky] = ['', '', ''];
beforeAll(async () => {
  user = await makeOrdinaryUser();
}, 120_000);
afterAll(() => user.remove());

const uid = async (): Promise<number> => Number((await run('id', ['-u', user.name])).stdout);
beforeEach(async () => {
  [own, theirs, sticky] = [await temporaryFolder(), await temporaryFolder(), await temporaryFolder()];
  chownSync(own, await uid(), 0);
  archive = join(own, 'a.tar');
  writeFileSync(
    archive,
    ociArchive([{ names: ['a:1'], layers: [{ files: [{ path: 'a', content: 'a' }] }] }]),
  );
  writeFileSync(join(own, 'precious'), 'precious');
  chownSync(join(own, 'precious'), await uid(), 0);
  chownSync(theirs, stranger, stranger);
  chmodSync(sticky, 0o1777);
  for (const folder of [own, theirs]) chmodSync(folder, 0o755);
  mkdirSync(join(theirs, 'mine'));
  chownSync(join(theirs, 'mine'), await uid(), 0);
});

const namespaces: readonly (readonly [how: string, before: readonly string[]])[] = [
  ['outside', []],
  ...['-r', '-U', '-rm'].map((how): [string, string[]] => [`unshare ${how}`, ['unshare', how]]),
];

/** A command of the user's, in a namespace. */
const stratigraphIn = (before: readonly string[], store: string, ...words: string[]): Promise<RunResult> => {
  const [command = '', ...as] = [...user.as, ...before, user.node, user.cli, '--store', store, ...words];
  const homes = { HOME: own, XDG_DATA_HOME: '', XDG_CACHE_HOME: '', XDG_STATE_HOME: '' };
  return run(command, as, {
    cwd: own,
    env: { ...homes, STRATIGRAPH_WORKER: undefined, STRATIGRAPH_HELPER: undefined },
  });
};

describe.runIf(process.geteuid?.() === 0).each(namespaces)('%s', (_, before) => {
  const stratigraph = (store: string, ...words: string[]): Promise<RunResult> =>
    stratigraphIn(before, store, ...words);

  test('a store of one’s own is written to, and one below another user’s folder is not', async () => {
    const mine = await stratigraph(join(own, 'store'), 'load', '-i', archive);
    // Who has no number there either cannot be told from anybody else.
    expect(mine.code === 0, mine.stderr).toBe(before[1] !== '-U');
    const other = await stratigraph(join(theirs, 'mine', 'store'), 'load', '-i', archive);
    expect(other.code).not.toBe(0);
    expect(existsSync(join(theirs, 'mine', 'store', 'index.json'))).toBe(false);
  });

  test('no link of another user leads to what is one’s own', async () => {
    const loaded = await stratigraphIn([], join(own, 'store'), 'load', '-i', archive);
    expect(loaded.code, loaded.stderr).toBe(0);
    for (const [link, target, written] of [
      [join(sticky, 'link'), join(own, 'precious'), join(sticky, 'link')],
      [join(theirs, 'way'), own, join(theirs, 'way', 'precious')],
    ] as const) {
      symlinkSync(target, link);
      await lchown(link, stranger, stranger);
      const { code } = await stratigraph(join(own, 'store'), 'export', '-o', written, 'a:1');
      expect(code).not.toBe(0);
      expect(readFileSync(join(own, 'precious'), 'utf8')).toBe('precious');
      rmSync(link);
    }
    if (before[1] === '-U') return;
    const plain = await stratigraph(join(own, 'store'), 'export', '-o', join(own, 'precious'), 'a:1');
    expect(plain.code, plain.stderr).toBe(0);
  });
});
