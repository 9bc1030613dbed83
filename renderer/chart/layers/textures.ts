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

/** The same patterns for a canvas, in a colour. */
export class TextureTiles {
  private readonly made = new Map<string, CanvasPattern | null>();

  constructor(private readonly colour: string) {}

  /** The pattern of a kind of layer; null for a kind without one. */
  pattern(kind: string): CanvasPattern | null {
    let found = this.made.get(kind);
    if (found === undefined) this.made.set(kind, (found = this.make(kind)));
    return found;
  }

  private make(kind: string): CanvasPattern | null {
    if (!(kind in textures)) return null;
    const [width, height, path] = textures[kind as keyof typeof textures];
    const ratio = 2;
    const tile = new OffscreenCanvas(width * ratio, height * ratio);
    const pen = tile.getContext('2d');
    if (!pen) return null;
    pen.scale(ratio, ratio);
    pen.strokeStyle = this.colour;
    pen.lineCap = 'round';
    pen.lineWidth = kind === 'packages' ? 2 : 1;
    pen.stroke(new Path2D(path));
    const pattern = pen.createPattern(tile, 'repeat');
    pattern?.setTransform(new DOMMatrix().scale(1 / ratio));
    return pattern;
  }
}
