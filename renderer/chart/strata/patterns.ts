import type { Selection } from 'd3';

/** The hatch of the ground and of empty steps, and the light on a band's upper edge. */
export function addOwnPatterns(defs: Selection<SVGDefsElement, unknown, null, undefined>): void {
  for (const [id, size, path] of [
    ['strata-bed', 7, 'M-1 8 8-1'],
    ['strata-steps', 5, 'M-1 6 6-1'],
  ] as const) {
    defs
      .append('pattern')
      .attr('id', id)
      .attr('width', size)
      .attr('height', size)
      .attr('patternUnits', 'userSpaceOnUse')
      .append('path')
      .attr('d', path)
      .attr('class', id);
  }
  const sheen = defs
    .append('linearGradient')
    .attr('id', 'strata-sheen')
    .attr('x1', 0)
    .attr('y1', 0)
    .attr('x2', 0)
    .attr('y2', 1);
  sheen.append('stop').attr('offset', 0).attr('class', 'sheen-from');
  sheen.append('stop').attr('offset', 1).attr('class', 'sheen-to');
}
