import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cgroupTree } from '../../../electron/run/cgroups';
import { makeOrdinaryUser, plainEnv, type OrdinaryUser } from '../../setup/ordinaryUser';
import { dockerArchive, type ImageSpec, type TarMember } from '../../setup/imageBuilder';
import { findCommand, must } from '../../setup/run';
import { shellImage } from '../../setup/shellImage';
import type { RunEnd, RunWish } from '../../setup/userStory';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';

/**
 * What a command in a container can do to this machine, asked from inside: by both runtimes, as root and as an ordinary
 * user, with the cgroups of this machine, with those of the second kind alone, and without any.
 */

const asRoot = process.getuid?.() === 0;
const runtimes = ['crun', 'runc'].map(findCommand).filter((path) => path !== null);

/** Lines for a shell that make a kind of cgroups in a mount namespace of their own. */
const cgroups = {
  'the cgroups of this machine': 'true',
  'cgroups of the second kind alone':
    'umount -R /sys/fs/cgroup; umount -R /sys/fs/cgroup; mount -t cgroup2 none /sys/fs/cgroup',
  'no cgroups': 'umount -R /sys/fs/cgroup; umount -l /sys/fs/cgroup; true',
} as const;

interface Told {
  readonly mode: string;
  readonly ends: readonly RunEnd[];
  readonly left: readonly string[];
}

let user: OrdinaryUser;
/** Folder that root and the user can read. */
let folder: string;
let stores = 0;

beforeAll(async () => {
  user = await makeOrdinaryUser();
  folder = await mkdtemp(join(tmpdir(), 'stratigraph-guards-'));
  await chmod(folder, 0o755);
});

afterAll(async () => {
  await user.remove();
  await rm(folder, { recursive: true, force: true });
});

async function archiveOf(images: readonly ImageSpec[]): Promise<string> {
  const path = join(folder, `${stores++}.tar`);
  await writeFile(path, dockerArchive(images));
  return path;
}

/** Runs commands as root, in a mount namespace that `setting` arranges. */
async function rootRuns(
  runtime: string,
  setting: string,
  archive: string,
  runs: readonly RunWish[],
): Promise<Told> {
  const store = join(folder, `store-${stores++}`);
  const shell = `{ ${setting}; } 2>/dev/null; exec "$@"`;
  const words = ['--mount', '--propagation', 'private', '--', '/bin/sh', '-c', shell, 'sh'];
  const story = [user.node, user.script, 'runs'];
  const env = { STRATIGRAPH_RUNTIME: runtime, STRATIGRAPH_WORKER: '', STRATIGRAPH_HELPER: '' };
  const plain = plainEnv({ STRATIGRAPH_RUNTIME: runtime });
  const out = await must('unshare', [...words, ...plain, ...story], {
    input: JSON.stringify({ store, archive, runs }),
    cwd: '/',
    env,
  });
  return JSON.parse(out) as Told;
}

async function userRuns(
  runtime: string,
  mode: string,
  archive: string,
  runs: readonly RunWish[],
): Promise<Told> {
  const store = join(user.folder, `store-${stores++}`);
  return user.story<Told>(
    'runs',
    { store, archive, runs },
    { STRATIGRAPH_RUNTIME: runtime, STRATIGRAPH_OVERLAY: mode },
  );
}

/** Nothing is left of runs: folders, mounts, cgroups. Others may run at the same time. */
function expectNothingLeft({ left, ends }: Told): void {
  expect(left).toEqual([]);
  const ids = ends.map(({ id }) => id).filter((id) => id !== '');
  const trees = cgroupTree() === 'none' ? [] : ['.', ...readdirSync('/sys/fs/cgroup')];
  const cgroups = trees.flatMap((tree) => ids.map((id) => join('/sys/fs/cgroup', tree, id)));
  expect(cgroups.filter((path) => existsSync(path))).toEqual([]);
  const mounts = readFileSync('/proc/mounts', 'utf8').split('\n');
  expect(mounts.filter((line) => ids.some((id) => line.includes(id)) || line.includes(folder))).toEqual([]);
}

/**
 * Tries to make and open nodes wherever something can be written: 1:1 is the memory of the machine, 7:0 a loop device (open
 * is what matters), 1:3 is /dev/null under another name.
 */
const nodes = `for d in /dev /dev/shm /dev/mqueue /tmp /srv / /root; do
  for n in "c 1 1" "b 7 0" "c 10 200" "c 1 3"; do
    if mknod $d/n $n 2>/dev/null; then (head -c 1 $d/n >/dev/null) 2>/dev/null && echo "OPENED $n in $d"; rm -f $d/n; fi
  done
done`;

