import type { ReactNode } from 'react';
import { groupDigits } from '../../../shared/text/format';
import { isHome } from '../../../shared/ipc/placeKinds';
import { useApp, useT } from '../../store/hooks';
import { currentSource, sourceName } from '../../store/sources';
import { Bytes, Fact, Section } from './parts';

/** What to do, and the store as a whole, while nothing is selected. */
export function NothingSelected(): ReactNode {
  const t = useT();
  const index = useApp((state) => state.index);
  const source = useApp(currentSource);
  const atHome = useApp((state) => isHome(state.source));
  if (!index) return null;
  const { graph } = index;
  const unpacked = graph.sizes === 'unpacked';
  return (
    <div className="insp-scroll scroll" tabIndex={-1} data-pane-focus>
      <div className="insp-head">
        <h2 className="t2" tabIndex={-1}>
          {t('inspector.nothing')}
        </h2>
        <p className="f12 t2">{t('inspector.nothing.hint')}</p>
      </div>
      <Section title={atHome ? t('inspector.store') : sourceName(source, t)}>
        <dl className="insp-facts wide">
          <Fact label={t('inspector.images')}>
            <span className="num">{groupDigits(graph.images.length)}</span>
          </Fact>
          <Fact label={t('inspector.layers')}>
            <span className="num">{groupDigits(graph.layers.length)}</span>
          </Fact>
          <Fact label={t(unpacked ? 'inspector.unpacked' : atHome ? 'inspector.onDisk' : 'place.size')}>
            <Bytes bytes={graph.storedBytes} />
          </Fact>
          <Fact label={t('inspector.saved')}>
            <Bytes bytes={index.layerBytes.saved} />
          </Fact>
        </dl>
      </Section>
    </div>
  );
}
