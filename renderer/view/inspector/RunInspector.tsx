import { useMemo, type ReactNode } from 'react';
import type { LayerNode } from '../../../shared/graph/imageGraph';
import { layerBytes } from '../../../shared/graph/layerBytes';
import { jointLayers } from '../../../shared/graph/ownLayer';
import type { ChainId } from '../../../shared/image/digest';
import { formatBytes } from '../../../shared/text/format';
import { useActions, useApp, useT } from '../../store/hooks';
import { SizeBar } from '../../ui/Amounts';
import { IconButton } from '../../ui/Button';
import { LayerRows, SharedBy } from './LayerRows';
import { Bytes, Fact, Section } from './parts';
import { Swatch } from './Swatch';

const layersListed = 40;

/** A folded run of layers, from the lowest up: what it holds together, each layer to go to, and whose they are. */
export function RunInspector({ run }: { readonly run: readonly ChainId[] }): ReactNode {
  const t = useT();
  const index = useApp((state) => state.index);
  const { selectImages } = useActions();
  const last = run[run.length - 1];
  const images = useMemo(
    () => (last && index ? index.graph.images.filter(({ layers: of }) => of.includes(last)) : []),
    [index, last],
  );
  // As the images name them: of a layer that is stored in several forms not all of these are theirs.
  const { layers, size, saved } = useMemo(() => {
    const inRun = new Map(
      run.flatMap((id): [ChainId, LayerNode][] => {
        const layer = index?.layers.get(id);
        return layer ? [[id, layer]] : [];
      }),
    );
    const joint = jointLayers(images, inRun);
    return {
      layers: joint,
      size: joint.reduce((sum, layer) => sum + layer.size, 0),
      saved: layerBytes(images, inRun).saved,
    };
  }, [run, index, images]);
  if (!index || last === undefined) return null;
  const { chain: chains, place } = index.dense;
  const chain = chains[place.get(last) ?? -1] ?? size;
  return (
    <>
      <header className="insp-head">
        <div className="row insp-title">
          <Swatch colour={index.familyOfLayer.get(last)?.colour} fill />
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
          <LayerRows layers={[...layers].reverse()} cap={layersListed} />
        </Section>
        <SharedBy images={images} />
      </div>
    </>
  );
}
