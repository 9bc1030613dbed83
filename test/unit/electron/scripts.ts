import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import nativePackages from '../../../scripts/lib/nativePackages.json';

const root = join(import.meta.dirname, '..', '..', '..');

/**
 * The command line of the build, which the run's set-up has made of the sources as they are: it starts in half the time that a bundle
 * without what V8 keeps of it takes, and some files start it hundreds of times.
 */
export const commandLine = join(root, 'scripts', 'stratigraph.mjs');

/** Packages with binaries beside them stay where they are installed. */
const installed: Plugin = {
  name: 'installed',
  setup: (its) =>
    its.onResolve({ filter: /^[@a-z]/ }, ({ path }) =>
      nativePackages.imports.includes(path)
        ? { path: createRequire(import.meta.url).resolve(path), external: true }
        : undefined,
    ),
};

/**
 * Bundles a TypeScript file so that a process of its own can run it, into a folder that the test removes: `dist/` belongs
 * to whoever builds the app at the same time.
 */
export async function bundle(entry: string, outfile: string): Promise<string> {
  await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    logLevel: 'warning',
    plugins: [installed],
  });
  return outfile;
}

/** How a process ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs Node on a script to its end; a script that is killed is no exception. */
export function runNode(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const parts = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk: Buffer) => (parts.stdout += chunk.toString('utf8')));
    child.stderr.on('data', (chunk: Buffer) => (parts.stderr += chunk.toString('utf8')));
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, ...parts }));
  });
}
