// A display: the one there is, else Xvfb.
import { spawn } from 'node:child_process';
import { say } from './say.mjs';

/** Starts Xvfb on a free display when there is none; returns the environment to use and a function that ends it. */
export async function ensureDisplay(size = '1920x1080x24') {
  if (process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY) {
    return { env: {}, close: () => undefined };
  }
  const xvfb = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', size, '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const display = await new Promise((resolve, reject) => {
    let text = '';
    xvfb.on('error', reject);
    xvfb.on('exit', () => reject(new Error('Xvfb ended at once')));
    xvfb.stdio[3].on('data', (chunk) => {
      text += chunk;
      if (text.includes('\n')) resolve(`:${text.trim()}`);
    });
  });
  xvfb.removeAllListeners('exit');
  xvfb.unref();
  say(`No display: running under Xvfb (${display}).`);
  const close = () => {
    if (xvfb.exitCode === null) xvfb.kill('SIGTERM');
  };
  process.on('exit', close);
  return { env: { DISPLAY: display }, close };
}
