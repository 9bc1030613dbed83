import type { OperationProgress, OperationStep as Step } from '../../../shared/ipc/operation';

/** How far back the rate looks, milliseconds. */
const span = 3000;
/** Nothing is said about the rate and the time left before this, milliseconds. */
const quiet = 2000;
/** After so long without a report what was said last is said anew, as it stands then; milliseconds. */
const silence = 1000;

/** Adds to reports what they mean for somebody who waits. */
export interface ProgressMeter {
  /** The next report. */
  update(step: Step): OperationProgress;
  /** The last report as it stands now, when nothing has come since; null before the first. */
  again(): OperationProgress | null;
}

/**
 * Adds rate and time left to what work reports. The rate is that of the last three seconds; the time left is said after
 * two seconds and only while the rate is steady (the halves of those seconds differ by less than three times). A total that
 * proves too small was a guess, and is said no more; where all is done neither rate nor time left is said: what remains are no bytes.
 */
export function createProgressMeter(now: () => number = Date.now): ProgressMeter {
  const began = now();
  let samples: { at: number; done: number }[] = [];
  let told: Step | null = null;
  const update = (reported: Step): OperationProgress => {
    told = reported;
    const wrong = reported.total !== null && reported.done > reported.total;
    const step: Step = wrong ? { ...reported, total: null } : reported;
    // No bytes: they would be none a second.
    if (step.image !== undefined || step.phase === 'waiting' || step.done === step.total) {
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
  };
  return { update, again: () => told && update(told) };
}

/**
 * A meter that speaks by itself: `tell` gets each report with its rate and time left, and the last one again each second in
 * which none comes, so that neither stands still where the work does. `end` silences it until the next report; no timer of it holds a
 * process.
 */
export function createProgressTeller(tell: (progress: OperationProgress) => void): {
  readonly report: (step: Step) => void;
  readonly end: () => void;
} {
  const meter = createProgressMeter();
  let timer: NodeJS.Timeout | null = null;
  const wait = (): void => {
    if (timer) clearTimeout(timer);
    timer = setTimeout(() => {
      const progress = meter.again();
      if (progress) tell(progress);
      wait();
    }, silence);
    timer.unref();
  };
  return {
    report(step) {
      tell(meter.update(step));
      wait();
    },
    end() {
      if (timer) clearTimeout(timer);
    },
  };
}
