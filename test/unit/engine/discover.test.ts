import { createServer, type Server } from 'node:net';
import { createHash } from 'node:crypto';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { addressText, parseAddress } from '../../../electron/engine/address';
import { addedSourcesFile } from '../../../electron/engine/addedSources';
import { discoverEngines, type Surroundings } from '../../../electron/engine/discover';
import { engineName } from '../../../electron/engine/engine';
import { sourceWords } from '../../../electron/engine/sourceWords';
import { temporaryFolder } from '../../setup/temporary';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A machine with nothing on it but what a test puts there. */
async function machine(env: Record<string, string> = {}): Promise<Surroundings> {
  const folder = await temporaryFolder();
  const runtime = join(folder, 'runtime');
  await mkdir(join(folder, 'bin'), { recursive: true });
  return {
    env: { PATH: join(folder, 'bin'), XDG_RUNTIME_DIR: runtime, ...env },
    home: join(folder, 'home'),
    platform: 'linux',
    root: join(folder, 'root'),
  };
}

async function socketAt(path: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  const server = createServer();
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return path;
}

async function program(around: Surroundings, name: string): Promise<void> {
  await writeFile(join(around.env['PATH'] ?? '', name), '#!/bin/sh\n', { mode: 0o755 });
}

async function context(around: Surroundings, name: string, host: string, more: object = {}): Promise<string> {
  const hash = createHash('sha256').update(name).digest('hex');
  const meta = join(around.home, '.docker', 'contexts', 'meta', hash);
  await mkdir(meta, { recursive: true });
  const document = { Name: name, Metadata: {}, Endpoints: { docker: { Host: host, ...more } } };
  await writeFile(join(meta, 'meta.json'), JSON.stringify(document));
  return hash;
}

const brief = async (around: Surroundings): Promise<string[]> =>
  (await discoverEngines(around)).map(
    ({ hint, address, label, named }) =>
      `${hint} ${addressText(address)}${label === '' ? '' : ` ${label}`}${named ? ' named' : ''}`,
  );

