import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runtimeCommand } from '../../../electron/run/runtimeCommand';
import type { MountStep } from '../../../electron/run/mountWish';
import { dockerArchive, type TarMember } from '../../setup/imageBuilder';
import { makeOrdinaryUser, plainEnv, type OrdinaryUser } from '../../setup/ordinaryUser';
import { findCommand, must, run } from '../../setup/run';
import { shellImage } from '../../setup/shellImage';
import type { RunEnd, RunWish } from '../../setup/userStory';

/** What commands see of this machine: by both runtimes, as root and as an ordinary user, in images that lead elsewhere. */

const asRoot = process.getuid?.() === 0;
const runtimes = ['crun', 'runc'].map(findCommand).filter((path) => path !== null);
const image = 'rig/shell:1.0';

interface Told {
  readonly mode: string;
  readonly ends: readonly RunEnd[];
  readonly left: readonly string[];
}

let user: OrdinaryUser;
let archive: string;
/** Of the user: `src` is what commands see, `canary` what none may touch. */
let place: string;
let stores = 0;

const link = (path: string, linkTarget: string): TarMember => ({
  path,
  type: 'symlink',
  linkTarget,
  mode: 0o777,
});

beforeAll(async () => {
  user = await makeOrdinaryUser();
  place = join(user.folder, 'place');
  await mkdir(join(place, 'canary'), { recursive: true });
  const whole = shellImage(image);
  const files: readonly TarMember[] = [
    link('up', `../../../../../../../..${place}/canary`),
    link('out', `${place}/canary`),
    link('toproc', 'proc'),
    link('todev', '/srv/../dev'),
    link('tosrv', 'srv'),
    link('toroot', '/'),
    link('loop', 'loop'),
    { path: 'closed', type: 'directory', mode: 0o710 },
    { path: 'srv/conf', content: 'of the image\n' },
    { path: 'srv/mem', type: 'character', major: 1, minor: 1, mode: 0o666 },
  ];
  archive = join(user.folder, 'image.tar');
  await writeFile(archive, dockerArchive([{ ...whole, layers: [...whole.layers, { files }] }]));
  await chmod(archive, 0o644);
});

afterAll(() => user.remove());

/** Makes `src` anew, for whoever runs commands. */
async function makeSource(): Promise<string> {
  const src = join(place, 'src');
  await rm(src, { recursive: true, force: true });
  for (const path of ['src/sub/deep', 'src/other', 'src/with space\\and\ttab'])
    await mkdir(join(place, path), { recursive: true });
  await writeFile(join(src, 'file'), 'of this machine\n');
  await must('mkfifo', [join(src, 'fifo')]);
  await symlink(`${place}/canary`, join(src, 'evil'));
  await symlink('/proc/self', join(src, 'self'));
  await symlink('sub', join(src, 'tosub'));
  if (asRoot) await must('chown', ['-hR', `${user.name}:${user.name}`, place]);
  return src;
}

type Who = 'root' | 'mapped' | 'single';

async function ran(who: Who, runtime: string, runs: readonly Wish[]): Promise<readonly RunEnd[]> {
  const store = join(who === 'root' ? user.place : user.folder, `${who}-${stores++}`, 'store');
  const input = { store, archive, runs: runs.map((wish) => ({ ...wish, image })) };
  let told: Told;
  if (who === 'root') {
    const [command = '', ...own] = plainEnv({
      STRATIGRAPH_RUNTIME: runtime,
      XDG_DATA_HOME: `${store}-data`,
    });
    const words = [...own, user.node, user.script, 'runs'];
    told = JSON.parse(await must(command, words, { input: JSON.stringify(input), cwd: '/' })) as Told;
  } else {
    const env = { STRATIGRAPH_RUNTIME: runtime, STRATIGRAPH_OVERLAY: who };
    told = await user.story<Told>('runs', input, env);
    expect(told.mode).toBe(who);
  }
  // Nothing is left: folders of runs, and mounts where others see them.
  expect(told.left).toEqual([]);
  const mounts = readFileSync('/proc/mounts', 'utf8').split('\n');
  expect(mounts.filter((line) => line.includes(user.place) && line.includes('/run/'))).toEqual([]);
  expect(readdirSync(join(place, 'canary'))).toEqual([]);
  return told.ends;
}

