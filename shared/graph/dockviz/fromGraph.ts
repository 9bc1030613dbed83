import { addBytes } from '../../image/bytes';
import { hexOf } from '../../image/digest';
import { ownPlaces } from '../chainBytes';
import type { ImageGraph, ImageNode } from '../imageGraph';
import { ownLayer } from '../ownLayer';
import { noName, type DockvizImage } from './images';

const seconds = (date: string | null): number =>
  date === null ? 0 : Math.floor(Date.parse(date) / 1000) || 0;

/**
 * Our graph as dockviz has it, parents first: an image of its for each layer, by chain ID, with the names of the images
 * that end there; an image without layers is one by its own ID. A layer in several stored forms is the one that its image names.
 */
export function dockvizImages(graph: Pick<ImageGraph, 'images' | 'layers'>): readonly DockvizImage[] {
  const tags = new Map<string, string[]>();
  const bare: DockvizImage[] = [];
  // Where an image ends it is that image's word, in sizes too.
  const ends = new Map<string, ImageNode>();
  const own = ownPlaces(graph);
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
  const layers = graph.layers.map((node): DockvizImage => {
    const place = own.get(node.chainId);
    const layer = place?.layer ?? ownLayer(ends.get(node.chainId) ?? {}, node);
    const below = layer.parent === null ? 0 : (total.get(layer.parent) ?? 0);
    const virtualSize = place?.chain ?? addBytes(below, layer.size);
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
