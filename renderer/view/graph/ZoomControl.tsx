import type { ReactNode } from 'react';
import { useT } from '../../store/hooks';
import { IconButton } from '../../ui/Button';
import { tip } from '../../ui/Tooltip';

const percent = (scale: number): string =>
  `${scale < 0.0995 ? (scale * 100).toPrecision(1) : Math.round(scale * 100)}%`;

interface Props {
  readonly scale: number;
  readonly onScale: (factor: number) => void;
  readonly onReset: () => void;
  readonly onFit: () => void;
}

/** Zoom out, the scale as a way back to 100 %, zoom in, fit. */
export function ZoomControl({ scale, onScale, onReset, onFit }: Props): ReactNode {
  const t = useT();
  return (
    <div className="zoom-control" role="toolbar" aria-label={t('graph.zoom')}>
      <IconButton
        icon="minus"
        size="sm"
        label={t('graph.zoom.out')}
        shortcut="-"
        onClick={() => onScale(0.8)}
      />
      <button
        type="button"
        className="zoom-scale num f12"
        onClick={onReset}
        {...tip(t('graph.zoom.reset'), '0')}
      >
        {percent(scale)}
      </button>
      <IconButton
        icon="plus"
        size="sm"
        label={t('graph.zoom.in')}
        shortcut="+"
        onClick={() => onScale(1.25)}
      />
      <span className="vrule" />
      <IconButton icon="fit" size="sm" label={t('graph.zoom.fit')} shortcut="F" onClick={onFit} />
    </div>
  );
}
