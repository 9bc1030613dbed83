import type { OperationProgress } from '../../../shared/ipc/operation';

/** What work reports of itself. */
export type Step = Pick<
  OperationProgress,
  'phase' | 'done' | 'total' | 'layer' | 'layers' | 'image' | 'images'
>;

/** How far back the rate looks, milliseconds. */
const span = 3000;
/** Nothing is said about the rate and the time left before this, milliseconds. */
const quiet = 2000;

/**
 * Adds rate and time left to what work reports. The rate is that of the last three seconds; the time left is said after
 * two seconds and only while the rate is steady (the halves of those seconds differ by less than three times).
 */
export function createProgressMeter(now: () => number = Date.now): { update(step: Step): OperationProgress } {
  const began = now();
  let samples: { at: number; done: number }[] = [];
  return {
    update(step) {
      // No bytes: they would be none a second.
      if (step.image !== undefined) {
        samples = [];
        return { ...step, rate: null, secondsLeft: null };
      }
      const at = now();
      const last = samples.at(-1);
      // A new phase counts from the beginning again.
      if (last && step.done < last.done) samples = [];
      if (!last || at - last.at >= 50 || samples.length === 0) samples.push({ at, done: step.done });
      while (samples.length > 2 && at - (samples[1]?.at ?? at) >= span) samples.shift();
      const first = samples[0];
      let rate: number | null = null;
      let secondsLeft: number | null = null;
      if (first && at - began >= quiet && at - first.at >= quiet / 2) {
        rate = Math.max(0, ((step.done - first.done) * 1000) / (at - first.at));
        const middle = samples[Math.floor(samples.length / 2)];
        if (middle && middle.at > first.at && at > middle.at) {
          const early = (middle.done - first.done) / (middle.at - first.at);
          const late = (step.done - middle.done) / (at - middle.at);
          const steady = early > 0 && late > 0 && Math.max(early / late, late / early) < 3;
          if (steady && step.total !== null && rate > 0)
            secondsLeft = Math.max(0, (step.total - step.done) / rate);
        }
      }
      return { ...step, rate, secondsLeft };
    },
  };
}