const sh = (script: string): readonly string[] => ['/bin/sh', '-c', script];

/** Each mount but the kernel's: where, and whether it is read-only, with flags that matter. */
const flagsOf = `while read -r i p d root at has rest; do case $at in
  /dev*|/proc*|/sys*) ;; *) f=; for x in ro nosuid nodev noexec; do case ,$has, in *,$x,*) f="$f $x" ;; esac; done
  echo "$at$f" ;; esac; done < /proc/self/mountinfo`;

const pairs = runtimes.flatMap((runtime, i) =>
  [...(asRoot ? (['root'] as const) : []), 'mapped' as const, ...(i === 0 ? (['single'] as const) : [])].map(
    (who) => [runtime, who] as const,
  ),
);

type Wish = Omit<RunWish, 'image'>;

/** What commands are to see, in one go for each runtime and user; tests look at how they ended. */
function wishesOn(src: string): Readonly<Record<string, readonly Wish[]>> {
  const at = (target: string, more: readonly string[] = []): Wish => ({
    command: sh('ls /out/ /up/; cat /out/file'),
    mounts: { volume: [...more, `${src}:${target}`] },
  });
  const kernel = ['/proc', '/proc/self/x', '/toproc/x', '/dev', '/todev/shm/x', '/sys/fs', '/toroot'];
  const inWorkspace = {
    inWorkspace: true,
    changes: true,
    mounts: {
      volume: [`${src}:/data/deep`, `${src}/file:/srv/new/file`, `${src}/file:/srv/conf`],
      tmpfs: ['/tmp/mem'],
    },
  };
  const ask = `for d in / /srv /tmp /root; do (echo x > $d/x) 2>/dev/null && echo WROTE $d; done
    (head -c 1 /srv/mem > /dev/null) 2>/dev/null && echo OPENED; pwd
    echo x > /dev/shm/x && echo x > /data/x && echo writes
    ${flagsOf}`;
  const readOnly = {
    readOnly: true,
    workingDir: '/new/cwd',
    command: sh(ask),
    mounts: { volume: [`${src}:/data`] },
  };
  return {
    nested: [
      {
        command: sh(`cat /data/file; ls /data/tosub /mem/a /data/mem /data/new/deep/sub; cat /srv/conf
          echo in > /data/in; echo in > /data/sub/in; echo no > /ro/no; echo no > /mem/a/b/sub/no; ${flagsOf}`),
        mounts: {
          volume: [`${src}/sub:/data/new/deep/sub`, `${src}:/data`, `${src}:/ro:ro,z`],
          mount: [
            `type=bind,src=${src},dst=/mem/a/b,readonly`,
            `type=bind,"src=${src}/with space\\and\ttab",dst=/data/sub/deep`,
            `type=tmpfs,dst=/data/mem,tmpfs-mode=0750`,
          ],
          tmpfs: ['/mem:exec,suid,size=64k', '/closed'],
        },
      },
      {
        command: sh(
          'cat /data/new/file /srv/conf /mem/p; ls -l /mem/f; ls -ld /closed /fresh; echo x > /srv/conf',
        ),
        mounts: {
          volume: [`${src}/file:/data/new/file`, `${src}/file:/srv/conf:ro`, `${src}/fifo:/mem/f`],
          tmpfs: ['/mem', '/closed', '/fresh'],
          mount: [`type=bind,source=${src}/file,target=/mem/p`],
        },
      },
    ],
    links: [
      at('/up'),
      at('/out'),
      at('/data/evil', [`${src}:/data`]),
      {
        command: sh(`cat ${place}/canary/x/file; pwd`),
        mounts: { volume: [`${src}:/data`, `${src}:/data/evil/x`] },
        workingDir: '/data/tosub',
      },
    ],
    refused: [
      ...kernel.map((target) => at(target)),
      at('/loop/x'),
      at('/data/self/x', [`${src}:/data`]),
      at('/tosrv', [`${src}:/srv`]),
      at('/srv/conf'),
      { command: sh('true'), mounts: { volume: [`${src}/file:/tmp`] } },
      at('/srv/../data/../srv', [`${src}:/srv`]),
      at('/ro/missing', [`${src}:/ro:ro`]),
      { command: sh('true'), mounts: { volume: [`${src}:/data`] }, workingDir: '/data/self/cwd' },
      { command: ['/data/self/exe'], mounts: { volume: [`${src}:/data`] } },
    ],
    workspace: [
      { ...inWorkspace, command: sh('echo x > /data/deep/made; echo x > /tmp/mem/x') },
      { ...inWorkspace, command: sh('echo x > /srv/new/own; echo x > /tmp/own') },
      { ...inWorkspace, readOnly: true, command: sh('echo x > /srv/own') },
    ],
    readOnly: [readOnly, { ...readOnly, network: true }],
  };
}

