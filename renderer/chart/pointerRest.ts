/** Milliseconds that the pointer rests on something before that counts. */
const delay = 80;

/** Where the pointer was last told to be, on the screen, and how often that was another place. */
let place = { x: NaN, y: NaN };
let moves = 0;

/** Counts moves of the pointer. A browser tells of one that lies still, too, when windows and what is drawn move below it. */
function seen(event: Event): void {
  const { screenX: x, screenY: y } = event as PointerEvent;
  if (place.x === x && place.y === y) return;
  place = { x, y };
  moves++;
}
if (typeof window !== 'undefined')
  for (const type of ['pointerover', 'pointermove']) window.addEventListener(type, seen, { capture: true });

/**
 * Waits until the pointer rests, so that passing over things does nothing. After a key has led somewhere, what lies below a
 * pointer that has not moved since tells nothing.
 */
export class PointerRest<T> {
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** {@link moves} when a key was pressed last; null: the pointer leads. */
  private keyAt: number | null = null;
  private readonly ended = new AbortController();

  /** Whether the pointer has left, and that is still to be told. */
  private leaving = false;

  /**
   * `onRest` is told what the pointer rests on; null: nothing. `onGone`: it left while keys lead. What was lit for it is lit no longer,
   * but what a key has brought up stays.
   */
  constructor(
    private readonly onRest: (item: T | null) => void,
    private readonly onGone: () => void,
  ) {}

  /** Watches the keys of an element, before its own listeners do. */
  watch(host: EventTarget): void {
    const options = { signal: this.ended.signal, capture: true };
    host.addEventListener(
      'keydown',
      () => {
        const left = this.leaving;
        this.stop();
        this.keyAt = moves;
        if (left) this.onGone();
      },
      options,
    );
    host.addEventListener('pointerdown', () => (this.keyAt = null), options);
  }

  /** The pointer came to something. `isKnown`: it rested there before, and there is nothing new to tell. */
  come(item: T | null, isKnown: boolean): void {
    if (this.keyAt === moves) return;
    this.keyAt = null;
    this.stop();
    if (!isKnown)
      this.timer = setTimeout(() => {
        this.leaving = false;
        this.onRest(item);
      }, delay);
  }

  /** The pointer is on the chart no longer. Leaving, it need not have moved: a dialog has opened under it. */
  leave(isKnown: boolean): void {
    if (this.keyAt === moves) {
      this.stop();
      this.onGone();
      return;
    }
    this.come(null, isKnown);
    this.leaving = !isKnown;
  }

  /** Forgets where the pointer came to. */
  stop(): void {
    clearTimeout(this.timer);
    this.leaving = false;
  }

  /** Ends watching and waiting. */
  close(): void {
    this.stop();
    this.ended.abort();
  }
}
