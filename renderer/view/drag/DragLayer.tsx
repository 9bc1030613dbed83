import { useLayoutEffect, useRef, type ReactNode } from 'react';
import { useT } from '../../store/hooks';
import { useImageDrag, type ImageDrag } from '../../store/imageDrag';
import { Icon } from '../../ui/Icon';
import { Kbd } from '../../ui/Kbd';
import { CutText } from '../CutText';
import { Sources } from '../shell/Sources';
import { verdictOn } from './imageDrag';

/** Room between the pointer and what it holds, CSS pixels. */
const away = 14;

/** What a person holds, beside the pointer, with what dropping it here would do. Where no source is in sight they come up at the edge. */
export function DragLayer(): ReactNode {
  const drag = useImageDrag((held) => held);
  return drag && <Held drag={drag} />;
}

function Held({ drag }: { readonly drag: ImageDrag }): ReactNode {
  const t = useT();
  const card = useRef<HTMLDivElement>(null);
  const edge = useRef<HTMLDivElement>(null);
  const { x, y, over, what } = drag;
  const verdict = over === null ? null : verdictOn(over);
  useLayoutEffect(() => {
    const element = card.current;
    if (!element) return;
    const { offsetWidth: width, offsetHeight: height } = element;
    const left = Math.min(x + away, window.innerWidth - width - 8);
    const top = y + away + height + 8 > window.innerHeight ? y - height - away : y + away;
    element.style.transform = `translate(${Math.max(8, left)}px, ${top}px)`;
  });
  useLayoutEffect(() => {
    if (edge.current)
      edge.current.hidden = document.querySelector('.app [data-source]:not(.drag-sources *)') !== null;
  }, []);
  return (
    <>
      <div ref={edge} className="drag-sources" role="region" aria-label={t('drag.sources')} hidden>
        <Sources />
      </div>
      <div ref={card} className="drag-card" aria-hidden="true">
        <div className="row">
          <Icon name={drag.images.length === 1 ? 'layers' : 'copy'} />
          <span className="m drag-name">
            <CutText text={what} />
          </span>
        </div>
        {verdict ? (
          <div className={verdict.can ? 'f12 drag-can' : 'f12 drag-cannot'}>
            <Icon name={verdict.can ? 'load' : 'close'} size={12} />
            <span>{verdict.text}</span>
          </div>
        ) : (
          <div className="f12 t2">
            {t('drag.hint')} · <Kbd>{t('key.escape')}</Kbd> {t('drag.cancel')}
          </div>
        )}
      </div>
    </>
  );
}
