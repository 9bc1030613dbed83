import { useMemo, type ReactNode } from 'react';
import { adviceFor, equalContent } from '../../../shared/graph/equalContent';
import type { ImageNode, LayerNode } from '../../../shared/graph/imageGraph';
import { displayName } from '../../../shared/graph/sharing';
import { shortDigest } from '../../../shared/image/digest';
import { formatBytes, visibleText } from '../../../shared/text/format';
import { titleOf } from '../../chart/layers/chartText';
import { useActions, useApp, useT } from '../../store/hooks';
import { tip } from '../../ui/Tooltip';
import { CappedList, Section } from './parts';
import { Swatch } from './Swatch';

const placesListed = 6;

/** Where else the content of a layer stands: on which parents, in how many images, and what that takes. */
export function AlsoUnder({ layer }: { readonly layer: LayerNode }): ReactNode {
  const t = useT();
  const { selectLayer } = useActions();
  const index = useApp((state) => state.index);
  const found = useMemo(() => index && equalContent(index, layer), [index, layer]);
  if (!index || !found || found.others.length === 0) return null;
  return (
    <Section title={t('equal.title')} aside={found.others.length}>
      <p className="f12 t2 insp-note">
        {found.copies < 2
          ? t('equal.once')
          : t('equal.copies', { copies: found.copies, size: formatBytes(found.extraBytes) })}
      </p>
      <CappedList
        items={found.others}
        cap={placesListed}
        className="insp-rows"
        render={(other) => {
          const parent = other.parent === null ? undefined : index.layers.get(other.parent);
          const title = parent ? titleOf(parent, t) : t('equal.base');
          return (
            <li key={other.chainId}>
              <button
                type="button"
                className="insp-row"
                onClick={() => selectLayer(other.chainId)}
                {...tip(`${title}\n${other.chainId}`)}
              >
                <Swatch colour={index.familyOfLayer.get(other.chainId)?.colour} fill />
                <span className="ell">{title}</span>
                <span className="mono f11 t3 insp-fixed">{shortDigest(other.chainId).slice(0, 7)}</span>
                <span className="right t3 insp-fixed">{t('equal.images', { count: other.imageCount })}</span>
              </button>
            </li>
          );
        }}
      />
    </Section>
  );
}

/** What rebasing an image, and those like it, on a base that is here would free; nothing where there is no such base. */
export function Advice({ image }: { readonly image: ImageNode }): ReactNode {
  const t = useT();
  const { revealImage, selectImages } = useActions();
  const index = useApp((state) => state.index);
  const advice = useMemo(() => index && adviceFor(index, image.id), [index, image]);
  if (!advice) return null;
  const { base, images, bytes, equal } = advice;
  return (
    <Section title={t('equal.advice')}>
      <p className="f12">
        {t('equal.rebase', {
          count: images.length,
          base: visibleText(displayName(base)),
          size: formatBytes(bytes),
        })}
      </p>
      <p className="f12 t3 insp-note">
        {t('equal.why', { layers: equal.layers, size: formatBytes(equal.bytes) })}
      </p>
      <div className="row f12 insp-note">
        <button type="button" className="link-btn insp-link" onClick={() => revealImage(base.id)}>
          {t('equal.showBase')}
        </button>
        {images.length > 1 && (
          <button
            type="button"
            className="link-btn insp-link"
            onClick={() => selectImages(images.map(({ id }) => id))}
          >
            {t('map.menu.selectImages', { count: images.length })}
          </button>
        )}
      </div>
    </Section>
  );
}
