import { once } from 'node:events';
import { mkdirSync, mkdtempSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkWords, runPlaces, type RunTree } from '../../../electron/actions/runs/runPlaces';
import { resolveInside } from '../../../electron/mount/resolveInside';
import { resolveUser } from '../../../electron/run/imageUser';
import { problemOf } from '../../../shared/image/problem';
import { must } from '../../setup/run';
import { sharedPool, temporaryFolder } from '../../setup/temporary';

/** What of a tree and of an image's config is refused before a runtime starts. */

/** What stands at a path: a link, a file's text, a folder, or a FIFO. */
type Node = { readonly link: string } | { readonly text: string } | 'folder' | 'fifo';

async function treeOf(nodes: Readonly<Record<string, Node>>): Promise<RunTree> {
  const root = await temporaryFolder();
  for (const path of ['etc', 'srv', 'bin']) if (!(path in nodes)) mkdirSync(join(root, path));
  for (const [path, node] of Object.entries(nodes)) {
    const at = join(root, path);
    if (node === 'folder') mkdirSync(at);
    else if (node === 'fifo') await must('mkfifo', [at]);
    else if ('link' in node) symlinkSync(node.link, at);
    else writeFileSync(at, node.text);
  }
  // Of the rights only the pool is needed here.
  const privileged = { pool: sharedPool() } as unknown as RunTree['privileged'];
  return { privileged, root, name: 'shop:1' };
}

/** The reason for which something is refused, or what it gives. */
async function reasonOf<T>(work: Promise<T>): Promise<T | string> {
  try {
    return await work;
  } catch (thrown) {
    const { code, facts } = problemOf(thrown);
    return code === 'run-refused' && 'reason' in facts ? String(facts.reason) : code;
  }
}

const host = { link: '/tmp' };
const up = { link: '../../../../../../../../tmp' };

describe('folders of the kernel', () => {
  const cases = ['dev', 'proc', 'sys'].flatMap((path): [string, Readonly<Record<string, Node>>, string][] => [
    ['link', { [path]: host }, path],
    ['link', { [path]: up }, path],
    ['link', { [path]: { link: 'srv' } }, path],
    ['link', { hop: up, [path]: { link: '/hop' } }, path],
    ['loop', { [path]: { link: path } }, path],
    ['directory', { [path]: { text: 'a file' } }, path],
    ['directory', { [path]: 'fifo' }, path],
  ]);

  test.each(cases)('are refused for a %s: %j', async (reason, nodes) => {
    expect(await reasonOf(runPlaces(await treeOf(nodes), '/', false))).toBe(reason);
  });
});

test('the host’s resolv.conf is put where the tree’s own links lead, inside of it', async () => {
  const at = async (nodes: Readonly<Record<string, Node>>): Promise<unknown> => {
    const found = await reasonOf(runPlaces(await treeOf(nodes), '/', true));
    return typeof found === 'string' ? found : found.resolvConf;
  };
  expect(await at({})).toBe('/etc/resolv.conf');
  expect(await at({ etc: up })).toBe('/tmp/resolv.conf');
  expect(await at({ etc: 'folder', 'etc/resolv.conf': { link: '../run/stub/../r.conf' } })).toBe(
    '/run/r.conf',
  );
  expect(await at({ etc: 'folder', 'etc/resolv.conf': { link: 'resolv.conf' } })).toBe('loop');
  expect(await at({ etc: { link: '/proc/self' } })).toBe('kernel');
  expect(await at({ etc: { text: 'a file' } })).toBe('directory');
  expect(await at({ etc: 'folder', 'etc/resolv.conf': 'folder' })).toBe('file');
  expect(await at({ etc: 'folder', 'etc/resolv.conf': 'fifo' })).toBe('file');
});

test('a working directory is one of the tree, or refused', async () => {
  const tree = await treeOf({
    work: { link: 'proc/self/fd/7' },
    out: up,
    a: { link: 'b' },
    b: { link: 'a' },
    file: { text: '' },
  });
  const cwd = async (path: string): Promise<unknown> => {
    const found = await reasonOf(runPlaces(tree, path, false));
    return typeof found === 'string' ? found : found.cwd;
  };
  expect(await cwd('/')).toBe('/');
  expect(await cwd('../../..//srv/./new/')).toBe('/srv/new');
  expect(await cwd('relative')).toBe('/relative');
  expect(await cwd('/out/x')).toBe('/tmp/x');
  expect(await cwd('/proc/../srv')).toBe('/srv');
  expect(await cwd('/dev/shm/x')).toBe('/dev/shm/x');
  expect(await cwd('/d'.repeat(2000))).toBe('/d'.repeat(2000));
  for (const path of ['/d'.repeat(5000), `/${'x'.repeat(300)}`]) expect(await cwd(path)).toBe('long');
  expect(await cwd('/srv\0/etc')).toBe('nul');
  for (const path of ['/file', '/file/below', '/file/..']) expect(await cwd(path)).toBe('directory');
  expect(await cwd('/a/x')).toBe('loop');
  const kernel = ['/work', '/work/..', '/proc/1/root', '/dev/fd/7', '/dev/shm/../fd/7', '/sys/fs/cgroup'];
  for (const path of [...kernel, '/proc/self/fd/8/../../../../../srv', 'srv/../proc/./self/cwd'])
    expect(await cwd(path)).toBe('kernel');
});

