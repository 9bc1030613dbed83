// The build: made when it is missing or older than what it is made of.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from './say.mjs';

const sources = ['electron', 'renderer', 'shared', 'assets', 'package.json', join('scripts', 'build.mjs')];
const outputs = [
  'main.cjs',
  'preload.cjs',
  'worker.cjs',
  'cli.cjs',
  'yaml.cjs',
  'zod.cjs',
  'zstdPackage.cjs',
  'helper.cjs',
  join('renderer', 'index.html'),
  join('renderer', 'main.js'),
];

function newest(path) {
  const info = statSync(path);
  if (!info.isDirectory()) return info.mtimeMs;
  return Math.max(info.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

/** Builds when needed. */
export function ensureBuilt(root) {
  const made = outputs.map((name) => join(root, 'dist', name));
  const fresh =
    made.every((path) => existsSync(path)) && Math.min(...made.map((path) => statSync(path).mtimeMs));
  if (fresh && fresh >= Math.max(...sources.map((path) => newest(join(root, path))))) return;
  const { status } = spawnSync(process.execPath, [join(root, 'scripts', 'build.mjs')], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) fail('The build failed; what it said stands above.');
}
