import { createWorkerPool } from '../worker/workerPool';
import { serveJobs } from './helper';

// The entry of dist/helper.cjs: what the command line starts inside of a user namespace.
void serveJobs(createWorkerPool(), process.stdin, process.stdout).finally(() => process.exit(0));
