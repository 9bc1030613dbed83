declare module 'docker-modem' {
  import type { IncomingMessage } from 'node:http';
  import type { Agent } from 'node:http';
  import type { Readable } from 'node:stream';

  /** What a modem is made with; everything is given, for what is left out is looked for in the environment. */
  export interface ModemOptions {
    readonly socketPath: string | undefined;
    readonly host: string | undefined;
    readonly port: number | undefined;
    readonly protocol: 'http' | 'https';
    readonly agent: Agent | undefined;
    readonly headers: Readonly<Record<string, string>>;
    readonly ca: undefined;
    readonly cert: undefined;
    readonly key: undefined;
    readonly timeout: undefined;
    readonly connectionTimeout: undefined;
    readonly version: undefined;
  }

  export interface DialOptions {
    /** With a query it ends in one character more, which is cut off. */
    readonly path: string;
    readonly method: string;
    readonly isStream: true;
    /** Codes with `true` give the answer, whatever it says. */
    readonly statusCodes: Readonly<Record<number, true>>;
    readonly headers?: Record<string, string>;
    readonly file?: Readable;
    readonly abortSignal?: AbortSignal;
  }

  /** Talks HTTP to the socket, pipe or port of a Docker engine. */
  export default class Modem {
    constructor(options: ModemOptions);
    dial(options: DialOptions, callback: (fault: Error | null, answer: IncomingMessage | null) => void): void;
  }
}

declare module 'docker-modem/lib/http.js' {
  import type { ClientRequest } from 'node:http';

  type Get = (
    address: unknown,
    callback: unknown,
    redirect: { clientRequest: ClientRequest },
  ) => ClientRequest;
  type Request = (options: unknown, callback: unknown, redirect?: unknown) => ClientRequest;
  /** What a request is made with, and what a redirection is followed with, by protocol. */
  const protocols: Record<string, { get: Get; request: Request } | undefined>;
  export default protocols;
}
