import type { Box } from './scene';

/** What the pointer and the wheel ask for; places are CSS pixels of the element. */
export interface GestureEvents {
  hover(x: number, y: number): void;
  leave(): void;
  click(x: number, y: number, event: MouseEvent): void;
  doubleClick(x: number, y: number): void;
  menu(x: number, y: number, event: MouseEvent): void;
  scroll(dx: number, dy: number): void;
  zoom(factor: number, x: number): void;
  /** A frame that is dragged; null when it was given up. */
  marquee(box: Box | null): void;
  /** The frame was let go over this. */
  framed(box: Box, add: boolean): void;
  /** Whether a press is for what lies there, to be dragged out, and draws no frame. */
  grab(x: number, y: number, press: PointerEvent): boolean;
}

/** A press moves so many CSS pixels before it is a drag. */
const dragFrom = 4;
/** Beyond the edge a dragged frame scrolls by so many CSS pixels a frame. */
const edgeScroll = 14;

/**
 * Listens to pointer and wheel on an element: a drag draws a frame, with the middle button or the space bar it pans. Gives
 * back what stops it.
 */
export function listen(
  element: SVGSVGElement,
  isSpaceHeld: () => boolean,
  events: GestureEvents,
): () => void {
  const stop = new AbortController();
  const options = { signal: stop.signal };
  let drag: { kind: 'frame' | 'pan'; x: number; y: number; moved: boolean; add: boolean } | null = null;
  let suppressClick = false;
  let edge = 0;
  let last = { x: 0, y: 0 };
  const at = ({ clientX, clientY }: MouseEvent): { x: number; y: number } => {
    const { left, top } = element.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  };
  const box = (): Box => {
    const { x, y } = drag ?? last;
    return {
      x: Math.min(x, last.x),
      y: Math.min(y, last.y),
      width: Math.abs(last.x - x),
      height: Math.abs(last.y - y),
    };
  };
  const end = (): void => {
    drag = null;
    cancelAnimationFrame(edge);
    events.marquee(null);
  };
  /** Scrolls while the frame is held beyond an edge. */
  const pullEdge = (): void => {
    if (drag?.kind !== 'frame') return;
    const dx = last.x < 0 ? -edgeScroll : last.x > element.clientWidth ? edgeScroll : 0;
    if (dx !== 0) {
      // The beginning of the frame stays where it is in the drawing.
      events.scroll(dx, 0);
      drag.x -= dx;
      events.marquee(box());
    }
    edge = requestAnimationFrame(pullEdge);
  };
  element.addEventListener(
    'pointerdown',
    (event) => {
      suppressClick = false;
      const pans = event.button === 1 || (event.button === 0 && isSpaceHeld());
      if (event.button !== 0 && !pans) return;
      if (pans) event.preventDefault();
      last = at(event);
      if (!pans && events.grab(last.x, last.y, event)) return;
      drag = { kind: pans ? 'pan' : 'frame', ...last, moved: false, add: event.ctrlKey || event.metaKey };
    },
    options,
  );
  element.addEventListener(
    'pointermove',
    (event) => {
      const now = at(event);
      if (!drag) {
        if (event.buttons === 0) events.hover(now.x, now.y);
        return;
      }
      if (!drag.moved && Math.hypot(now.x - drag.x, now.y - drag.y) < dragFrom) return;
      if (!drag.moved) {
        drag.moved = true;
        element.setPointerCapture(event.pointerId);
        events.leave();
        if (drag.kind === 'frame') edge = requestAnimationFrame(pullEdge);
      }
      if (drag.kind === 'pan') events.scroll(last.x - now.x, last.y - now.y);
      last = now;
      if (drag.kind === 'frame') events.marquee(box());
    },
    options,
  );
  element.addEventListener(
    'pointerup',
    () => {
      if (!drag) return;
      const { kind, moved, add } = drag;
      const frame = box();
      suppressClick = moved;
      end();
      if (kind === 'frame' && moved) events.framed(frame, add);
    },
    options,
  );
  element.addEventListener('pointercancel', end, options);
  element.addEventListener('pointerleave', () => drag ?? events.leave(), options);
  window.addEventListener(
    'keydown',
    (event) => {
      if (event.key !== 'Escape' || drag?.moved !== true) return;
      event.preventDefault();
      event.stopPropagation();
      suppressClick = true;
      end();
    },
    { ...options, capture: true },
  );
  element.addEventListener(
    'click',
    (event) => {
      const { x, y } = at(event);
      if (!suppressClick) events.click(x, y, event);
      suppressClick = false;
    },
    options,
  );
  element.addEventListener('dblclick', (event) => events.doubleClick(at(event).x, at(event).y), options);
  element.addEventListener(
    'contextmenu',
    (event) => {
      event.preventDefault();
      events.menu(at(event).x, at(event).y, event);
    },
    options,
  );
  element.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
      const [dx, dy] = [event.deltaX * unit, event.deltaY * unit];
      if (event.ctrlKey) events.zoom(Math.exp(-Math.max(-120, Math.min(120, dy)) / 400), at(event).x);
      else if (event.shiftKey && dx === 0) events.scroll(dy, 0);
      else events.scroll(dx, dy);
    },
    { ...options, passive: false },
  );
  return () => {
    cancelAnimationFrame(edge);
    stop.abort();
  };
}