const questions = `${nodes}
for f in /srv/mem /srv/loop; do
  if [ -c $f ] || [ -b $f ]; then (head -c 1 $f >/dev/null) 2>/dev/null && echo "OPENED $f"; fi
done
echo x > /dev/null && echo writes null
head -c 3 /dev/zero | head -c 3 > /tmp/three; ls -l /tmp/three | grep -q ' 3 ' && echo reads zero
head -c 1 /dev/urandom > /dev/null && echo reads urandom
chmod 600 /dev/null 2>/dev/null && echo CHANGED /dev/null
(echo x > /sys/made) 2>/dev/null && echo WROTE /sys
while read source point type flags rest; do
  case $point in /sys|/sys/*) case $flags in ro*) ;; *) echo "WRITABLE $point" ;; esac ;; esac
  case $point in /dev/pts|/dev/console|/dev/null|/dev/zero|/dev/full|/dev/random|/dev/urandom|/dev/tty) ;;
    /proc/*|/sys/*) ;;
    *) case ,$flags, in *,nodev,*) ;; *) echo "OPENS NODES $point" ;; esac ;;
  esac
done < /proc/mounts
for tree in /sys/fs/cgroup /sys/fs/cgroup/*; do (echo $$ > $tree/cgroup.procs) 2>/dev/null && echo LEFT to $tree; done
grep -E '^(CapBnd|Seccomp|NoNewPrivs):' /proc/self/status`;

/** The shell's image, with nodes of the host in its layers. */
function imageWithNodes(): ImageSpec {
  const whole = shellImage();
  const files: readonly TarMember[] = [
    { path: 'srv/mem', type: 'character', major: 1, minor: 1, mode: 0o666 },
    { path: 'srv/loop', type: 'block', major: 7, minor: 0, mode: 0o666 },
  ];
  return { ...whole, layers: [...whole.layers, { files }] };
}

const harmless = ['writes null', 'reads zero', 'reads urandom'];

/** What the questions were answered with, without the facts of /proc/self/status. */
function answers({ out }: RunEnd): readonly string[] {
  return out.split('\n').filter((line) => line !== '' && !/^(?:CapBnd|Seccomp|NoNewPrivs):/.test(line));
}

const makesNodes = (end: RunEnd): boolean => {
  const set = /^CapBnd:\s*([0-9a-f]+)/m.exec(end.out)?.[1] ?? '0';
  return (BigInt(`0x${set}`) & (1n << 27n)) !== 0n;
};

function holds(told: Told): void {
  expectNothingLeft(told);
  for (const end of told.ends) {
    expect(end).toMatchObject({ problem: null, said: '' });
    expect(answers(end)).toEqual(harmless);
    expect(end.out).toMatch(/^Seccomp:\s*2$/m);
    // Nodes may be made only where a cgroup, too, decides what opens.
    expect(makesNodes(end)).toBe(end.guards?.deviceRules);
  }
}

const ask: readonly RunWish[] = [false, true].map((network) => ({
  image: 'rig/shell:1.0',
  command: ['/bin/sh', '-c', questions],
  network,
}));

describe.runIf(asRoot && runtimes.length > 0)('a command that root starts', () => {
  const pairs = runtimes.flatMap((runtime) =>
    Object.entries(cgroups).map(([kind, setting]) => [runtime, kind, setting] as const),
  );

  test.each(pairs)('by %s with %s opens no device and writes to no /sys', async (runtime, _, setting) => {
    holds(await rootRuns(runtime, setting, await archiveOf([imageWithNodes()]), ask));
  });
});

describe.runIf(runtimes.length > 0)('a command that an ordinary user starts', () => {
  const pairs = runtimes.flatMap((runtime) => ['mapped', 'single'].map((mode) => [runtime, mode] as const));

  test.each(pairs)('by %s with IDs %s opens no device and writes to no /sys', async (runtime, mode) => {
    const told = await userRuns(runtime, mode, await archiveOf([imageWithNodes()]), ask);
    expect(told.mode).toBe(mode);
    holds(told);
  });
});

/** An image whose tree is the shell's with other members in place of these paths. */
function withTree(
  name: string,
  members: readonly TarMember[],
  config: Record<string, unknown> = {},
): ImageSpec {
  const whole = shellImage(name);
  const paths = new Set([...members.map(({ path }) => path), 'srv/big.bin']);
  const covered = (path: string): boolean =>
    [...paths].some((each) => path === each || path.startsWith(`${each}/`));
  const layers = whole.layers.map(({ files = [] }) => ({
    files: files.filter(({ path }) => !covered(path)),
  }));
  return { ...whole, layers: [...layers, { files: members }], config: { ...whole.config, ...config } };
}

const link = (path: string, linkTarget: string): TarMember => ({
  path,
  type: 'symlink',
  linkTarget,
  mode: 0o777,
});

