/** Milliseconds that the pointer rests on something before that counts. */
const delay = 80;

/** Waits until the pointer rests, so that passing over things does nothing. */
export class PointerRest<T> {
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** `onRest` is told what the pointer rests on; null: nothing. */
  constructor(private readonly onRest: (item: T | null) => void) {}

  /** The pointer came to something. `isKnown`: it rested there before, and there is nothing new to tell. */
  come(item: T | null, isKnown: boolean): void {
    this.stop();
    if (!isKnown) this.timer = setTimeout(() => this.onRest(item), delay);
  }

  /** Forgets where the pointer came to. */
  stop(): void {
    clearTimeout(this.timer);
  }
}
