import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GuideState } from '../../../shared/ipc/guide';
import { isOwnFolder, listOwn, makeOwnFolder, ownerText } from '../../store/ownPlaces';
import { newOwner, parseOwner } from '../../store/owner';
import { places } from '../../store/places';
import { isOwnerGone, isSettled } from '../../store/settled';
import { guideLabel } from '../../worker/jobs';
import type { ActionContext } from '../ground/context';

/**
 * The guided page's temporary folder and where it has come to. It lies in the store: an overlay's upper directory needs a
 * real file system, which a temporary folder in memory may not be.
 */
export class GuideSession {
  private folder: string | null = null;
  private states: GuideState[] = [];
  /** One step after the other, whatever the window asks for at once. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly context: ActionContext) {
    context.onClose(() => this.end());
  }

  /** Begins anew, at step 0. Throws `mount-unavailable`. */
  async start(): Promise<GuideState> {
    return this.inTurn(async () => {
      await this.clear();
      return this.begin();
    });
  }

  /** Goes to a step: by doing the ones before it, or by showing what was found after it. */
  async go(step: number): Promise<GuideState> {
    return this.inTurn(async () => {
      if (this.folder === null) await this.begin();
      for (let next = this.states.length; next <= step; next++) await this.take(next);
      const state = this.states[step];
      if (!state) throw new Error('the step was not taken');
      return state;
    });
  }

  /** Unmounts and removes the folder. */
  async end(): Promise<void> {
    return this.inTurn(() => this.clear());
  }

  private async begin(): Promise<GuideState> {
    await sweepGuides(this.context);
    this.context.store.checkOwned();
    const parent = await makeOwnFolder(this.context.store.directory, 'guide');
    const folder = join(parent, randomBytes(6).toString('hex'));
    await mkdir(folder, { mode: 0o700 });
    await writeFile(join(folder, 'owner'), JSON.stringify(newOwner()), { mode: 0o600 });
    await mkdir(join(folder, 'house'), { mode: 0o700 });
    this.folder = folder;
    return this.take(0);
  }

  private async take(step: number): Promise<GuideState> {
    const { pool, style } = await this.context.privileged();
    const directory = join(this.folder ?? '', 'house');
    const { state } = await pool.run('guide-step', { directory, step, style });
    this.states[step] = state;
    return state;
  }

  private async clear(): Promise<void> {
    const { folder } = this;
    this.folder = null;
    this.states = [];
    if (folder !== null) await removeGuide(this.context, folder);
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    const run = this.last.then(work, work);
    this.last = run.catch(() => undefined);
    return run;
  }
}

async function removeGuide(context: ActionContext, folder: string): Promise<void> {
  const { pool } = await context.privileged();
  if (await isOwnFolder(join(folder, 'house')))
    await pool.run('unmount', { target: join(folder, 'house', 'merge'), label: guideLabel, lazy: true });
  await pool.run('remove-tree', { path: folder });
}

/** Removes folders of guided pages whose process is gone. */
export async function sweepGuides(context: ActionContext): Promise<void> {
  const parent = places.guides(context.store.directory);
  for (const name of await listOwn(parent)) {
    const folder = join(parent, name);
    if (!/^[0-9a-f]{12}$/.test(name) || !(await isOwnFolder(folder))) continue;
    const text = await ownerText(join(folder, 'owner'));
    if (text === null) continue;
    const owner = parseOwner(text);
    const left = owner === null ? await isSettled(folder) : await isOwnerGone(owner, folder);
    if (left) await removeGuide(context, folder);
  }
}
