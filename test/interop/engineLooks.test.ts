import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, writeFile, mkdir } from 'node:fs/promises';
import { createServer, request as ask, type Server } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dockerArchive, noise } from '../setup/imageBuilder';
import { run, type RunResult } from '../setup/run';
import { openBench, type Bench } from './bench';
import { enginePeers, type EnginePeer } from './enginePeers';
import { peerSuite } from './peers';

/** What lies inside of an engine's images, read with a real Docker and a real Podman: word for word what the same images give in a store. */

const command = join(import.meta.dirname, '..', '..', 'scripts', 'stratigraph.mjs');
const big = noise(3_000_000, 7);
const key = `-----BEGIN RSA PRIVATE KEY-----\n${Buffer.from(noise(900, 3)).toString('base64').replaceAll(/.{64}/g, '$&\n')}\n-----END RSA PRIVATE KEY-----\n`;
const file = (path: string, content: string | Uint8Array) => ({ path, content });
const base = [
  {
    files: [file('etc/motd', 'hello\n'), file('app/key.pem', key), file('app/big', big)],
  },
  { files: [file('app/copy', big), file('app/.wh.key.pem', '')] },
];
const archive = dockerArchive([
  { names: ['docker.io/inner/shop:1'], layers: base },
  { names: ['docker.io/inner/shop:2'], layers: [...base, { files: [file('etc/motd', 'bye\n')] }] },
  { names: ['localhost/near:1'], layers: [{ files: [file('near', 'near\n')] }] },
]);

/** A socket before an engine's that counts the bytes of saved images, and can let them stall. */
interface Counter {
  readonly host: string;
  readonly saved: () => number;
  stall(on: boolean): void;
  close(): Promise<void>;
}

