import type { ChartData } from '../../chart/chartExport';
import { pictureSvg } from '../../chart/drawing/pictureSvg';
import { overlapLabels, overlapShapes, type OverlapScene } from '../../chart/overlap/overlapPicture';

/** The matrix as data: each pair of rows once, with the rows themselves on the diagonal. */
export function overlapData({ items, matrix, text }: OverlapScene): ChartData {
  const names = items.map((item) => text.name(item));
  const rows: (readonly (string | number)[])[] = [];
  const cells: number[][] = [];
  items.forEach((_, i) => {
    cells.push(Array.from({ length: items.length }, (_value, k) => matrix.bytes(i, k)));
    for (let k = 0; k <= i; k++) {
      rows.push([names[i] ?? '', names[k] ?? '', matrix.bytes(i, k), Number(matrix.share(i, k).toFixed(6))]);
    }
  });
  return {
    json: {
      rows: items.map((item, i) => ({
        name: names[i],
        kind: item.kind,
        bytes: matrix.bytes(i, i),
        images: item.images.map(({ id }) => id),
      })),
      sharedBytes: cells,
    },
    csv: { head: ['first', 'second', 'shared_bytes', 'share_of_smaller'], rows },
    dot: null,
  };
}

/** The matrix as an SVG document. */
export function overlapSvg(scene: OverlapScene, title: string): string {
  const { width, height } = scene.layout;
  const { labels } = overlapLabels(scene, new Set());
  return pictureSvg({ width, height, shapes: overlapShapes(scene), labels }, scene.palette, title);
}
