import { problem } from '../../shared/image/problem';

/**
 * Rejects with `unfinished` when nothing is left in this process that could still bring what is waited for: it would end there,
 * without a word and as if all were done.
 */
export async function ranOut(): Promise<never> {
  return new Promise((_, reject) => {
    process.once('beforeExit', () => reject(problem('unfinished', {})));
  });
}
