import { useEffect, useState } from 'react';
import { forgetWidths } from '../chart/layers/textFit';

/** Whether the fonts are there; from then on texts measure what they take. */
export function useFonts(): boolean {
  const [ready, setReady] = useState(false);
  useEffect(() => {
    let live = true;
    void document.fonts.ready.then(() => {
      forgetWidths();
      if (live) setReady(true);
    });
    return () => {
      live = false;
    };
  }, []);
  return ready;
}
