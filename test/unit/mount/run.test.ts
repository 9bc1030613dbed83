import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { planRun } from '../../../electron/actions/runImage';
import { readStoreView } from '../../../electron/actions/storeView';
import { createWorkspace, workspaceChanges } from '../../../electron/actions/workspaces';
import { variables } from '../../../electron/cli/commands/run';
import { UsageFault } from '../../../electron/cli/parser';
import { findRuntime, installedRuntimes } from '../../../electron/run/findRuntime';
import { runEnvironment } from '../../../electron/run/runtimeSpec';
import { dockerArchive } from '../../setup/imageBuilder';
import { shellImage } from '../../setup/shellImage';
import { load, openStore, quietRun, temporaryFolder } from '../../setup/temporary';

/** Commands in workspaces, by the OCI runtime that is installed. */

afterEach(() => {
  delete process.env['STRATIGRAPH_RUNTIME'];
});

const run = quietRun();
const runtime = await findRuntime();
const runtimes = (await installedRuntimes()).map(({ name }) => name);

test('-e gives a value, or takes the one of the environment', () => {
  expect(variables(['A=1', 'B=', 'C', 'D'], { C: 'own' })).toEqual(['A=1', 'B=', 'C=own', 'D']);
  expect(() => variables(['=x'], {})).toThrow(UsageFault);
  expect(() => variables([''], {})).toThrow(UsageFault);
});

test('a variable that is asked for without a value and is not set takes the one of the image away', () => {
  const image = { env: ['D=image', 'E=image', 'F', 'G=x'] };
  const env = runEnvironment(
    image,
    { env: ['G=y', 'D', 'G', 'G=z'], terminal: false },
    { home: '/', hostname: 'h' },
  );
  expect(env.slice(-2)).toEqual(['E=image', 'G=z']);
  expect(env.some((entry) => entry === 'D' || entry.startsWith('D='))).toBe(false);
});

describe.runIf(process.getuid?.() === 0 && runtime !== null)('a command in a workspace', () => {
  const options = {
    entrypoint: null,
    env: [],
    workingDir: null,
    user: null,
    terminal: false,
    processes: null,
  };

  /** An image without mount points, a workspace on it, and a command in that. */
  async function ran(
    command: readonly string[],
    folder?: string,
  ): Promise<{ said: string; changes: readonly string[] }> {
    const store = await openStore(folder);
    const whole = shellImage();
    const layers = whole.layers.map(({ files = [] }) => ({
      files: files.filter(({ path }) => !['dev', 'proc', 'sys'].includes(path)),
    }));
    await load(store, dockerArchive([{ ...whole, layers }]));
    const image = (await readStoreView(store)).graph.images[0]?.id;
    if (!image) throw new Error('no image');
    await createWorkspace(store, { image, name: 'own' }, run);
    const plan = await planRun(store, { workspace: 'own' }, { ...options, command, network: true }, run);
    const [program = '', ...words] = plan.command;
    const child = spawn(program, words, { env: { ...plan.env }, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (text: Buffer) => (said += text.toString()));
    await once(child, 'close');
    await plan.finish();
    const found = (await workspaceChanges(store, 'own', run))?.changes ?? [];
    return {
      said,
      changes: found.filter(({ onlyParent }) => !onlyParent).map(({ kind, path }) => `${kind} ${path}`),
    };
  }

  test.each([
    [null, null, '7 8 /srv/app'],
    ['', '', '7 8 /srv/app'],
    ['', '/tmp', '7 8 /tmp'],
    ['app', '', '1000 1000 /srv/app'],
    [':', '/', '0 0 /'],
  ])('of user %j in folder %j runs as, and in, %s, as under Docker', async (user, workingDir, expected) => {
    const store = await openStore();
    const config = { User: '7:8', WorkingDir: '/srv/app', Cmd: ['true'] };
    await load(store, dockerArchive([shellImage('rig/shell:1.0', { config })]));
    const image = (await readStoreView(store)).graph.images[0]?.id;
    if (!image) throw new Error('no image');
    const wish = { ...options, command: null, user, workingDir, network: false };
    const plan = await planRun(store, { image }, wish, run);
    const bundle = plan.command[plan.command.indexOf('--bundle') + 1] ?? '';
    const { process: asked } = JSON.parse(await readFile(join(bundle, 'config.json'), 'utf8')) as {
      process: { user: { uid: number; gid: number }; cwd: string };
    };
    await plan.finish();
    expect(`${asked.user.uid} ${asked.user.gid} ${asked.cwd}`).toBe(expected);
  });

  test('leaves what it wrote, and nothing of what the runtime needed', async () => {
    const { changes, said } = await ran(['sh', '-c', 'echo x > /srv/made; mkdir /srv/empty']);
    expect(said).toBe('');
    expect(changes).toEqual(['added srv/empty', 'added srv/made']);
  });

  test.each(runtimes)(
    'leaves what it wrote in a store whose path holds what separates options, by %s',
    async (name) => {
      process.env['STRATIGRAPH_RUNTIME'] = name;
      const folder = join(await temporaryFolder(), 'a:b,c=d e\\f');
      const { changes, said } = await ran(['sh', '-c', 'echo x > /srv/made'], folder);
      expect([said, changes]).toEqual(['', ['added srv/made']]);
      const missing = await ran(['no-such-command'], join(folder, 'second'));
      expect(missing.said).toMatch(/no-such-command|executable file/);
    },
  );

  test('that cannot be started is said in plain words', async () => {
    const { changes, said } = await ran(['no-such-command']);
    expect(said).toMatch(/no-such-command/);
    expect(said).not.toMatch(/level=|time=/);
    expect(changes).toEqual([]);
  });
});
