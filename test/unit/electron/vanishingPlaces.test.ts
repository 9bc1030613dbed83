import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkOwned } from '../../../electron/store/ownPlaces';
import { dockerArchive } from '../../setup/imageBuilder';
import { storeOf } from '../../setup/temporary';

/** Folders of loads come and go while somebody else looks whose they are. */

test('a folder that is gone a moment later is no fault of the store', async () => {
  const layers = [{ files: [{ path: 'f', content: 'x' }] }];
  const { directory } = await storeOf(dockerArchive([{ names: ['own:1'], layers }]));
  const script = `const { mkdirSync, rmdirSync } = require('node:fs');
    const paths = [...Array(20).keys()].map((i) => process.argv[1] + '/' + i);
    console.log('ready');
    for (;;) { for (const path of paths) mkdirSync(path); for (const path of paths) rmdirSync(path); }`;
  const child = spawn(process.execPath, ['-e', script, join(directory, 'ingest')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  try {
    await once(child.stdout, 'data');
    for (let i = 0; i < 1500; i++) checkOwned(directory);
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
  expect(child.signalCode).toBe('SIGKILL');
});
