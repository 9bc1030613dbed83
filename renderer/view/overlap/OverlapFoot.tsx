import type { ReactNode } from 'react';
import { formatBytes } from '../../../shared/text/format';
import { css, type Palette } from '../../chart/drawing/palette';
import { rampColour } from '../../chart/overlap/overlapPicture';
import type { OverlapUnit } from '../../chart/overlap/overlapText';
import { useT } from '../../store/hooks';

interface Props {
  /** What the rows are. */
  readonly level: string;
  readonly unit: OverlapUnit;
  /** Bytes at the dark end. */
  readonly most: number;
  /** Lineage of the cells whose scale is shown. */
  readonly colour: number;
  readonly palette: Palette;
}

const steps = 24;
/** Parts of the scale at which values stand; bytes by their root (see `scaled`). */
const ticks = [0, 0.5, 1] as const;

/** What rows there are, and the scale of the cells. */
export function OverlapFoot({ level, unit, most, colour, palette }: Props): ReactNode {
  const t = useT();
  const valueAt = (at: number): string =>
    at === 0
      ? t('overlap.scale.nothing')
      : unit === 'share'
        ? `${at * 100} %`
        : formatBytes(Math.round(most * at * at));
  return (
    <div className="map-foot f11 t3">
      <span className="num t2">{level}</span>
      {most > 0 && (
        <span className="map-legend">
          <span className="overlap-scale-name">
            {t(unit === 'share' ? 'overlap.scale.share' : 'overlap.scale.bytes')}
          </span>
          <span className="overlap-scale">
            <svg width="168" height="10" aria-hidden="true">
              {Array.from({ length: steps }, (_, i) => (
                <rect
                  key={i}
                  x={i * (168 / steps)}
                  width={168 / steps + 0.5}
                  height="10"
                  fill={css(rampColour(palette, colour, (i + 0.5) / steps))}
                />
              ))}
            </svg>
            <span className="overlap-ticks num">
              {ticks.map((at) => (
                <span key={at}>{valueAt(at)}</span>
              ))}
            </span>
          </span>
        </span>
      )}
    </div>
  );
}