describe.runIf(runtimes.length > 0).each(pairs)('mounts for a command by %s as %s', (runtime, who) => {
  let src: string;
  let ends: Readonly<Record<string, readonly RunEnd[]>>;
  beforeAll(async () => {
    src = await makeSource();
    const wishes = Object.entries(wishesOn(src));
    const all = await ran(
      who,
      runtime,
      wishes.flatMap(([, list]) => list),
    );
    let from = 0;
    ends = Object.fromEntries(wishes.map(([name, list]) => [name, all.slice(from, (from += list.length))]));
  });
  const endsOf = (name: string): readonly RunEnd[] => ends[name] ?? [];

  test('show what is there, nested in any order, with the flags that were asked for', () => {
    const [first, second] = endsOf('nested') as [RunEnd, RunEnd];
    expect([first, second].map(({ problem, code }) => [problem, code])).toEqual([
      [null, 0],
      [null, 1],
    ]);
    const lines = first.out.split('\n').filter((line) => line !== '');
    expect(lines.slice(0, 2)).toEqual(['of this machine', '/data/mem:']);
    expect(lines).toContain('of the image');
    expect(readFileSync(join(src, 'in'), 'utf8')).toBe('in\n');
    expect(readFileSync(join(src, 'sub', 'in'), 'utf8')).toBe('in\n');
    expect(first.said).toMatch(/\/ro\/no: Read-only.*\n.*\/mem\/a\/b\/sub\/no: Read-only/);
    const flags = lines.slice(lines.findIndex((line) => line.startsWith('/ ')));
    expect(flags.map((line) => line.replace(/^\/ .*nodev.*$/, '/ nodev')).sort()).toEqual([
      '/ nodev',
      '/closed nosuid nodev noexec',
      '/data nodev',
      '/data/mem nosuid nodev noexec',
      '/data/new/deep/sub nodev',
      '/data/sub/deep nodev',
      '/mem nodev',
      '/mem/a/b ro nodev',
      '/ro ro nodev',
    ]);
    // Mount points in folders of this machine are made, and stay, as with Docker.
    expect(existsSync(join(src, 'new', 'deep', 'sub'))).toBe(true);
    const more = second.out.split('\n');
    expect(more.slice(0, 3)).toEqual(Array(3).fill('of this machine'));
    expect(more.slice(3, 6).map((line) => line.slice(0, 10))).toEqual([
      'prw-r--r--',
      'drwx--x---',
      'drwxrwxrwt',
    ]);
    expect(second.said).toMatch(/conf: Read-only file system/);
  });

  test('never follow a link of the image out of it, nor one of what is mounted', () => {
    const [up, out, , through] = endsOf('links');
    for (const end of [up, out]) expect(end?.out).toContain('of this machine');
    expect([through?.problem, through?.out, through?.said]).toEqual([
      null,
      'of this machine\n/data/sub\n',
      '',
    ]);
    expect(endsOf('refused').map(({ problem }) => problem)).toEqual([
      ...Array<string>(7).fill('bind-refused place'),
      'run-refused loop',
      'bind-refused place',
      'bind-refused twice',
      'bind-refused no-folder',
      'bind-refused no-file',
      'bind-refused twice',
      'bind-refused read-only',
      'run-refused kernel',
      'run-refused kernel',
    ]);
  });

  test('leave nothing in a workspace but what the command made there', () => {
    const [quiet, busy, none] = endsOf('workspace');
    expect([quiet?.said, quiet?.changes]).toEqual(['', []]);
    expect(busy?.changes?.filter((change) => !change.endsWith('(times)'))).toEqual([
      'added srv/new',
      'added srv/new/own',
      'added tmp/own',
    ]);
    expect([none?.code, none?.changes]).toEqual([1, []]);
    expect(readFileSync(join(src, 'file'), 'utf8')).toBe('of this machine\n');
    expect(existsSync(join(src, 'made'))).toBe(true);
  });

  test('and a root that is read-only opens no device of the image', () => {
    for (const end of endsOf('readOnly')) {
      const lines = end.out.split('\n').filter((line) => line !== '' && !line.startsWith('/etc/'));
      const isRoot = (line: string): boolean => line.startsWith('/ ');
      expect(lines.filter((line) => !isRoot(line))).toEqual(['/new/cwd', 'writes', '/data nodev']);
      expect(lines.find(isRoot)).toMatch(/^\/ ro .*nodev/);
    }
  });
});

