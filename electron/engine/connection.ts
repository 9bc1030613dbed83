import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type Modem from 'docker-modem';
import type { z } from 'zod';
import { isBeyondBounds, parseBoundedJson } from '../../shared/image/jsonScan';
import { reasonFacts, type AnswerReason } from '../../shared/image/faultReason';
import { problem, ProblemError, type EngineKind } from '../../shared/image/problem';
import { systemCode } from '../../shared/image/systemCode';
import { addressText, type EngineAddress } from './address';
import { makeModem, UnaskedSwitch } from './modem';

/** A request to an engine. */
export interface EngineRequest {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  /** `/images/json`; the API's version is put before it. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[]>>;
  /** A tar archive. */
  readonly body?: Readable;
  readonly signal?: AbortSignal;
  /**
   * How long the engine may take until it begins to answer, and for each part of an answer that is read whole, milliseconds;
   * null: as long as it likes.
   */
  readonly patience?: number | null;
}

/** How long an engine may take until it begins to answer what is no work, milliseconds. */
const usualPatience = 30_000;
/**
 * Least bytes of an answer that is read whole within each patience, unless it ends, and how many times that it may last: an
 * engine that sends a byte a second would hold whoever waits for it for ever.
 */
const leastBytes = 64 << 10;
const longest = 20;
/** Most bytes of an answer that is read whole. */
const answerLimit = 64 << 20;
/** Most bytes of a refusal; what is longer says nothing to anybody. */
const refusalLimit = 64 << 10;

/** Every status gives the answer: what it means is decided here, and its body is bounded here. */
const anyStatus: Readonly<Record<number, true>> = Object.fromEntries(
  Array.from({ length: 500 }, (_, i) => [i + 100, true as const]),
);

/** Faults of the network by which nobody was reached at all. */
const unreachable = new Set(['ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH']);

/** An engine's status and what it says about it, when it says no. */
export class EngineRefusal extends Error {
  override name = 'EngineRefusal';
  constructor(
    readonly status: number,
    readonly reason: string,
  ) {
    super(`${status} ${reason}`);
  }
}

/** HTTP with an engine: every answer is bounded and checked, every fault becomes a problem. */
export class EngineConnection {
  private readonly modem: Modem;
  /** `/v1.41`, once the versions have been agreed on. */
  prefix = '';

  /** `name` and `kind` are for sentences. Throws `engine-unsupported`, `engine-untrusted`. */
  constructor(
    readonly address: EngineAddress,
    public name: string,
    public kind: EngineKind,
  ) {
    this.modem = makeModem(address, name);
  }

  /** Sends a request and gives the answer as soon as it begins, whatever its status. */
  async open(request: EngineRequest): Promise<IncomingMessage> {
    try {
      return await this.dial(request);
    } catch (thrown) {
      // A connection that was kept from before may have been closed meanwhile; asking again does no harm.
      const again = (request.method ?? 'GET') === 'GET' && codeOf(thrown) === 'ECONNRESET';
      if (!again || request.signal?.aborted === true) throw this.problemOf(thrown, request);
    }
    try {
      return await this.dial(request);
    } catch (thrown) {
      throw this.problemOf(thrown, request);
    }
  }

  /** As {@link open}, for a status of success alone. Throws {@link EngineRefusal} with the engine's own words. */
  async stream(request: EngineRequest): Promise<IncomingMessage> {
    const answer = await this.open(request);
    const status = answer.statusCode ?? 0;
    if (status >= 200 && status < 300) return answer;
    const text = await this.text(answer, request, refusalLimit).catch((thrown: unknown) => {
      if (thrown instanceof ProblemError && thrown.problem.code === 'engine-answer-invalid') return '';
      throw thrown;
    });
    throw new EngineRefusal(status, refusalText(text));
  }

  /** The whole answer as JSON of a shape. Throws {@link EngineRefusal}, `engine-answer-invalid` and what {@link open} throws. */
  async json<S extends z.ZodType>(
    request: EngineRequest,
    schema: S,
    limit = answerLimit,
  ): Promise<z.output<S>> {
    const text = await this.text(await this.stream(request), request, limit);
    let value: unknown;
    try {
      value = parseBoundedJson(text);
    } catch (thrown) {
      throw this.invalid(request, isBeyondBounds(thrown) ? 'json-bound' : 'json');
    }
    const checked = schema.safeParse(value);
    if (checked.success) return checked.data;
    const [issue] = checked.error.issues;
    const path = issue?.path.join('.') ?? '';
    throw path === '' ? this.invalid(request, 'whole') : this.invalid(request, 'member', path);
  }

