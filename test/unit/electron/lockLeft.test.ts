import { existsSync } from 'node:fs';
import type * as promises from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { withLock } from '../../../electron/store/lock';
import { problem } from '../../../shared/image/problem';
import { problemSentence } from '../../../shared/text/problemText';
import { problemFacts, temporaryFolder } from '../../setup/temporary';

/** A lock that cannot be removed once the work is done: that it is done is said, and why work failed is not covered up. */

const refusing = vi.hoisted(() => ({ path: '' }));
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof promises>();
  return {
    ...real,
    rm: async (...words: Parameters<typeof real.rm>) => {
      if (words[0] === refusing.path)
        throw Object.assign(new Error('EROFS'), { code: 'EROFS', syscall: 'rm' });
      return real.rm(...words);
    },
  };
});
afterEach(() => {
  refusing.path = '';
});

test('work that is done is said to be done where its lock stays', async () => {
  refusing.path = join(await temporaryFolder(), 'lock');
  let works = 0;
  const facts = await problemFacts(
    withLock(refusing.path, async () => Promise.resolve(works++)),
    'lock-left',
  );
  expect(works).toBe(1);
  expect(facts).toEqual({ path: refusing.path, reason: 'EROFS' });
  expect(problemSentence({ code: 'lock-left', facts }, 'en')).not.toMatch(/nothing was changed/i);
  expect(existsSync(refusing.path)).toBe(true);
});

test('work that failed says why, whatever becomes of its lock', async () => {
  refusing.path = join(await temporaryFolder(), 'lock');
  const failing = withLock(refusing.path, () =>
    Promise.reject(problem('name-not-found', { name: 'shop:1' })),
  );
  expect(await problemFacts(failing, 'name-not-found')).toEqual({ name: 'shop:1' });
});
