import { useEffect, useState, type ReactNode } from 'react';

/** True once `waiting` has lasted `ms` milliseconds: short waits show nothing. */
export function useSlow(waiting: boolean, ms = 150): boolean {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    if (!waiting) return undefined;
    const timer = setTimeout(() => setSlow(true), ms);
    return () => {
      clearTimeout(timer);
      setSlow(false);
    };
  }, [waiting, ms]);
  return waiting && slow;
}

interface Props {
  /** Rows to draw. */
  readonly rows?: number;
  /** Name of what is awaited, read aloud. */
  readonly label: string;
}

const shapes: readonly (readonly number[])[] = [
  [110, 54],
  [150, 40],
  [90, 64],
  [130, 48],
];

/** The shape of rows that are being read, drawn after 150 ms. */
export function Skeleton({ rows = 4, label }: Props): ReactNode {
  const slow = useSlow(true);
  return (
    <div role="status" aria-label={label} aria-busy="true">
      {slow &&
        Array.from({ length: rows }, (_, row) => (
          <div key={row} className="skeleton">
            {(shapes[row % shapes.length] ?? []).map((width, i) => (
              <i key={i} style={{ width }} />
            ))}
          </div>
        ))}
    </div>
  );
}
