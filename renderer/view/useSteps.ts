import { useEffect, useState } from 'react';

/** How long work may hold the window at a time, milliseconds. */
const slice = 6;

/**
 * The result of work that runs in small steps between frames; the last result stays while the next one is made. `begin`
 * null does nothing.
 */
export function useSteps<T>(begin: (() => Generator<undefined, T>) | null): T | null {
  const [made, setMade] = useState<T | null>(null);
  useEffect(() => {
    if (!begin) return undefined;
    const steps = begin();
    const channel = new MessageChannel();
    const run = (): void => {
      const until = performance.now() + slice;
      for (;;) {
        const step = steps.next();
        if (step.done === true) {
          setMade(step.value);
          return;
        }
        if (performance.now() > until) break;
      }
      // A message comes after what the browser has to do, and sooner than a timer would.
      channel.port2.postMessage(null);
    };
    channel.port1.onmessage = run;
    channel.port2.postMessage(null);
    return () => {
      channel.port1.onmessage = null;
      channel.port1.close();
      channel.port2.close();
    };
  }, [begin]);
  return made;
}
