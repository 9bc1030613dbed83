import type { TreeEntry, TreeLeaf } from '../../../shared/layer/layerTree';
import type { LayerTree } from '../../../shared/ipc/layerTree';
import type { MapNode } from './mapTree';

const keyOf = (layer: string, path: string): string => `${layer}/${path}`;

function entryNode(layer: MapNode, entry: TreeLeaf, path: string, children: readonly MapNode[]): MapNode {
  return {
    key: keyOf(layer.key, path),
    kind: 'entry',
    entry: entry.kind,
    name: entry.name,
    path,
    bytes: entry.bytes,
    files: entry.files,
    more: null,
    colour: layer.colour,
    children,
  };
}

/** What stands for the names that a page or a folder's first names leave out; they are asked for when it is gone into. */
function moreNode(
  layer: MapNode,
  path: string,
  { bytes, files, offset, name }: { bytes: number; files: number; offset: number; name: string },
): MapNode {
  return {
    key: `${keyOf(layer.key, path)}//${offset}`,
    kind: 'entry',
    entry: 'directory',
    name,
    path,
    bytes,
    files,
    more: { offset },
    colour: 0,
    children: [],
  };
}

function nodeOf(layer: MapNode, parent: string, entry: TreeEntry, more: string): MapNode {
  const path = parent === '' ? entry.name : `${parent}/${entry.name}`;
  const children = entry.children.map((child) => entryNode(layer, child, `${path}/${child.name}`, []));
  const rest = entry.bytes - children.reduce((sum, { bytes }) => sum + bytes, 0);
  // All names of the folder are there unless bytes are left over.
  if (children.length > 0 && rest > 0) {
    children.push(moreNode(layer, path, { bytes: rest, files: 0, offset: children.length, name: more }));
  }
  return entryNode(layer, entry, path, children);
}

/**
 * The blocks of a page of a layer's directory. Their bytes are those of files, unpacked, and add up to the directory's
 * from `offset` on. `more` names what is left out, `moreOf` with how many there are.
 */
export function entryBlocks(
  layer: MapNode,
  path: string,
  offset: number,
  tree: LayerTree,
  words: { readonly more: string; readonly moreOf: (count: number) => string },
): readonly MapNode[] {
  const blocks = tree.page.map((entry) => nodeOf(layer, path, entry, words.more));
  const next = offset + tree.page.length;
  if (tree.restBytes > 0) {
    const name = words.moreOf(tree.entries - next);
    blocks.push(moreNode(layer, path, { bytes: tree.restBytes, files: 0, offset: next, name }));
  }
  return blocks.sort((a, b) => b.bytes - a.bytes || (a.key < b.key ? -1 : 1));
}
