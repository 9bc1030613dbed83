import { problem, ProblemError, problemOf, type Problem } from '../../shared/image/problem';
import type { SourceInfo } from '../../shared/ipc/source';
import { addressText, parseAddress, sourceIdOf } from './address';
import { discoverEngines, type EngineEndpoint } from './discover';
import { engineName, isNotRunning, openEngine, type Engine } from './engine';
import { EngineImages } from './readImages';
import { sourceWords } from './sourceWords';

/** An engine that was looked for once, for the command line. */
export interface FoundEngine {
  readonly info: SourceInfo;
  /** Null where it cannot be used; `info.problem` says why. */
  readonly engine: Engine | null;
  /** Whether it is on the person's own list. */
  readonly added: boolean;
}

interface Tried {
  readonly endpoint: EngineEndpoint;
  readonly engine: Engine | null;
  readonly problem: Problem | null;
  readonly running: boolean;
}

async function attempt(endpoint: EngineEndpoint, signal?: AbortSignal): Promise<Tried> {
  try {
    return { endpoint, engine: await openEngine(endpoint, signal), problem: null, running: true };
  } catch (thrown) {
    if (!(thrown instanceof ProblemError) || thrown.problem.code === 'cancelled') throw thrown;
    return { endpoint, engine: null, problem: problemOf(thrown), running: !isNotRunning(thrown) };
  }
}

/** Engines of this machine and those that somebody named, each asked once who it is; with `count` also how many images it has. */
export async function findEngines(
  options: { readonly count: boolean; readonly signal?: AbortSignal },
  endpoints?: readonly EngineEndpoint[],
): Promise<readonly FoundEngine[]> {
  const all = await Promise.all(
    (endpoints ?? (await discoverEngines())).map((each) => attempt(each, options.signal)),
  );
  const kindOf = ({ engine, endpoint }: Tried) => engine?.kind ?? endpoint.hint;
  const listed = all.filter((each) => {
    if (each.running || each.endpoint.named) return true;
    const others = all.filter((other) => kindOf(other) === kindOf(each));
    return !others.some((other) => other.running || other.endpoint.named) && others[0] === each;
  });
  const words = sourceWords(listed.map((each) => ({ kind: kindOf(each), label: each.endpoint.label })));
  return Promise.all(
    listed.map(async (each, i): Promise<FoundEngine> => {
      const { engine, endpoint } = each;
      const images =
        engine && options.count
          ? await new EngineImages(engine).count(options.signal).catch(() => null)
          : null;
      return {
        engine,
        added: endpoint.added === true,
        info: {
          id: endpoint.id,
          kind: kindOf(each),
          name: engine?.name ?? engineName(endpoint.hint, endpoint.label),
          word: words[i] ?? '',
          address: addressText(endpoint.address),
          state: engine ? 'ready' : each.running ? 'refused' : 'not-running',
          problem: each.problem,
          version: engine?.version ?? null,
          images,
        },
      };
    }),
  );
}

/**
 * The engine of a word (`docker`, `podman-rootless`) or of an address (`unix:///run/docker.sock`). Throws
 * `source-not-found`, or why it cannot be used.
 */
export async function findEngine(word: string, signal?: AbortSignal): Promise<Engine> {
  if (word.includes('/')) {
    const address = parseAddress(word, null);
    const hint = /podman/.test(word) ? 'podman' : 'docker';
    return openEngine({ id: sourceIdOf(address), address, hint, label: '', named: true }, signal);
  }
  const found = await findEngines({ count: false, ...(signal ? { signal } : {}) });
  const one = found.find(({ info }) => info.word === word.toLowerCase());
  if (one?.engine) return one.engine;
  if (one?.info.problem) throw problem(one.info.problem.code, one.info.problem.facts);
  const known = ['store', ...found.map(({ info }) => info.word)].join(', ');
  throw problem('source-not-found', { name: word, known });
}
