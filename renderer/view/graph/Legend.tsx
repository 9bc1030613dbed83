import type { ReactNode } from 'react';
import { lineWidth } from '../../chart/layers/shapes';
import { useApp, useT } from '../../store/hooks';

const samples = [1, 3, 7];

/** What the width of a line means. */
export function Legend(): ReactNode {
  const t = useT();
  const { families } = useApp((state) => state.index) ?? { families: [] };
  if (families.length === 0) return null;
  return (
    <div className="graph-legend f11 t3">
      {t('graph.legend')}
      {samples.map((images) => (
        <span key={images} className="row num">
          <svg width="22" height="16" aria-hidden="true">
            <path d="M0 8h22" stroke="var(--lin-1)" strokeOpacity="0.7" strokeWidth={lineWidth(images)} />
          </svg>
          {images}
        </span>
      ))}
    </div>
  );
}
