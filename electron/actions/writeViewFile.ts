import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { replaceDurably, storeProblem } from '../store/durable';
import { checkTarget } from './saveImages';

/**
 * Writes what a view shows to a file that the person chose; an old file of that name is replaced only by the whole new
 * one. Returns its name and bytes. Throws `target-in-store`, `file-unwritable`, `disk-full`.
 */
export async function writeViewFile(
  store: string,
  target: string,
  bytes: Uint8Array,
): Promise<{ readonly name: string; readonly bytes: number }> {
  const path = resolve(target);
  await checkTarget(path, store);
  const draft = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.part`);
  try {
    await replaceDurably(path, bytes, draft);
  } catch (cause) {
    throw storeProblem(cause, path);
  } finally {
    await rm(draft, { force: true });
  }
  return { name: basename(path), bytes: bytes.length };
}