describe('finding engines', () => {
  test('a machine without any has none', async () => {
    expect(await brief(await machine())).toEqual([]);
  });

  test('an installed program without a socket is listed, so that it can be said that it does not run', async () => {
    const around = await machine();
    await program(around, 'docker');
    await program(around, 'podman');
    expect(await brief(around)).toEqual([
      `docker unix://${around.root}/var/run/docker.sock`,
      `podman unix://${around.env['XDG_RUNTIME_DIR']}/podman/podman.sock rootless`,
    ]);
  });

  test.each([
    ['root', 'var/run/docker.sock', 'docker', ''],
    ['root', 'run/docker.sock', 'docker', ''],
    ['runtime', 'docker.sock', 'docker', ' rootless'],
    ['home', '.docker/run/docker.sock', 'docker', ' desktop'],
    ['home', '.docker/desktop/docker.sock', 'docker', ' desktop'],
    ['home', '.colima/default/docker.sock', 'docker', ' colima'],
    ['home', '.orbstack/run/docker.sock', 'docker', ' orbstack'],
    ['home', '.lima/docker/sock/docker.sock', 'docker', ' lima'],
    ['home', '.rd/docker.sock', 'docker', ' rancher'],
    ['root', 'run/podman/podman.sock', 'podman', ''],
    ['runtime', 'podman/podman.sock', 'podman', ' rootless'],
    ['home', '.local/share/containers/podman/machine/podman.sock', 'podman', ' machine'],
  ] as const)('the usual socket %s/%s', async (place, path, kind, label) => {
    const around = await machine();
    const base =
      place === 'root' ? around.root : place === 'home' ? around.home : around.env['XDG_RUNTIME_DIR'];
    const socket = await socketAt(join(base ?? '', path));
    expect(await brief(around)).toEqual([`${kind} unix://${socket}${label}`]);
  });

  test('one socket under several names is one engine, by the name that comes first', async () => {
    const around = await machine();
    const podman = await socketAt(join(around.root, 'run/podman/podman.sock'));
    await symlink(podman, join(around.root, 'run/docker.sock'));
    await mkdir(join(around.root, 'var'));
    await symlink('../run', join(around.root, 'var/run'));
    const named = { ...around, env: { ...around.env, CONTAINER_HOST: `unix://${podman}` } };
    expect(await brief(named)).toEqual([`podman unix://${podman} named`]);
    expect(await brief(around)).toEqual([`docker unix://${around.root}/run/docker.sock`]);
  });

  test('DOCKER_HOST comes first and is listed though nobody is there', async () => {
    const around = await machine({ DOCKER_HOST: 'unix:///nowhere/docker.sock' });
    await context(around, 'other', 'unix:///nowhere/other.sock');
    await writeFile(join(around.home, '.docker', 'config.json'), '{"currentContext":"other"}');
    expect(await brief(around)).toEqual(['docker unix:///nowhere/docker.sock named']);
  });

  test('a context that nobody has chosen comes after what is found, and is never called by its kind alone', async () => {
    const around = await machine();
    await context(around, 'far', 'tcp://far.example:2376');
    const rootless = await socketAt(join(around.env['XDG_RUNTIME_DIR'] ?? '', 'docker.sock'));
    const words = async (): Promise<string[]> =>
      sourceWords((await discoverEngines(around)).map((each) => ({ ...each, kind: 'docker' }))).map(
        ({ word }) => word,
      );
    expect(await brief(around)).toEqual([
      `docker unix://${rootless} rootless`,
      'docker tcp://far.example:2376 far',
    ]);
    expect(await words()).toEqual(['docker', 'docker-far']);
    servers.splice(0).forEach((server) => server.close());
    await rm(rootless, { force: true });
    expect(await words()).toEqual(['docker-far']);
  });

  test('without it the current context does, with its certificates', async () => {
    const around = await machine();
    await context(around, 'mine', 'unix:///nowhere/mine.sock');
    const far = await context(around, 'far', 'tcp://far.example:2376', { SkipTLSVerify: false });
    await writeFile(join(around.home, '.docker', 'config.json'), '{"currentContext":"far"}');
    const tls = join(around.home, '.docker', 'contexts', 'tls', far, 'docker');
    await mkdir(tls, { recursive: true });
    await writeFile(join(tls, 'ca.pem'), 'x');
    const [found] = await discoverEngines(around);
    expect(found).toMatchObject({
      label: 'far',
      named: true,
      address: { kind: 'tcp', host: 'far.example', port: 2376, certificates: { verify: true } },
    });
    const chosen = { ...around, env: { ...around.env, DOCKER_CONTEXT: 'mine' } };
    expect(await brief(chosen)).toEqual([
      'docker unix:///nowhere/mine.sock mine named',
      'docker tcp://far.example:2376 far',
    ]);
  });

  test.each(['', 'not json', '[]', '{"currentContext":7}', '{"currentContext":"gone"}'])(
    'a config of %j is as good as none',
    async (text) => {
      const around = await machine();
      await mkdir(join(around.home, '.docker/contexts/meta/x'), { recursive: true });
      await writeFile(join(around.home, '.docker/config.json'), text);
      await writeFile(join(around.home, '.docker/contexts/meta/x/meta.json'), text);
      expect(await brief(around)).toEqual([]);
    },
  );

  test('DOCKER_TLS_VERIFY encrypts tcp, with the certificates of DOCKER_CERT_PATH', async () => {
    const env = { DOCKER_HOST: 'tcp://far', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/certs' };
    const [found] = await discoverEngines(await machine(env));
    expect(found?.address).toMatchObject({ port: 2376, certificates: { ca: '/certs/ca.pem', verify: true } });
  });
});

test('engines of a list are called by different names, whatever their addresses, beside what is found', async () => {
  const host = fc.constantFrom('build', 'build.example', '10.0.0.1', '[fd00::1]', 'rootless', 'far');
  const tcp = fc
    .tuple(host, fc.integer({ min: 2370, max: 2380 }))
    .map(([name, port]) => `tcp://${name}:${port}`);
  const part = fc.constantFrom('run', 'docker', 'podman', 'a', 'b', 'build', 'rootless');
  const socket = fc
    .array(part, { minLength: 1, maxLength: 4 })
    .map((parts) => `unix:///nowhere/${parts.join('/')}.sock`);
  const list = fc.uniqueArray(fc.oneof(tcp, socket), { minLength: 2, maxLength: 12 });
  const around = await machine({ DOCKER_HOST: 'tcp://far:1' });
  const file = addedSourcesFile(around);
  await mkdir(dirname(file), { recursive: true });
  await fc.assert(
    fc.asyncProperty(list, async (addresses) => {
      await writeFile(file, JSON.stringify({ sources: addresses.map((address) => ({ address })) }));
      const found = await discoverEngines(around);
      expect(found.filter(({ added }) => added).map(({ address }) => addressText(address))).toEqual(
        addresses,
      );
      const names = found.map(({ hint, label }) => engineName(hint, label));
      expect(new Set(names).size).toBe(names.length);
      const words = sourceWords(found.map((each) => ({ ...each, kind: each.hint }))).map(({ word }) => word);
      expect(new Set(words).size).toBe(words.length);
    }),
    { numRuns: 200 },
  );
});

describe('addresses', () => {
  test.each([
    ['unix:///run/d.sock', 'unix:///run/d.sock'],
    ['/run/d.sock', 'unix:///run/d.sock'],
    ['unix://', 'unix:///var/run/docker.sock'],
    ['npipe:////./pipe/docker_engine', 'npipe:////./pipe/docker_engine'],
    ['npipe://\\\\.\\pipe\\x', 'npipe:////./pipe/x'],
    ['tcp://10.0.0.1:2375', 'tcp://10.0.0.1:2375'],
    ['tcp://host', 'tcp://host:2375'],
    ['host:1234', 'tcp://host:1234'],
    ['tcp://[::1]:2375', 'tcp://[::1]:2375'],
  ])('%s is %s', (text, expected) => {
    expect(addressText(parseAddress(text, null))).toBe(expected);
  });

  test.each(['ssh://me@far', 'fd://', 'tcp://host:99999', 'tcp://', 'tcp://a b', 'tcp://user:pw@host:1'])(
    '%s is of a kind that is not opened',
    (text) => {
      expect(parseAddress(text, null).kind).toBe('other');
    },
  );

  test('a password is never shown', () => {
    expect(addressText(parseAddress('ssh://me:secret@far', null))).toBe('ssh://…@far');
    for (const text of [
      'tcp://me:secret@far:1',
      'tcp://secret@far:1',
      'me:secret@far:1',
      'tcp://far:1?token=secret',
      'https://far:1/#secret',
      'unix:///run/docker.sock?token=secret',
      'unix://me:secret@/run/docker.sock',
    ]) {
      const address = parseAddress(text, null);
      expect([text, address.kind, addressText(address)]).toEqual([
        text,
        'other',
        expect.not.stringContaining('secret'),
      ]);
    }
    // Files may be called so.
    for (const path of ['/run/a?b.sock', '/run/me@host/x#y.sock'])
      expect(parseAddress(`unix://${path}`, null)).toEqual({ kind: 'socket', path });
  });

  test('words tell engines of a kind apart', () => {
    const of = (kind: 'docker' | 'podman', label: string) => ({ kind, label });
    const words = (...all: Parameters<typeof sourceWords>[0]): string[] =>
      sourceWords(all).map(({ word }) => word);
    expect(
      words(
        of('docker', ''),
        of('docker', 'rootless'),
        of('podman', 'rootless'),
        of('docker', ''),
        of('docker', 'My Context!'),
        of('docker', 'rootless'),
      ),
    ).toEqual(['docker', 'docker-rootless', 'podman', 'docker-2', 'docker-my-context', 'docker-rootless-2']);
    // Who was added, or is a context that nobody has chosen, is never called by its kind alone.
    expect(
      words(
        { ...of('docker', 'far'), apart: true },
        { ...of('docker', 'build'), apart: true, fixed: 'docker-far' },
        of('docker', 'rootless'),
      ),
    ).toEqual(['docker-far-2', 'docker-far', 'docker']);
    expect(sourceWords([of('docker', 'rootless')])).toEqual([{ word: 'docker', also: ['docker-rootless'] }]);
  });
});