describe('sources', () => {
  test('that are none, or not to be given away, are refused before anything starts', async () => {
    const src = await makeSource();
    const who = asRoot ? 'root' : 'mapped';
    const sticky = await mkdtemp(join(tmpdir(), 'stratigraph-sticky-'));
    await chmod(sticky, 0o1777);
    await symlink(src, join(sticky, 'trap'));
    if (asRoot) await must('chown', ['-h', user.name, join(sticky, 'trap')]);
    await symlink(src, join(place, 'own'));
    const volume = (source: string): Wish => ({
      command: ['true'],
      mounts: { volume: [`${source}:/data`] },
    });
    const sources = [
      `${place}/missing`,
      `${src}/file/x`,
      '/dev/null',
      '/proc/self',
      '/sys',
      '/',
      who === 'root' ? user.place : user.folder,
    ];
    const ends = await ran(
      who,
      runtimes[0] ?? '',
      [...sources, ...(asRoot ? [`${sticky}/trap`] : []), `${place}/own`].map(volume),
    );
    await rm(sticky, { recursive: true });
    await rm(join(place, 'own'));
    expect(ends.map(({ problem }) => problem)).toEqual([
      'bind-refused missing',
      'bind-refused missing',
      ...Array<string>(3).fill('bind-refused kernel'),
      ...Array<string>(2).fill('bind-refused around'),
      ...(asRoot ? ['bind-refused link'] : []),
      null,
    ]);
  });
});

