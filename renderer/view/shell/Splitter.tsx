import { useRef, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react';

interface Props {
  readonly label: string;
  /** The pane that it resizes lies on this side. */
  readonly side: 'left' | 'right' | 'bottom';
  /** Its width, or of one at the bottom its height; CSS pixels, as all here. */
  readonly size: number;
  readonly min: number;
  readonly max: number;
  readonly onResize: (size: number) => void;
  /** Back to the design's size. */
  readonly onReset: () => void;
}

/** The edge of a pane: drag it, or move it with the arrow keys; a double click gives the first size back. */
export function Splitter({ label, side, size, min, max, onResize, onReset }: Props): ReactNode {
  const from = useRef<{ at: number; size: number } | null>(null);
  const lies = side === 'bottom';
  const clamp = (value: number): number => Math.round(Math.max(min, Math.min(max, value)));
  const sign = side === 'left' ? 1 : -1;
  const placeOf = ({ clientX, clientY }: PointerEvent): number => (lies ? clientY : clientX);
  const down = (event: PointerEvent<HTMLDivElement>): void => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    from.current = { at: placeOf(event), size };
  };
  const move = (event: PointerEvent): void => {
    if (from.current) onResize(clamp(from.current.size + sign * (placeOf(event) - from.current.at)));
  };
  const key = (event: KeyboardEvent): void => {
    const [less, more] = lies ? ['ArrowUp', 'ArrowDown'] : ['ArrowLeft', 'ArrowRight'];
    const step = event.key === less ? -16 : event.key === more ? 16 : undefined;
    if (step === undefined) return;
    event.preventDefault();
    onResize(clamp(size + sign * step));
  };
  return (
    // Its own landmark: it belongs to neither of the panes that it parts.
    <div role="region" aria-label={label} className={`splitter-place ${side}`}>
      <div
        className={`splitter ${side}`}
        role="separator"
        aria-orientation={lies ? 'horizontal' : 'vertical'}
        aria-label={label}
        aria-valuenow={size}
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
