import type { AddedSource } from '../engine/addedSources';
import { foundNames } from '../../shared/ipc/usualEngines';
import { addedNames, hintOf, newAddedName } from '../engine/addedNames';
import { parseAddress, sourceIdOf } from '../engine/address';
import { contextNames, discoverEngines, type Surroundings } from '../engine/discover';
import { openEngine } from '../engine/engine';
import { sourceWords } from '../engine/sourceWords';

/** How long an engine may take to say what it is before it gets its name without having said so, milliseconds. */
const patience = 3000;

/** Names that an engine which comes onto the list may not have: of all that is found, and of contexts, whether they run or not. */
async function takenNames(around: Surroundings): Promise<ReadonlySet<string>> {
  const found = await discoverEngines(around);
  const labels = (await contextNames(around)).map((label) => ({ label, apart: true as const }));
  const words = (['docker', 'podman'] as const).flatMap((kind) =>
    sourceWords([...found, ...labels].map((each) => ({ ...each, kind }))),
  );
  return new Set([...foundNames, ...words.flatMap(({ word, also }) => [word, ...also])]);
}

/**
 * An engine as it comes onto the list, where the entries `before` are on it already: with a name that it keeps, made of its address and of
 * what answers there now.
 */
export async function newAddedEngine(
  address: string,
  around: Surroundings,
): Promise<(before: readonly AddedSource[]) => AddedSource> {
  const read = parseAddress(address, null);
  const hint = hintOf(address);
  const endpoint = { id: sourceIdOf(read), address: read, hint, label: '', named: true };
  const kind = await openEngine(endpoint, AbortSignal.timeout(patience)).then(
    (engine) => engine.kind,
    () => hint,
  );
  const taken = await takenNames(around);
  return (before) => {
    const name = newAddedName(read, kind, new Set([...taken, ...addedNames(before).values()]));
    return { address, name };
  };
}
