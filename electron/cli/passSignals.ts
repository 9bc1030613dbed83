const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** How long what was signalled may take to end, milliseconds: as long as `docker stop` waits. */
const patience = 10_000;

/** Signals that come to this process, on their way to a command. */
export interface PassedSignals {
  /** The command has ended: what comes now is heard, so that it does not end our cleaning up, and goes nowhere. */
  ended(): void;
  /** Signals do to this process what they did before. */
  stop(): void;
}

/**
 * Hands the signals that ask this process to end on to a command, by `pass`. A command may ignore them, as the first process of a
 * container does with all that it has no handler for, or never see them, when it asked to be traced: its runtime is its tracer
 * then, which every signal but SIGKILL waits for. So `force` is called, once, at a second signal or ten seconds after the first.
 */
export function passSignals(pass: (signal: NodeJS.Signals) => void, force: () => unknown): PassedSignals {
  let timer: NodeJS.Timeout | null = null;
  let done = false;
  const ended = (): void => {
    done = true;
    if (timer) clearTimeout(timer);
  };
  const end = (): void => {
    ended();
    force();
  };
  const take = (signal: NodeJS.Signals): void => {
    if (done) return;
    if (timer) return end();
    timer = setTimeout(end, patience);
    pass(signal);
  };
  for (const signal of signals) process.on(signal, take);
  return {
    ended,
    stop: () => {
      ended();
      for (const signal of signals) process.off(signal, take);
    },
  };
}
