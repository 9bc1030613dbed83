import { useLayoutEffect, useMemo, useRef, type ReactNode } from 'react';
import { sameContent } from '../../../shared/graph/pairOf';
import { formatBytes } from '../../../shared/text/format';
import type { Cell } from '../../chart/overlap/overlapLayout';
import type { OverlapScene } from '../../chart/overlap/overlapPicture';
import { percentText } from '../../chart/overlap/overlapText';
import { useApp, useMarks, useT } from '../../store/hooks';
import { placeBeside } from '../../ui/placement';
import { NameText } from '../NameText';
import { Swatch } from '../inspector/Swatch';

interface Props {
  readonly scene: OverlapScene;
  readonly cell: Cell;
  readonly box: DOMRect;
}

/** The card beside a cell: the two by name, what they share, what only one of them has. */
export function OverlapCard({ scene, cell, box }: Props): ReactNode {
  const t = useT();
  const { comma } = useMarks();
  const layers = useApp((state) => state.index?.layers);
  const { items, matrix, text } = scene;
  const { row, column } = cell;
  const [a, b] = [items[row], items[column]];
  // Two by two this takes long: it is asked for the cell that is looked at alone.
  const twice = useMemo(
    () => (a && b && a !== b && layers ? sameContent({ layers }, a.images, b.images) : null),
    [a, b, layers],
  );
  const card = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = card.current;
    if (!element) return undefined;
    element.showPopover();
    placeBeside(element, box, 'below', 10);
    return () => element.hidePopover();
  }, [box, cell]);
  if (!a || !b) return null;
  const common = matrix.bytes(row, column);
  const line = (item: typeof a, bytes: number, note: string): ReactNode => (
    <div className="row">
      <Swatch colour={item.colour} />
      {item.kind === 'image' && !text.mono(item) ? (
        <NameText name={item.images[0]?.names[0] ?? ''} />
      ) : (
        <span className={text.mono(item) ? 'mono f11 ell' : 'm ell'}>{text.name(item)}</span>
      )}
      <span className="right t3 nowrap">{note}</span>
      <span className="num nowrap overlap-amount">{formatBytes(bytes)}</span>
    </div>
  );
  return (
    <div ref={card} popover="manual" className="layer hover-card" role="note">
      {row === column ? (
        <>
          {line(a, common, '')}
          <div className="f11 t3">
            {a.kind === 'image' ? '' : `${t('overlap.level.image', { count: a.images.length })}${comma}`}
            {t('overlap.card.layers')}
          </div>
        </>
      ) : (
        <>
          {line(a, matrix.bytes(row, row) - common, t('overlap.card.only'))}
          {line(b, matrix.bytes(column, column) - common, t('overlap.card.only'))}
          <div className="row overlap-common">
            <span className="b">
              {common > 0
                ? t('overlap.card.common')
                : t(twice && twice.layers > 0 ? 'overlap.card.noBlob' : 'overlap.card.nothing')}
            </span>
            {common > 0 && (
              <span className="right t3">
                {t('overlap.card.share', { percent: percentText(matrix.share(row, column)) })}
              </span>
            )}
            <span className={common > 0 ? 'num b overlap-amount' : 'right num b'}>{formatBytes(common)}</span>
          </div>
          {twice && twice.layers > 0 && (
            <div className="f12 t2">
              {t('overlap.card.twice', { count: twice.layers, size: formatBytes(twice.bytes) })}
            </div>
          )}
          <div className="f11 t3">{t('overlap.card.layers')}</div>
        </>
      )}
    </div>
  );
}
