import type { Selection } from 'd3';

/** Patterns by kind of layer: what a colour says is said by a texture too. Size of the tile, and its drawing. */
export const textures = {
  rootfs: [28, 14, 'M0 .5h28M0 7.5h28M5 .5v7M19 7.5v7'],
  packages: [10, 10, 'M2.5 2.5v.01M7.5 7.5v.01'],
  build: [8, 8, 'M-2 10 10-2M-2 2 2-2M6 10l4-4'],
  copy: [16, 8, 'M1 2h7M9 6h7'],
} as const;

/** Adds a pattern `texture-KIND` for each kind of layer that has one. */
export function addTextures(defs: Selection<SVGDefsElement, unknown, null, undefined>): void {
  for (const [kind, [width, height, path]] of Object.entries(textures)) {
    defs
      .append('pattern')
      .attr('id', `texture-${kind}`)
      .attr('width', width)
      .attr('height', height)
      .attr('patternUnits', 'userSpaceOnUse')
      .append('path')
      .attr('d', path)
      .attr('fill', 'none')
      .attr('stroke-linecap', 'round')
      .attr('stroke-width', kind === 'packages' ? 2 : 1)
      .style('stroke', 'var(--lin-texture)');
  }
}
