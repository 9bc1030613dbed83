import { createHash } from 'node:crypto';
import {
  parseChainId,
  parseDiffId,
  parseDigest,
  parseImageId,
  type ChainId,
} from '../../../shared/image/digest';
import type { GraphIndex } from '../../../shared/graph/graphIndex';
import type { ImageGraph, ImageNode, LayerNode } from '../../../shared/graph/imageGraph';
import { indexGraph } from '../../../shared/graph/indexGraph';

const sha = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

/** Layers by command: what each stands on, its size, its day. */
const layers: Readonly<Record<string, readonly [parent: string | null, size: number, day: number]>> = {
  base: [null, 100, 1],
  tools: ['base', 50, 2],
  'app one': ['tools', 5, 3],
  'app two': ['tools', 6, 4],
  rock: [null, 10, 1],
  sand: ['rock', 3, 2],
  'other nine': ['sand', 1, 3],
  'other ten': ['sand', 1, 4],
  loose: ['rock', 2, 5],
};

const images: readonly (readonly [top: string, name: string | null])[] = [
  ['base', 'base:1'],
  ['app one', 'app:1'],
  ['app two', 'app:2'],
  ['other nine', 'other:9'],
  ['other ten', 'other:10'],
  ['loose', null],
];

const chainId = (command: string): ChainId => parseChainId(sha(command));

function chainOf(top: string): ChainId[] {
  const chain: ChainId[] = [];
  for (let at: string | null = top; at !== null; at = layers[at]?.[0] ?? null) chain.unshift(chainId(at));
  return chain;
}

/** Two families, six images, one of them dangling: enough of a store for charts and tables. */
export function fakeIndex(): GraphIndex {
  const nodes = Object.entries(layers).map(([command, [parent, size, day]]): LayerNode => {
    const id = chainId(command);
    const blob = {
      digest: parseDigest(sha(`blob ${command}`)),
      size,
      mediaType: 'x',
      compression: 'none' as const,
    };
    return {
      chainId: id,
      parent: parent === null ? null : chainId(parent),
      diffId: parseDiffId(sha(`diff ${command}`)),
      blobs: [blob],
      size,
      tarSize: size,
      createdBy: command,
      comment: '',
      author: '',
      created: `2026-11-0${day}T00:00:00Z`,
      emptySteps: [],
      imageCount: images.filter(([top]) => chainOf(top).includes(id)).length,
    };
  });
  const made = images.map(([top, name]): ImageNode => {
    const chain = chainOf(top);
    const digest = parseDigest(sha(`manifest ${top}`));
    const size = nodes
      .filter((layer) => chain.includes(layer.chainId))
      .reduce((sum, layer) => sum + layer.size, 0);
    return {
      id: parseImageId(sha(`image ${top}`)),
      names: name === null ? [] : [name],
      manifests: [digest],
      roots: [digest],
      layers: chain,
      top: chainId(top),
      created: '2026-11-05T00:00:00Z',
      os: 'linux',
      architecture: 'amd64',
      variant: '',
      labels: {},
      size,
      shared: size - (layers[top]?.[1] ?? 0),
      unique: layers[top]?.[1] ?? 0,
      sharedWith: 2,
      historySteps: chain.length,
      emptySteps: 0,
      containers: [],
    };
  });
  const graph: ImageGraph = {
    source: { kind: 'store' },
    sizes: 'stored',
    revision: 'r',
    images: made,
    layers: nodes,
    storedBytes: 178,
    unsharedBytes: 600,
  };
  return indexGraph(graph);
}