describe.runIf(asRoot)('the arrangement before a runtime starts', () => {
  /** Runs steps in a tree of their own, and tells what they said. */
  async function arranged(steps: (root: string, other: string) => readonly MountStep[]): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'stratigraph-steps-'));
    const [root, other, told] = ['tree', 'other', 'told'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    for (const path of ['tree/real', 'other/real', 'other/within'])
      await mkdir(join(folder, path), { recursive: true });
    await symlink(join(other, 'real'), join(root, 'link'));
    await symlink(other, join(root, 'way'));
    await writeFile(join(other, 'mark'), '');
    const start = {
      runtime: { name: 'crun', path: '/bin/cat' },
      enter: [],
      asRoot: true,
      state: '',
      cgroup: false,
    };
    const mounts = { steps: steps(root, other), told };
    const [program = '', ...words] = runtimeCommand(start as never, { root: '', sealSys: false, mounts }, []);
    // In place of a runtime: it shows what is mounted.
    const end = words.lastIndexOf('/bin/cat');
    const { code, stdout } = await run(program, [...words.slice(0, end), '/bin/cat', '/proc/self/mountinfo']);
    const lines = stdout.split('\n').filter((line) => line.includes(folder));
    const text = existsSync(told) ? readFileSync(told, 'utf8') : '';
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(folder);
    await rm(folder, { recursive: true });
    return `${code} ${text}|${lines.map((line) => line.split(' ')[4]?.replace(folder, '')).join(' ')}`;
  }
  const identity = async (path: string): Promise<string> =>
    (await must('stat', ['-c', '%d:%i', path])).trim();

  test('refuses another object than the one that was found, and a place to which a link leads', async () => {
    const step = { wish: 3, how: 'rbind', flags: ['nodev', 'ro'] } as const;
    const temporary = await identity(tmpdir());
    expect(
      await arranged((root, other) => [
        { ...step, source: other, identity: temporary, point: `${root}/real` },
      ]),
    ).toBe('125 3 changed|');
    const here = await identity('/usr/lib');
    expect(
      await arranged((root) => [{ ...step, source: '/usr/lib', identity: here, point: `${root}/link` }]),
    ).toBe('125 3 changed|');
    expect(
      await arranged((root) => [
        { ...step, source: '/usr/lib', identity: here, point: `${root}/way/within` },
      ]),
    ).toBe('125 3 changed|');
    expect(
      await arranged((root) => [{ ...step, source: '/usr/lib', identity: here, point: `${root}/none` }]),
    ).toMatch(/^125 3 failed mount: [^|]*\|$/);
    expect(
      await arranged((root) => [{ ...step, source: '/usr/lib', identity: here, point: `${root}/real` }]),
    ).toBe('0 |/tree/real');
  });

  test('gives its flags to all that is mounted below a source', async () => {
    const src = await makeSource();
    await chown(src, 0, 0);
    const script = `mount -t tmpfs -o nosuid tmpfs "$1/sub" && mkdir "$1/sub/in" && mount -t tmpfs tmpfs "$1/sub/in" &&
      mount -t tmpfs tmpfs "$1/with space"* && shift && exec "$@"`;
    const words = ['--mount', '--propagation', 'private', '--', '/bin/sh', '-c', script, 'sh', src];
    const store = join(user.place, `below-${stores++}`, 'store');
    const runs = ['', ',bind'].map((more) => ({
      image,
      command: sh(`echo x > /ro/sub/x; echo x > /ro/sub/in/x; ${flagsOf}`),
      mounts: { volume: [`${src}:/ro:ro${more}`] },
    }));
    const plain = plainEnv({ XDG_DATA_HOME: `${store}-data` });
    const out = await must('unshare', [...words, ...plain, user.node, user.script, 'runs'], {
      input: JSON.stringify({ store, archive, runs }),
      cwd: '/',
    });
    const { ends } = JSON.parse(out) as Told;
    expect(ends.map(({ problem }) => problem)).toEqual([null, null]);
    const [whole, alone] = ends.map((end) => end.out.split('\n').filter((line) => line.startsWith('/ro')));
    expect(whole).toEqual([
      '/ro ro nodev',
      '/ro/sub ro nosuid nodev',
      '/ro/sub/in ro nodev',
      '/ro/with\\040space\\134and\\011tab ro nodev',
    ]);
    expect(alone).toEqual(['/ro ro nodev']);
  });
});
