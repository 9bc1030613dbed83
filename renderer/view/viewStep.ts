import { useEffect } from 'react';

let current: (() => void) | null = null;

/** The step out of what was gone into within the view in sight: a lineage, a folder, a group. Null where nothing was. */
export function currentStep(): (() => void) | null {
  return current;
}

/** Offers a view's step out for as long as there is one. Give it a function that stays the same while it does the same. */
export function useViewStep(step: (() => void) | null): void {
  useEffect(() => {
    current = step;
    return () => {
      if (current === step) current = null;
    };
  }, [step]);
}