async function countingProxy(path: string, engine: string): Promise<Counter> {
  let bytes = 0;
  let stalls = false;
  const socketPath = engine.replace(/^unix:\/\//, '');
  const server: Server = createServer((req, res) => {
    const onward = ask({ socketPath, path: req.url, method: req.method, headers: req.headers }, (answer) => {
      res.writeHead(answer.statusCode ?? 500, answer.headers);
      const isSave = /\/images\/(?:[^?]*\/)?get/.test(req.url ?? '');
      answer.on('data', (chunk: Buffer) => {
        if (isSave) bytes += chunk.length;
        if (isSave && stalls && bytes > 100_000) answer.pause();
        res.write(chunk);
      });
      answer.on('end', () => res.end());
    });
    res.on('close', () => onward.destroy());
    onward.on('error', () => res.destroy());
    req.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return {
    host: `unix://${path}`,
    saved: () => bytes,
    stall: (on) => void (stalls = on),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

for (const { title, commands, start, obstacle } of enginePeers)
  peerSuite(
    `looking inside of images of a real ${title}`,
    commands,
    () => {
      let bench: Bench;
      let peer: EnginePeer;
      let proxy: Counter;
      const none = (): string => bench.path('none');
      const env = (): Record<string, string> => ({
        XDG_CACHE_HOME: bench.path('cache'),
        TMPDIR: bench.path('tmp'),
        STRATIGRAPH_UNPACKED: '1GB',
      });
      const call = (store: string, words: readonly string[]): Promise<RunResult> =>
        run(process.execPath, [command, '--store', store, ...words], { env: env() });
      /** A store with some of the engine's images. */
      const storeOf = async (...names: string[]): Promise<string> => {
        const store = bench.path(names.join('+').replaceAll(/[^a-z0-9+]/g, '-'));
        if (!existsSync(store)) {
          const loaded = await call(store, ['load', '--from', peer.host, ...names]);
          expect([loaded.code, loaded.stderr]).toEqual([0, loaded.stderr]);
        }
        return store;
      };
      const leftovers = async (): Promise<readonly string[]> => [
        ...(await readdir(bench.path('tmp'))),
        ...(await readdir(bench.path('cache', 'stratigraph', 'unpacked')).catch(() => [])).filter((name) =>
          /^(?:work|gone|hold)\./.test(name),
        ),
      ];
      beforeAll(async () => {
        bench = await openBench();
        for (const name of ['cache', 'tmp']) await mkdir(bench.path(name));
        peer = await start(bench);
        await writeFile(bench.path('in.tar'), archive);
        await peer.command('load', '-q', '-i', bench.path('in.tar'));
        proxy = await countingProxy(bench.path('counted.sock'), peer.host);
      }, 240_000);
      afterAll(async () => {
        await (proxy as Counter | undefined)?.close();
        await (peer as EnginePeer | undefined)?.stop();
        await (bench as Bench | undefined)?.close();
      }, 120_000);

      test('leaves nothing behind when it is cancelled or killed', { timeout: 120_000 }, async () => {
        for (const signal of ['SIGINT', 'SIGKILL'] as const) {
          proxy.stall(true);
          const before = proxy.saved();
          const child = spawn(
            process.execPath,
            [command, '--store', none(), 'ls', '--source', proxy.host, 'inner/shop:1'],
            { env: { ...process.env, ...env() }, stdio: 'ignore' },
          );
          const ended = new Promise((resolve) => child.once('close', resolve));
          for (let i = 0; i < 400 && proxy.saved() - before < 100_000; i++)
            await new Promise((resolve) => setTimeout(resolve, 50));
          expect(proxy.saved() - before).toBeGreaterThan(0);
          child.kill(signal);
          await ended;
          if (signal === 'SIGINT') expect(await leftovers()).toEqual([]);
        }
        proxy.stall(false);
        // Of one that was killed the next look clears away what it left.
        const { code } = await call(none(), ['ls', '--source', proxy.host, 'localhost/near:1']);
        expect(code).toBe(0);
        expect(await leftovers()).toEqual([]);
        expect(existsSync(none())).toBe(false);
      });

      test(
        'says what the same images say in a store, and reads them once',
        { timeout: 240_000 },
        async () => {
          const [one, two] = ['inner/shop:1', 'inner/shop:2'] as const;
          const lines: readonly (readonly [images: readonly string[], ...words: string[]])[] = [
            [[one], 'ls', '-lR', one],
            [[one], 'ls', '-l', `${one}@2`, '/app'],
            [[one], '--json', 'ls', '-R', one],
            [[one], 'cat', one, '/etc/motd'],
            [[one], 'cat', `${one}@1`, '/app/key.pem'],
            [[one], 'find', '*.pem', one],
            [[one], 'du', one, '/'],
            [[one], 'cp', `${one}:/app`, '-'],
            [[one], 'secrets', one],
            [[one], 'analyze', one],
            [[one], 'duplicates', one],
            [[one], 'manifest', one],
            [[one], 'config', '--raw', one],
            [[one, two], 'find', 'motd', one, two],
            [[one, two], 'duplicates', one, two],
            [[one, two], '--json', 'secrets', one, two],
            [[one, two], 'diff', '--files', one, two],
          ];
          const compare = async (): Promise<void> => {
            for (const [images, ...words] of lines) {
              const store = await storeOf(...images);
              const at = words[0] === '--json' ? 2 : 1;
              const looked = [...words.slice(0, at), '--source', proxy.host, ...words.slice(at)];
              const [there, here] = [await call(none(), looked), await call(store, words)];
              expect([words.join(' '), there.code, there.stdout, there.stderr]).toEqual([
                words.join(' '),
                0,
                here.stdout,
                here.stderr,
              ]);
              expect([words.join(' '), here.stdout]).not.toEqual([words.join(' '), '']);
            }
          };
          await compare();
          const read = proxy.saved();
          expect(read).toBeGreaterThan(big.length);
          await compare();
          // A name that was given since is known, though nothing is read again.
          await peer.command('tag', 'docker.io/inner/shop:1', 'docker.io/inner/fresh:9');
          const renamed = await call(none(), ['find', '--source', proxy.host, 'motd', 'inner/fresh:9']);
          expect(renamed.stdout).toContain('inner/fresh:9');
          await peer.command('rmi', 'docker.io/inner/fresh:9');
          expect(proxy.saved()).toBe(read);
          expect(existsSync(none())).toBe(false);
          expect(await leftovers()).toEqual([]);
        },
      );

      test(
        'finds a blob by the digest of a layer, a config or a manifest',
        { timeout: 120_000 },
        async () => {
          const store = await storeOf('inner/shop:1');
          const text = (await call(store, ['manifest', 'inner/shop:1'])).stdout;
          const { config, layers } = JSON.parse(text) as {
            config: { digest: string };
            layers: { digest: string }[];
          };
          for (const digest of [config.digest, layers[0]?.digest ?? '']) {
            const got = await call(none(), ['blob', '--source', proxy.host, digest]);
            const kept = await call(store, ['blob', digest]);
            expect([got.code, got.stdout.length]).toEqual([0, kept.stdout.length]);
          }
          const unknown = await call(none(), ['blob', '--source', proxy.host, 'f'.repeat(64)]);
          expect(unknown.code).toBe(1);
        },
      );

      test('asks for names instead of reading everything', { timeout: 120_000 }, async () => {
        const read = proxy.saved();
        for (const words of [['find', 'motd'], ['duplicates']]) {
          const [name = '', ...rest] = words;
          const { code, stderr } = await call(none(), [name, '--source', proxy.host, ...rest]);
          expect(code).toBe(2);
          expect(stderr).toMatch(/for all 3 of its images.*inner\/shop:1 \(6\.\d+ MB\)/s);
        }
        expect(proxy.saved()).toBe(read);
      });

      test('says what all images take without reading one', { timeout: 120_000 }, async () => {
        const read = proxy.saved();
        const { code, stdout } = await call(none(), ['--json', 'df', '--source', proxy.host]);
        expect(code).toBe(0);
        const use = JSON.parse(stdout) as {
          rows: { kind: string; count: number; size: number; reclaimable: number }[];
          images: { size: number; shared: number; unique: number }[];
          between: { size: number };
        };
        const [row] = use.rows;
        expect(row).toMatchObject({ kind: 'images', count: 3, reclaimable: row?.size });
        expect(use.images.reduce((sum, { unique }) => sum + unique, use.between.size)).toBe(row?.size);
        for (const { size, shared, unique } of use.images) expect(size).toBe(shared + unique);
        expect(proxy.saved()).toBe(read);
      });

      if (title === 'Podman')
        test('takes a short name as Podman does', { timeout: 60_000 }, async () => {
          const { code, stdout } = await call(none(), ['cat', '--source', proxy.host, 'near:1', '/near']);
          expect([code, stdout]).toEqual([0, 'near\n']);
        });
    },
    obstacle,
  );
