import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, test } from 'vitest';
import { sourceIdOf } from '../../../electron/engine/address';
import { EngineConnection, type EngineRequest } from '../../../electron/engine/connection';
import type { EngineEndpoint } from '../../../electron/engine/discover';
import { EngineHub } from '../../../electron/engine/engineHub';
import { ProblemError } from '../../../shared/image/problem';
import { dockerVersion } from '../../setup/fakeEngine';
import { run } from '../../setup/run';
import { temporaryFolder } from '../../setup/temporary';

/** What a server does with a connection whose request it has read to the end of its head. */
type Way = (socket: Socket) => void;

const switched = 'HTTP/1.1 101 Switching Protocols\r\n';
const upgrade = 'Upgrade: tcp\r\nConnection: Upgrade\r\n\r\n';
/** Ways in which an answer ends without having been one, by what they come to. */
const ways: Readonly<Record<string, Way>> = {
  'another protocol': (socket) => socket.write(`${switched}${upgrade}junk`),
  'another protocol, and the end': (socket) => socket.end(`${switched}${upgrade}`),
  'another protocol without a name': (socket) => socket.write(`${switched}\r\n`),
  'information, then another protocol': (socket) =>
    socket.write(`HTTP/1.1 102 Processing\r\n\r\n${switched}${upgrade}`),
  'information alone': (socket) => socket.end('HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n'),
  nothing: (socket) => socket.end(),
  'a broken connection': (socket) => socket.destroy(),
  'half a head': (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Ty'),
  'no HTTP': (socket) => socket.end('SSH-2.0-OpenSSH\r\n'),
  'two lengths': (socket) =>
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n[]'),
  'a body that breaks off': (socket) =>
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n[', () => socket.destroy()),
  'a chunk that breaks off': (socket) =>
    socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n[', () => socket.destroy()),
  'a chunk that is none': (socket) =>
    socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-x\r\n['),
};
/** Ways in which no end comes at all: only whoever waits can make one. */
const endless: Readonly<Record<string, Way>> = {
  silence: () => undefined,
  'information without an end': (socket) => {
    const timer = setInterval(() => socket.write('HTTP/1.1 102 Processing\r\n\r\n'), 5);
    socket.on('close', () => clearInterval(timer));
  },
  'a head without an end': (socket) => socket.write('HTTP/1.1 200 OK\r\nX-'),
  'a body without an end': (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n['),
  'a body that drips': (socket) => {
    socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
    const timer = setInterval(() => socket.write('1\r\n \r\n'), 5);
    socket.on('close', () => clearInterval(timer));
  },
};

const id = `sha256:${'a'.repeat(64)}`;
/** Every kind of request that is made. */
const requests: readonly EngineRequest[] = [
  { path: '/version', patience: 15_000 },
  { path: '/images/json' },
  { path: '/containers/json', query: { all: '1' } },
  { path: `/images/${id}/json` },
  { path: `/images/${id}/history` },
  { path: '/images/get', query: { names: ['a', 'b'] }, patience: null },
  { path: '/events', patience: null },
  { method: 'POST', path: `/images/${id}/tag`, query: { repo: 'a', tag: 'b' } },
  { method: 'DELETE', path: '/images/a', patience: null },
  { method: 'POST', path: '/images/load', patience: null },
];

const open: { server: Server; sockets: Set<Socket> }[] = [];
afterEach(async () => {
  for (const { server, sockets } of open.splice(0)) {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
});

const said = (value: unknown): string => {
  const body = JSON.stringify(value);
  return `HTTP/1.1 200 OK\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
};

/** An engine with one image that ends answers to paths with `word` in them in one way. */
async function engineThat(way: Way, word = ''): Promise<EngineEndpoint> {
  const path = join(await temporaryFolder(), 'socket');
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    let head = '';
    socket.on('data', (chunk) => {
      if (head.includes('\r\n\r\n')) return;
      head += chunk.toString('latin1');
      if (!head.includes('\r\n\r\n')) return;
      const asked = head.split(' ')[1] ?? '';
      if (word === '' || asked.includes(word)) return way(socket);
      head = '';
      if (asked.includes('/version')) socket.write(said(dockerVersion));
      else if (asked.includes('/images/json')) socket.write(said([{ Id: id, RepoTags: ['a:1'] }]));
      else if (asked.includes('/containers')) socket.write(said([]));
      else if (asked.includes('/history')) socket.write(said([{ CreatedBy: 'x', Size: 1 }]));
      else if (asked.includes(id)) socket.write(said({ Id: id, RepoTags: ['a:1'], Size: 1 }));
      else if (!asked.includes('/events')) socket.write(said({}));
    });
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  open.push({ server, sockets });
  const address = { kind: 'socket', path } as const;
  return { id: sourceIdOf(address), address, hint: 'docker', label: '', named: true };
}

/** Sends a request and reads its answer whole; what it came to. */
async function comesTo(endpoint: EngineEndpoint, request: EngineRequest): Promise<string> {
  const connection = new EngineConnection(endpoint.address, 'Docker', 'docker');
  const body = request.path === '/images/load' ? { body: Readable.from([Buffer.alloc(70_000)]) } : {};
  try {
    const whole = { ...request, ...body };
    return `answer ${await connection.text(await connection.stream(whole), whole)}`;
  } catch (thrown) {
    return thrown instanceof ProblemError ? thrown.problem.code : String(thrown);
  }
}

describe('every request comes to a problem', () => {
  test.each(Object.keys(ways))('where the engine answers %s', { timeout: 10_000 }, async (name) => {
    const endpoint = await engineThat(ways[name] ?? (() => undefined));
    for (const request of requests) {
      const code = await comesTo(endpoint, request);
      expect(['engine-answer-invalid', 'engine-lost'], `${request.path}: ${code}`).toContain(code);
      if (name.includes('another protocol')) expect(code).toBe('engine-answer-invalid');
    }
  });

  test.each(Object.keys(endless))('at a cancel, where it answers %s', { timeout: 10_000 }, async (name) => {
    const endpoint = await engineThat(endless[name] ?? (() => undefined));
    for (const request of requests) {
      const abort = new AbortController();
      const ending = comesTo(endpoint, { ...request, signal: abort.signal });
      setTimeout(() => abort.abort(), 30);
      expect(await ending, request.path).toBe('cancelled');
      const before = AbortSignal.abort();
      expect(await comesTo(endpoint, { ...request, signal: before }), request.path).toBe('cancelled');
    }
  });

  test.each(Object.keys(endless))('after its patience, where it answers %s', async (name) => {
    const endpoint = await engineThat(endless[name] ?? (() => undefined));
    for (const request of requests)
      expect(await comesTo(endpoint, { ...request, patience: 40 }), request.path).toBe('engine-silent');
  });
});

test.each(['/version', '/images/json', '/containers', `${id}/json`, '/history', '/events'])(
  'the window says so, and closes, where %s is answered with another protocol',
  async (word) => {
    const way = ways['another protocol'] ?? (() => undefined);
    const endpoint = await engineThat(way, word);
    const quiet = { sourcesChanged: () => undefined, sourceChanged: () => undefined };
    const times = { search: 60_000, quiet: 1, retry: [20, 20] } as const;
    const hub = new EngineHub(quiet, () => Promise.resolve([endpoint]), times);
    hub.start();
    const state = (): string => hub.list()[0]?.state ?? '';
    await expect.poll(state).not.toBe('');
    if (word === '/version' || word === '/images/json' || word === '/events') {
      await expect.poll(() => hub.list()[0]?.problem?.code).toBe('engine-answer-invalid');
    } else {
      await expect.poll(state).toBe('ready');
      const read = hub.view(endpoint.id).then(
        ({ damaged }) => damaged[0]?.problem.code,
        (thrown: ProblemError) => thrown.problem.code,
      );
      expect(await read).toBe('engine-answer-invalid');
    }
    const began = performance.now();
    await hub.close();
    expect(performance.now() - began).toBeLessThan(1000);
  },
);

const cli = join(import.meta.dirname, '..', '..', '..', 'scripts', 'stratigraph.mjs');
const commands: readonly (readonly [word: string, ...words: string[]])[] = [
  ['/version', 'images', '--source', 'docker'],
  ['/images/json', 'images', '--source', 'docker', '--json'],
  [id, 'load', '--from', 'docker', 'a:1'],
  ['/images/get', 'load', '--from', 'docker', 'a:1'],
  ['/images/get', 'save', '--source', 'docker', '-o', 'out.tar', 'a:1'],
  [id, 'rmi', '--source', 'docker', 'a:1'],
  ['/images/a', 'rmi', '--source', 'docker', 'a:1'],
  ['/tag', 'tag', '--source', 'docker', 'a:1', 'a:2'],
];
test.each(['another protocol', 'information alone', 'half a head'])(
  'commands fail with a sentence where the engine answers %s',
  { timeout: 60_000 },
  async (name) => {
    for (const [word, ...words] of commands) {
      const endpoint = await engineThat(ways[name] ?? (() => undefined), word);
      const folder = await temporaryFolder();
      const path = endpoint.address.kind === 'socket' ? endpoint.address.path : '';
      const args = [cli, ...words];
      const env = {
        DOCKER_HOST: `unix://${path}`,
        LC_ALL: 'C.UTF-8',
        XDG_DATA_HOME: folder,
        STRATIGRAPH_STORE: '',
      };
      const { code, stderr } = await run(process.execPath, args, { cwd: folder, env });
      expect(code, `${word} ${words.join(' ')}: ${stderr}`).toBe(1);
      expect(stderr).toMatch(/Docker|makes no sense|broke/);
    }
  },
);
