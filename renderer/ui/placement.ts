/** Where a floating box goes, seen from its anchor; it turns round where there is no room. */
export type Placement = 'below' | 'below-end' | 'above' | 'above-end' | 'right';

const margin = 8;

/** A box of no size at a point, as anchor of a context menu. */
export function pointRect(x: number, y: number): DOMRect {
  return new DOMRect(x, y, 0, 0);
}

/**
 * Positions a fixed element beside `anchor`, `gap` CSS pixels away, inside the window. `below` and `above` centre a
 * tooltip; everything else aligns edges.
 */
export function placeBeside(element: HTMLElement, anchor: DOMRect, placement: Placement, gap: number): void {
  const { offsetWidth: width, offsetHeight: height } = element;
  let left: number;
  let top: number;
  if (placement === 'right') {
    left = anchor.right + gap + width + margin > innerWidth ? anchor.left - gap - width : anchor.right + gap;
    top = anchor.top;
  } else {
    const end = placement.endsWith('-end');
    left = end
      ? anchor.right - width
      : element.role === 'tooltip'
        ? anchor.left + (anchor.width - width) / 2
        : anchor.left;
    const below = anchor.bottom + gap;
    const above = anchor.top - gap - height;
    const wantsBelow = placement.startsWith('below');
    const fitsBelow = below + height + margin <= innerHeight;
    const fitsAbove = above >= margin;
    top = (wantsBelow && (fitsBelow || !fitsAbove)) || (!wantsBelow && !fitsAbove) ? below : above;
  }
  element.style.left = `${Math.round(Math.max(margin, Math.min(left, innerWidth - width - margin)))}px`;
  element.style.top = `${Math.round(Math.max(margin, Math.min(top, innerHeight - height - margin)))}px`;
}
