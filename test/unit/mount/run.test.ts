import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { commitWorkspace } from '../../../electron/actions/trees/commitWorkspace';
import type { ActionContext } from '../../../electron/actions/ground/context';
import { openTree } from '../../../electron/actions/trees/openTree';
import { planRun } from '../../../electron/actions/runs/runImage';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { createWorkspace, workspaceChanges } from '../../../electron/actions/trees/workspaces';
import { variables } from '../../../electron/cli/commands/run';
import { UsageFault } from '../../../electron/cli/parser';
import { findRuntime, installedRuntimes } from '../../../electron/run/findRuntime';
import type { MountWish } from '../../../electron/run/mountWish';
import { runEnvironment } from '../../../electron/run/runtimeSpec';
import type { ChangeSet } from '../../../shared/layer/change';
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
  async function openOwn(folder?: string): Promise<ActionContext> {
    const store = await openStore(folder);
    const whole = shellImage();
    const layers = whole.layers.map(({ files = [] }) => ({
      files: files.filter(({ path }) => !['dev', 'proc', 'sys'].includes(path)),
    }));
    await load(store, dockerArchive([{ ...whole, layers }]));
    const image = (await readStoreView(store)).graph.images[0]?.id;
    if (!image) throw new Error('no image');
    await createWorkspace(store, { image, name: 'own' }, run);
    return store;
  }

  const changesIn = (found: ChangeSet | null): readonly string[] =>
    (found?.changes ?? []).filter(({ onlyParent }) => !onlyParent).map(({ kind, path }) => `${kind} ${path}`);

  async function ran(
    command: readonly string[],
    folder?: string,
  ): Promise<{ said: string; changes: readonly string[] }> {
    const store = await openOwn(folder);
    const plan = await planRun(store, { workspace: 'own' }, { ...options, command, network: true }, run);
    const [program = '', ...words] = plan.command;
    const child = spawn(program, words, { env: { ...plan.env }, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (text: Buffer) => (said += text.toString()));
    await once(child, 'close');
    await plan.finish();
    return { said, changes: changesIn(await workspaceChanges(store, 'own', run)) };
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

  test('has the same changes while it runs as afterwards, also beside another, and they can be committed as shown', async () => {
    const store = await openOwn();
    const changes = async (): Promise<ChangeSet | null> => workspaceChanges(store, 'own', run);
    const { path } = await openTree(store, { workspace: 'own' }, run);
    // One that the image has, deleted by the person; one beside which something is written, and one that is the person's own.
    await rm(join(path, 'srv'), { recursive: true });
    await mkdir(join(path, 'data'));
    const before = changesIn(await changes());
    expect(before).toContain('added data');
    const mounts = ['/srv/app', '/mnt/a/b', '/data', '/opt/c'].map((target): MountWish => ({
      ...{ kind: 'tmpfs', target, options: [], flags: [], recursive: false },
    }));
    const wish = { ...options, command: ['true'], network: true };
    const plans = [await planRun(store, { workspace: 'own' }, { ...wish, mounts }, run)];
    const shown = await changes();
    expect(await readdir(join(path, 'mnt/a'))).toEqual(['b']);
    expect(changesIn(shown)).toEqual(before);
    plans.push(await planRun(store, { workspace: 'own' }, { ...wish, mounts: mounts.slice(1) }, run));
    await writeFile(join(path, 'mnt/a/written'), '');
    const expected = [...before, 'added mnt', 'added mnt/a', 'added mnt/a/written'].sort();
    const meanwhile = await changes();
    expect([...changesIn(meanwhile)].sort()).toEqual(expected);
    for (const plan of plans) {
      await plan.finish();
      expect([...changesIn(await changes())].sort()).toEqual(expected);
    }
    expect(await readdir(path)).not.toContain('proc');
    expect(await readdir(join(path, 'mnt/a'))).toEqual(['written']);
    const request = { author: '', message: '', changes: [], paths: null, reference: 'rig/shell:2.0' };
    const made = await commitWorkspace(
      store,
      { ...request, workspace: 'own', listed: meanwhile?.listed ?? '' },
      run,
    );
    expect(made).toMatchObject({ changes: expected.length });
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
