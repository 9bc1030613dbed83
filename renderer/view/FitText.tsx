import { useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import { textWidth, type Fits } from '../chart/layers/textFit';
import { watchRoom, type Room } from './watchRoom';

/** A part of a shortened text with a look of its own. */
export interface Piece {
  readonly text: string;
  readonly className?: string;
}

interface Props {
  readonly whole: string;
  /** The whole in its looks. */
  readonly pieces?: readonly Piece[];
  /** Shortens to what fits. */
  readonly fit: (fits: Fits) => readonly Piece[];
  readonly className?: string;
}

/**
 * A text in a flexible row, as wide as its whole where there is room, else shortened to the room that was measured: a cut by style
 * alone is at the end, or leaves a hole. It is read aloud whole. Whoever shows it offers the whole, as a tooltip.
 */
export function FitText(props: Props): ReactNode {
  // What was measured was another text's.
  return <Measured key={props.whole} {...props} />;
}

function Measured({ whole, pieces = [{ text: whole }], fit, className = '' }: Props): ReactNode {
  const place = useRef<HTMLSpanElement>(null);
  const [room, setRoom] = useState<Room | null>(null);
  useLayoutEffect(() => (place.current ? watchRoom(place.current, setRoom) : undefined), []);
  const isCut = room !== null && room.whole > room.width;
  let shown = pieces;
  if (isCut) {
    // A canvas knows neither letter spacing nor features of a font.
    const scale = room.whole / Math.max(1, textWidth(whole, room.font));
    shown = fit((text) => textWidth(text, room.font) * scale <= room.width);
  }
  return (
    <span ref={place} className={`fit-text ${className}`.trim()} data-whole={whole}>
      {isCut && <span className="visually-hidden">{whole}</span>}
      <span className={room === null ? 'fit-shown ell' : 'fit-shown'} aria-hidden={isCut || undefined}>
        {shown.map(({ text, className: look }, i) => (
          <span key={i} className={look}>
            {text}
          </span>
        ))}
      </span>
    </span>
  );
}
