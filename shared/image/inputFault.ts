import { problem, ProblemError } from './problem';
import { systemCode } from './systemCode';

/**
 * Names a fault of the system as one of the input that somebody named: it may vanish, or fail, at any call. `label`: what he called it. Gives
 * back `file-not-found` or `file-unreadable`; anything that is not the system's is passed on as it is.
 */
export function inputFault(cause: unknown, label: string): unknown {
  if (cause instanceof ProblemError) return cause;
  const code = systemCode(cause);
  if (code === undefined || !/^E[A-Z0-9]+$/.test(code)) return cause;
  if (code === 'ENOENT' || code === 'ENOTDIR') return problem('file-not-found', { path: label }, { cause });
  return problem('file-unreadable', { path: label, reason: code }, { cause });
}

/** Asks the system something of an input. Throws as {@link inputFault} says. */
export function askInput<T>(label: string, ask: () => T): T {
  try {
    return ask();
  } catch (cause) {
    throw inputFault(cause, label);
  }
}
