import { join } from 'node:path';
import { listOwn, readOwnIfThere, replaceOwn } from '../../store/ownPlaces';
import { places } from '../../store/places';
import { fromStoreJson, toStoreJson } from '../../store/seal';

/**
 * Mount points that commands made in the tree in which they run: no change of a person's, and gone when the last of them has ended.
 * Each run writes down its own, for whoever looks at the tree meanwhile.
 */

const pointsFile = 'points';
const bundlePattern = /^stratigraph-[0-9a-f]{12}$/;

/** Writes down what a run made in the tree of a mount; `bundle` is the folder of the run, `name` what it is called there. */
export async function recordPoints(
  store: string,
  run: { readonly bundle: string; readonly name: string; readonly mount: string },
  points: readonly string[],
): Promise<void> {
  if (points.length === 0) return;
  const { bundle, name, mount } = run;
  const text = toStoreJson('run', store, { name, mount, points });
  await replaceOwn(join(bundle, pointsFile), Buffer.from(text));
}

/** What runs in a mount have made there and not removed yet, in order. What somebody else wrote down counts for nothing. */
export async function recordedPoints(store: string, mount: string): Promise<readonly string[]> {
  const folder = places.runs(store);
  const found = new Set<string>();
  for (const name of await listOwn(folder)) {
    if (!bundlePattern.test(name)) continue;
    const text = await readOwnIfThere(join(folder, name, pointsFile));
    const record = text === null ? null : fromStoreJson('run', store, text);
    if (record?.['name'] !== name || record['mount'] !== mount) continue;
    const { points } = record;
    if (!Array.isArray(points)) continue;
    for (const point of points as readonly unknown[]) if (typeof point === 'string') found.add(point);
  }
  return [...found].sort();
}
