import { textures } from '../layers/textures';

/** The textures of kinds of layers as patterns for a canvas, in one colour. */
class TextureTiles {
  private readonly made = new Map<string, CanvasPattern | null>();

  /** `ratio`: pixels of the tiles to a unit of the context, which may be scaled. */
  constructor(
    private readonly colour: string,
    private readonly ratio: number,
  ) {}

  /** The pattern of a kind of layer; null for a kind without one. */
  pattern(kind: string): CanvasPattern | null {
    let found = this.made.get(kind);
    if (found === undefined) this.made.set(kind, (found = this.make(kind)));
    return found;
  }

  private make(kind: string): CanvasPattern | null {
    if (!Object.hasOwn(textures, kind)) return null;
    const { colour, ratio } = this;
    const [width, height, path] = textures[kind as keyof typeof textures];
    const tile = new OffscreenCanvas(Math.round(width * ratio), Math.round(height * ratio));
    const pen = tile.getContext('2d');
    if (!pen) return null;
    pen.scale(ratio, ratio);
    pen.strokeStyle = colour;
    pen.lineCap = 'round';
    pen.lineWidth = kind === 'packages' ? 2 : 1;
    pen.stroke(new Path2D(path));
    const pattern = pen.createPattern(tile, 'repeat');
    pattern?.setTransform(new DOMMatrix().scale(1 / ratio));
    return pattern;
  }
}

const kept = new Map<string, TextureTiles>();

/** The patterns in a colour, for a context of `ratio` pixels to a unit; made once for each of the themes. */
export function textureTiles(colour: string, ratio: number): TextureTiles {
  const key = `${colour} ${ratio}`;
  let tiles = kept.get(key);
  if (!tiles) kept.set(key, (tiles = new TextureTiles(colour, ratio)));
  return tiles;
}