  /** Reads an answer to its end as text. Throws `engine-answer-invalid` beyond `limit` bytes, `engine-silent` for one that drips. */
  async text(answer: IncomingMessage, request: EngineRequest, limit = answerLimit): Promise<string> {
    const chunks: Buffer[] = [];
    let size = 0;
    const { patience = usualPatience } = request;
    let [parts, before] = [0, 0];
    const late =
      patience === null ? null : problem('engine-silent', { engine: this.name, seconds: patience / 1000 });
    const watch =
      patience === null
        ? null
        : setInterval(() => {
            if (size - before < leastBytes || ++parts >= longest) answer.destroy(late ?? undefined);
            before = size;
          }, patience);
    try {
      for await (const chunk of answer as AsyncIterable<Buffer>) {
        size += chunk.length;
        if (size > limit) throw this.invalid(request, 'bytes', limit);
        chunks.push(chunk);
      }
    } catch (thrown) {
      throw this.problemOf(thrown, request);
    } finally {
      if (watch) clearInterval(watch);
      answer.destroy();
    }
    return Buffer.concat(chunks).toString('utf8');
  }

  /** A fault of a connection as a problem. */
  problemOf(thrown: unknown, request: Pick<EngineRequest, 'signal'>): Error {
    if (thrown instanceof ProblemError || thrown instanceof EngineRefusal) return thrown;
    if (request.signal?.aborted === true) return problem('cancelled', {}, { cause: thrown });
    const { name: engine, kind, address } = this;
    const place = { engine, address: addressText(address) };
    const reason = codeOf(thrown);
    const options = { cause: thrown };
    if (reason === 'EACCES' || reason === 'EPERM')
      return problem('engine-denied', { ...place, kind }, options);
    if (reason === 'ENOENT' || reason === 'ECONNREFUSED' || reason === 'ENOTSOCK')
      return address.kind === 'tcp'
        ? problem('engine-unreachable', { ...place, reason }, options)
        : problem('engine-not-running', { ...place, kind, reason }, options);
    if (unreachable.has(reason)) return problem('engine-unreachable', { ...place, reason }, options);
    if (reason.startsWith('HPE_')) {
      const facts = { engine, what: addressText(address), ...reasonFacts('http' as const, [reason]) };
      return problem('engine-answer-invalid', facts, options);
    }
    if (/CERT|SSL|TLS|SIGNATURE|^EPROTO$/.test(reason))
      return problem('engine-untrusted', { ...place, reason }, options);
    return problem('engine-lost', { engine }, options);
  }

  /** An answer that cannot be what was asked for. */
  invalid(
    request: Pick<EngineRequest, 'path'>,
    reason: AnswerReason,
    named: string | number = '',
  ): ProblemError {
    return problem('engine-answer-invalid', {
      engine: this.name,
      what: request.path.slice(0, 200),
      ...reasonFacts(reason, named === '' ? [] : [String(named).slice(0, 200)]),
    });
  }

  private async dial(request: EngineRequest): Promise<IncomingMessage> {
    const { method = 'GET', path, query, body, signal, patience = usualPatience } = request;
    const words = new URLSearchParams();
    for (const [key, value] of Object.entries(query ?? {}))
      for (const each of typeof value === 'string' ? [value] : value) words.append(key, each);
    const late = new AbortController();
    const timer =
      patience === null
        ? null
        : setTimeout(
            () => late.abort(problem('engine-silent', { engine: this.name, seconds: patience / 1000 })),
            patience,
          );
    const abort = AbortSignal.any([late.signal, ...(signal ? [signal] : [])]);
    return new Promise<IncomingMessage>((resolve, reject) => {
      let settled = false;
      const settle = (fault: unknown, answer: IncomingMessage | null): void => {
        // Too late for whoever waited: it is not read, and must not hold the connection.
        if (settled) return void answer?.destroy();
        settled = true;
        if (timer) clearTimeout(timer);
        abort.removeEventListener('abort', stop);
        const status = answer?.statusCode ?? 0;
        if (answer && !fault && status >= 200) resolve(answer);
        else if (answer && !fault) {
          answer.destroy();
          reject(this.invalid(request, 'status', status));
        } else if (fault instanceof UnaskedSwitch) reject(this.invalid(request, 'status', fault.status));
        else reject(fault instanceof Error ? fault : new Error('no answer'));
      };
      // Whoever gives up is let go at once, whatever becomes of the request.
      const stop = (): void => settle(late.signal.aborted ? late.signal.reason : abort.reason, null);
      if (abort.aborted) return stop();
      abort.addEventListener('abort', stop);
      this.modem.dial(
        {
          method,
          // The client cuts the last character of a path with a question mark off.
          path: `${this.prefix}${path}${words.size > 0 ? `?${words.toString()}&` : ''}`,
          isStream: true,
          statusCodes: anyStatus,
          abortSignal: abort,
          ...(body ? { file: body, headers: { 'Content-Type': 'application/x-tar' } } : {}),
        },
        settle,
      );
    });
  }
}

function codeOf(thrown: unknown): string {
  const code = thrown instanceof Error ? systemCode(thrown) : undefined;
  return typeof code === 'string' ? code : '';
}

/** What an engine says with a refusal: `{"message": …}`, else its text; bounded, for a sentence. */
function refusalText(text: string): string {
  let said = text.trim();
  try {
    const value = parseBoundedJson(text);
    if (
      typeof value === 'object' &&
      value !== null &&
      'message' in value &&
      typeof value.message === 'string'
    )
      said = value.message;
  } catch {
    // Plain text, as from a proxy.
  }
  return said.slice(0, 500).replace(/[\s.]+$/, '');
}
