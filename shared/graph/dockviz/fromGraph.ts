import { addBytes } from '../../image/bytes';
import { hexOf } from '../../image/digest';
import type { ImageGraph, ImageNode, LayerNode } from '../imageGraph';
import { ownLayer } from '../ownLayer';
import { noName, type DockvizImage } from './images';

const seconds = (date: string | null): number =>
  date === null ? 0 : Math.floor(Date.parse(date) / 1000) || 0;

/**
 * Our graph as dockviz has it, parents first: an image of its for each layer, by chain ID, with the names of the images
 * that end there; an image without layers is one by its own ID. Sizes are those of the graph.
 */
export function dockvizImages(graph: Pick<ImageGraph, 'images' | 'layers'>): readonly DockvizImage[] {
  const tags = new Map<string, string[]>();
  const bare: DockvizImage[] = [];
  // Where an image ends it is that image's word.
  const ends = new Map<string, ImageNode>();
  for (const image of graph.images) {
    if (image.top !== null) {
      if (!ends.has(image.top)) ends.set(image.top, image);
      const list = tags.get(image.top);
      if (list) for (const name of image.names) list.push(name);
      else tags.set(image.top, [...image.names]);
      continue;
    }
    const id = hexOf(image.id);
    const repoTags = image.names.length > 0 ? image.names : [noName];
    const created = seconds(image.created);
    bare.push({ id, shownId: id, parentId: '', repoTags, virtualSize: 0, size: 0, created, createdBy: '' });
  }
  const total = new Map<string, number>();
  const below = (layer: LayerNode): number => (layer.parent === null ? 0 : (total.get(layer.parent) ?? 0));
  const layers = graph.layers.map((node): DockvizImage => {
    const layer = ownLayer(ends.get(node.chainId) ?? {}, node);
    const virtualSize = addBytes(below(layer), layer.size);
    total.set(layer.chainId, virtualSize);
    const id = hexOf(layer.chainId);
    const names = tags.get(layer.chainId) ?? [];
    return {
      id,
      shownId: id,
      parentId: layer.parent === null ? '' : hexOf(layer.parent),
      repoTags: names.length > 0 ? names.sort() : [noName],
      virtualSize,
      size: layer.size,
      created: seconds(layer.created),
      createdBy: layer.createdBy,
    };
  });
  return [...layers, ...bare];
}