test('words are what the kernel takes, and the program is one of the tree', async () => {
  const tree = await treeOf({ go: { link: '/proc/self/exe' }, 'bin/x': { text: '' } });
  const check = (args: readonly string[], env: readonly string[] = ['PATH=/bin']): Promise<unknown> =>
    reasonOf(checkWords(tree, { args, env, cwd: '/srv' }));
  expect(await check(['x'])).toBe(undefined);
  expect(await check(['../bin/x', 'y'])).toBe(undefined);
  for (const program of ['/proc/self/exe', '/go', '../go', '../proc/self/fd/7/bin/sh', '/dev/fd/7'])
    expect(await check([program])).toBe('kernel');
  expect(await check(['x'], ['PATH=/bin:/proc/self/fd/7/bin'])).toBe('kernel');
  expect(await check(['x', 'a\0b'])).toBe('nul');
  expect(await check(['x', 'y'.repeat(200_000)])).toBe('large');
  const many = Array.from({ length: 3000 }, (_, i) => `K${i}=${'v'.repeat(1000)}`);
  expect(await check(['x'], many)).toBe('large');
});

test('a user of more groups than a runtime can look up is refused, one of many is not', () => {
  const passwd = 'app:x:1000:1000::/:\n';
  const named = (count: number, lines: number): string =>
    Array.from({ length: lines }, (_, i) => `g${i}:x:${i + 2000}:${i < count ? 'app' : ''}\n`).join('');
  const refusal = (group: string): unknown => {
    try {
      return resolveUser('app', passwd, group, 'x').groups.length;
    } catch (error) {
      return problemOf(error);
    }
  };
  expect(refusal(named(2000, 2000))).toBe(2001);
  expect(refusal(named(100, 100_000))).toBe(101);
  for (const group of [named(66_000, 66_000), named(400, 100_000)])
    expect(refusal(group)).toMatchObject({
      code: 'run-refused',
      facts: { path: '/etc/group', reason: 'groups' },
    });
  // A group that is named keeps the lists out of it.
  expect(resolveUser('app:5', passwd, named(66_000, 66_000), 'x').groups).toEqual([5]);
});

test('users that are none, and files that are no list of users', () => {
  const passwd = 'root:x:0:0::/root:\napp:x:1000:1000::/srv:\nbig:x:4294967295:0::/:\nneg:x:-1:0::/:\n';
  const none = ['-1', '4294967295', '4294967296', '99999999999999', '0:0:0', 'no body', '0:-1', 'root\nroot'];
  const odd = [
    'root\0',
    '0x0',
    '1e3',
    'big',
    'neg',
    ':nobody',
    '٣',
    ' ',
    '\n',
    '0:4294967295',
    '0:4294967296',
    '0: ',
  ];
  const whole = `${passwd}-1:x:0:0::/:\nhigh:x:5:4294967295::/:\nodd:x:6:x::/:\n`;
  for (const name of [...none, ...odd, 'high', 'odd', '0:\n', '+0', '0:+0', '1'.repeat(1_000_000)])
    expect(() => resolveUser(name, whole, 'odd:x:-1:\n', 'shop:1'), name.slice(0, 20)).toThrow();
  expect(() => resolveUser('0:odd', whole, 'odd:x:-1:\n', 'shop:1')).toThrow();
  // A variable with a zero byte is none, and a runtime that finds no HOME looks it up in the same line.
  for (const home of ['', '\0', '/home\0/x'])
    expect(resolveUser('zero', `zero:x:5:5::${home}:/bin/sh\n`, '', 'shop:1').home).toBe('/');
  for (const id of [2147483647, 2147483648, 4294967294]) {
    expect(resolveUser(String(id), passwd, '', 'shop:1')).toMatchObject({ uid: id, gid: 0, home: '/' });
    expect(resolveUser(`0:${id}`, passwd, '', 'shop:1')).toMatchObject({ uid: 0, gid: id, groups: [id] });
  }
  // A number is an ID, though a row of the image's files calls somebody so.
  const named = '1000:x:0:0::/root:\napp:x:1000:1000::/srv:\n';
  expect(resolveUser('1000:50', named, '50:x:0:\n', 'shop:1')).toEqual({
    uid: 1000,
    gid: 50,
    groups: [50],
    home: '/srv',
  });
  // What a user gives up with the main group stays with the others.
  expect(resolveUser('app', named, 'a:x:7:app\nb:x:1000:app\n', 'shop:1').groups).toEqual([1000, 7]);
  expect(resolveUser('app', passwd, '', 'shop:1')).toMatchObject({ uid: 1000, home: '/srv' });
});

