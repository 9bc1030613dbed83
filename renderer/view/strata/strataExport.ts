import type { GraphIndex } from '../../../shared/graph/graphIndex';
import { layersOf } from '../../../shared/graph/graphExport';
import { countedOnce } from '../../../shared/graph/ownLayer';
import { displayName } from '../../../shared/graph/sharing';
import type { ChainId } from '../../../shared/image/digest';
import type { ChartExport } from '../../chart/chartExport';
import type { Scene } from '../../chart/strata/scene';

/** What the strata hand out: the drawing, and every layer in sight, as the images in sight name it, with those that share it. */
export function strataExport(index: GraphIndex, scene: Scene, svg: () => string): ChartExport {
  return {
    name: 'strata',
    svg,
    data: () => {
      const { images } = scene.input;
      const layers = layersOf(images, scene.input.layers);
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
          head: ['chain_id', 'diff_id', 'bytes', 'images', 'created_by', 'created'],
          rows: countedOnce(layers).map(({ chainId, diffId, size, createdBy, created }) => [
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
