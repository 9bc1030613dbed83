// Bundles everything into dist/ with esbuild: main process, preload, worker, command line, page and layout worker.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, context } from 'esbuild';
import { late } from './lib/late.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
/** Packages with binaries beside them, which stay where they are installed. */
const { imports: nativePackages } = JSON.parse(
  readFileSync(join(root, 'scripts', 'lib', 'nativePackages.json'), 'utf8'),
);
const dev = process.argv.includes('--dev') || process.argv.includes('--watch');

const common = {
  absWorkingDir: root,
  bundle: true,
  sourcemap: dev ? 'linked' : false,
  minify: !dev,
  legalComments: 'none',
  logLevel: 'warning',
};
const node = {
  ...common,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  // Native modules stay what they are: their binaries cannot be bundled.
  external: ['electron', ...nativePackages],
  define: { STRATIGRAPH_VERSION: JSON.stringify(version) },
  // Stack traces of the main process stay readable in reports.
  minify: false,
};
/** Bundles of processes and threads that start for one command: less to read, names stay in stack traces. */
const brief = { ...node, minifyWhitespace: !dev, minifySyntax: !dev };
/** Files beside the command line's bundle: large packages that few commands need, and what may import an ES module (lib/codeCache.mjs). */
const apart = {
  name: 'apart',
  setup: (it) => {
    it.onResolve({ filter: /^(?:yaml|zod)$/ }, ({ path }) => ({ path: `./${path}.cjs`, external: true }));
    it.onResolve({ filter: /^\.\/zstdPackage$/ }, () => ({ path: './zstdPackage.cjs', external: true }));
  },
};
const page = {
  ...common,
  platform: 'browser',
  target: 'chrome130',
  jsx: 'automatic',
  define: { 'process.env.NODE_ENV': dev ? '"development"' : '"production"' },
  loader: { '.woff2': 'file', '.svg': 'file', '.png': 'file' },
  assetNames: 'fonts/[name]',
};

/** Every bundle by its entry. */
export const bundles = [
  { ...node, entryPoints: { main: 'electron/main.ts' }, outdir: 'dist', outExtension: { '.js': '.cjs' } },
  {
    ...node,
    entryPoints: { preload: 'electron/preload.ts' },
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
  },
  {
    ...brief,
    entryPoints: { worker: 'electron/worker/worker.ts' },
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
  },
  {
    ...brief,
    entryPoints: { helper: 'electron/namespace/helperMain.ts' },
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
  },
  {
    ...brief,
    entryPoints: { cli: 'electron/cli/main.ts' },
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
    plugins: [apart, late(root)],
    supported: { 'dynamic-import': false },
  },
  {
    ...brief,
    entryPoints: { yaml: 'yaml', zod: 'zod', zstdPackage: 'electron/tar/zstdPackage.ts' },
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
  },
  { ...page, entryPoints: { main: 'renderer/main.tsx' }, outdir: 'dist/renderer', format: 'iife' },
  {
    ...page,
    entryPoints: { layoutWorker: 'renderer/chart/layoutWorker.ts' },
    outdir: 'dist/renderer',
    format: 'iife',
  },
];

async function copyStatic() {
  await mkdir(join(dist, 'renderer'), { recursive: true });
  await cp(join(root, 'renderer', 'index.html'), join(dist, 'renderer', 'index.html'));
  await cp(join(root, 'assets', 'icon.svg'), join(dist, 'renderer', 'icon.svg'));
}

/** Keeps what V8 makes of the command line, up to where it has a store before it: see lib/codeCache.mjs. */
async function compileCommandLine() {
  const work = await mkdtemp(join(tmpdir(), 'stratigraph-build-'));
  const store = join(work, 'store');
  const library = JSON.stringify(join(root, 'scripts', 'lib', 'codeCache.mjs'));
  const keep = `import(${library}).then((it) => it.runAndKeepCode(${JSON.stringify(join(dist, 'cli.cjs'))}));`;
  const start = ['--eval', keep, '--', 'stratigraph', '--store', store, 'images'];
  // A store with nothing in it.
  await mkdir(store);
  await writeFile(join(store, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  await writeFile(join(store, 'index.json'), '{"schemaVersion":2,"manifests":[]}');
  const env = { ...process.env, XDG_DATA_HOME: work };
  const { status } = spawnSync(process.execPath, start, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  await rm(work, { recursive: true, force: true });
  if (status !== 0) throw new Error(`the command line cannot be started (${status})`);
}

const began = Date.now();
if (process.argv.includes('--watch')) {
  await copyStatic();
  for (const bundle of bundles) await (await context(bundle)).watch();
  console.log('Built; watching for changes.');
} else {
  const only = process.argv
    .find((argument) => argument.startsWith('--only='))
    ?.slice('--only='.length)
    .split(',');
  if (!only) await rm(dist, { recursive: true, force: true });
  const wanted = bundles.filter(
    ({ entryPoints, platform }) =>
      !only || (platform === 'node' && only.includes(Object.keys(entryPoints)[0])),
  );
  await Promise.all(wanted.map((bundle) => build(bundle)));
  if (!only) await copyStatic();
  if (wanted.some(({ entryPoints }) => 'cli' in entryPoints)) await compileCommandLine();
  console.log(`Built ${wanted.length} bundles in ${((Date.now() - began) / 1000).toFixed(1)} s.`);
}