describe.each(['passwd', 'group'] as const)('/etc/%s, which a runtime reads to its end', (list) => {
  const path = `etc/${list}`;
  const read = async (nodes: Readonly<Record<string, Node>>): Promise<unknown> => {
    const found = await reasonOf(runPlaces(await treeOf({ etc: 'folder', ...nodes }), '/', false));
    return typeof found === 'string' ? found : { text: found[list] };
  };

  test('is what the tree’s own links lead to, or nothing', async () => {
    const host = { link: `../../../../../../../../../${process.execPath}` };
    for (const node of [{ link: `/etc/${list}` }, { link: '/srv/users' }, host])
      expect(await read({ [path]: node, users: { text: 'x' } })).toEqual({ text: '' });
    expect(await read({})).toEqual({ text: '' });
    expect(await read({ [path]: { link: '../users' }, users: { text: 'me' } })).toEqual({ text: 'me' });
  });

  test.each<[string, Readonly<Record<string, Node>>]>([
    ['kernel', { [path]: { link: '/dev/zero' } }],
    ['kernel', { [path]: { link: '../../dev/./urandom' } }],
    ['kernel', { [path]: { link: '/proc/self/fd/0' } }],
    ['kernel', { [path]: { link: '/sys/kernel/uevent_seqnum' } }],
    ['kernel', { [path]: { link: '/hop' }, hop: { link: 'dev/zero' } }],
    ['kernel', { etc: { link: 'proc/1' } }],
    ['file', { [path]: 'fifo' }],
    ['file', { [path]: 'folder' }],
    ['file', { [path]: { link: '../hop' }, hop: 'fifo' }],
  ])('is refused (%s) for %j', async (reason, nodes) => {
    expect(await read(nodes)).toBe(reason);
  });

  test('is refused where its link leads to a FIFO of what a person mounts', async () => {
    const tree = await treeOf({ etc: 'folder', [path]: { link: '../data/pipe' } });
    const mine = await treeOf({ pipe: 'fifo' });
    expect(typeof (await reasonOf(runPlaces(tree, '/', false)))).toBe('object');
    const { dev, ino } = statSync(mine.root);
    const mount = { at: 'data', source: mine.root, identity: `${dev}:${ino}`, isFolder: true };
    expect(await reasonOf(runPlaces(tree, '/', false, [mount]))).toBe('file');
  });

  test('is refused where it is a socket, a device, or has no end to speak of', async () => {
    const tree = await treeOf({ etc: 'folder' });
    const listener = createServer().listen(join(tree.root, path));
    await once(listener, 'listening');
    expect(await reasonOf(runPlaces(tree, '/', false))).toBe('file');
    listener.close();
    await once(listener, 'close');
    // A device node needs root to be made.
    if (process.getuid?.() === 0) {
      await must('mknod', [join(tree.root, path), 'c', '1', '5']);
      expect(await reasonOf(runPlaces(tree, '/', false))).toBe('file');
    }
    const text = 'root:x:0:0::/root:\n';
    const sparse = await treeOf({ etc: 'folder', [path]: { text } });
    truncateSync(join(sparse.root, path), 4 << 20);
    const found = await runPlaces(sparse, '/', false);
    expect(found[list].length).toBe(4 << 20);
    expect(resolveUser('', found.passwd, found.group, 'shop:1')).toMatchObject({ uid: 0 });
    for (const size of [(4 << 20) + 1, 2 ** 40]) {
      truncateSync(join(sparse.root, path), size);
      expect(await reasonOf(runPlaces(sparse, '/', false))).toBe('users');
    }
  });
});

/** A generator of numbers from 0 to 1 with a seed (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

test('random links lead where the kernel says for whoever has the tree as root', async () => {
  const next = random(13);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T;
  const names = ['a', 'b', 'c', 'd'];
  const word = (): string => pick([...names, ...names, '..', '.']);
  const path = (): string => Array.from({ length: 1 + Math.floor(next() * 4) }, word).join('/');
  for (let round = 0; round < 30; round++) {
    const root = mkdtempSync(join(await temporaryFolder(), 'tree-'));
    for (let i = 0; i < 12; i++) {
      const at = join(root, pick(names), ...(next() < 0.5 ? [pick(names)] : []));
      try {
        if (next() < 0.4) mkdirSync(at);
        // Without links that begin at the root, and where `..` stays within it, the kernel's own answer is the same.
        else symlinkSync(path(), at);
      } catch {
        // Something is there, or nothing above it.
      }
    }
    const asked = Array.from({ length: 20 }, path);
    const found = resolveInside({ root, paths: asked, opaque: [] });
    for (const [i, each] of asked.entries()) {
      const real = await realpath(join(root, '.') + '/' + each).catch(() => null);
      const ours = found[i];
      expect(ours?.path.split('/').includes('..')).toBe(false);
      // Whoever leaves the root is somewhere else for the kernel, and never finds back.
      if (real !== null && (real === root || real.startsWith(`${root}/`)))
        expect(join(root, ours?.path ?? '', '.')).toBe(join(real, '.'));
    }
  }
});
