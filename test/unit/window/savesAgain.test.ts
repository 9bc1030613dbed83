import { expect, test } from 'vitest';
import { trouble } from '../../../renderer/store/notices';
import { withoutSaved } from '../../../renderer/store/savesAgain';
import type { AppState, AskedIn, SaveAsked } from '../../../renderer/store/state';
import { problem } from '../../../shared/image/problem';

const failed = problem('file-unwritable', { path: 'z.tar', reason: 'rights' }).problem;
const save = (what: readonly string[]): SaveAsked => ({ source: 'store', what, format: 'docker-archive' });
const asked: AskedIn = {
  in: { dialog: { kind: 'save', what: ['web:1'] } },
  source: 'store',
  filled: null,
  leaves: {},
};
const seen = {
  source: 'store',
  index: { graph: { images: [{ id: 'sha256:a', names: ['web:1'] }] } },
  askedIn: new Map([['x', asked]]),
} as unknown as AppState;

test('a failed save is no trouble any more once its images are saved, under a name or by ID', () => {
  const notices = [
    { ...trouble(failed, { save: save(['web:1']) }), id: 1 },
    { ...trouble(failed, { save: save(['sha256:a', 'sha256:b']) }), id: 2 },
    { ...trouble(failed, { operation: 'x' }), id: 3 },
    { ...trouble(failed), id: 4 },
  ];
  const left = (what: readonly string[]) => withoutSaved(notices, save(what), seen).map(({ id }) => id);
  expect(left(['sha256:a'])).toEqual([2, 4]);
  expect(left(['sha256:b', 'web:1'])).toEqual([4]);
  expect(left(['sha256:b'])).toEqual([1, 2, 3, 4]);
});