/** A folder of the host with files that a runtime might make or remove there. */
async function canary(): Promise<{ readonly path: string; unchanged(): void; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'stratigraph-canary-'));
  await chmod(path, 0o777);
  for (const name of ['ptmx', 'resolv.conf']) await writeFile(join(path, name), 'precious');
  await mkdir(join(path, 'shm'));
  return {
    path,
    unchanged() {
      expect(readdirSync(path).sort()).toEqual(['ptmx', 'resolv.conf', 'shm']);
      expect(readdirSync(join(path, 'shm'))).toEqual([]);
      for (const name of ['ptmx', 'resolv.conf'])
        expect(readFileSync(join(path, name), 'utf8')).toBe('precious');
    },
    remove: () => rm(path, { recursive: true }),
  };
}

/** Trees in which a runtime has to find its way, and what is to become of a run. */
function crookedTrees(
  host: string,
): readonly { readonly spec: ImageSpec; readonly network: boolean; readonly end: string }[] {
  const up = `../../../../../../../../../..${host}`;
  let count = 0;
  const tree = (end: string, members: readonly TarMember[], config = {}, network = false) => ({
    spec: withTree(`crooked/tree:${count++}`, members, { Cmd: ['/bin/true'], ...config }),
    end,
    network,
  });
  return [
    tree('run-refused link', [link('dev', host)]),
    tree('run-refused link', [link('dev', up)]),
    // runc reads the lists of users to their end.
    tree('run-refused kernel', [link('etc/group', '/dev/zero')]),
    tree('run-refused file', [{ path: 'etc/passwd', type: 'fifo', mode: 0o644 }]),
    // Inside of the root that is only what the tree has.
    tree('0', [link('etc', host), { path: host.slice(1), type: 'directory', mode: 0o755 }], {}, true),
    tree('0', [link('etc/resolv.conf', `${host}/resolv.conf`)], {}, true),
    // Below /dev there is only what the runtime mounts; what the image has there is hidden.
    tree('0', [
      link('dev/shm', `${host}/shm`),
      link('dev/pts', host),
      link('dev/ptmx', `${host}/ptmx`),
      link('dev/null', up),
    ]),
    tree('0', [link('work', up)], { WorkingDir: '/work' }),
    tree('126', [], { Cmd: ['/etc/passwd'] }),
    tree('127', [], { Cmd: ['no-such-program'] }),
    tree('0', [], {
      Volumes: { [host]: {}, '/etc/../../..': {}, '': {} },
      ExposedPorts: { 'x/y': {}, '99999/tcp': {} },
      StopSignal: 'SIGNOPE',
      Hostname: '../../x',
      Labels: {
        'run.oci.handler': 'krun',
        'run.oci.hooks.stdout': `${host}/ptmx`,
        'org.systemd.property.x': 'y',
      },
      WorkingDir: '/d'.repeat(1500),
      Env: ['=x', 'x', '', 'A=1', 'A=2', 'B=\0', '\u202e=1', 'PATH=/bin'],
      User: 'app:staff',
    }),
  ];
}

describe.runIf(runtimes.length > 0)('an image that leads elsewhere', () => {
  const rights = [...(asRoot ? ['root'] : []), 'mapped'];
  const pairs = runtimes.flatMap((runtime) => rights.map((mode) => [runtime, mode] as const));

  test.each(pairs)('is kept in by %s as %s, or refused before that', async (runtime, mode) => {
    const host = await canary();
    try {
      const trees = crookedTrees(host.path);
      const archive = await archiveOf(trees.map(({ spec }) => spec));
      const runs = trees.map(({ spec, network = false }): RunWish => ({
        image: spec.names?.[0] ?? '',
        network,
      }));
      // In workspaces those that are about the tree, where what a run leaves stays.
      const inWorkspace = runs.slice(0, 6).map((wish) => ({ ...wish, inWorkspace: true }));
      const wishes = [...runs, ...inWorkspace];
      const told =
        mode === 'root'
          ? await rootRuns(runtime, 'true', archive, wishes)
          : await userRuns(runtime, mode, archive, wishes);
      host.unchanged();
      const expected = [...trees, ...trees.slice(0, 6)];
      const found = told.ends.map(({ problem, code, said }, i) => {
        const { spec, end } = expected[i] ?? trees[0]!;
        return {
          image: spec.names?.[0],
          end: problem ?? String(code),
          ...(end === '0' && said ? { said } : {}),
        };
      });
      expect(found).toEqual(expected.map(({ spec, end }) => ({ image: spec.names?.[0], end })));
      expectNothingLeft(told);
    } finally {
      await host.remove();
    }
  });
});
