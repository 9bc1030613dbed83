const sans = '"Inter Variable", "Noto Sans CJK SC", sans-serif';

/** Fonts of the drawing as CSS shorthands, for measuring; `strata.css` has the same. */
export const fonts = {
  name: `600 12px ${sans}`,
  tightName: `600 11px ${sans}`,
  tightDangling: `italic 500 11px ${sans}`,
  dangling: `italic 500 12px ${sans}`,
  small: `400 11px ${sans}`,
  label: `500 12px ${sans}`,
  plain: `400 12px ${sans}`,
  tight: `500 12px ${sans}`,
  mono: '400 11px "JetBrains Mono Variable", monospace',
} as const;
