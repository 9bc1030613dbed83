#!/usr/bin/env node
// The command line. The bundle is made by `npm run build`; in a checkout without one it is made on the way.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runBundle } from './lib/codeCache.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bundle = join(root, 'dist', 'cli.cjs');
if (!existsSync(bundle)) {
  if (!existsSync(join(root, 'node_modules', 'esbuild'))) {
    process.stderr.write('Stratigraph is not built yet: run "npm ci" and "npm run build" first.\n');
    process.exit(1);
  }
  process.stderr.write('Building the command line once…\n');
  const { execFileSync } = await import('node:child_process');
  const options = { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] };
  execFileSync(
    process.execPath,
    [join(root, 'scripts', 'build.mjs'), '--only=cli,zod,worker,helper'],
    options,
  );
}
runBundle(bundle);
