import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import nativePackages from '../../scripts/lib/nativePackages.json';

/**
 * Worker threads, helper processes and the command line run bundles, not TypeScript: they are made once a run, from the
 * sources as they are, and never while tests run that use them. `STRATIGRAPH_WORKER` and `STRATIGRAPH_HELPER` say where the
 * first two are; the command line's is in `dist`, where people's is.
 */
export default async function setup(): Promise<void> {
  // What the person who runs the tests has looked at is none of theirs; those of this cache say where it is.
  process.env['STRATIGRAPH_UNPACKED'] ??= '0';
  if (process.env['STRATIGRAPH_WORKER'] && existsSync(process.env['STRATIGRAPH_WORKER'])) return;
  const root = join(import.meta.dirname, '..', '..');
  const outdir = join(root, 'dist', 'test');
  await build({
    absWorkingDir: root,
    entryPoints: { worker: 'electron/worker/worker.ts', helper: 'electron/namespace/helperMain.ts' },
    outdir,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: nativePackages.imports,
    logLevel: 'warning',
  });
  const commandLine = [join(root, 'scripts', 'build.mjs'), '--only=cli,zod,worker,helper'];
  execFileSync(process.execPath, commandLine, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  process.env['STRATIGRAPH_WORKER'] = join(outdir, 'worker.cjs');
  process.env['STRATIGRAPH_HELPER'] = join(outdir, 'helper.cjs');
}
