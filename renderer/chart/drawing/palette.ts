/** A colour in OKLCH: lightness 0..1, chroma, hue in degrees. */
export interface Oklch {
  readonly l: number;
  readonly c: number;
  readonly h: number;
}

const inks = [
  'canvas',
  'surface',
  'raised',
  'sunken',
  'text',
  'text-2',
  'text-3',
  'line',
  'line-strong',
  'line-control',
  'accent',
  'text-on-accent',
  'accent-soft',
  'lin-ink',
  'lin-ink-2',
  'lin-texture',
  'lin-edge',
] as const;

/** A colour that a picture names instead of giving its value. */
export type Ink = (typeof inks)[number];

/** The theme's colours as values, for a canvas and for pictures that leave the window; names as in `tokens.css`. */
export interface Palette {
  readonly dark: boolean;
  readonly ink: Readonly<Record<Ink, string>>;
  /** Lineage colours 1..12; place 0 is a neutral that belongs to none. */
  readonly lineage: readonly Lineage[];
  /** Lightness that a layer's depth adds. */
  readonly depthStep: number;
}

interface Lineage {
  readonly solid: Oklch;
  readonly fill: Oklch;
}

/** How many lineage colours there are. */
const lineages = 12;
/** Bands carry more colour than the tokens have, which are made for small chips. */
const chroma = { light: 1.3, dark: 1.2 } as const;

/** A colour as CSS writes it. */
export const css = ({ l, c, h }: Oklch): string =>
  `oklch(${l.toFixed(3)} ${Math.max(0, c).toFixed(3)} ${h.toFixed(1)})`;

/** Reads `oklch(L C H)` or `oklch(L C H / A)`. */
export function parseOklch(text: string): Oklch {
  const found = /^oklch\(\s*([\d.]+)\s+([\d.]+)\s+([\d.]+)/.exec(text.trim());
  if (!found) return { l: 0.5, c: 0, h: 0 };
  return { l: Number(found[1]), c: Number(found[2]), h: Number(found[3]) };
}

/** Makes the palette from the values of custom properties, as `getPropertyValue` gives them. */
export function makePalette(valueOf: (name: string) => string): Palette {
  const ink = Object.fromEntries(inks.map((name) => [name, valueOf(`--${name}`).trim()])) as Record<
    Ink,
    string
  >;
  const canvas = parseOklch(ink.canvas);
  const dark = canvas.l < 0.5;
  const lineage: Lineage[] = [
    {
      solid: { l: dark ? 0.72 : 0.52, c: 0.008, h: canvas.h },
      fill: { l: dark ? 0.33 : 0.9, c: 0.006, h: canvas.h },
    },
  ];
  for (let i = 1; i <= lineages; i++) {
    lineage.push({ solid: parseOklch(valueOf(`--lin-${i}`)), fill: parseOklch(valueOf(`--lin-${i}-fill`)) });
  }
  return { dark, ink, lineage, depthStep: Number(valueOf('--lin-depth-step')) || 0 };
}

/** The palette of the theme in use. */
export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  return makePalette((name) => style.getPropertyValue(name));
}

/** A family's colours; the neutral ones for a number that is none. */
export const lineageOf = ({ lineage }: Palette, colour: number): Lineage =>
  lineage[colour] ?? (lineage[0] as Lineage);

/** What is written on layers in the dark is light: no fill is lighter than it can be read on, with the gloss of a band. */
const lightestInDark = 0.505;

/** Lightness of a layer's fill so many layers up, of a lineage whose fill has `l`: never more than texts on it allow. */
export function fillLightness({ dark, depthStep }: Palette, l: number, depth: number): number {
  const even = l + (depth - 2) * depthStep * 0.55;
  return dark ? Math.min(lightestInDark, even) : even;
}

/** The fill of a layer's band: its family's colour, older layers darker and richer (design: colour). */
export function layerFill(palette: Palette, colour: number, depth: number): string {
  const { l, c, h } = lineageOf(palette, colour).fill;
  const d = Math.min(depth, 7);
  const rich = palette.dark ? chroma.dark : chroma.light;
  return css({ l: fillLightness(palette, l, d), c: c * (rich - d * 0.05), h });
}
