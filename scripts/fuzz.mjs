// npm run fuzz: feeds the parsers with mutated inputs, as long as you like; `npm run fuzz ipc`: the window's requests.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBuilt } from './lib/built.mjs';
import { ensurePackages } from './lib/packages.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
ensurePackages(root);
if (process.argv[2] === 'ipc') ensureBuilt(root);
const { build } = await import('esbuild');
const nativePackages = JSON.parse(readFileSync(join(root, 'scripts', 'lib', 'nativePackages.json'), 'utf8'));
const outfile = join(root, 'dist', 'fuzz.cjs');
await build({
  absWorkingDir: root,
  entryPoints: [join('test', 'fuzz', 'main.ts')],
  outfile,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  external: nativePackages.imports,
  define: { 'import.meta.dirname': JSON.stringify(join(root, 'test', 'setup')) },
  logLevel: 'warning',
});
const { status } = spawnSync(
  process.execPath,
  ['--max-old-space-size=2048', outfile, ...process.argv.slice(2)],
  {
    cwd: root,
    stdio: 'inherit',
  },
);
process.exit(status ?? 1);
