import { mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { problem, type ProblemError } from '../../../shared/image/problem';
import { runQuietly } from '../../namespace/runQuietly';
import { recordedCgroups, removeCgroups } from '../../run/cgroups';
import { installedRuntimes, type Runtime } from '../../run/findRuntime';
import { endInit, isInitAlive, readInit } from '../../run/initRecord';
import { runtimeCommand, runtimeEnvironment, type RuntimeStart } from '../../run/runtimeCommand';
import { homeProblem, isPrivateHome, privateHome } from '../../store/homes';
import { isOwnFolder, listOwn, ownerText } from '../../store/ownPlaces';
import { bootId, newOwner, parseOwner, type Owner } from '../../store/owner';
import { places } from '../../store/places';
import { fromStoreJson } from '../../store/seal';
import { isOwnerGone, isSettled, isStillThere } from '../../store/settled';
import type { ActionContext, Privileged } from '../ground/context';
import { holdMount, readHolds } from '../records/mountHolds';

/** How a runtime is started under these rights. */
export function startOf(
  privileged: Privileged,
  runtime: Runtime,
  state: string,
): Omit<RuntimeStart, 'cgroup'> {
  return { runtime, enter: privileged.enter, asRoot: privileged.mode === 'root', state };
}

/**
 * A runtime's own folder of what runs: one takes what another has written there for a container that is gone, and removes it.
 */
export async function stateOf(home: string, { name }: Pick<Runtime, 'name'>): Promise<string> {
  const state = join(home, name);
  await mkdir(state, { recursive: true, mode: 0o700 }).catch((thrown: unknown) => {
    throw homeProblem(thrown, home);
  });
  return state;
}

/** A run as it is written down: whose it is, what started it, and what it uses. */
export interface RecordedRun {
  readonly bundle: string;
  /** Who started it. */
  readonly owner: Owner;
  /** Runtimes that may have started it; of one that is not installed only what it wrote is known. */
  readonly runtimes: readonly Runtime[];
  readonly cgroups: readonly string[];
  /** The record of the mount in which it runs, and what people call it. */
  readonly mount: string;
  readonly title: string;
}

const mountPattern = /^(?:mount|workspace)-[0-9a-f]{12}$/;

/** A command that still runs and cannot be ended: what it uses is kept. */
export interface StillRunning {
  readonly name: string;
  readonly process: number;
}

/** Says of a command that it cannot be ended. */
export const notEnded = ({ name, process }: StillRunning): ProblemError =>
  problem('run-not-ended', { name, process });

/**
 * Ends a run: by its runtime, else by the process that it recorded. Removes what runtimes know of it, and its cgroups. Null, or
 * what still runs: then its mount is held for it, and nothing of it is to be removed.
 */
export async function endRun(
  privileged: Privileged,
  store: string,
  { bundle, owner, runtimes, cgroups, mount, title }: RecordedRun,
): Promise<StillRunning | null> {
  const id = basename(bundle);
  const home = isPrivateHome('run') ? privateHome('run') : null;
  for (const runtime of home === null ? [] : runtimes) {
    const state = await stateOf(home ?? '', runtime);
    const start = { ...startOf(privileged, runtime, state), cgroup: privileged.mode === 'root' };
    const words = runtimeCommand(start, { root: '', sealSys: false }, ['delete', '--force', id]);
    // A runtime for which there is too little: its process is ended below.
    await runQuietly(words, { env: runtimeEnvironment(state) }).catch(() => undefined);
  }
  const init = await readInit(bundle, owner);
  if (init !== null && !(await endInit(init))) {
    const holds = await readHolds(store, mount);
    if (
      mountPattern.test(mount) &&
      !holds.some((each) => each.owner.pid === init.pid && each.owner.start === init.start)
    )
      await holdMount(store, mount, title, { ...init, token: newOwner().token });
    return { name: title, process: init.pid };
  }
  // What a runtime could not read, or one that is no longer there has left.
  for (const name of home === null ? [] : ['crun', 'runc'])
    await rm(join(home ?? '', name, id), { recursive: true, force: true }).catch(() => undefined);
  removeCgroups(cgroups);
  return null;
}

/** Removes what runs of processes that are gone have left. Returns what still runs and cannot be ended. */
export async function sweepRuns(context: ActionContext): Promise<readonly StillRunning[]> {
  const store = context.store.directory;
  const folder = places.runs(store);
  const running: StillRunning[] = [];
  /** One of them has started what is left; they are asked for once, where anything is. */
  let installed: Promise<readonly Runtime[]> | null = null;
  for (const name of await listOwn(folder)) {
    const bundle = join(folder, name);
    if (!/^stratigraph-[0-9a-f]{12}$/.test(name) || !(await isOwnFolder(bundle))) continue;
    const text = await ownerText(join(bundle, 'owner'));
    if (text === null) continue;
    const owner = parseOwner(text);
    const record = fromStoreJson('run', store, text);
    const isOwn = record?.['name'] === name;
    // Ours in another container lives for as long as its command does.
    if (isOwn && owner !== null && (await isStillThere(owner, bundle)) === null) continue;
    if (!(owner === null ? await isSettled(bundle) : await isOwnerGone(owner, bundle))) continue;
    const privileged = await context.privileged();
    // Of another boot nothing runs or is mounted, and what somebody else says runs is not ours to end.
    if (isOwn && owner?.boot === bootId) {
      installed ??= installedRuntimes();
      const word = (key: string): string => (typeof record[key] === 'string' ? record[key] : '');
      const all = await installed;
      const known = all.filter((each) => each.name === record['runtime']);
      const run: RecordedRun = {
        bundle,
        owner,
        runtimes: word('runtime') === '' ? all : known,
        cgroups: recordedCgroups(name, record['cgroups']),
        mount: word('mount'),
        title: word('title') || name,
      };
      const still = await endRun(privileged, store, run);
      if (still) {
        running.push(still);
        continue;
      }
      await privileged.pool.run('unmount', { target: join(bundle, 'root'), label: name, lazy: true });
    } else if (owner !== null && (await runsStill(bundle, owner))) continue;
    await privileged.pool.run('remove-tree', { path: bundle });
  }
  return running;
}

/** Whether the container of a record that is not ours runs: it may be ours of before our key was made anew. */
async function runsStill(bundle: string, owner: Owner): Promise<boolean> {
  const init = await readInit(bundle, owner);
  return init !== null && isInitAlive(init);
}
