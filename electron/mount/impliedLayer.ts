import { chmodSync, mkdirSync } from 'node:fs';
import { withTree } from '../system/beneath';
import { dropBeneath } from '../system/removeBeneath';
import { setModified } from '../system/syscalls';
import { diskProblem } from '../worker/jobTools';
import type { JobInput, JobOutput } from '../worker/jobs';
import { makeTreeRoot } from './accessLists';
import { dress } from './dress';
import { withLowerLayers } from './lowerLayers';
import { impliedMetadata } from './treeRules';
import { looksOfDirectory, type Looks } from './upperEntries';

/** The job `implied-layer`. */
export function impliedLayer(input: JobInput<'implied-layer'>): JobOutput<'implied-layer'> {
  const { target, directories } = input;
  try {
    makeTreeRoot(target);
    // Looked at first: the layers are mounted over the place of what is made then.
    const looks = looksIn(input);
    withTree(target, (tree) => {
      for (const { path } of directories) if (path !== '') mkdirSync(tree.at(path), { mode: 0o700 });
      for (const { path } of [...directories].reverse()) {
        const found = looks.get(path);
        if (found) dress(tree, path, found);
        else {
          chmodSync(tree.at(path), impliedMetadata.mode);
          setModified(tree.textAt(path), impliedMetadata.seconds, impliedMetadata.nanoseconds);
        }
      }
    });
  } catch (cause) {
    dropBeneath(target);
    throw diskProblem(cause, target, 'write');
  }
  return null;
}

/** What the directories look like in the layers that list them. */
function looksIn({ target, directories, layers }: JobInput<'implied-layer'>): ReadonlyMap<string, Looks> {
  const found = new Map<string, Looks>();
  const numbers = [...new Set(directories.flatMap(({ layer }) => layer ?? []))];
  const wanted = numbers.flatMap((number) => {
    const layer = layers[number];
    return layer === undefined ? [] : [{ number, layer }];
  });
  const look = (number: number, root: string): void =>
    withTree(root, (tree) => {
      for (const { path, layer } of directories) {
        const looks = layer === number ? looksOfDirectory(tree, path) : null;
        if (looks) found.set(path, looks);
      }
    });
  const images = wanted.filter(({ layer }) => typeof layer !== 'string');
  for (const { number, layer } of wanted) if (typeof layer === 'string') look(number, layer);
  if (images.length > 0)
    withLowerLayers(
      target,
      images.map(({ layer }) => layer),
      (names) => names.forEach((name, i) => look(images[i]?.number ?? -1, `${target}/${name}`)),
    );
  return found;
}
