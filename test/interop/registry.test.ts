import { createHash } from 'node:crypto';
import { spawn, type ChildProcess } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { must } from '../setup/run';
import { freePort, openBench, type Bench, type TestStore } from './bench';
import { commandFile, peerSuite } from './peers';
import { richName, writeRichImage } from './richImage';

/** How long a registry may take to answer, milliseconds. */
const patience = 30_000;

interface Registry {
  readonly host: string;
  stop(): Promise<void>;
}

/** Starts a registry on a free port of this machine that keeps everything in a folder. */
async function startRegistry(folder: string): Promise<Registry> {
  const host = `127.0.0.1:${await freePort()}`;
  const file = `${folder}/registry.yml`;
  const lines = [
    'version: 0.1',
    'log: { level: warn }',
    `storage: { filesystem: { rootdirectory: ${JSON.stringify(`${folder}/registry`)} } }`,
    `http: { addr: "${host}" }`,
  ];
  await writeFile(file, lines.join('\n'));
  const child: ChildProcess = spawn(commandFile('docker-registry'), ['serve', file], { stdio: 'pipe' });
  let log = '';
  child.stdout?.on('data', (chunk: Buffer) => (log += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (log += chunk.toString()));
  let fault: Error | null = null;
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', (thrown) => {
      fault = thrown;
      resolve();
    });
  });
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  const end = Date.now() + patience;
  for (;;) {
    const answer = await fetch(`http://${host}/v2/`).catch(() => null);
    if (answer?.ok) return { host, stop };
    if (fault !== null || child.exitCode !== null || Date.now() > end) {
      await stop();
      throw new Error(`docker-registry does not answer at ${host}: ${String(fault ?? '')}\n${log}`);
    }
    await delay(50);
  }
}

peerSuite('through a registry', ['docker-registry', 'skopeo'], () => {
  let bench: Bench;
  let store: TestStore;
  let registry: Registry | null = null;
  const skopeo = (...args: string[]): Promise<string> =>
    must(commandFile('skopeo'), ['--insecure-policy', ...args]);
  const there = (path: string): string => `docker://${registry?.host ?? ''}/${path}`;
  const push = (...args: string[]): Promise<string> => skopeo('copy', '--dest-tls-verify=false', ...args);
  const pull = (...args: string[]): Promise<string> => skopeo('copy', '--src-tls-verify=false', ...args);

  beforeAll(async () => {
    bench = await openBench();
    registry = await startRegistry(bench.folder);
    store = await bench.store();
    await store.loadSamples();
    await writeRichImage(bench.folder, bench.path('rich.tar'));
    await store.load(bench.path('rich.tar'));
  });
  afterAll(async () => {
    await registry?.stop();
    await bench.close();
  });

  test.each([
    ['oci', 'sample/quarry:1.1', 'quarry'],
    ['v2s2', 'sample/quarry:1.1', 'quarry-v2s2'],
    ['oci', richName, 'rich'],
    ['v2s2', richName, 'rich-v2s2'],
  ])(
    'an image pushed as %s from our live store comes back with the same ID: %s',
    async (format, name, path) => {
      const id = (await store.idsByName())[name];
      const layers = (await store.images()).find((image) => image.id === id)?.layers;
      await push('--format', format, `oci:${store.directory}:${name}`, there(`team/${path}:1`));
      // A docker-archive takes any manifest; to make an OCI manifest of schema 2, skopeo has to write another config.
      for (const form of ['docker-archive', 'oci-archive']) {
        const file = bench.path(`${path}.${form}.tar`);
        await pull(there(`team/${path}:1`), `${form}:${file}:${name}`);
        const fresh = await bench.store();
        await fresh.load(file);
        const rewritten = format === 'v2s2' && form === 'oci-archive';
        const config = await skopeo('inspect', '--config', '--raw', `${form}:${file}:${name}`);
        const expected = rewritten ? `sha256:${createHash('sha256').update(config).digest('hex')}` : id;
        expect(await fresh.idsByName(), form).toEqual({ [name]: expected });
        expect((await fresh.images())[0]?.layers, form).toEqual(layers);
      }
    },
  );

  test('the archives that we save can be pushed, and the registry has our config byte for byte', async () => {
    const name = 'sample/runtime:3';
    const id = (await store.idsByName())[name];
    for (const format of ['docker-archive', 'oci-archive'] as const) {
      const file = await store.save([name], format, `push.${format}.tar`);
      await push(`${format}:${file}:${name}`, there(`pushed/${format}:3`));
      const raw = await skopeo('inspect', '--tls-verify=false', '--raw', there(`pushed/${format}:3`));
      expect((JSON.parse(raw) as { config: { digest: string } }).config.digest, format).toBe(id);
    }
  });

  test('a pull of what the store already has adds no second image and keeps our name', async () => {
    const name = 'sample/site:1.0';
    const before = await store.idsByName();
    await push(`oci:${store.directory}:${name}`, there('again/site:1'));
    const file = bench.path('again.tar');
    await pull(there('again/site:1'), `oci-archive:${file}:again/site:1`);
    await store.load(file);
    expect(await store.idsByName()).toEqual({ ...before, 'again/site:1': before[name] });
    expect((await store.images()).filter(({ id }) => id === before[name])).toHaveLength(1);
  });
});
