import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { foundRuntime, startApp, type RunningApp } from './electronApp';
import type { OrdinaryUser } from './ordinaryUser';
import { must } from './run';
import nativePackages from '../../scripts/lib/nativePackages.json';

const root = join(import.meta.dirname, '..', '..');

/** The real app as an ordinary user runs it, with the Chromium sandbox on. */
export interface UserApp extends RunningApp {
  /** Runs a shell script as the user; gives what it prints. */
  shell(script: string): Promise<string>;
  /** Runs our command line as the user, on the app's store. */
  cli(...words: readonly string[]): Promise<string>;
}

/**
 * Starts the app as `user`, from a copy of the runtime and of the app's files that the user can read: the checkout and the
 * caches of root are closed to others. Playwright starts a script that becomes the user and then Electron.
 */
export async function startUserApp(user: OrdinaryUser): Promise<UserApp> {
  const { executable } = foundRuntime();
  const runtime = join(user.place, 'runtime');
  // Hard links where one file system has both; the app in it is linked to the checkout, and copied here.
  execFileSync('cp', ['-a', dirname(executable), runtime]);
  const app = join(runtime, 'resources', 'app');
  rmSync(app, { force: true });
  mkdirSync(join(app, 'node_modules'), { recursive: true });
  cpSync(join(root, 'dist'), join(app, 'dist'), { recursive: true });
  cpSync(join(root, 'package.json'), join(app, 'package.json'));
  for (const name of nativePackages.folders)
    cpSync(join(root, 'node_modules', name), join(app, 'node_modules', name), { recursive: true });
  execFileSync('chmod', ['-R', 'a+rX', runtime]);

  const folder = join(user.folder, 'app');
  mkdirSync(join(folder, 'profile'), { recursive: true });
  if (user.name !== '') execFileSync('chown', ['-R', `${user.name}:${user.name}`, folder]);
  const start = join(user.place, 'start');
  const words = [...user.as, join(runtime, 'electron')].map((word) => `'${word}'`).join(' ');
  // Playwright as root asks for no sandbox; the user is not root.
  const script = `#!/bin/sh
for word do
  shift
  [ "$word" = --no-sandbox ] || set -- "$@" "$word"
done
cd /
exec ${words} "$@"
`;
  writeFileSync(start, script);
  chmodSync(start, 0o755);
  const running = await startApp({ folder, runtime: { executable: start, args: [] } });
  const as = (...command: readonly string[]): Promise<string> => {
    const [first = '', ...rest] = [...user.as, ...command];
    return must(first, rest, { cwd: '/' });
  };
  return {
    ...running,
    shell: (script) => as('/bin/sh', '-ec', script),
    cli: (...more) => as(user.node, join(app, 'dist', 'cli.cjs'), '--store', running.store, ...more),
  };
}
