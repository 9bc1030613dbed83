import { describe, expect, it } from 'vitest';
import { problem } from '../../../shared/image/problem';
import type { OperationResult, OperationState } from '../../../shared/ipc/operation';
import { operationState } from '../../../shared/ipc/schemas';
import { Operations } from '../../../electron/ipc/operations';

const removed: OperationResult = { kind: 'remove', removed: ['a'], untagged: [], freedBytes: 7 };
const until = async (done: () => boolean): Promise<void> => {
  while (!done()) await new Promise((resolve) => setTimeout(resolve, 5));
};

describe('operations', () => {
  it('announces every state as the contract describes it, and ends with the result', async () => {
    const seen: OperationState[] = [];
    const operations = new Operations((state) => seen.push(state));
    const id = operations.start('remove', '1', (run) => {
      run.report({ phase: 'removing', done: 5, total: 10 });
      return Promise.resolve(removed);
    });
    await until(() => !operations.busy);
    for (const state of seen) expect(operationState.safeParse(state).success).toBe(true);
    expect(seen.at(0)).toMatchObject({ id, status: 'running', progress: { phase: 'starting' } });
    expect(seen.at(-1)).toMatchObject({ id, status: 'done', result: removed });
    expect(seen.at(-1)?.finishedAt).not.toBeNull();
  });

  it('sends progress at most ten times a second and always the last one', async () => {
    const seen: OperationState[] = [];
    const operations = new Operations((state) => seen.push(state));
    operations.start('load', 'x', async (run) => {
      for (let done = 0; done <= 2000; done++) {
        run.report({ phase: 'reading', done, total: 2000 });
        if (done % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      }
      return removed;
    });
    const began = Date.now();
    await until(() => !operations.busy);
    const allowed = (Date.now() - began) / 100 + 4;
    expect(seen.length).toBeLessThanOrEqual(allowed);
    expect(seen.at(-1)?.progress.done).toBe(2000);
  });

  it('lets many more than run at a time begin in their turn, of several who wait', async () => {
    const operations = new Operations(() => undefined);
    const ended: string[] = [];
    let running = 0;
    let most = 0;
    let fill = (): void => undefined;
    const full = new Promise<void>((resolve) => (fill = resolve));
    const one = async (name: string): Promise<void> => {
      await operations.room();
      operations.start('load', name, async () => {
        most = Math.max(most, ++running);
        // None ends before as many run as may.
        if (running === 200) fill();
        await full;
        await new Promise((resolve) => setTimeout(resolve, 5));
        running--;
        ended.push(name);
        return removed;
      });
    };
    const names = Array.from({ length: 600 }, (_, i) => String(i));
    await Promise.all(names.map(one));
    await until(() => !operations.busy);
    expect(ended).toHaveLength(names.length);
    expect(most).toBe(200);
  });

  it('turns an abort into cancelled, without a problem and without a retry', async () => {
    const seen: OperationState[] = [];
    const operations = new Operations((state) => seen.push(state));
    const id = operations.start(
      'load',
      'x',
      (run) =>
        new Promise((_, reject) => {
          run.signal.addEventListener('abort', () => reject(problem('cancelled', {})));
        }),
      { retryToken: 'file-00000000000000000000000000000000' },
    );
    operations.cancel(id);
    await until(() => !operations.busy);
    expect(seen.at(-1)).toMatchObject({ status: 'cancelled', problem: null, retryToken: null });
  });

  it('keeps the problem and the retry token of a failure', async () => {
    const operations = new Operations(() => undefined);
    const about = { retryToken: 'file-00000000000000000000000000000000', places: ['store'] } as const;
    operations.start('load', 'x', () => Promise.reject(problem('archive-empty', { file: 'x' })), about);
    await until(() => !operations.busy);
    expect(operations.list()[0]).toMatchObject({
      status: 'failed',
      problem: { code: 'archive-empty', facts: { file: 'x' } },
      ...about,
    });
  });

  it('does not forget an operation that runs, and refuses to cancel one that never was', async () => {
    const operations = new Operations(() => undefined);
    let finish: (result: OperationResult) => void = () => undefined;
    const id = operations.start('save', 'x', () => new Promise((resolve) => (finish = resolve)));
    operations.dismiss(id);
    expect(operations.list()).toHaveLength(1);
    expect(() => operations.cancel('op-0000000000000000')).toThrow();
    finish(removed);
    await until(() => !operations.busy);
    operations.dismiss(id);
    expect(operations.list()).toHaveLength(0);
  });
});
