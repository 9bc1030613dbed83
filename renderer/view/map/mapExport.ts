import { displayName } from '../../../shared/graph/sharing';
import type { ChartData } from '../../chart/chartExport';
import type { MapText } from '../../chart/treemap/mapText';
import { imagesOf, type MapNode, type MapTree } from '../../chart/treemap/mapTree';

type Row = readonly (string | number)[];

const head = ['place', 'kind', 'bytes', 'images', 'held_by', 'digest', 'diff_id', 'created_by'] as const;
/** Names of holders that are listed. */
const listed = 50;

/** What lies in a block, as data: every block down to the layers, or to the files of the directory that is in sight. */
export function mapData(root: MapNode, tree: MapTree, text: MapText): ChartData {
  const rows: Row[] = [];
  const names = (node: MapNode): readonly string[] => {
    if (node.kind === 'together') return imagesOf(tree, node.spans).slice(0, listed).map(displayName);
    return node.kind === 'image' ? [displayName(node.image)] : [];
  };
  const count = (node: MapNode): number => {
    if (node.kind === 'together') return node.spans.reduce((sum, { lo, hi }) => sum + hi - lo, 0);
    if (node.kind === 'layer') return node.holders;
    return node.kind === 'image'
      ? 1
      : node.kind === 'repository' || node.kind === 'nameless'
        ? node.images
        : 0;
  };
  const plain = (node: MapNode, place: string): unknown => {
    const layer = node.kind === 'layer' ? node : null;
    rows.push([
      place,
      node.kind,
      node.bytes,
      count(node),
      names(node).join(' '),
      layer?.blob.digest ?? (node.kind === 'image' ? node.image.id : ''),
      layer?.layers[0].diffId ?? '',
      layer?.layers[0].createdBy ?? '',
    ]);
    return {
      name: text.title(node),
      kind: node.kind,
      bytes: node.bytes,
      ...(count(node) > 0 ? { images: count(node) } : {}),
      ...(names(node).length > 0 ? { heldBy: names(node) } : {}),
      ...(layer ? { digest: layer.blob.digest, layers: layer.layers.map(({ chainId }) => chainId) } : {}),
      ...(node.kind === 'entry' ? { path: node.path, files: node.files } : {}),
      children: node.children.map((child) => plain(child, `${place}/${text.title(child)}`)),
    };
  };
  const json = plain(root, text.title(root));
  return { json, csv: { head: [...head], rows }, dot: null };
}
