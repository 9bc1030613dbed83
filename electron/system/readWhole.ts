import { problem, ProblemError } from '../../shared/image/problem';
import { systemCode } from '../../shared/image/systemCode';
import { readAtMost } from './readAtMost';

/**
 * What a file that a person names holds, a pipe (`<(…)`) too; null where it is more than `limit` bytes. Throws
 * `file-not-found`, `file-unreadable`, `cancelled`.
 */
export async function readWhole(path: string, limit: number, signal?: AbortSignal): Promise<Buffer | null> {
  try {
    return await readAtMost(path, limit, signal);
  } catch (cause) {
    if (cause instanceof ProblemError) throw cause;
    const reason = systemCode(cause) ?? 'unknown';
    if (reason === 'ENOENT') throw problem('file-not-found', { path }, { cause });
    throw problem('file-unreadable', { path, reason }, { cause });
  }
}
