import { expect, test } from 'vitest';
import { findUnread, unreadByDigest } from '../../../electron/actions/images/unreadRoots';
import { parseDigest } from '../../../shared/image/digest';

/** Roots that cannot be read are named in the order of docs/cli.md: by what a list has printed, by name, by a beginning. */

const first = parseDigest(`sha256:${'ab12'.repeat(16)}`);
const second = parseDigest(`sha256:${'cd34'.repeat(16)}`);
const fault = (name: string | null, digest: typeof first): never => ({ name, digest }) as never;
/** The second one is called as the first one's digest begins. */
const damaged = [
  fault(`${first.slice(7, 19)}:latest`, second),
  fault('ab12:latest', second),
  fault(null, first),
];

test('no name stands for a digest that a list has printed', () => {
  expect(findUnread(damaged, first.slice(7, 19))).toEqual({ root: first });
  expect(findUnread(damaged, first)).toEqual({ root: first });
  expect(unreadByDigest(damaged, first.slice(7, 19))).toEqual({ root: first });
});

test('a name stands for itself where a shorter beginning would be meant, too', () => {
  expect(findUnread(damaged, 'ab12')).toEqual({ name: 'ab12:latest' });
  expect(unreadByDigest(damaged, 'ab12')).toBeNull();
  expect(findUnread(damaged, 'cd34')).toEqual({ root: second });
  expect(findUnread(damaged, 'ffff')).toBeNull();
});
