import { layerTitle } from '../../../shared/graph/layerTitle';
import { css, layerFill, lineageOf, parseOklch, type Palette } from '../drawing/palette';
import {
  fonts,
  type Label,
  type LabelStyle,
  type Picture,
  type Shape,
  type TextureName,
} from '../drawing/picture';
import { fitEnd, fitText, textWidth } from '../layers/textFit';
import type { Tile } from './mapLayout';
import type { MapText } from './mapText';
import type { MapNode } from './mapTree';

/** Width of the edge that says how many images share a block, CSS pixels. */
export const sharedEdge = (images: number): number => (images < 2 ? 0 : Math.min(14, 1.5 + 1.5 * images));

/** Part of the family's colour in the ground of an inner title. */
const tint = 0.26;
/** Room within a block around its text. */
const pad = 7;
const lineHeight = 15;
/** A text that is cut keeps at least so many letters, or is left out. */
const leastLetters = 7;

const textured = new Set<string>(['rootfs', 'packages', 'build', 'copy']);

function textureOf(node: MapNode): TextureName | null {
  if (node.kind !== 'layer') return null;
  const { kind } = layerTitle(node.layers[0].createdBy);
  return textured.has(kind) ? (kind as TextureName) : null;
}

/** Files of a layer have its colour, neighbours told apart by a little lightness. */
function fillOf({ node, level }: Tile, place: number, palette: Palette, within: number): string {
  if (node.kind === 'layer') return layerFill(palette, node.colour, node.depth);
  if (node.kind === 'entry') {
    if (node.more) return css(lineageOf(palette, 0).fill);
    return layerFill(palette, node.colour || within, 1 + ((place + level) % 3) * 2);
  }
  if (node.kind === 'documents' || node.kind === 'rest' || node.kind === 'across')
    return css(lineageOf(palette, 0).fill);
  return layerFill(palette, node.colour, 3);
}

const edgeOf = ({ node }: Tile): number =>
  node.kind === 'layer' ? sharedEdge(node.holders) : node.kind === 'together' ? sharedEdge(2) : 0;

/** The edge within a block that may be narrow. */
const edgeIn = (tile: Tile): number => Math.min(edgeOf(tile), (tile.x1 - tile.x0) / 5);

/**
 * The map as shapes and texts: areas of the innermost blocks, seams that are wider between what is further apart, titles on
 * a ground of their own, without gaps. Texts never lie on each other, nor over an edge.
 */
export function mapPicture(
  tiles: readonly Tile[],
  size: { readonly width: number; readonly height: number },
  text: MapText,
  palette: Palette,
  /** Lineage of the layer that is looked into. */
  within = 0,
): Picture {
  const shapes: Shape[] = [];
  const seams: Shape[][] = [];
  const veils: Shape[] = [];
  const labels: Label[] = [];
  tiles.forEach((tile, at) => {
    const { x0, y0, x1, y1, level, open } = tile;
    const box = { x0, y0, x1, y1 };
    if (!open) {
      shapes.push({
        ...box,
        kind: 'area',
        fill: fillOf(tile, at, palette, within),
        texture: Math.min(x1 - x0, y1 - y0) >= 10 ? textureOf(tile.node) : null,
        edge: palette.ink['lin-edge'],
      });
      const edge = edgeIn(tile);
      if (edge > 0) {
        shapes.push({
          ...box,
          x1: x0 + edge,
          kind: 'area',
          fill: css(lineageOf(palette, tile.node.colour).solid),
          texture: null,
          edge: null,
        });
      }
    }
    if (level < 3 && (open || level === 1)) {
      (seams[level] ??= []).push({
        ...box,
        kind: 'outline',
        stroke: palette.ink.canvas,
        width: Math.min(level === 1 ? 4 : 2, Math.max(0.75, Math.min(x1 - x0, y1 - y0) * 0.12)),
      });
    }
    if (tile.strip > 0) {
      const bottom = tile.textTop + tile.strip;
      const seam = level === 1 ? 2 : 1;
      veils.push({
        x0: x0 + seam,
        y0: Math.max(tile.textTop, y0 + seam),
        x1: x1 - seam,
        y1: bottom,
        kind: 'area',
        fill: level === 1 ? palette.ink.canvas : titleGround(tile.node.colour, palette),
        texture: null,
        edge: null,
      });
      labels.push(...stripLabels(tile, text));
    } else labels.push(...tileLabels(tile, text));
  });
  return {
    ...size,
    shapes: [...shapes, ...(seams[2] ?? []), ...(seams[1] ?? []), ...veils],
    labels,
  };
}

