import { execFileSync } from 'node:child_process';
import {
  closeSync,
  chownSync,
  constants,
  fchmodSync,
  fchownSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  type Stats,
} from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { placeFile } from '../../../electron/mount/placeFile';
import { spareName, sweepDrafts } from '../../../electron/store/drafts';
import { getAttribute, setAttribute } from '../../../electron/system/syscalls';
import type * as syscalls from '../../../electron/system/syscalls';
import { accessListName } from '../../../shared/layer/accessList';
import { ProblemError } from '../../../shared/image/problem';
import { problemFacts, temporaryFolder } from '../../setup/temporary';
import { bundle, runNode } from '../electron/scripts';

/** Putting a draft into place where the file system knows less than ours: no links, no exchange of names. */

const lacks = vi.hoisted(() => ({ links: false, exchange: false, second: false }));
/** Two names that somebody else exchanges right after the first exchange of ours, and never again. */
const others = vi.hoisted(() => ({ names: null as readonly [string, string] | null }));
vi.mock('../../../electron/system/syscalls', async (original) => {
  const real = await original<typeof syscalls>();
  let calls = 0;
  const fault = (code: string): Error => Object.assign(new Error(code), { code });
  return {
    ...real,
    linkOpen: (...words: Parameters<typeof real.linkOpen>) => {
      if (lacks.links) throw fault('EPERM');
      real.linkOpen(...words);
    },
    renameOnly: (...words: Parameters<typeof real.renameOnly>) => {
      // That a name is taken the kernel says before it asks a file system which knows no such renaming.
      const isTaken =
        words[2] === 'new' && lstatSync(words[1] as string, { throwIfNoEntry: false }) !== undefined;
      if (lacks.exchange) throw fault(isTaken ? 'EEXIST' : 'EINVAL');
      if (lacks.second && words[2] === 'exchange' && calls++ > 0) throw fault('ENOENT');
      if (lacks.second && words[2] === 'new' && calls > 0) throw fault('EEXIST');
      real.renameOnly(...words);
      if (others.names !== null && words[2] === 'exchange') {
        const [one, other] = others.names;
        others.names = null;
        real.renameOnly(one, other, 'exchange');
      }
    },
  };
});

/** An access list: the owner and user 4242 read and write, the owning group and others do nothing. */
const shared = Buffer.from(
  '0200000001000600ffffffff020006009210000004000000ffffffff10000600ffffffff20000000ffffffff',
  'hex',
);

type Identity = Pick<Stats, 'dev' | 'ino' | 'uid'>;
const isRoot = process.getuid?.() === 0;
const tools = { tick: (): void => undefined };
let folder = '';
beforeEach(async () => {
  folder = await temporaryFolder();
});

describe.each([false, true])('links are missing: %s', (noLinks) => {
  test.each([false, true])('exchange is missing: %s', (noExchange) => {
    Object.assign(lacks, { links: noLinks, exchange: noExchange });
    // As people's folders are named to the job: by a descriptor.
    const way = openSync(folder, constants.O_DIRECTORY);
    const write = (name: string, text: string, dressedAs?: Identity): void => {
      const fd = openSync(folder, 0o20000000 | constants.O_DIRECTORY | constants.O_RDWR, 0o640);
      try {
        writeFileSync(fd, text);
        const into = `/proc/self/fd/${way}`;
        const job = { draft: `/proc/self/fd/${fd}`, folder: into, name, spare: '.spare.part' };
        placeFile({ ...job, ...(dressedAs && { dressedAs }) }, tools);
      } finally {
        closeSync(fd);
      }
    };
    write('new', 'first');
    write('new', 'second');
    expect(readFileSync(join(folder, 'new'), 'utf8')).toBe('second');
    expect(lstatSync(join(folder, 'new')).mode & 0o777).toBe(0o640);
    // The list of the file that was there when it was looked at, never one of a file that came since.
    setAttribute(join(folder, 'new'), accessListName, shared);
    const old = lstatSync(join(folder, 'new'));
    write('new', 'third', { dev: old.dev, ino: old.ino + 1, uid: old.uid });
    expect(getAttribute(join(folder, 'new'), accessListName)).toBeNull();
    setAttribute(join(folder, 'new'), accessListName, shared);
    write('new', 'fourth', lstatSync(join(folder, 'new')));
    expect(Buffer.from(getAttribute(join(folder, 'new'), accessListName) ?? [])).toEqual(shared);
    expect(readFileSync(join(folder, 'new'), 'utf8')).toBe('fourth');
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    expect(() => write('pipe', 'x')).toThrow(ProblemError);
    expect(lstatSync(join(folder, 'pipe')).isFIFO()).toBe(true);
    writeFileSync(join(folder, 'draft'), 'named');
    placeFile({ draft: join(folder, 'draft'), folder, name: 'new', spare: '.spare.part' }, tools);
    expect(readFileSync(join(folder, 'new'), 'utf8')).toBe('named');
    closeSync(way);
    expect(readdirSync(folder).sort()).toEqual(['new', 'pipe']);
  });
});

