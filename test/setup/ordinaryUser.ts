import { randomBytes } from 'node:crypto';
import { chmodSync, cpSync, mkdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { must, run } from './run';
import nativePackages from '../../scripts/lib/nativePackages.json';

const root = join(import.meta.dirname, '..', '..');

/** An ordinary user to run our code as: made for the test when that runs as root, else whoever runs it. */
export interface OrdinaryUser {
  readonly name: string;
  /** A folder of the user's own. */
  readonly folder: string;
  /** A folder that the user can read and only this process writes: the program lies in it. */
  readonly place: string;
  /** A Node that the user can run. */
  readonly node: string;
  /** The bundle of `userStory.ts`, for who runs it in another way than {@link OrdinaryUser.story}. */
  readonly script: string;
  /** The bundle of `randomSteps.ts`. */
  readonly steps: string;
  /** The bundle of the command line. */
  readonly cli: string;
  /** Words to put before a command so that it runs as the user, in the same process. */
  readonly as: readonly string[];
  /** Runs a story of `userStory.ts` in a process of that user, and gives what it printed as JSON. */
  story<T>(name: string, input: unknown, env?: Readonly<Record<string, string>>): Promise<T>;
  /** Ends the user with everything. */
  remove(): Promise<void>;
}

/** Words to put before a command so that it has these variables, and none that tell the program where the test's own bundles are. */
export const plainEnv = (env: Readonly<Record<string, string>> = {}): readonly string[] => [
  'env',
  ...['-u', 'STRATIGRAPH_WORKER', '-u', 'STRATIGRAPH_HELPER'],
  ...Object.entries(env).map(([key, value]) => `${key}=${value}`),
];

/** Makes the user, with subordinate IDs, and a copy of the program that the user can read wherever the checkout is. */
export async function makeOrdinaryUser(): Promise<OrdinaryUser> {
  const isRoot = process.getuid?.() === 0;
  const folder = await mkdtemp(join(tmpdir(), 'stratigraph-user-'));
  chmodSync(folder, 0o755);
  const program = join(folder, 'program');
  await build({
    absWorkingDir: root,
    entryPoints: {
      worker: 'electron/worker/worker.ts',
      helper: 'electron/namespace/helperMain.ts',
      story: 'test/setup/userStory.ts',
      cli: 'electron/cli/main.ts',
      steps: 'test/setup/randomSteps.ts',
    },
    outdir: program,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: nativePackages.imports,
    logLevel: 'warning',
  });
  for (const name of nativePackages.folders)
    cpSync(join(root, 'node_modules', name), join(program, 'node_modules', name), { recursive: true });
  await must('chmod', ['-R', 'a+rX', program]);
  const home = join(folder, 'home');
  mkdirSync(home);
  const name = isRoot ? `sg${randomBytes(4).toString('hex')}` : '';
  if (isRoot) {
    await must('useradd', ['--no-create-home', '--home-dir', home, '--shell', '/bin/sh', name]);
    await must('chown', [`${name}:${name}`, home]);
    await ensureSubordinateIds(name);
  }
  const node = await readableNode(program, name);
  const as = isRoot ? ['runuser', '-u', name, '--'] : [];
  return {
    name,
    folder: home,
    place: folder,
    node,
    script: join(program, 'story.cjs'),
    cli: join(program, 'cli.cjs'),
    steps: join(program, 'steps.cjs'),
    as: isRoot
      ? ['setpriv', `--reuid=${name}`, `--regid=${name}`, '--init-groups', '--', 'env', `HOME=${home}`]
      : [],
    async story<T>(story: string, input: unknown, env: Readonly<Record<string, string>> = {}): Promise<T> {
      const plain = plainEnv({ HOME: home, ...env });
      const [command = '', ...words] = [...as, ...plain, node, join(program, 'story.cjs'), story];
      return JSON.parse(await must(command, words, { input: JSON.stringify(input), cwd: '/' })) as T;
    },
    async remove() {
      // Files of subordinate IDs are nobody else's to remove but root's.
      if (isRoot) {
        await run('pkill', ['-u', name]);
        await run('userdel', [name]);
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Debian's useradd gives a range; where it does not, one is added. */
async function ensureSubordinateIds(name: string): Promise<void> {
  const { stdout } = await run('grep', ['-c', `^${name}:`, '/etc/subuid']);
  if (stdout.trim() !== '1')
    await must('usermod', ['--add-subuids', '700000-765535', '--add-subgids', '700000-765535', name]);
}

/** The running Node, or a copy where the user may not read it. */
async function readableNode(program: string, name: string): Promise<string> {
  if (name === '') return process.execPath;
  const { code } = await run('runuser', ['-u', name, '--', process.execPath, '--version']);
  if (code === 0) return process.execPath;
  cpSync(process.execPath, join(program, 'node'));
  return join(program, 'node');
}
