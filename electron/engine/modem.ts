import { readFileSync } from 'node:fs';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { Agent } from 'node:https';
import type { Duplex } from 'node:stream';
import Modem, { type ModemOptions } from 'docker-modem';
import redirections from 'docker-modem/lib/http.js';
import { problem } from '../../shared/image/problem';
import { addressText, type EngineAddress } from './address';

/** An engine that began to speak another protocol, which nobody had asked it for: no answer follows. */
export class UnaskedSwitch extends Error {
  override name = 'UnaskedSwitch';
  constructor(readonly status: number) {
    super(`HTTP ${status} for a request that asks for no other protocol`);
  }
}

/**
 * Has a request end in an answer or in an error, whatever the other side does. Node closes a connection that is switched to
 * another protocol without a word to whoever waits, and the client listens for answers and errors alone.
 */
function endAlways(request: ClientRequest): ClientRequest {
  let told = false;
  const tell = (fault: Error): void => {
    if (!told) request.emit('error', fault);
  };
  request.on('response', () => (told = true));
  request.on('error', () => (told = true));
  for (const event of ['upgrade', 'connect'])
    request.on(event, ({ statusCode = 0 }: IncomingMessage, socket: Duplex) => {
      // What it sends from now on is nobody's, and neither is what breaks.
      socket.on('error', () => undefined);
      socket.destroy();
      tell(new UnaskedSwitch(statusCode));
    });
  request.on('close', () => tell(new Error('closed without an answer')));
  return request;
}

/** Requests of the client, each with an end; see {@link endAlways}. */
function watchEnds(): void {
  for (const protocol of ['http', 'https']) {
    const own = redirections[protocol];
    if (!own) continue;
    const { request } = own;
    own.request = (...given) => endAlways(request(...given));
  }
}
watchEnds();

/** An engine has no business sending us to another place: a redirection ends as a broken connection. */
function refuseRedirections(): void {
  const refuse = {
    get: (_address: unknown, _callback: unknown, { clientRequest }: { clientRequest: RedirectedRequest }) =>
      clientRequest.destroy(new Error('redirected')),
  };
  type RedirectedRequest = Parameters<NonNullable<(typeof redirections)[string]>['get']>[2]['clientRequest'];
  for (const protocol of ['http', 'https']) {
    const own = redirections[protocol];
    if (own) own.get = refuse.get;
  }
  // A protocol that the client does not know would be called without a look.
  const any = new Proxy({}, { get: (_, name) => (typeof name === 'string' ? refuse : undefined) });
  if (Object.getPrototypeOf(redirections) === Object.prototype) Object.setPrototypeOf(redirections, any);
}
refuseRedirections();

function read(file: string, name: string, address: EngineAddress): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    const facts = { engine: name, address: addressText(address), reason: 'no-certificates' };
    throw problem('engine-untrusted', facts, { cause });
  }
}

/** The agent of an encrypted connection, with the person's certificates. */
function encryption(address: EngineAddress & { kind: 'tcp' }, name: string): Agent | undefined {
  const { certificates } = address;
  if (!certificates) return undefined;
  return new Agent({
    keepAlive: true,
    ca: read(certificates.ca, name, address),
    cert: read(certificates.cert, name, address),
    key: read(certificates.key, name, address),
    rejectUnauthorized: certificates.verify,
  });
}

/** Makes the client of an address. Throws `engine-unsupported`, `engine-untrusted`. */
export function makeModem(address: EngineAddress, name: string): Modem {
  if (address.kind === 'other')
    throw problem('engine-unsupported', { engine: name, address: addressText(address) });
  const tcp = address.kind === 'tcp' ? address : null;
  const options: ModemOptions = {
    socketPath: address.kind === 'tcp' ? undefined : address.path,
    host: tcp?.host,
    port: tcp?.port,
    protocol: tcp?.certificates ? 'https' : 'http',
    agent: tcp ? encryption(tcp, name) : undefined,
    headers: {},
    ca: undefined,
    cert: undefined,
    key: undefined,
    timeout: undefined,
    connectionTimeout: undefined,
    version: undefined,
  };
  // The client reads these of its own, whatever it is told, and fails where they are wrong for another engine.
  const hidden = ['DOCKER_HOST', 'DOCKER_CERT_PATH', 'DOCKER_TLS_VERIFY'].map(
    (key) => [key, process.env[key]] as const,
  );
  for (const [key] of hidden) delete process.env[key];
  try {
    return new Modem(options);
  } finally {
    for (const [key, value] of hidden) if (value !== undefined) process.env[key] = value;
  }
}
