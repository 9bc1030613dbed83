import type { GraphIndex } from '../../../shared/graph/graphIndex';
import { displayName } from '../../../shared/graph/sharing';
import type { ChainId } from '../../../shared/image/digest';
import type { ChartExport } from '../../chart/chartExport';
import type { Scene } from '../../chart/strata/scene';

/** What the strata hand out: the drawing, and every layer in sight with the images that share it. */
export function strataExport(index: GraphIndex, scene: Scene, svg: () => string): ChartExport {
  return {
    name: 'strata',
    svg,
    data: () => {
      const { images, layers } = scene.input;
      const holders = new Map<ChainId, string[]>();
      for (const image of images) {
        for (const chainId of image.layers) {
          const list = holders.get(chainId);
          if (list) list.push(displayName(image));
          else holders.set(chainId, [displayName(image)]);
        }
      }
      const order = Array.from(scene.layout.sequence, (image) => images[image]);
      return {
        json: {
          columns: order.flatMap((image) =>
            image
              ? [
                  {
                    id: image.id,
                    names: image.names,
                    size: image.size,
                    family: index.familyOfImage.get(image.id)?.name ?? '',
                    layers: image.layers,
                  },
                ]
              : [],
          ),
          bands: layers.map(({ chainId, parent, diffId, size, createdBy, created }) => ({
            chainId,
            parent,
            diffId,
            size,
            images: holders.get(chainId) ?? [],
            command: createdBy,
            created,
          })),
        },
        csv: {
          head: ['chain ID', 'diff ID', 'size', 'images', 'command', 'created'],
          rows: layers.map(({ chainId, diffId, size, createdBy, created }) => [
            chainId,
            diffId,
            size,
            holders.get(chainId)?.length ?? 0,
            createdBy,
            created ?? '',
          ]),
        },
        dot: null,
      };
    },
  };
}
