import type { CSSProperties, ReactNode } from 'react';

/** A part of a {@link SizeBar}: unique is ink, shared grey, saved a hatch; never a hue. */
export interface SizePart {
  readonly kind: 'unique' | 'shared' | 'saved';
  readonly bytes: number;
}

interface SizeBarProps {
  readonly parts: readonly SizePart[];
  /** What the bar says, read aloud; decoration without it (numbers stand beside it). */
  readonly label?: string;
  readonly thin?: boolean;
  /** CSS width; the whole line unless told. */
  readonly width?: number;
  readonly className?: string;
}

/** Amounts as lengths. A part that is not zero stays visible however small. */
export function SizeBar({ parts, label, thin = false, width, className = '' }: SizeBarProps): ReactNode {
  const total = parts.reduce((sum, { bytes }) => sum + bytes, 0);
  return (
    <div
      className={`size-bar ${thin ? 'thin' : ''} ${className}`.replace(/\s+/g, ' ').trim()}
      style={width === undefined ? undefined : { width }}
      {...(label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })}
    >
      {parts.map(({ kind, bytes }, i) =>
        bytes === 0 ? null : <i key={i} className={kind} style={{ flex: Math.max(bytes, total * 0.015) }} />,
      )}
    </div>
  );
}

interface ProgressProps {
  readonly done: number;
  /** Null while unknown. */
  readonly total: number | null;
  readonly label: string;
  readonly className?: string;
  readonly style?: CSSProperties;
}

/** How far an operation is; a moving part where the total is not known. */
export function ProgressBar({ done, total, label, className = '', style }: ProgressProps): ReactNode {
  const known = total !== null && total > 0;
  const percent = known ? Math.min(100, (done / total) * 100) : 0;
  return (
    <div
      className={`progress ${known ? '' : 'unknown'} ${className}`.replace(/\s+/g, ' ').trim()}
      style={style}
      role="progressbar"
      aria-label={label}
      {...(known ? { 'aria-valuemin': 0, 'aria-valuemax': 100, 'aria-valuenow': Math.round(percent) } : {})}
    >
      <i key={known ? 'known' : 'unknown'} style={known ? { width: `${percent}%` } : undefined} />
    </div>
  );
}
