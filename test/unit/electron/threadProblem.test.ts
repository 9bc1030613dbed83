import { expect, test } from 'vitest';
import { threadProblem } from '../../../electron/worker/workerPool';
import { problemOf } from '../../../shared/image/problem';
import { problemSentence } from '../../../shared/text/problemText';

/** A thread that the system does not let begin is its refusal; one that ends without an answer is a bug of ours. */

const failed = (reason: string): Error =>
  Object.assign(new Error(`Worker initialization failure: ${reason}`), { code: 'ERR_WORKER_INIT_FAILED' });

test.each(['EMFILE', 'ENFILE', 'ENOMEM', 'EAGAIN'])('%s is said as the reason of the system', (reason) => {
  const found = problemOf(threadProblem(failed(reason)));
  expect(found).toMatchObject({ code: 'file-unreadable', facts: { reason } });
  expect(problemSentence(found, 'en')).not.toContain('bug');
});

test('anything else is told as it is', () => {
  for (const fault of [failed('other'), new Error('EMFILE in a job'), new Error('ended unexpectedly')])
    expect(problemOf(threadProblem(fault)).code).toBe('internal');
});
