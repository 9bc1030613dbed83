import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseImageConfig } from '../../shared/image/imageConfig';
import { storedOrigin } from '../../shared/image/jsonDocument';
import { problem } from '../../shared/image/problem';
import { findRuntime, hasCgroups, runtimePackages, type Runtime } from '../run/findRuntime';
import { findProgram } from '../namespace/holder';
import { resolveUser } from '../run/imageUser';
import { commandLine, mountPoints, runtimeSpec, type RunOptions } from '../run/runtimeSpec';
import { isAlive, newOwner, parseOwner } from '../store/owner';
import { places } from '../store/places';
import { isSettled } from '../store/settled';
import { runQuietly } from '../namespace/runQuietly';
import type { ActionContext, Privileged, Run } from './context';
import { holdMount, runnerOf, type TakenHold } from './mountHolds';
import { openTree, type OpenTree, type TreeName } from './openTree';
import { withWorkspace } from './workspaces';

/** A run that is ready to start: a command line of this machine, and what to do when it has ended. */
export interface PlannedRun {
  /** Program and words, to be started with a terminal or with pipes. */
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** What people call what runs. */
  readonly title: string;
  /** Ends what may still run, and removes what was made for it. */
  finish(): Promise<void>;
}

/** Bytes of the image's /etc/passwd that are read at most: a real one has a few thousand. */
const passwdLimit = 1 << 20;

/** A small file of a tree, '' when it is not there; links on the way are not followed (CVE-2026-47262). */
async function readInTree(privileged: Privileged, root: string, path: string): Promise<string> {
  try {
    const { text } = await privileged.pool.run('read-head', { root, path, limit: passwdLimit });
    return text;
  } catch {
    return '';
  }
}

/**
 * Mounts for a run see setuid bits, as a container does: the tree is bound once more in a mount namespace of the run's own,
 * where that flag is taken off. Nothing of an image is part of the script; it comes as positional parameters.
 */
const bindScript = 'mount --bind "$1" "$1" && mount -o remount,bind,suid,nodev "$1" && shift && exec "$@"';

/** Words of a runtime's `run`, for its own rights: in a user namespace there are no cgroups to manage. */
function runtimeWords(runtime: Runtime, state: string, mode: Privileged['mode']): string[] {
  const rootless = mode !== 'root';
  if (runtime.name === 'crun')
    return [
      runtime.path,
      '--root',
      state,
      ...(rootless || !hasCgroups() ? ['--cgroup-manager=disabled'] : []),
    ];
  return [runtime.path, '--root', state, ...(rootless || !hasCgroups() ? ['--rootless', 'true'] : [])];
}

/**
 * Prepares to run a command in a tree with the image's entrypoint, environment, user and directory, in an OCI runtime. A
 * workspace keeps what the command writes; on an image a throw-away layer takes it. Throws `runtime-missing`,
 * `nothing-to-run`, `user-unknown` and what opening the tree throws.
 */
