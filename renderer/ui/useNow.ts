import { useSyncExternalStore } from 'react';

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
/** An age of a minute is told no later than so many milliseconds after it has come. */
const beat = 10_000;

function listen(told: () => void): () => void {
  listeners.add(told);
  timer ??= setInterval(() => listeners.forEach((each) => each()), beat);
  return () => {
    listeners.delete(told);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** Now, in steps of so many milliseconds (of no less than ten seconds): ages that are told from it grow while they are in sight. */
export function useNow(step = beat): number {
  return useSyncExternalStore(listen, () => Math.floor(Date.now() / step) * step);
}
