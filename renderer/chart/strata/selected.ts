import { columnTop, type Grid, type Scene } from './scene';
import type { ChartSelection } from './frame';

/** Layers that nothing outside of the selection needs and whose parent is not such a layer, by place. */
export function ownRoots({ input }: Scene, { images }: ChartSelection): readonly number[] {
  const counts = new Map<number, number>();
  for (const image of input.images) {
    if (!images.has(image.id)) continue;
    for (const chainId of image.layers) {
      const place = input.placeOfLayer.get(chainId);
      if (place !== undefined) counts.set(place, (counts.get(place) ?? 0) + 1);
    }
  }
  const own = (place: number): boolean => place >= 0 && counts.get(place) === input.layers[place]?.imageCount;
  return [...counts.keys()].filter((place) => own(place) && !own(input.input.layers[place]?.parent ?? -1));
}

/** An outline around all that stands on the bottom of a layer in a run of columns, as a path. */
export function outline(grid: Grid, scene: Scene, layer: number, from: number, to: number): string {
  const { x0, x1, stacks, base, metrics } = grid;
  const by = metrics.gap / 2;
  const bottom = base - (stacks.bottom[layer] ?? 0);
  let path = `M${n((x0[from] ?? 0) - by)} ${n(bottom)}`;
  for (let column = from; column <= to; column++) {
    const end = column === to ? (x1[to] ?? 0) + by : ((x1[column] ?? 0) + (x0[column + 1] ?? 0)) / 2;
    path += `V${n(columnTop(grid, scene, column) - by)}H${n(end)}`;
  }
  return `${path}V${n(bottom)}Z`;
}

const n = (value: number): string => (Math.round(value * 10) / 10).toString();

/** Runs of neighbouring columns of one family that are chosen. */
export function chosenRuns(
  scene: Scene,
  from: number,
  to: number,
  isChosen: (column: number) => boolean,
): readonly { readonly from: number; readonly to: number }[] {
  const firsts = new Set(scene.families.map((family) => family.from));
  const runs: { from: number; to: number }[] = [];
  for (let column = from; column <= to; column++) {
    if (!isChosen(column)) continue;
    const last = runs[runs.length - 1];
    if (last && last.to === column - 1 && !firsts.has(column)) last.to = column;
    else runs.push({ from: column, to: column });
  }
  return runs;
}
