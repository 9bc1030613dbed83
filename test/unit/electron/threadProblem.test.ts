import { expect, test } from 'vitest';
import { threadProblem } from '../../../electron/worker/workerPool';
import { problemOf } from '../../../shared/image/problem';
import { problemSentence } from '../../../shared/text/problemText';

/** A thread that the system does not let begin is its refusal; one that ends without an answer is a bug of ours. */

const failed = (reason: string): Error =>
  Object.assign(new Error(`Worker initialization failure: ${reason}`), { code: 'ERR_WORKER_INIT_FAILED' });

test.each([
  ['EMFILE', 'files'],
  ['ENFILE', 'files'],
  ['ENOMEM', 'memory'],
  ['EAGAIN', 'processes'],
])('%s is said as too little of what the system gives (%s)', (reason, of) => {
  const unread = Object.assign(new Error(`${reason}: open 'worker.cjs'`), { code: reason });
  for (const fault of [failed(reason), unread]) {
    const found = problemOf(threadProblem(fault));
    expect(found).toEqual({ code: 'system-short', facts: { of } });
    expect(problemSentence(found, 'en')).not.toContain('bug');
  }
});

test('a thread that runs out of memory is no bug', () => {
  const fault = Object.assign(new Error('Worker terminated due to reaching memory limit'), {
    code: 'ERR_WORKER_OUT_OF_MEMORY',
  });
  expect(problemOf(threadProblem(fault))).toEqual({ code: 'system-short', facts: { of: 'memory' } });
});

test('anything else is told as it is', () => {
  for (const fault of [failed('other'), new Error('EMFILE in a job'), new Error('ended unexpectedly')])
    expect(problemOf(threadProblem(fault)).code).toBe('internal');
});
