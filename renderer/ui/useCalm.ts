import { useEffect, useState } from 'react';

/** Milliseconds for which what is asked about stands still before it can be confirmed: long enough to see that it is another. */
export const calmTime = 1000;

interface Seen {
  readonly shown: string | null;
  readonly asked: unknown;
  readonly waits: boolean;
}

/**
 * Whether what is shown may be confirmed: not for a moment after it has changed by itself, so that nobody presses a button for
 * what has just slid beneath the pointer. `shown` is all that is asked about as one text, null while it is worked out;
 * what comes for another `asked`, which the person has done, needs no rest.
 */
export function useCalm(shown: string | null, asked: unknown = null): boolean {
  const [seen, setSeen] = useState<Seen>({ shown, asked, waits: false });
  if (shown !== null && (seen.shown !== shown || !Object.is(seen.asked, asked)))
    setSeen({
      shown,
      asked,
      waits: seen.shown !== null && seen.shown !== shown && Object.is(seen.asked, asked),
    });
  useEffect(() => {
    if (!seen.waits) return undefined;
    const timer = setTimeout(
      () => setSeen((now) => (now === seen ? { ...now, waits: false } : now)),
      calmTime,
    );
    return () => clearTimeout(timer);
  }, [seen]);
  return !seen.waits;
}
