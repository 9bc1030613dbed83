import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { EngineEndpoint } from '../../electron/engine/discover';
import { sourceIdOf } from '../../electron/engine/address';
import { openEngine, type Engine } from '../../electron/engine/engine';
import { temporaryFolder } from './temporary';

/** Answers a request of a test: a value becomes JSON, a function writes what it likes. */
export type FakeAnswer =
  | { readonly status?: number; readonly json: unknown }
  | ((request: IncomingMessage, response: ServerResponse) => void);

/** An HTTP server on a socket in a temporary folder that says what a test wants an engine to say. */
export interface FakeEngine {
  readonly path: string;
  readonly endpoint: EngineEndpoint;
  /** Answers by `METHOD /path` without the API's version; a test may change them. */
  readonly answers: Record<string, FakeAnswer>;
  /** Requests so far, as `METHOD /path?query`. */
  readonly asked: string[];
  open(): Promise<Engine>;
  close(): Promise<void>;
}

/** What Docker 20.10 says of itself. */
export const dockerVersion = {
  Version: '20.10.24',
  ApiVersion: '1.41',
  MinAPIVersion: '1.12',
  Components: [{ Name: 'Engine', Version: '20.10.24' }],
};

/** What Podman 4.3 says of itself. */
export const podmanVersion = {
  Version: '4.3.1',
  ApiVersion: '1.41',
  MinAPIVersion: '1.24',
  Components: [{ Name: 'Podman Engine', Version: '4.3.1' }],
};

/** Starts one. It answers `/version` as Docker, has no container and nothing happens there; everything else is 404 until a test says otherwise. */
export async function startFakeEngine(
  answers: Record<string, FakeAnswer> = {},
  /** Where its socket lies, for one that outlives a test. */
  folder?: string,
): Promise<FakeEngine> {
  const path = join(folder ?? (await temporaryFolder()), 'socket');
  const all: Record<string, FakeAnswer> = {
    'GET /version': { json: dockerVersion },
    'GET /containers/json': { json: [] },
    // As engines do: open, and quiet while nothing happens. Who is refused it asks for everything again and again.
    'GET /events': (_, response) => void response.writeHead(200).flushHeaders(),
    ...answers,
  };
  const asked: string[] = [];
  const server: Server = createServer((request, response) => {
    const url = (request.url ?? '').replace(/^\/v1\.\d+/, '');
    asked.push(`${request.method} ${url}`);
    const answer = all[`${request.method} ${url.replace(/\?.*$/, '')}`];
    if (typeof answer === 'function') return answer(request, response);
    response.writeHead(answer === undefined ? 404 : (answer.status ?? 200), {
      'Content-Type': 'application/json',
    });
    response.end(JSON.stringify(answer === undefined ? { message: 'page not found' } : answer.json));
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const address = { kind: 'socket', path } as const;
  const endpoint: EngineEndpoint = {
    id: sourceIdOf(address),
    address,
    hint: 'docker',
    label: '',
    named: true,
  };
  return {
    path,
    endpoint,
    answers: all,
    asked,
    open: () => openEngine(endpoint),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
