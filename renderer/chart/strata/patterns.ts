import type { Selection } from 'd3';

/** The hatch of the ground, and the light on a band's upper edge. */
export function addOwnPatterns(defs: Selection<SVGDefsElement, unknown, null, undefined>): void {
  defs
    .append('pattern')
    .attr('id', 'strata-bed')
    .attr('width', 7)
    .attr('height', 7)
    .attr('patternUnits', 'userSpaceOnUse')
    .append('path')
    .attr('d', 'M-1 8 8-1')
    .attr('class', 'strata-bed');
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
