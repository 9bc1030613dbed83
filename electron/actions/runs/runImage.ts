import { randomBytes } from 'node:crypto';
import { mkdir, realpath, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { problem } from '../../../shared/image/problem';
import type { MissingGuard } from '../../../shared/ipc/workspace';
import { cgroupsFor } from '../../run/cgroups';
import { makeStartRecord, readStart, tellStart } from '../../run/commandStart';
import { findRuntime, runtimePackages, type Runtime } from '../../run/findRuntime';
import { resolveUser } from '../../run/imageUser';
import { openFilesRlimits } from '../../run/openFiles';
import { processRlimits } from '../../run/processLimit';
import { probeGuards } from '../../run/probeGuards';
import type { MountStep } from '../../run/mountWish';
import { logWords, runtimeCommand, runtimeEnvironment } from '../../run/runtimeCommand';
import {
  needsCgroup,
  runEnvironment,
  runtimeSpec,
  type Guards,
  type RunOptions,
} from '../../run/runtimeSpec';
import { makeLog, startFailure } from '../../run/startFailure';
import { makePrivateHome, privateHome } from '../../store/homes';
import { makeOwnFolder } from '../../store/ownPlaces';
import { newOwner } from '../../store/owner';
import { places } from '../../store/places';
import { toStoreJson } from '../../store/seal';
import { findHolder } from '../../namespace/holder';
import type { ActionContext, Privileged, Run } from '../ground/context';
import { endRun, notEnded, startOf, stateOf, sweepRuns, type RecordedRun } from '../trees/endRun';
import { holdMount, runnerOf, type TakenHold } from '../records/mountHolds';
import { mountFault, openMounts, placeMounts } from './runMounts';
import { checkWords, runPlaces } from './runPlaces';
import { checkRunName } from './runNames';
import { recordedPoints, recordPoints } from '../trees/runPoints';
import { imageRuntime, wordsOf } from './runWords';
import { openTree, type OpenTree, type TreeName } from '../trees/openTree';
import { withWorkspace } from '../records/workspaceLocks';

/** A run that is ready to start: a command line of this machine, and what to do when it has ended. */
export interface PlannedRun {
  /** Program and words, to be started with a terminal or with pipes. */
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** What people call what runs. */
  readonly title: string;
  /** What keeps the command in, as far as this machine can. */
  readonly guards: Guards;
  /** What does not, and has to be said. */
  readonly missing: readonly MissingGuard[];
  /**
   * After the runtime has ended with this exit code: the one for a command that could not be started (125, 126, 127), or null where it is the
   * command's own. Throws `bind-refused` where something could not be mounted for it, and what {@link startFailure} throws.
   */
  startFailure(code: number): Promise<number | null>;
  /** Kills what runs, whatever it does with signals; {@link finish} is still to come. Never rejects. */
  kill(): Promise<void>;
  /** Ends what may still run, and removes what was made for it. Throws `run-not-ended`: then it is kept. */
  finish(): Promise<void>;
}

/**
 * Prepares to run a command in a tree with the image's entrypoint, environment, user and directory, in an OCI runtime. A
 * workspace keeps what the command writes, but what it writes to mounts; on an image a throw-away layer takes it. Throws `runtime-missing`,
 * `nothing-to-run`, `run-refused`, `bind-refused`, `run-name-taken`, `user-unknown` and what opening the tree throws.
 */
export async function planRun(
  context: ActionContext,
  tree: TreeName,
  /** `user`: null or '' for the image's. */
  what: RunOptions & { readonly user: string | null },
  run: Run,
): Promise<PlannedRun> {
  const runtime = await findRuntime();
  const named = process.env['STRATIGRAPH_RUNTIME'] ?? '';
  if (!runtime) throw problem('runtime-missing', { packages: runtimePackages(), named });
  const privileged = await context.privileged();
  if (privileged.mode === 'fuse') {
    const reason = process.env['STRATIGRAPH_OVERLAY'] === 'fuse' ? 'fuse-run' : 'user-namespaces';
    throw problem('mount-unavailable', { reason, detail: 'run', missing: '' });
  }
  await sweepRuns(context);
  const store = context.store.directory;
  const title = what.title ?? null;
  if (title !== null) await checkRunName(store, title);
  const kept = [store, makePrivateHome('run'), privateHome('holders')];
  const mounts = await openMounts(what.mounts ?? [], kept);
  const { open, hold } = await holdTree(context, tree, what, run).catch((thrown: unknown) => {
    mounts.close();
    throw thrown;
  });
  const id = `stratigraph-${randomBytes(6).toString('hex')}`;
  const bundle = join(places.runs(store), id);
  const state = await stateOf(makePrivateHome('run'), runtime);
  const cgroups = cgroupsFor(id, runtime);
  const start = startOf(privileged, runtime, state);
  // Root mounts one of any network; in a user namespace only that of a network of its own can be.
  const ownSys = privileged.mode === 'root' || !what.network;
  let guards: Guards = { deviceRules: false, processes: null, seccomp: false };
  let root = open.path;
  /** What the runtime adds to a workspace, and no change of the person's. */
  let added: readonly string[] = [];
  let steps: readonly MountStep[] = [];
  const told = join(bundle, 'told');
  const recorded: RecordedRun = {
    bundle,
    owner: newOwner(),
    runtimes: [runtime],
    cgroups: cgroups.folders,
    mount: open.mount,
    title: title ?? open.name,
  };
  const finish = async (): Promise<void> => {
    mounts.close();
    const still = await endRun(privileged, store, recorded);
    if (still) {
      // Its mount is held for it, and stays: another on the same folders would be undefined.
      await hold.release();
      throw notEnded(still);
    }
    if (root !== open.path) await privileged.pool.run('unmount', { target: root, label: id, lazy: true });
    await hold.release();
    try {
      // Who else runs something there has mounts of his own on them, and removes them in the end.
      if (added.length > 0 && (await runnerOf(store, open.mount)) === null)
        await privileged.pool.run('remove-empty', { root: open.path, paths: added });
    } finally {
      // With what says that they are no changes: not before they are gone.
      await privileged.pool.run('remove-tree', { path: bundle });
    }
    await open.release();
  };
  const log = join(bundle, 'log');
  try {
    await makeOwnFolder(store, 'run');
    await mkdir(bundle, { mode: 0o700 });
    const { name } = runtime;
    const { cgroups: groups, mount, title: called } = recorded;
    const facts = { cgroups: groups, runtime: name, mount, title: called, ...(title !== null && { called }) };
    const owner = toStoreJson('run', store, { name: id, ...facts, ...recorded.owner });
    await writeFile(join(bundle, 'owner'), owner, { mode: 0o600 });
    const config = await imageRuntime(context, open);
    const args = wordsOf(config, what, open.name);
    const asked = { privileged, root: open.path, name: open.name };
    const placed = await placeMounts(asked, mounts, bundle);
    const { view } = placed;
    // An empty word asks for the image's own, as in Docker: a variable that is not set makes nobody root.
    const folder = what.workingDir || config.workingDir || '/';
    const asUser = what.user || config.user;
    const found = await runPlaces(asked, folder, what.network, view);
    const user = resolveUser(asUser, found.passwd, found.group, open.name);
    if (user.uid >= privileged.ids || user.gid >= privileged.ids)
      throw problem('user-unknown', { user: asUser, image: open.name });
    const hostname = what.hostname ?? open.name.replace(/[^A-Za-z0-9-]/g, '-').slice(0, 60);
    const env = runEnvironment(config, what, { home: user.home, hostname });
    await checkWords(asked, { args, env, cwd: found.cwd }, view);
    guards = await probeGuards(start, bundle, id, privileged.mode);
    if (!open.writable) root = await throwAway(privileged, open.path, bundle);
    // No runtime can make the working directory in a tree that is read-only by then.
    const work = what.readOnly === true && found.newFolder ? [found.newFolder] : [];
    const points = [...found.points, ...placed.points, ...work];
    // Those of a command that ends before this one stay for it.
    const there = open.writable ? await recordedPoints(store, open.mount) : [];
    const made = await privileged.pool.run('make-points', { root, points });
    if (open.writable) added = [...new Set([...there, ...made])];
    await recordPoints(store, { bundle, name: id, mount }, added);
    for (const stage of placed.stages) await mkdir(stage, { mode: 0o700 });
    await placed.makeInSources();
    steps = await placed.steps(root);
    const { terminal, network } = what;
    const { cwd, resolvConf } = found;
    const { ids } = privileged;
    const { processes } = what;
    const holder = guards.processes === 'rlimit' && processes !== null ? await findHolder(store) : null;
    const counted = processes !== null && holder ? processRlimits(processes, holder.pid) : [];
    const rlimits = [...openFilesRlimits(), ...counted];
    const rest = {
      args,
      env,
      cwd,
      terminal,
      network,
      user,
      root,
      bundle,
      start: tellStart(bundle, runtime, { state, id, terminal: what.terminal }),
      hostname,
      ids,
      cgroups: cgroups.path,
      guards,
      processes,
      rlimits,
      resolvConf,
      readOnly: what.readOnly === true,
    };
    // A runtime takes no root that links lead to: the store may be reached through one.
    const straight = await realWay(root);
    const spec = runtimeSpec({ ...rest, root: straight, ownSys, ownNodes: start.asRoot });
    await writeFile(join(bundle, 'config.json'), JSON.stringify(spec), { mode: 0o600 });
    await makeLog(log);
    await makeStartRecord(bundle);
  } catch (thrown) {
    await finish().catch(() => undefined);
    throw thrown;
  }
  // What the runtime itself has to say comes plain then, not as a line of a log.
  return {
    command: runtimeCommand(
      { ...start, cgroup: needsCgroup(guards) },
      { root, sealSys: !ownSys, mounts: { steps, told } },
      [...logWords(runtime, log), 'run', '--bundle', bundle, id],
    ),
    env: runtimeEnvironment(state),
    title: recorded.title,
    guards,
    missing: missingOf(guards, what.processes, privileged, runtime),
    startFailure: async (code) => {
      const fault = await mountFault(told, mounts);
      if (fault) throw fault;
      const processes = guards.processes === null ? null : what.processes;
      return startFailure({ runtime, log, start: await readStart(bundle), code, processes });
    },
    kill: async () => void (await endRun(privileged, store, recorded).catch(() => null)),
    finish,
  };
}

/** A path whose folders are no links; what is at it may be there in another mount namespace alone. */
async function realWay(path: string): Promise<string> {
  return join(await realpath(dirname(path)), basename(path));
}

/** In a user namespace there are no devices that rules could keep from a command. */
function missingOf(
  guards: Guards,
  processes: number | null,
  { mode }: Privileged,
  { name }: Runtime,
): readonly MissingGuard[] {
  return [
    ...(mode === 'root' && !guards.deviceRules ? [{ guard: 'device-rules' } as const] : []),
    ...(guards.processes === null && processes !== null ? [{ guard: 'processes', processes } as const] : []),
    ...(guards.seccomp ? [] : [{ guard: 'seccomp', runtime: name } as const]),
  ];
}

/** Opens a tree and keeps it mounted for a command. A workspace that is being committed is waited for. */
async function holdTree(
  context: ActionContext,
  tree: TreeName,
  { command, entrypoint, title }: RunOptions,
  run: Run,
): Promise<{ readonly open: OpenTree; readonly hold: TakenHold }> {
  const work = async (): Promise<{ open: OpenTree; hold: TakenHold }> => {
    const open = await openTree(context, tree, run);
    const name = title ?? entrypoint?.[0] ?? command?.[0] ?? open.name;
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
  await pool.run('mount-overlay', {
    target,
    label: basename(bundle),
    place: join(bundle, 'links'),
    lower: [lower],
    upper,
    work,
    style,
  });
  return target;
}
