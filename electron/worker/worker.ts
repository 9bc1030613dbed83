import { parentPort, workerData } from 'node:worker_threads';
import { problem, problemOf } from '../../shared/image/problem';
import { runJob } from './jobTable';
import type { JobTools } from './jobTools';
import type { JobInput } from './jobs';
import { sayUp } from './startWorker';
import type { FromWorker, ToWorker } from './messages';

/** Shortest time between two progress messages, milliseconds. */
const interval = 100;

sayUp(workerData);
const port = parentPort;
if (!port) throw new Error('this file runs in a worker thread');

port.on('message', (message: ToWorker) => {
  const send = (reply: FromWorker): void => port.postMessage(reply);
  const stop = new Int32Array(message.stop);
  let bytes = 0;
  let told = performance.now();
  const tools: JobTools = {
    tick: (more) => {
      if (Atomics.load(stop, 0) !== 0) throw problem('cancelled', {});
      bytes += more;
      const now = performance.now();
      if (now - told < interval || bytes === 0) return;
      told = now;
      send({ kind: 'bytes', bytes });
      bytes = 0;
    },
  };
  const { name } = message;
  runJob(name, message.input as JobInput<typeof name>, tools).then(
    (output) => send({ kind: 'done', output, bytes }),
    (thrown: unknown) => {
      const found = problemOf(thrown);
      const stack = found.code === 'internal' && thrown instanceof Error ? (thrown.stack ?? '') : '';
      send({ kind: 'failed', problem: found, stack });
    },
  );
});
