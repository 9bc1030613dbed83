import type { ReactNode } from 'react';

/** The colour of a family: a line's for images, a band's for layers. */
export function Swatch({
  colour,
  fill = false,
}: {
  readonly colour: number | undefined;
  readonly fill?: boolean;
}): ReactNode {
  const background =
    colour === undefined ? 'var(--line-control)' : `var(--lin-${colour}${fill ? '-fill' : ''})`;
  return <span className={fill ? 'swatch edged' : 'swatch'} style={{ background }} />;
}
