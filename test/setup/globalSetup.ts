import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

/** Worker threads run a bundle, not TypeScript: it is made once a run, from the sources as they are. */
export default async function setup(): Promise<void> {
  if (process.env['STRATIGRAPH_WORKER'] && existsSync(process.env['STRATIGRAPH_WORKER'])) return;
  const root = join(import.meta.dirname, '..', '..');
  const outfile = join(root, 'dist', 'test', 'worker.cjs');
  await build({
    absWorkingDir: root,
    entryPoints: ['electron/worker/worker.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    logLevel: 'warning',
  });
  process.env['STRATIGRAPH_WORKER'] = outfile;
}
