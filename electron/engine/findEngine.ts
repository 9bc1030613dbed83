import { problem, ProblemError, problemOf, type EngineKind, type Problem } from '../../shared/image/problem';
import type { SourceInfo } from '../../shared/ipc/source';
import { maskedAddress } from '../../shared/text/maskedAddress';
import { addressText, parseAddress, sourceIdOf } from './address';
import { hintOf } from './addedNames';
import { addedPaths } from './addedSources';
import { discoverEngines, ownSurroundings, sameEngine, type EngineEndpoint } from './discover';
import { engineName, isNotRunning, openEngine, type Engine } from './engine';
import { listedEngines } from './listedEngines';
import { EngineImages } from './readImages';
import { sourceWords, type SourceWord } from './sourceWords';

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

/** All that were found, each asked once who it is, with what it is called by, and whether it is listed. */
async function tryEngines(
  endpoints: readonly EngineEndpoint[],
  signal?: AbortSignal,
): Promise<readonly (Tried & SourceWord & { readonly kind: EngineKind; readonly isListed: boolean })[]> {
  const tried = await Promise.all(endpoints.map((each) => attempt(each, signal)));
  const kindOf = ({ engine, endpoint }: Tried): EngineKind => engine?.kind ?? endpoint.hint;
  const words = sourceWords(tried.map((each) => ({ ...each.endpoint, kind: kindOf(each) })));
  const all = tried.map((each, i) => ({
    ...each,
    ...(words[i] ?? { word: '', also: [] }),
    kind: kindOf(each),
    isThere: each.running,
  }));
  const listed = new Set(listedEngines(all));
  return all.map((each) => ({ ...each, isListed: listed.has(each) }));
}

/** Engines of this machine and those that somebody named, each asked once who it is; with `count` also how many images it has. */
export async function findEngines(
  options: { readonly count: boolean; readonly signal?: AbortSignal },
  endpoints?: readonly EngineEndpoint[],
): Promise<readonly FoundEngine[]> {
  const all = await tryEngines(endpoints ?? (await discoverEngines()), options.signal);
  return Promise.all(
    all
      .filter(({ isListed }) => isListed)
      .map(async (each): Promise<FoundEngine> => {
        const { engine, endpoint, kind, word } = each;
        const images =
          engine && options.count
            ? await new EngineImages(engine).count(options.signal).catch(() => null)
            : null;
        return {
          engine,
          added: endpoint.added === true,
          info: {
            id: endpoint.id,
            kind,
            name: engine?.name ?? engineName(endpoint.hint, endpoint.label),
            word,
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

/** All words that mean an engine, whether it answers or not: those that are listed, and others for the same ones. */
export async function engineWords(signal?: AbortSignal): Promise<ReadonlySet<string>> {
  const found = await tryEngines(await discoverEngines(), signal);
  return new Set(found.flatMap(({ word, also }) => [word, ...also]));
}

/** All words of places as `sources` lists them, for a sentence: the store, engines, then what is on the person's list by its path. */
export async function knownPlaces(engines: readonly string[]): Promise<string> {
  return ['store', ...engines, ...(await addedPaths(ownSurroundings()))].join(', ');
}

/**
 * The engine of a word (`docker`, `podman-rootless`) or of an address (`unix:///run/docker.sock`). Throws
 * `source-not-found`, or why it cannot be used.
 */
export async function findEngine(word: string, signal?: AbortSignal): Promise<Engine> {
  if (word.includes('/')) {
    const address = parseAddress(word, null);
    // One that does not answer is what it is known as where it is listed.
    const listed = await sameEngine(address, await discoverEngines());
    const hint = listed?.hint ?? hintOf(word);
    return openEngine({ id: sourceIdOf(address), address, hint, label: '', named: true }, signal);
  }
  const found = await tryEngines(await discoverEngines(), signal);
  const meant = word.toLowerCase();
  const one = found.find((each) => each.word === meant) ?? found.find(({ also }) => also.includes(meant));
  if (one?.engine) return one.engine;
  if (one?.problem) throw problem(one.problem.code, one.problem.facts);
  const known = await knownPlaces(found.filter(({ isListed }) => isListed).map((each) => each.word));
  throw problem('source-not-found', { name: maskedAddress(word), known });
}
