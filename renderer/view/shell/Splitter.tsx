import { useRef, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react';

interface Props {
  readonly label: string;
  /** The pane that it resizes lies on this side. */
  readonly side: 'left' | 'right';
  readonly width: number;
  readonly min: number;
  readonly max: number;
  readonly onResize: (width: number) => void;
  /** Back to the design's width. */
  readonly onReset: () => void;
}

/** The edge of a pane: drag it, or move it with the arrow keys; a double click gives the first width back. */
export function Splitter({ label, side, width, min, max, onResize, onReset }: Props): ReactNode {
  const from = useRef<{ x: number; width: number } | null>(null);
  const clamp = (value: number): number => Math.round(Math.max(min, Math.min(max, value)));
  const sign = side === 'left' ? 1 : -1;
  const down = (event: PointerEvent<HTMLDivElement>): void => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    from.current = { x: event.clientX, width };
  };
  const move = (event: PointerEvent): void => {
    if (from.current) onResize(clamp(from.current.width + sign * (event.clientX - from.current.x)));
  };
  const key = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: -16, ArrowRight: 16 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    onResize(clamp(width + sign * step));
  };
  return (
    // Its own landmark: it belongs to neither of the panes that it parts.
    <div role="region" aria-label={label} className={`splitter-place ${side}`}>
      <div
        className={`splitter ${side}`}
        role="separator"
        aria-orientation="vertical"
        aria-label={label}
        aria-valuenow={width}
        aria-valuemin={min}
        aria-valuemax={max}
        tabIndex={0}
        onPointerDown={down}
        onPointerMove={move}
        onPointerUp={() => (from.current = null)}
        onPointerCancel={() => (from.current = null)}
        onDoubleClick={onReset}
        onKeyDown={key}
      />
    </div>
  );
}
