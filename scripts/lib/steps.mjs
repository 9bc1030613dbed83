// Steps of a test run: named, timed, and remembered.
import { spawnSync } from 'node:child_process';
import { say } from './say.mjs';

/** Runs a command of the checkout as a step; returns whether it worked. Its output goes to the terminal. */
export function runStep(root, title, command, args, env = {}) {
  say(`\n▸ ${title}`);
  const began = Date.now();
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
  });
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  say(`${status === 0 ? '✓' : '✗'} ${title}: ${seconds} s`);
  return status === 0;
}

/** The checks that run nothing: formatting, lint, types. */
export const checks = [
  ['Formatting', 'prettier', ['--check', '--log-level', 'warn', '.']],
  ['Lint', 'eslint', ['.', '--max-warnings', '0']],
  ['Types', 'tsc', ['-p', '.']],
];
