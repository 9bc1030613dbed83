import type { ChainId, DiffId } from './digest';

/** A history step as an engine tells it: without a word whether it made a layer. */
export interface SizedStep {
  readonly createdBy: string;
  /** Bytes that it added. */
  readonly size: number;
}

/** A layer to find the step of. */
export interface UnsizedLayer {
  readonly chainId: ChainId;
  readonly diffId: DiffId;
}

/** Diff ID of the tar without a member (1,024 zero bytes): the layer of a step that changed nothing. */
const emptyTar = 'sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef';

/** What a match costs; the cheapest match of all steps and layers wins. */
const cost = {
  /** A layer for which there is no step. */
  layerAlone: 1000,
  /** A step that added bytes and would have made no layer. */
  bytesLost: 10_000,
  /** The layer of nothing with a step that added bytes. */
  bytesFromNothing: 5000,
  /** Another size than this very layer has in another image. */
  otherSize: 500,
} as const;

/** How unlikely it is that a step without bytes made a layer, 0 to 9. */
function metadata(createdBy: string): number {
  const words = createdBy.replace(/^\/bin\/sh -\S+ #\(nop\)\s+/, '').trimStart();
  const instruction = /^([A-Z]+)\b/.exec(words)?.[1] ?? '';
  switch (instruction) {
    case 'RUN':
    case 'COPY':
    case 'ADD':
      return 0;
    case 'WORKDIR':
      return 3;
    case 'ENV':
    case 'CMD':
    case 'LABEL':
    case 'EXPOSE':
    case 'ENTRYPOINT':
    case 'USER':
    case 'VOLUME':
    case 'ARG':
    case 'ONBUILD':
    case 'STOPSIGNAL':
    case 'HEALTHCHECK':
    case 'SHELL':
    case 'MAINTAINER':
      return 9;
    default:
      return 1;
  }
}

/**
 * Finds out which steps of an engine's history made which layers, both oldest first. The API gives a step's bytes but not
 * whether it made a layer, and a layer may have none (`RUN true`, `WORKDIR`). Where as many steps have bytes as there are
 * layers, that is the answer; otherwise the likeliest match in order is taken, by instruction, by the diff ID of an empty
 * tar, and by `known` sizes of layers that other images have, too. Gives for each step the index of its layer or null.
 */
export function alignHistory(
  steps: readonly SizedStep[],
  layers: readonly UnsizedLayer[],
  known: ReadonlyMap<ChainId, number>,
): readonly (number | null)[] {
  const withBytes = steps.filter(({ size }) => size > 0).length;
  if (withBytes === layers.length) {
    let next = 0;
    return steps.map(({ size }) => (size > 0 ? next++ : null));
  }
  const width = layers.length + 1;
  // best[i][j]: the least cost of the first i steps and the first j layers; how: the last move that gives it.
  const best = new Float64Array((steps.length + 1) * width).fill(Infinity);
  const how = new Uint8Array(best.length);
  best[0] = 0;
  const offer = (to: number, total: number, move: number): void => {
    if (total >= (best[to] ?? 0)) return;
    best[to] = total;
    how[to] = move;
  };
  for (let i = 0; i <= steps.length; i++) {
    for (let j = 0; j <= layers.length; j++) {
      const at = i * width + j;
      const here = best[at] ?? Infinity;
      const step = steps[i];
      const layer = layers[j];
      if (step) offer(at + width, here + (step.size > 0 ? cost.bytesLost : 9 - metadata(step.createdBy)), 1);
      if (layer) offer(at + 1, here + cost.layerAlone, 2);
      if (step && layer) offer(at + width + 1, here + matchCost(step, layer, known), 3);
    }
  }
  const found: (number | null)[] = steps.map(() => null);
  let [i, j] = [steps.length, layers.length];
  while (i > 0 || j > 0) {
    const move = how[i * width + j];
    if (move === 3) found[--i] = --j;
    else if (move === 1) i--;
    else j--;
  }
  return found;
}

function matchCost(step: SizedStep, layer: UnsizedLayer, known: ReadonlyMap<ChainId, number>): number {
  const size = known.get(layer.chainId);
  let total = size !== undefined && size !== step.size ? cost.otherSize : 0;
  if (layer.diffId === emptyTar && step.size > 0) total += cost.bytesFromNothing;
  return total + (step.size > 0 ? 0 : metadata(step.createdBy));
}
