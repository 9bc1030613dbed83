import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { storeDirectory } from '../../../electron/actions/ground/openStore';
import { CachePlaces } from '../../../electron/store/cachePlaces';
import { isPrivateHome, makePrivateHome, ownCacheHome, privateHome } from '../../../electron/store/homes';
import { isWayToOurs } from '../../../electron/store/ownWay';
import { recordedHome } from '../../../electron/store/thisUser';
import { temporaryFolder } from '../../setup/temporary';

/** What is believed and acted upon lies where nobody but this user and root can lead a path elsewhere. */

const stranger = 4242;
let folder: string;
beforeEach(async () => {
  folder = await temporaryFolder();
  mkdirSync(join(folder, 'a/b/c'), { recursive: true });
});
afterEach(() => vi.unstubAllEnvs());

describe.runIf(process.geteuid?.() === 0)('a way is ours', () => {
  const ways: readonly (readonly [string, boolean, () => void])[] = [
    ['as it is made', true, () => undefined],
    ['where its end is missing', true, () => undefined],
    ['in a folder for all with names of their owners', true, () => chmodSync(join(folder, 'a'), 0o1777)],
    ['by a link of ours', true, () => symlinkSync('a', join(folder, 'l'))],
    ['not in a folder for all', false, () => chmodSync(join(folder, 'a'), 0o777)],
    [
      'not in one of another group',
      false,
      () => {
        chownSync(join(folder, 'a'), 0, stranger);
        chmodSync(join(folder, 'a'), 0o770);
      },
    ],
    ['not through somebody else’s folder', false, () => chownSync(join(folder, 'a'), stranger, stranger)],
    ['not to somebody else’s folder', false, () => chownSync(join(folder, 'a/b/c'), stranger, stranger)],
    [
      'not by a link through somebody else’s folder',
      false,
      () => {
        mkdirSync(join(folder, 'other'));
        symlinkSync(join(folder, 'a'), join(folder, 'other/l'));
        chownSync(join(folder, 'other'), stranger, stranger);
        symlinkSync('other/l', join(folder, 'l'));
      },
    ],
    ['not by a link without end', false, () => symlinkSync('l', join(folder, 'l'))],
  ];
  test.each(ways)('%s: %s', (_, expected, make) => {
    make();
    const start = existsSync(join(folder, 'l')) || readdirSync(folder).includes('l') ? 'l' : 'a';
    for (const end of expected ? ['b/c', 'b/d', 'x/y/z'] : ['b/c'])
      expect(isWayToOurs(join(folder, start, end)), end).toBe(expected);
  });
});

describe.runIf(process.geteuid?.() === 0)('root with the environment of another user', () => {
  beforeEach(() => {
    const home = join(folder, 'home');
    mkdirSync(home);
    chownSync(home, stranger, stranger);
    for (const [name, place] of [
      ['XDG_DATA_HOME', '.local/share'],
      ['XDG_STATE_HOME', '.local/state'],
      ['XDG_CACHE_HOME', '.cache'],
    ] as const)
      vi.stubEnv(name, join(home, place));
    vi.stubEnv('HOME', home);
  });

  test('has its own folders, and makes nothing in that home', () => {
    const own = recordedHome() ?? '';
    for (const name of ['run', 'holders', 'clipboard'] as const)
      expect(privateHome(name).startsWith(join(own, '.local'))).toBe(true);
    expect(ownCacheHome()).toBe(join(own, '.cache'));
    expect(readdirSync(join(folder, 'home'))).toEqual([]);
  });

  test('makes no store in that home, and looks at the one that is there', () => {
    vi.stubEnv('STRATIGRAPH_STORE', '');
    expect(storeDirectory(null)).toBe(join(recordedHome() ?? '', '.local/share/stratigraph/store'));
    const theirs = join(folder, 'home/.local/share/stratigraph/store');
    mkdirSync(theirs, { recursive: true });
    expect(storeDirectory(null)).toBe(theirs);
  });

  test('believes no folder in which others give names', () => {
    const own = join(folder, 'own');
    mkdirSync(join(own, 'stratigraph'), { recursive: true });
    vi.stubEnv('XDG_CACHE_HOME', own);
    expect(ownCacheHome()).toBe(own);
    chmodSync(join(own, 'stratigraph'), 0o777);
    expect(ownCacheHome()).not.toBe(own);
  });

  test('keeps no cache aside through what another user placed there', async () => {
    const store = join(folder, 'store');
    mkdirSync(store);
    chownSync(store, stranger, stranger);
    const canary = join(folder, 'canary');
    mkdirSync(canary);
    mkdirSync(join(folder, 'home/.cache'));
    symlinkSync(canary, join(folder, 'home/.cache/stratigraph'));
    const places = new CachePlaces(store);
    const made = await places.make(join(store, 'cache/index/sha256/aa'), async (draft) => {
      writeFileSync(draft, 'index');
      await Promise.resolve();
    });
    expect(made.startsWith(join(recordedHome() ?? '', '.cache'))).toBe(true);
    await places.remove(join(store, 'cache/index/sha256/aa'));
    expect(existsSync(made)).toBe(false);
    expect(readdirSync(canary)).toEqual([]);
  });
});

test.runIf(process.geteuid?.() === 0)(
  'a folder that others can exchange above is neither made nor believed',
  async () => {
    vi.stubEnv('XDG_DATA_HOME', join(folder, 'a/b'));
    vi.stubEnv('XDG_CACHE_HOME', join(folder, 'a/cache'));
    expect(makePrivateHome('run')).toBe(join(folder, 'a/b/stratigraph/run'));
    expect(isPrivateHome('run')).toBe(true);
    chownSync(join(folder, 'a'), stranger, stranger);
    // The user's own home is taken instead, where there is one.
    expect(privateHome('run')).not.toContain(folder);
    vi.doMock('node:os', async (original) => ({
      ...(await original<object>()),
      userInfo: () => ({ homedir: join(folder, 'a') }),
    }));
    vi.resetModules();
    const alone = await import('../../../electron/store/homes');
    vi.doUnmock('node:os');
    expect(alone.isPrivateHome('run')).toBe(false);
    expect(alone.ownCacheHome()).toBe(null);
    let thrown: unknown = null;
    try {
      alone.makePrivateHome('run');
    } catch (fault) {
      thrown = fault;
    }
    expect(thrown).toMatchObject({ problem: { code: 'store-unsafe', facts: { fault: 'writers' } } });
  },
);
