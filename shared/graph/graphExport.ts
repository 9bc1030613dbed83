import { addBytes } from '../image/bytes';
import { platformText } from '../image/platform';
import { shortDigest } from '../image/digest';
import { ownPlaces } from './chainBytes';
import { csvField, dotText } from './escape';
import type { ImageGraph, ImageNode, LayerNode } from './imageGraph';
import { layerName } from './layerTitle';
import { countedOnce, namedLayers } from './ownLayer';

/**
 * A part of a graph: the images in sight and the layers that they need, parents first, each as the blobs that these images name: a form
 * that is stored for others alone is not in it. With what an image's own `forms` say, its layers and its documents are its size.
 */
export function partOfGraph(
  graph: ImageGraph,
  images: readonly ImageNode[],
): { readonly images: readonly ImageNode[]; readonly layers: readonly LayerNode[] } {
  if (images.length === graph.images.length) return { images, layers: graph.layers };
  return { images, layers: layersOf(images, graph.layers) };
}

/** Of some layers those of some images, in their order, each as the blobs that these images name. */
export function layersOf(images: readonly ImageNode[], layers: readonly LayerNode[]): readonly LayerNode[] {
  const byChain = new Map(layers.map((layer) => [layer.chainId, layer]));
  const named = new Map(namedLayers(images, byChain).map((layer) => [layer.chainId, layer]));
  return layers.flatMap(({ chainId }) => named.get(chainId) ?? []);
}

/** A text as Graphviz takes it between double quotes. */
const quoted = (text: string): string => `"${dotText(text)}"`;

/** Lines of a label; `\n` is Graphviz's own line break. */
const label = (lines: readonly string[]): string =>
  `"${lines.map((line) => quoted(line).slice(1, -1)).join('\\n')}"`;

/**
 * The layer graph in Graphviz's language: a node a layer (named by chain ID, with title and bytes), a box an image, an
 * edge from parent to child as thick as the number of images that pass through. Attributes `bytes`, `chainbytes` (with all below), `diffid` and
 * `chainid` carry the whole values; a layer in several stored forms is the one that its image names, as in the drawing. `sizeText` writes bytes for people.
 */
export function graphDot(
  { images, layers }: Pick<ImageGraph, 'images' | 'layers'>,
  sizeText: (bytes: number) => string,
): string {
  const width = (count: number): string => Math.min(24, 1.5 + 1.7 * count).toFixed(1);
  const lines = [
    'digraph stratigraph {',
    '  rankdir=LR;',
    '  node [shape=box, style=rounded, fontname="Inter, Helvetica, sans-serif", fontsize=11];',
    '  edge [arrowhead=none, color="#9a958c"];',
  ];
  const own = ownPlaces({ images, layers });
  const chains = new Map<string, number>();
  for (const node of layers) {
    const place = own.get(node.chainId);
    const layer = place?.layer ?? node;
    const below = layer.parent === null ? 0 : (chains.get(layer.parent) ?? 0);
    const chain = place?.chain ?? addBytes(below, layer.size);
    chains.set(layer.chainId, chain);
    const title = layerName(layer);
    const text = label([title === '' ? shortDigest(layer.chainId) : title, sizeText(layer.size)]);
    const facts = `bytes=${layer.size}, chainbytes=${chain}, diffid=${quoted(layer.diffId)}, chainid=${quoted(layer.chainId)}`;
    lines.push(`  ${quoted(layer.chainId)} [label=${text}, ${facts}];`);
    if (layer.parent !== null) {
      const edge = `${quoted(layer.parent)} -> ${quoted(layer.chainId)}`;
      lines.push(`  ${edge} [penwidth=${width(layer.imageCount)}];`);
    }
  }
  for (const image of images) {
    const names = image.names.length > 0 ? image.names : [shortDigest(image.id)];
    const look = `style="filled,rounded${image.names.length > 0 ? '' : ',dashed'}", fillcolor="#f3f1ec"`;
    const text = label([...names, sizeText(image.size)]);
    lines.push(`  ${quoted(image.id)} [label=${text}, ${look}, bytes=${image.size}];`);
    if (image.top !== null) lines.push(`  ${quoted(image.top)} -> ${quoted(image.id)} [style=dotted];`);
  }
  lines.push('}', '');
  return lines.join('\n');
}

/** A head and rows of a table. Heads of every export are spelt alike: small letters, words joined by `_`. */
export interface Rows {
  readonly head: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

/** One row a layer; each blob is counted in the row where it comes first, so that the bytes add up to what is stored. */
export function layerRows(layers: readonly LayerNode[]): Rows {
  return {
    head: ['chain_id', 'parent', 'diff_id', 'blobs', 'bytes', 'images', 'created', 'created_by'],
    rows: countedOnce(layers).map((layer) => [
      layer.chainId,
      layer.parent ?? '',
      layer.diffId,
      layer.blobs.map(({ digest }) => digest).join(' '),
      layer.size,
      layer.imageCount,
      layer.created ?? '',
      layer.createdBy,
    ]),
  };
}

/** One row an image. */
export function imageRows(images: readonly ImageNode[]): Rows {
  return {
    head: ['id', 'names', 'created', 'platform', 'layers', 'bytes', 'shared_bytes', 'unique_bytes'],
    rows: images.map((image) => [
      image.id,
      image.names.join(' '),
      image.created ?? '',
      platformText(image),
      image.layers.length,
      image.size,
      image.shared,
      image.unique,
    ]),
  };
}

/**
 * Rows as comma-separated values (RFC 4180): CRLF between records, quotes where needed. A cell that a spreadsheet would
 * take for a formula begins with an apostrophe: names and commands come from images.
 */
export function csvText({ head, rows }: Rows): string {
  const cell = (value: string | number): string =>
    typeof value === 'number' ? String(value) : csvField(value);
  return [head, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}
