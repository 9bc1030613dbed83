import { textureTiles } from '../drawing/texturePattern';
import { Blocks, type BlockItem } from './blocks';
import type { Frame } from './frame';
import type { Motion } from './motion';
import type { Paint } from './paint';
import { blockHeight, paintFar } from './paintFar';
import {
  detailOf,
  paintCards,
  paintChips,
  paintEmptySteps,
  paintGround,
  paintWorkspaces,
} from './paintItems';
import { paintCrossLinks, paintLeads, paintLinks } from './paintLinks';
import { Palette } from './palette';
import type { Scene } from './scene';
import { Surface } from './surface';
import { SvgPen } from './svgPen';
import { textures } from './textures';
import type { ViewTransform } from './viewTransform';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Pixels of a texture's tile to a unit of the drawing, whose scale is not the screen's own. */
const tileRatio = 2;

/** The drawing on a canvas, for more than an SVG can hold. */
export class CanvasLayer {
  private readonly surface: Surface;
  private palette: Palette;
  private blocks: { readonly scene: Scene; readonly made: Blocks } | null = null;
  private readonly themes: MutationObserver;

  /** `styled`: an element on which the chart's tokens hold. `onTheme` is called when they have changed. */
  constructor(
    canvas: HTMLCanvasElement,
    private readonly styled: Element,
    onTheme: () => void,
  ) {
    this.surface = new Surface(canvas);
    this.palette = new Palette(styled);
    this.themes = new MutationObserver(() => {
      this.readTheme();
      onTheme();
    });
    this.themes.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  }

  /** Paints a frame. */
  paint(frame: Frame, size: Size, transform: ViewTransform, motion: Motion | null): void {
    const { surface, palette } = this;
    const tiles = textureTiles(palette.get('lin-texture'), tileRatio);
    surface.begin(size);
    const { context: ctx } = surface;
    const texture: Paint['texture'] = (kind) => tiles.pattern(kind);
    const strokePath: Paint['strokePath'] = (path) => ctx.stroke(new Path2D(path));
    const paint = { ctx, frame, palette, texture, strokePath, transform, motion };
    this.paintOn(paint, () => surface.enter(transform));
  }

  /** A frame as an SVG document that stands alone, on a ground. */
  write(frame: Frame, size: Size, transform: ViewTransform, background: string): string {
    const { palette } = this;
    const ctx = new SvgPen();
    const texture: Paint['texture'] = (kind) => (Object.hasOwn(textures, kind) ? SvgPen.texture(kind) : null);
    const strokePath: Paint['strokePath'] = (path) => ctx.strokePath(path);
    const paint = { ctx, frame, palette, texture, strokePath, transform, motion: null };
    this.paintOn(paint, () => ctx.enter(transform));
    return ctx.document(size, background, palette.get('lin-texture'));
  }

  private paintOn(paint: Paint, enter: () => void): void {
    const { frame, transform } = paint;
    const detail = detailOf(transform.k);
    if (detail === 'far') {
      paintFar(paint, this.blocksIn(frame.scene, transform, frame.area.top, frame.area.bottom));
      return;
    }
    enter();
    paintLinks(paint);
    paintLeads(paint);
    if (detail === 'full') paintEmptySteps(paint);
    paintChips(paint, detail);
    paintCrossLinks(paint);
    paintGround(paint);
    paintCards(paint, detail);
    paintWorkspaces(paint);
  }

  /** Empties the canvas. */
  clear(size: Size): void {
    this.surface.begin(size);
  }

  /** The block at a height of the drawing; null for none. */
  blockAt(scene: Scene, transform: ViewTransform, y: number): BlockItem | null {
    return this.blocksIn(scene, transform, y, y).find(({ top, bottom }) => top <= y && y <= bottom) ?? null;
  }

  /** Reads the colours again. */
  readTheme(): void {
    this.palette = new Palette(this.styled);
  }

  /** Listens no more. */
  close(): void {
    this.themes.disconnect();
  }

  private blocksIn(scene: Scene, { k }: ViewTransform, top: number, bottom: number): readonly BlockItem[] {
    if (this.blocks?.scene !== scene) this.blocks = { scene, made: new Blocks(scene) };
    return this.blocks.made.blocksIn(top, bottom, blockHeight / k);
  }
}
