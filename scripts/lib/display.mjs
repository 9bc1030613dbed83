// A display: the one there is, else Xvfb.
import { spawn } from 'node:child_process';
import { say } from './say.mjs';

/** Starts Xvfb on a free display; returns its name and a function that ends it. Throws where Xvfb is missing. */
async function startXvfb(size) {
  const xvfb = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', size, '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const name = await new Promise((resolve, reject) => {
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
  const close = () => {
    if (xvfb.exitCode === null) xvfb.kill('SIGTERM');
  };
  process.on('exit', close);
  return { name, close };
}

/** A display: the one there is, else Xvfb; returns the environment to use and a function that ends it. */
export async function ensureDisplay(size = '1920x1080x24') {
  if (process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY) {
    return { env: {}, close: () => undefined };
  }
  const { name, close } = await startXvfb(size);
  say(`No display: running under Xvfb (${name}).`);
  return { env: { DISPLAY: name }, close };
}

/**
 * Displays for `count` windows that are tested side by side: on a common one each that opens takes the focus from the
 * others, which close their menus. Xvfb wherever there is one; `STRATIGRAPH_DISPLAYS` names them, and may be given to watch.
 */
export async function displaysForTests(count, size) {
  if (process.platform !== 'linux' || process.env.STRATIGRAPH_DISPLAYS)
    return { env: {}, close: () => undefined };
  const displays = [];
  for (let i = 0; i < count; i++) displays.push(await startXvfb(size));
  const names = displays.map(({ name }) => name);
  say(`The windows of the tests open under Xvfb (${names.join(', ')}).`);
  return {
    env: { STRATIGRAPH_DISPLAYS: names.join(' ') },
    close: () => displays.forEach(({ close }) => close()),
  };
}
