import type { ReactNode } from 'react';
import type { ImageNode } from '../../../shared/graph/imageGraph';
import type { ImageDetail } from '../../../shared/ipc/detail';
import { formatBytes } from '../../../shared/text/format';
import { useActions, useApp, useT } from '../../store/hooks';
import { SizeBar } from '../../ui/Amounts';
import { ImageName } from './ImageName';
import { CappedList, Section } from './parts';

const imagesListed = 8;
/** Length of a bar that stands for the whole image, CSS pixels. */
const barWidth = 48;

interface Props {
  readonly image: ImageNode;
  readonly sharing: ImageDetail['sharing'];
}

/** The images that share layers with this one, most bytes first; a press goes there. */
export function Sharing({ image, sharing }: Props): ReactNode {
  const t = useT();
  const { revealImage } = useActions();
  const images = useApp((state) => state.index?.images);
  const rest = image.sharedWith - sharing.length;
  return (
    <Section title={t('inspector.sharing')} fold="sharing" aside={sharing.length > 0 && image.sharedWith}>
      {sharing.length === 0 ? (
        <p className="f12 t3">{t('inspector.sharing.none')}</p>
      ) : (
        <CappedList
          items={sharing}
          cap={imagesListed}
          className="insp-rows"
          render={({ id, name, bytes }) => (
            <li key={id}>
              <button type="button" className="insp-row" onClick={() => revealImage(id)}>
                <ImageName image={{ id, names: images?.get(id)?.names ?? [name] }} />
                <span className="right row">
                  <span className="insp-share">
                    <SizeBar
                      thin
                      width={Math.max(2, Math.round((barWidth * bytes) / Math.max(1, image.size)))}
                      parts={[{ kind: 'shared', bytes }]}
                    />
                  </span>
                  <span className="num t2 insp-amount">{formatBytes(bytes)}</span>
                </span>
              </button>
            </li>
          )}
        />
      )}
      {sharing.length > 0 && rest > 0 && (
        <p className="f12 t3">{t('inspector.sharing.rest', { count: rest })}</p>
      )}
    </Section>
  );
}
