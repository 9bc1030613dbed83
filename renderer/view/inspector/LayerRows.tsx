import type { ReactNode } from 'react';
import type { ImageNode, LayerNode } from '../../../shared/graph/imageGraph';
import { formatBytes } from '../../../shared/text/format';
import { titleOf } from '../../chart/layers/chartText';
import { useActions, useApp, useT } from '../../store/hooks';
import { tip } from '../../ui/Tooltip';
import { ImageName } from './ImageName';
import { CappedList, Section } from './parts';
import { Swatch } from './Swatch';

interface Props {
  readonly layers: readonly LayerNode[];
  /** Rows that are shown at first. */
  readonly cap: number;
  /** What is said of a layer beside its name. */
  readonly note?: ((layer: LayerNode) => string) | undefined;
}

/** Layers to go to, in the order that they are given in: colour, name and size. */
export function LayerRows({ layers, cap, note }: Props): ReactNode {
  const t = useT();
  const families = useApp((state) => state.index?.familyOfLayer);
  const { selectLayer } = useActions();
  return (
    <CappedList
      items={layers}
      cap={cap}
      className="insp-rows"
      render={(layer) => (
        <li key={layer.chainId}>
          <button type="button" className="insp-row" onClick={() => selectLayer(layer.chainId)}>
            <Swatch colour={families?.get(layer.chainId)?.colour} fill />
            <span className="ell" {...tip(titleOf(layer, t))}>
              {titleOf(layer, t)}
            </span>
            {note && <span className="right t3 insp-fixed">{note(layer)}</span>}
            <span className={note ? 'num insp-amount' : 'right num insp-amount'}>
              {formatBytes(layer.size)}
            </span>
          </button>
        </li>
      )}
    />
  );
}

/** A row that leads to an image. */
function ImageRow({ image }: { readonly image: ImageNode }): ReactNode {
  const { revealImage } = useActions();
  const size = useApp((state) => state.index?.images.get(image.id)?.size ?? 0);
  return (
    <li>
      <button type="button" className="insp-row" onClick={() => revealImage(image.id)}>
        <ImageName image={image} />
        <span className="right num t2">{formatBytes(size)}</span>
      </button>
    </li>
  );
}

/** Images that a layer shows at first. */
const imagesListed = 8;

/** Whose a layer, or a run of layers, is. */
export function SharedBy({ images }: { readonly images: readonly ImageNode[] }): ReactNode {
  const t = useT();
  return (
    <Section title={t('inspector.layer.sharedBy', { count: images.length })} fold="layer-images">
      <CappedList
        items={images}
        cap={imagesListed}
        className="insp-rows"
        render={(image) => <ImageRow key={image.id} image={image} />}
      />
    </Section>
  );
}
