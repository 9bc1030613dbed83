import { parentPort } from 'node:worker_threads';
import { problem, problemOf } from '../../shared/image/problem';
import { imageLayer } from '../mount/imageLayer';
import { tryImages } from '../mount/tryImages';
import { unpackLayer } from '../mount/unpackLayer';
import { mountOverlay, unmountTree, freezeOverlay, listMounts } from '../mount/overlay';
import { syncTree } from '../mount/syncTree';
import { removeTree } from '../mount/removeTree';
import { listDirectory, copyOut, readHead } from '../mount/browseTree';
import { missingPaths, removeEmpty } from '../mount/mountPoints';
import { readChanges } from '../mount/readChanges';
import { writeLayer } from '../commit/writeLayer';
import { divideUpper, makeDirectoryLike } from '../commit/divideUpper';
import { mergeLayers } from '../commit/mergeLayers';
import { guideStep } from '../mount/guide';
import { layerTree } from '../index/layerTree';
import { indexArchive } from './indexArchive';
import type { JobTools } from './jobTools';
import type { JobInput, JobName, JobOutput } from './jobs';
import type { FromWorker, ToWorker } from './messages';
import { readBlob, rebuildIndex } from './readBlob';
import { spoolArchive } from './spoolArchive';
import { writeArchive } from './writeArchive';

type Job<N extends JobName> = (input: JobInput<N>, tools: JobTools) => JobOutput<N> | Promise<JobOutput<N>>;

const jobs: { readonly [N in JobName]: Job<N> } = {
  'index-archive': indexArchive,
  'read-blob': readBlob,
  'spool-archive': spoolArchive,
  'rebuild-index': rebuildIndex,
  'layer-tree': layerTree,
  'write-archive': writeArchive,
  'unpack-layer': unpackLayer,
  'image-layer': imageLayer,
  'try-images': tryImages,
  'mount-overlay': mountOverlay,
  unmount: unmountTree,
  'freeze-overlay': freezeOverlay,
  'list-mounts': listMounts,
  'sync-tree': syncTree,
  'remove-tree': removeTree,
  'list-directory': listDirectory,
  'copy-out': copyOut,
  'missing-paths': missingPaths,
  'remove-empty': removeEmpty,
  'read-head': readHead,
  'read-changes': readChanges,
  'write-layer': writeLayer,
  'divide-upper': divideUpper,
  'make-directory-like': makeDirectoryLike,
  'merge-layers': mergeLayers,
  'guide-step': guideStep,
};

/** Shortest time between two progress messages, milliseconds. */
const interval = 100;

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
  const run = jobs[message.name] as (input: unknown, tools: JobTools) => unknown;
  Promise.resolve()
    .then(() => run(message.input, tools))
    .then(
      (output) => send({ kind: 'done', output, bytes }),
      (thrown: unknown) => {
        const found = problemOf(thrown);
        const stack = found.code === 'internal' && thrown instanceof Error ? (thrown.stack ?? '') : '';
        send({ kind: 'failed', problem: found, stack });
      },
    );
});
