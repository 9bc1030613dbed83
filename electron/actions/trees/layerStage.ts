import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { storeProblem } from '../../store/durable';
import { ownerText } from '../../store/ownPlaces';
import { newOwner, parseOwner } from '../../store/owner';
import { isOwnerGone, isSettled } from '../../store/settled';
import type { Privileged } from '../ground/context';
import { systemCode } from '../../../shared/image/systemCode';

/** Folders beside the layers of the cache in which one is made or removed, so that nobody finds half of it. */
const stagePrefix = '.stage-';

/** True for the name of a folder of this kind. */
export const isStage = (name: string): boolean => /^\.stage-[0-9a-f]{32}$/.test(name);

/** A folder for something that is being made; a crash leaves it to the sweep. Throws `disk-full`, `file-unwritable`. */
export async function beginStage(parent: string): Promise<string> {
  const owner = newOwner();
  const stage = join(parent, `${stagePrefix}${owner.token}`);
  await mkdir(parent, { recursive: true, mode: 0o700 });
  await mkdir(stage, { mode: 0o700 });
  try {
    await writeFile(join(stage, 'owner'), JSON.stringify(owner), { mode: 0o600 });
  } catch (cause) {
    // On a full disk: nobody would know it for a folder that is left behind.
    await rm(stage, { recursive: true, force: true });
    throw storeProblem(cause, stage);
  }
  return stage;
}

/** Gives what was made its name; when another process was faster its work counts and ours goes. */
export async function publish(privileged: Privileged, stage: string, folder: string): Promise<void> {
  await rm(join(stage, 'owner'), { force: true });
  try {
    await rename(stage, folder);
  } catch (cause) {
    const code = systemCode(cause);
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw cause;
    await privileged.pool.run('remove-tree', { path: stage });
  }
}

/** Takes a folder of the cache away: renamed first, so that nobody finds half of it. */
export async function removeStaged(privileged: Privileged, folder: string): Promise<void> {
  const aside = join(folder, '..', `${stagePrefix}${newOwner().token}`);
  await rename(folder, aside).catch(() => undefined);
  await privileged.pool.run('remove-tree', { path: aside });
}

/** Whether the process that made a stage is gone, so that it can be swept. */
export async function isAbandoned(stage: string): Promise<boolean> {
  const text = await ownerText(join(stage, 'owner'));
  if (text === null) return false;
  const owner = parseOwner(text);
  // Without an owner it is about to be renamed, or was left between two steps: the next sweep sees.
  return owner === null ? isSettled(stage) : isOwnerGone(owner, stage);
}
