import { constants } from 'node:os';

/** Ask this process to end. */
const ending = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/**
 * Mean what the command says they mean; `docker run` passes them on, too. Those of job control stop us as they stop any program of
 * a shell, and those of the kernel's about our own faults are ours.
 */
const telling = [
  'SIGQUIT',
  'SIGUSR1',
  'SIGUSR2',
  'SIGALRM',
  'SIGVTALRM',
  'SIGPROF',
  'SIGWINCH',
  'SIGIO',
  'SIGPWR',
  'SIGSTKFLT',
  'SIGXCPU',
  'SIGXFSZ',
] as const;

/** How long what was signalled may take to end, milliseconds: as long as `docker stop` waits. */
const patience = 10_000;

/** Commands that have the signals now. */
let passing = 0;

/** Whether signals are a command's, and not for this process. */
export const arePassed = (): boolean => passing > 0;

/** Signals that come to this process, on their way to a command. */
export interface PassedSignals {
  /** The command has ended: what comes now is heard, so that it does not end our cleaning up, and goes nowhere. */
  ended(): void;
  /** Signals do to this process what they did before. */
  stop(): void;
}

/**
 * Hands the signals that come to this process on to a command, by `pass`. One that asks it to end, a command may ignore them, as the first process of a
 * container does with all that it has no handler for, or never see them, when it asked to be traced: its runtime is its tracer
 * then, which every signal but SIGKILL waits for. So `force` is called, once, at a second signal or ten seconds after the first. At the second signal after the command
 * has ended, while we clean up, `leave` is called.
 */
export function passSignals(
  pass: (signal: NodeJS.Signals) => void,
  force: () => unknown,
  leave: (signal: NodeJS.Signals) => void = () => undefined,
): PassedSignals {
  let timer: NodeJS.Timeout | null = null;
  let done = false;
  let late = 0;
  passing++;
  const ended = (): void => {
    done = true;
    if (timer) clearTimeout(timer);
  };
  const end = (): void => {
    ended();
    force();
  };
  const take = (signal: NodeJS.Signals): void => {
    // One more may still have been meant for the command.
    if (done) return void (++late > 1 && leave(signal));
    if (timer) return end();
    timer = setTimeout(end, patience);
    pass(signal);
  };
  const tell = (signal: NodeJS.Signals): void => {
    if (!done) pass(signal);
  };
  const listeners = [
    ...ending.map((signal) => ({ signal, listener: take })),
    ...telling.filter((signal) => signal in constants.signals).map((signal) => ({ signal, listener: tell })),
  ];
  for (const { signal, listener } of listeners) process.on(signal, listener);
  return {
    ended,
    stop: () => {
      passing--;
      ended();
      for (const { signal, listener } of listeners) process.off(signal, listener);
    },
  };
}
