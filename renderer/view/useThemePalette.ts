import { useEffect, useState } from 'react';
import { readPalette, type Palette } from '../chart/drawing/palette';

/** The colours of the theme in use as values; another object when the theme changes. */
export function useThemePalette(): Palette {
  const [palette, setPalette] = useState(readPalette);
  useEffect(() => {
    const read = (): void => setPalette(readPalette());
    read();
    const watch = new MutationObserver(read);
    watch.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    return () => watch.disconnect();
  }, []);
  return palette;
}
