/** How long a dialog must have stood before a yes counts, milliseconds: longer than between the clicks of a double-click. */
const standing = 700;
const step = 50;
/** Turns of promises that an answer may take which no dialog gave. */
const turns = 16;

/** Tells when a dialog has come to the front: the window beneath it loses the focus. */
export interface Beneath {
  on(event: 'blur', listener: () => void): unknown;
  off(event: 'blur', listener: () => void): unknown;
}

/**
 * Shows a native dialog that has a consequence, and shows it again where the yes came sooner than somebody can have read it: a
 * page knows where dialogs appear, and may have asked for a double-click just there. `isYes`: whether an answer does anything. A
 * time counts while this process was there to show something, and from when the dialog has taken the focus. What is there before this
 * process has done anything else was answered by a program in the dialog's place: the system's own answers come as events.
 */
export async function calmAnswer<T>(
  beneath: Beneath,
  show: () => Promise<T>,
  isYes: (answer: T) => boolean,
): Promise<T> {
  for (;;) {
    let steps = 0;
    const restart = (): void => {
      steps = 0;
    };
    const timer = setInterval(() => steps++, step);
    beneath.on('blur', restart);
    try {
      const shown = show();
      const isInstant = await settlesAtOnce(shown);
      const answer = await shown;
      if (isInstant || !isYes(answer) || steps * step >= standing) return answer;
    } finally {
      clearInterval(timer);
      beneath.off('blur', restart);
    }
    // The rest of a series of clicks falls on the window, which does nothing that was not asked for.
    await new Promise((resolve) => setTimeout(resolve, step));
  }
}

/** Whether a promise is settled before any event. */
async function settlesAtOnce(work: Promise<unknown>): Promise<boolean> {
  let isSettled = false;
  const settled = (): void => void (isSettled = true);
  work.then(settled, settled);
  for (let i = 0; i < turns; i++) await Promise.resolve();
  return isSettled;
}
