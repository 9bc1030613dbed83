import { problem, ProblemError, type EngineKind } from '../../shared/image/problem';
import { addressText } from './address';
import { versionAnswer } from './answers';
import { EngineConnection, EngineRefusal } from './connection';
import type { EngineEndpoint } from './discover';

/** An engine that answers. */
export interface Engine {
  readonly endpoint: EngineEndpoint;
  readonly kind: EngineKind;
  /** For people: `Docker`, `Podman rootless`. */
  readonly name: string;
  readonly version: string;
  readonly api: readonly [major: number, minor: number];
  readonly connection: EngineConnection;
}

/** The oldest API that is spoken: Docker 1.12's, of 2016, and the one that Podman begins with. */
const oldest = [1, 24] as const;
/** The newest one that we know; a later engine answers in it. */
const newest = [1, 47] as const;
/** How long an engine may take to say who it is, milliseconds: Podman starts two programs first. */
const patience = 15_000;

const programs = { docker: 'Docker', podman: 'Podman' } as const;

/** An engine's name for people. */
export function engineName(kind: EngineKind, label: string): string {
  return label === '' ? programs[kind] : `${programs[kind]} ${label}`;
}

function parseApi(text: string): readonly [number, number] | null {
  const found = /^(\d{1,3})\.(\d{1,3})$/.exec(text);
  return found ? [Number(found[1]), Number(found[2])] : null;
}

const isBefore = (a: readonly [number, number], b: readonly [number, number]): boolean =>
  a[0] !== b[0] ? a[0] < b[0] : a[1] < b[1];

/**
 * Asks who is at an address and agrees on a version of the API. Podman is told from Docker by its answer. Throws
 * `engine-not-running`, `engine-denied`, `engine-unreachable`, `engine-untrusted`, `engine-unsupported`,
 * `engine-too-old`, `engine-silent`, `engine-answer-invalid`.
 */
export async function openEngine(endpoint: EngineEndpoint, signal?: AbortSignal): Promise<Engine> {
  const { hint, label, address } = endpoint;
  const connection = new EngineConnection(address, engineName(hint, label), hint);
  const request = { path: '/version', patience, ...(signal ? { signal } : {}) };
  const said = await connection.json(request, versionAnswer, 1 << 20).catch((thrown: unknown) => {
    if (thrown instanceof EngineRefusal) throw connection.invalid(request, 'status', thrown.status);
    throw thrown;
  });
  const kind = said.Components.some(({ Name }) => /podman/i.test(Name)) ? 'podman' : 'docker';
  const name = engineName(kind, label);
  connection.name = name;
  connection.kind = kind;
  const theirs = parseApi(said.ApiVersion);
  if (!theirs) throw connection.invalid(request, 'api-version', said.ApiVersion.slice(0, 40));
  if (isBefore(theirs, oldest)) {
    throw problem('engine-too-old', {
      engine: name,
      version: said.Version.slice(0, 60),
      api: said.ApiVersion,
      needed: oldest.join('.'),
    });
  }
  const api = isBefore(newest, theirs) ? newest : theirs;
  connection.prefix = `/v${api.join('.')}`;
  return { endpoint, kind, name, version: said.Version.slice(0, 60), api, connection };
}

/** Whether a problem means that nobody answers, rather than that an answer cannot be used. */
export function isNotRunning(thrown: unknown): boolean {
  if (!(thrown instanceof ProblemError)) return false;
  const { code } = thrown.problem;
  return (
    code === 'engine-not-running' ||
    code === 'engine-unreachable' ||
    code === 'engine-lost' ||
    code === 'engine-silent'
  );
}

/** An engine's refusal of something as a problem in its own words; other faults are passed on. */
export function refusedProblem(engine: Engine, thrown: unknown): unknown {
  if (!(thrown instanceof EngineRefusal)) return thrown;
  return problem(
    'engine-refused',
    { engine: engine.name, status: thrown.status, message: thrown.reason },
    { cause: thrown },
  );
}

/** An engine's address as people write it. */
export function engineAddress(engine: Engine): string {
  return addressText(engine.endpoint.address);
}