describe.each([
  { links: false, exchange: false },
  { links: true, exchange: false },
  { links: false, exchange: true },
  { links: true, exchange: true },
])('where only an empty file may be replaced, missing: %o', (missing) => {
  test.each(['held', 'named'])('whatever else is there stays, and the draft goes: %s', (kind) => {
    Object.assign(lacks, { ...missing, second: false });
    const target = join(folder, 'target');
    const put = (only: { dev: number; ino: number } | null): string | null => {
      const named = join(folder, 'draft');
      const fd =
        kind === 'held'
          ? openSync(folder, 0o20000000 | constants.O_DIRECTORY | constants.O_RDWR, 0o600)
          : openSync(named, 'w');
      writeFileSync(fd, 'ours');
      const draft = kind === 'held' ? `/proc/self/fd/${fd}` : named;
      try {
        placeFile({ draft, folder, name: 'target', spare: spareName(), only }, tools);
        return null;
      } catch (thrown) {
        return thrown instanceof ProblemError ? thrown.problem.code : String(thrown);
      } finally {
        closeSync(fd);
        rmSync(named, { force: true });
        expect(readdirSync(folder)).toEqual(['target']);
      }
    };
    const read = (): string => readFileSync(target, 'utf8');
    expect([put(null), read()]).toEqual([null, 'ours']);
    writeFileSync(target, '');
    const empty = lstatSync(target);
    expect([put(null), read()]).toEqual(['target-there', '']);
    expect([put({ dev: empty.dev, ino: empty.ino + 1 }), read()]).toEqual(['target-there', '']);
    writeFileSync(target, 'theirs');
    expect([put(empty), read()]).toEqual(['target-there', 'theirs']);
    writeFileSync(target, '');
    expect([put(empty), read()]).toEqual([null, 'ours']);
    rmSync(target);
    // What was empty and is gone is missed by nobody.
    expect([put(empty), read()]).toEqual([null, 'ours']);
  });
});

describe.runIf(isRoot).each([false, true])('root, exchange is missing: %s', (noExchange) => {
  test.each(['another file', 'nothing', 'the file itself', 'the file, of another owner by then'])(
    'gives a draft away only in the place of the very file whose owner it has: %s',
    (what) => {
      Object.assign(lacks, { links: false, exchange: noExchange, second: false });
      const target = join(folder, 'target');
      writeFileSync(target, 'theirs', { mode: 0o644 });
      chownSync(target, 4242, 4242);
      const dressedAs = lstatSync(target);
      if (what === 'another file') {
        // Beside it, so that the number of the first is not used again.
        renameSync(target, join(folder, 'aside'));
        writeFileSync(target, 'root’s', { mode: 0o600 });
      } else if (what === 'nothing') renameSync(target, join(folder, 'aside'));
      else if (what !== 'the file itself') chownSync(target, 0, 0);
      const fd = openSync(folder, 0o20000000 | constants.O_DIRECTORY | constants.O_RDWR, 0o600);
      writeFileSync(fd, 'ours');
      fchmodSync(fd, 0o644);
      fchownSync(fd, 4242, 4242);
      placeFile(
        { draft: `/proc/self/fd/${fd}`, folder, name: 'target', spare: spareName(), dressedAs },
        tools,
      );
      closeSync(fd);
      expect(readFileSync(target, 'utf8')).toBe('ours');
      const { uid, gid, mode } = lstatSync(target);
      const isSame = what === 'the file itself';
      expect([uid, gid, mode & 0o777]).toEqual(isSame ? [4242, 4242, 0o644] : [0, 0, 0o600]);
    },
  );
});

test('what cannot be given its name again is told of, and stays', async () => {
  Object.assign(lacks, { links: false, exchange: false, second: true });
  writeFileSync(join(folder, 'draft'), 'ours');
  mkdirSync(join(folder, 'target'));
  writeFileSync(join(folder, 'target', 'thesis'), 'theirs');
  const spare = spareName();
  const work = Promise.resolve().then(() =>
    placeFile({ draft: join(folder, 'draft'), folder, name: 'target', spare }, tools),
  );
  expect(await problemFacts(work, 'file-displaced')).toEqual({ path: 'target', now: spare });
  lacks.second = false;
  await sweepDrafts(folder);
  expect(readFileSync(join(folder, spare, 'thesis'), 'utf8')).toBe('theirs');
});