/** What an inner title stands on: the ground with a breath of the family's colour, and nothing of what lies behind it. */
function titleGround(colour: number, palette: Palette): string {
  const ground = parseOklch(palette.ink.canvas);
  const { fill } = lineageOf(palette, colour);
  return css({
    l: ground.l + (fill.l - ground.l) * tint,
    c: ground.c + (fill.c - ground.c) * tint,
    h: fill.h,
  });
}

/** The first of some titles that fits, else the last one cut; null when not even that leaves something to read. */
function fitted(node: MapNode, titles: readonly string[], room: number, style: LabelStyle): string | null {
  const font = fonts[style];
  const whole = titles.find((title) => textWidth(title, font) <= room);
  if (whole !== undefined) return whole;
  // Names are told apart by their ends, commands by what they begin with; "2 repositories" says how many first.
  const isName = node.kind === 'repository' || node.kind === 'image' || node.kind === 'entry';
  const shorten = isName ? fitText : fitEnd;
  const cut = shorten(titles[titles.length - 1] ?? '', room, font);
  return [...cut].length >= leastLetters ? cut : null;
}

function stripLabels(tile: Tile, text: MapText): readonly Label[] {
  const { node, level, x0, x1, textTop, strip } = tile;
  const style = level === 1 ? 'strong' : 'title';
  const y = textTop + strip / 2 + 4;
  const left = x0 + pad + (level === 1 ? 2 : 1);
  const room = x1 - pad - 2 - left;
  const size = text.size(node);
  const sizeWidth = textWidth(size, fonts.small);
  const titles = text.titles(node);
  const title = fitted(node, titles, room, style);
  if (title === null) return [];
  const made: Label[] = [{ x: left, y, text: title, style, ink: 'text', anchor: 'start' }];
  if (textWidth(title, fonts[style]) + 10 + sizeWidth <= room)
    made.push({ x: x1 - pad - 2, y, text: size, style: 'small', ink: 'text-2', anchor: 'end' });
  return made;
}

function tileLabels(tile: Tile, text: MapText): readonly Label[] {
  const { node, x0, x1, y1, textTop, open } = tile;
  // An open block without a title says nothing: what lies in it does.
  if (open) return [];
  const left = x0 + pad + edgeIn(tile);
  const room = x1 - pad - left;
  const height = y1 - textTop - 4;
  if (room < 28 || height < lineHeight + 3) return [];
  const plain = node.kind === 'documents' || node.kind === 'rest' || node.kind === 'across';
  const ink = plain ? 'text' : 'lin-ink';
  const ink2 = plain ? 'text-2' : 'lin-ink-2';
  const title = fitted(node, text.titles(node), room, 'title');
  if (title === null) return [];
  const size = text.size(node);
  const top = textTop + 4;
  const made: Label[] = [{ x: left, y: top + 12, text: title, style: 'title', ink, anchor: 'start' }];
  if (height >= 2 * lineHeight + 3) {
    const shared = text.shared(node);
    const both = shared === '' ? size : text.both(size, shared);
    const second =
      textWidth(both, fonts.small) <= room ? both : textWidth(size, fonts.small) <= room ? size : '';
    if (second !== '')
      made.push({
        x: left,
        y: top + 12 + lineHeight,
        text: second,
        style: 'small',
        ink: ink2,
        anchor: 'start',
      });
  } else {
    const sizeWidth = textWidth(size, fonts.small);
    if (textWidth(title, fonts.title) + 10 + sizeWidth <= room)
      made.push({ x: x1 - pad, y: top + 12, text: size, style: 'small', ink: ink2, anchor: 'end' });
  }
  return made;
}