export async function planRun(
  context: ActionContext,
  tree: TreeName,
  what: RunOptions & { readonly user: string | null },
  run: Run,
): Promise<PlannedRun> {
  const runtime = await findRuntime();
  if (!runtime) throw problem('runtime-missing', { packages: runtimePackages });
  const privileged = await context.privileged();
  if (privileged.mode === 'fuse')
    throw problem('mount-unavailable', { reason: 'user-namespaces', detail: 'run', missing: '' });
  await sweepRuns(context);
  const store = context.store.directory;
  const { open, hold } = await holdTree(context, tree, what, run);
  const id = `stratigraph-${randomBytes(6).toString('hex')}`;
  const bundle = join(places.runs(store), id);
  const state = join(places.runs(store), 'state');
  let root = open.path;
  /** What the runtime adds to a workspace, and no change of the person's. */
  let added: readonly string[] = [];
  const finish = async (): Promise<void> => {
    const words = [...privileged.enter, ...runtimeWords(runtime, state, privileged.mode)];
    await runQuietly([...words, 'delete', '--force', id]);
    if (root !== open.path) await privileged.pool.run('unmount', { target: root, lazy: true });
    await privileged.pool.run('remove-tree', { path: bundle });
    await hold.release();
    // Who else runs something there has mounts of his own on them.
    if (added.length > 0 && (await runnerOf(store, open.mount)) === null)
      await privileged.pool.run('remove-empty', { root: open.path, paths: added });
    await open.release();
  };
  try {
    await mkdir(bundle, { recursive: true, mode: 0o700 });
    await mkdir(state, { recursive: true, mode: 0o700 });
    await writeFile(join(bundle, 'owner'), JSON.stringify(newOwner()), { mode: 0o600 });
    const origin = { ...storedOrigin(open.image), file: open.name };
    const config = parseImageConfig(await context.store.readDocument(open.image), origin).runtime;
    if (commandLine(config, what).length === 0) throw problem('nothing-to-run', { name: open.name });
    const [passwd, group] = await Promise.all(
      ['etc/passwd', 'etc/group'].map((path) => readInTree(privileged, open.path, path)),
    );
    const user = resolveUser(what.user ?? config.user, passwd ?? '', group ?? '', open.name);
    if (user.uid >= privileged.ids || user.gid >= privileged.ids)
      throw problem('user-unknown', { user: what.user ?? config.user, image: open.name });
    if (open.writable) added = await privileged.pool.run('missing-paths', { root, paths: mountPoints(what) });
    else root = await throwAway(privileged, open.path, bundle);
    const spec = runtimeSpec({
      image: config,
      options: what,
      user,
      root,
      hostname: open.name.replace(/[^A-Za-z0-9-]/g, '-').slice(0, 60),
      ids: privileged.ids,
    });
    await writeFile(join(bundle, 'config.json'), JSON.stringify(spec), { mode: 0o600 });
  } catch (thrown) {
    await finish().catch(() => undefined);
    throw thrown;
  }
  const unshare = [findProgram('unshare') ?? 'unshare', '--mount', '--propagation', 'private', '--'];
  const shell = ['/bin/sh', '-c', bindScript, 'sh', root];
  return {
    command: [
      ...privileged.enter,
      ...unshare,
      ...shell,
      ...runtimeWords(runtime, state, privileged.mode),
      // What the runtime itself has to say comes plain then, not as a line of a log.
      '--log',
      join(bundle, 'log'),
      'run',
      '--bundle',
      bundle,
      id,
    ],
    env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', XDG_RUNTIME_DIR: state },
    title: open.name,
    finish,
  };
}

/** Opens a tree and keeps it mounted for a command. A workspace that is being committed is waited for. */
async function holdTree(
  context: ActionContext,
  tree: TreeName,
  { command, entrypoint }: RunOptions,
  run: Run,
): Promise<{ readonly open: OpenTree; readonly hold: TakenHold }> {
  const work = async (): Promise<{ open: OpenTree; hold: TakenHold }> => {
    const open = await openTree(context, tree, run);
    const name = entrypoint?.[0] ?? command?.[0] ?? open.name;
    return { open, hold: await holdMount(context.store.directory, open.mount, name) };
  };
  return 'workspace' in tree ? withWorkspace(context.store.directory, tree.workspace, work) : work();
}

/** A writable layer over a tree that goes with the run. */
async function throwAway(privileged: Privileged, lower: string, bundle: string): Promise<string> {
  const target = join(bundle, 'root');
  const upper = join(bundle, 'upper');
  const work = join(bundle, 'work');
  for (const path of [target, work]) await mkdir(path, { mode: 0o700 });
  const { pool, style } = privileged;
  await pool.run('make-directory-like', { target: upper, like: lower });
  await pool.run('mount-overlay', { target, lower: [lower], upper, work, style });
  return target;
}

/** Removes what runs of processes that are gone have left. */
export async function sweepRuns(context: ActionContext): Promise<void> {
  const folder = places.runs(context.store.directory);
  for (const name of await readdir(folder).catch(() => [] as string[])) {
    if (!name.startsWith('stratigraph-')) continue;
    const bundle = join(folder, name);
    const owner = parseOwner(await readFile(join(bundle, 'owner'), 'utf8').catch(() => ''));
    if (owner === null ? !(await isSettled(bundle)) : isAlive(owner) !== false) continue;
    const privileged = await context.privileged();
    const runtime = await findRuntime();
    if (runtime) {
      const words = [...privileged.enter, ...runtimeWords(runtime, join(folder, 'state'), privileged.mode)];
      await runQuietly([...words, 'delete', '--force', name]);
    }
    await privileged.pool.run('unmount', { target: join(bundle, 'root'), lazy: true });
    await privileged.pool.run('remove-tree', { path: bundle });
  }
}
