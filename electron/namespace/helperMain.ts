import '../store/noDebugger';
import { createBriefPool } from '../worker/briefPool';
import { createWorkerPool } from '../worker/workerPool';
import { serveJobs } from './helper';

// The entry of dist/helper.cjs: what the command line starts inside of a user namespace.
const pool = createBriefPool(createWorkerPool());
void serveJobs(pool, process.stdin, process.stdout).finally(() => process.exit(0));
