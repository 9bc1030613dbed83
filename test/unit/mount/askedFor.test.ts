import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dockerArchive } from '../../setup/imageBuilder';
import { run, type RunResult } from '../../setup/run';
import { shellImage } from '../../setup/shellImage';
import { temporaryFolder } from '../../setup/temporary';

/** What a person chose by the environment is what the sentence is about, when it is not to be had. */

const script = join(import.meta.dirname, '..', '..', '..', 'scripts', 'stratigraph.mjs');

test.each([
  ['STRATIGRAPH_OVERLAY', 'none', 'mount', /STRATIGRAPH_OVERLAY asks for no mounts/],
  [
    'STRATIGRAPH_OVERLAY',
    'quick',
    'mount',
    /STRATIGRAPH_OVERLAY asks for no mounts, or for a kind that there is not/,
  ],
  [
    'STRATIGRAPH_RUNTIME',
    '/bin/false',
    'run',
    /\/bin\/false is no OCI runtime: STRATIGRAPH_RUNTIME has to be the path/,
  ],
  ['STRATIGRAPH_RUNTIME', 'foo', 'run', /foo is no OCI runtime/],
])('%s=%s is named by %s', async (name, value, command, said) => {
  const folder = await temporaryFolder();
  const archive = join(folder, 'shell.tar');
  await writeFile(archive, dockerArchive([shellImage()]));
  const cli = (env: Record<string, string>, ...words: string[]): Promise<RunResult> =>
    run(process.execPath, [script, '--store', join(folder, 'store'), ...words], { env });
  await cli({}, 'load', '-q', '-i', archive);
  const { code, stderr } = await cli({ [name]: value }, command, 'rig/shell:1.0');
  expect(stderr).toMatch(said);
  expect(stderr).toMatch(/^stratigraph: [^\n]+\n$/);
  expect(code).not.toBe(0);
});
