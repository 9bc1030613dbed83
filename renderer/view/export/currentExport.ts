import { useEffect } from 'react';
import type { ChartExport } from '../../chart/chartExport';

let current: ChartExport | null = null;

/** What the view in sight can hand out; null while it draws nothing. */
export function currentExport(): ChartExport | null {
  return current;
}

/** Offers a view's picture and data for as long as the view is there. Give it a value that changes with what is shown. */
export function useChartExport(offered: ChartExport | null): void {
  useEffect(() => {
    current = offered;
    return () => {
      if (current === offered) current = null;
    };
  }, [offered]);
}