test.each(['pipe', 'folder'])(
  'a %s that came out is put back, also where our draft was taken to another name and nobody moves any more',
  async (what) => {
    Object.assign(lacks, { links: false, exchange: false, second: false });
    const [target, second] = [join(folder, 'target'), join(folder, 'second')];
    if (what === 'pipe') execFileSync('mkfifo', [target]);
    else mkdirSync(target);
    writeFileSync(second, 'theirs');
    writeFileSync(join(folder, 'draft'), 'ours');
    others.names = [target, second];
    const work = Promise.resolve().then(() =>
      placeFile({ draft: join(folder, 'draft'), folder, name: 'target', spare: spareName() }, tools),
    );
    expect(await problemFacts(work, 'file-unwritable')).toEqual({ path: 'target', reason: 'changed' });
    expect(readdirSync(folder).sort()).toEqual(['second', 'target']);
    expect(readFileSync(target, 'utf8')).toBe('theirs');
    expect(what === 'pipe' ? lstatSync(second).isFIFO() : lstatSync(second).isDirectory()).toBe(true);
  },
);

/** What a person may have put there since it was looked at, and what says that it is all there still. */
const found = {
  'a file': {
    make: (path: string) => writeFileSync(path, 'theirs'),
    is: (path: string) => readFileSync(path, 'utf8') === 'theirs',
  },
  'a folder': {
    make: (path: string) => {
      mkdirSync(path);
      writeFileSync(join(path, 'letter'), 'theirs');
    },
    is: (path: string) => readFileSync(join(path, 'letter'), 'utf8') === 'theirs',
  },
  'a link': {
    make: (path: string) => symlinkSync('theirs', path),
    is: (path: string) => readlinkSync(path) === 'theirs',
  },
  'a pipe': {
    make: (path: string) => execFileSync('mkfifo', [path]),
    is: (path: string) => lstatSync(path).isFIFO(),
  },
} as const;

describe('killed at every step', () => {
  let place = '';
  let program = '';
  beforeAll(async () => {
    place = await mkdtemp(join(tmpdir(), 'stratigraph-place-'));
    program = await bundle('test/setup/placeOnce.ts', join(place, 'placeOnce.cjs'));
  });
  afterAll(() => rm(place, { recursive: true }));

  const cases = (['held', 'file', 'link'] as const).flatMap((draft) =>
    Object.entries(found).map(([what, { make, is }]) => ({ draft, what, make, is })),
  );
  test.each(cases)('a draft ($draft) where $what is loses nobody’s', async ({ draft, what, make, is }) => {
    const kept = (path: string): boolean => {
      try {
        return is(path);
      } catch {
        return false;
      }
    };
    let steps = 0;
    for (let killed = true; killed; steps++) {
      const at = join(folder, String(steps));
      mkdirSync(at);
      make(join(at, 'target'));
      const env = { STRATIGRAPH_FAIL_POINT: String(steps) };
      const { signal, code, stderr } = await runNode([program, at, 'target', draft], env);
      killed = signal === 'SIGKILL';
      expect(killed || code === 0, stderr).toBe(true);
      await sweepDrafts(at);
      const names = readdirSync(at);
      expect(names).toContain('target');
      // A file is replaced as a whole; whatever else there is stays, under its name or the one that the kill left it.
      const theirs = names.filter((name) => kept(join(at, name)));
      if (what !== 'a file') expect(theirs, `${steps}: ${names.join(' ')}`).toHaveLength(1);
      else expect(names.filter((name) => draft !== 'link' || !name.endsWith('.swap'))).toEqual(['target']);
      if (!killed && what !== 'a file') expect(names).toEqual(['target']);
    }
    expect(steps).toBeGreaterThan(2);
  });

  test.each(['held', 'file'] as const)(
    'refused at any step, a draft (%s) is said to be what it is',
    async (draft) => {
      const ends = new Set<string>();
      for (let steps = 0, failed = true; failed; steps++) {
        const at = join(folder, `refused-${draft}-${steps}`);
        mkdirSync(at);
        writeFileSync(join(at, 'target'), 'theirs');
        const env = { STRATIGRAPH_FAIL_POINT: `${steps}:EIO` };
        const { code, stdout, stderr } = await runNode([program, at, 'target', draft], env);
        failed = stderr.includes('fail point');
        expect(code, stderr).toBe(0);
        const now = readFileSync(join(at, 'target'), 'utf8');
        const others = readdirSync(at).filter((name) => name !== 'target');
        // Who says that nothing was changed has changed nothing; what stands in the place is said to be there.
        expect([now, stdout], `${steps}`).toEqual(
          stdout === 'file-unwritable' ? ['theirs', stdout] : ['ours', failed ? 'old-file-left' : ''],
        );
        if (stdout === 'old-file-left')
          expect(readFileSync(join(at, others[0] ?? ''), 'utf8')).toBe('theirs');
        if (!failed) expect(others).toEqual([]);
        ends.add(stdout);
      }
      expect([...ends].sort()).toEqual(['', 'file-unwritable', 'old-file-left']);
    },
  );
});
