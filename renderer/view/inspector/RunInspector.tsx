import { useMemo, type ReactNode } from 'react';
import type { LayerNode } from '../../../shared/graph/imageGraph';
import { layerBytes } from '../../../shared/graph/layerBytes';
import type { ChainId } from '../../../shared/image/digest';
import { formatBytes } from '../../../shared/text/format';
import { titleOf } from '../../chart/layers/chartText';
import { useActions, useApp, useT } from '../../store/hooks';
import { SizeBar } from '../../ui/Amounts';
import { IconButton } from '../../ui/Button';
import { tip } from '../../ui/Tooltip';
import { ImageRow } from './LayerInspector';
import { Bytes, CappedList, Fact, Section } from './parts';
import { Swatch } from './Swatch';

const layersListed = 40;
const imagesListed = 8;

/** A folded run of layers, from the lowest up: what it holds together, each layer to go to, and whose they are. */
export function RunInspector({ run }: { readonly run: readonly ChainId[] }): ReactNode {
  const t = useT();
  const index = useApp((state) => state.index);
  const { selectImages, selectLayer } = useActions();
  const layers = useMemo(() => run.flatMap((id) => index?.layers.get(id) ?? []), [run, index]);
  const last = layers[layers.length - 1];
  const images = useMemo(
    () => (last && index ? index.graph.images.filter(({ layers: of }) => of.includes(last.chainId)) : []),
    [index, last],
  );
  const { saved } = useMemo(
    () => layerBytes(images, new Map(layers.map((layer) => [layer.chainId, layer]))),
    [images, layers],
  );
  if (!index || !last) return null;
  const size = layers.reduce((sum, layer) => sum + layer.size, 0);
  let chain = 0;
  for (let at: LayerNode | undefined = last; at;) {
    chain += at.size;
    at = at.parent === null ? undefined : index.layers.get(at.parent);
  }
  return (
    <>
      <header className="insp-head">
        <div className="row insp-title">
          <Swatch colour={index.familyOfLayer.get(last.chainId)?.colour} fill />
          <h2 className="ell grow" tabIndex={-1}>
            {t('inspector.run', { count: layers.length })}
          </h2>
          <IconButton
            icon="link"
            size="sm"
            iconSize={16}
            label={t('inspector.layer.sharing')}
            onClick={() => selectImages(images.map(({ id }) => id))}
          />
        </div>
        <p className="f12 t3">{t('inspector.run.note')}</p>
      </header>
      <div className="insp-scroll scroll">
        <Section title={t('inspector.size')} aside={<Bytes bytes={size} className="insp-total" />}>
          <SizeBar
            parts={[
              { kind: images.length > 1 ? 'shared' : 'unique', bytes: size },
              { kind: 'saved', bytes: saved },
            ]}
          />
          {saved > 0 && (
            <p className="f12 t2 num insp-note">{t('inspector.layer.saves', { size: formatBytes(saved) })}</p>
          )}
          <dl className="insp-facts wide insp-after">
            <Fact label={t('inspector.layer.chain')}>
              <Bytes bytes={chain} />
            </Fact>
          </dl>
        </Section>
        <Section title={t('inspector.layers')}>
          <CappedList
            items={[...layers].reverse()}
            cap={layersListed}
            className="insp-rows"
            render={(layer) => (
              <li key={layer.chainId}>
                <button type="button" className="insp-row" onClick={() => selectLayer(layer.chainId)}>
                  <Swatch colour={index.familyOfLayer.get(layer.chainId)?.colour} fill />
                  <span className="ell" {...tip(titleOf(layer, t))}>
                    {titleOf(layer, t)}
                  </span>
                  <span className="right num insp-amount">{formatBytes(layer.size)}</span>
                </button>
              </li>
            )}
          />
        </Section>
        <Section title={t('inspector.layer.sharedBy', { count: images.length })} fold="layer-images">
          <CappedList
            items={images}
            cap={imagesListed}
            className="insp-rows"
            render={(image) => <ImageRow key={image.id} image={image} />}
          />
        </Section>
      </div>
    </>
  );
}
