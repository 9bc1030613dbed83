// npm run bench NAME: measures us, and a peer where there is one, in the same run.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBuilt } from './lib/built.mjs';
import { ensureDisplay } from './lib/display.mjs';
import { resolveElectron } from './lib/electronRuntime.mjs';
import { ensurePackages } from './lib/packages.mjs';
import { fail, say } from './lib/say.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, 'test', 'bench');
const names = readdirSync(folder)
  .filter((name) => name.endsWith('.ts'))
  .map((name) => name.slice(0, -3));
const [name, ...args] = process.argv.slice(2);
if (name === undefined) {
  say(`Benches: ${names.join(', ')}\nnpm run bench NAME`);
  process.exit(0);
}
if (!existsSync(join(folder, `${name}.ts`))) fail(`There is no bench "${name}": ${names.join(', ')}.`);
ensurePackages(root);
ensureBuilt(root);
// Only a bench that drives the window needs Electron and a display.
const inWindow = readFileSync(join(folder, `${name}.ts`), 'utf8').includes("from 'playwright'");
const electron = inWindow ? await resolveElectron(root).catch((fault) => fail(fault.message)) : null;
const display = inWindow ? await ensureDisplay() : { env: {}, close: () => undefined };
const { build } = await import('esbuild');
const outfile = join(root, 'dist', 'bench', `${name}.cjs`);
await build({
  absWorkingDir: root,
  entryPoints: [join('test', 'bench', `${name}.ts`)],
  outfile,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  external: ['playwright', 'playwright-core', 'electron', 'esbuild'],
  logLevel: 'warning',
});
const bench = spawn(process.execPath, [outfile, ...args], {
  cwd: root,
  stdio: 'inherit',
  env: {
    ...process.env,
    ...display.env,
    STRATIGRAPH_WORKER: join(root, 'dist', 'worker.cjs'),
    STRATIGRAPH_ELECTRON_RUNTIME: JSON.stringify(electron),
  },
});
// The bench clears up after itself, and this process waits for that: Ctrl+C reaches both.
process.on('SIGINT', () => undefined);
for (const name of ['SIGTERM', 'SIGHUP']) process.on(name, () => bench.kill(name));
const [status] = await once(bench, 'exit');
display.close();
process.exit(status ?? 1);
