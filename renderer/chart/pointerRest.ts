/** Milliseconds that the pointer rests on something before that counts. */
const delay = 80;

/** Where the pointer was last told to be, on the screen. */
let place: { readonly x: number; readonly y: number } | null = null;

/**
 * Waits until the pointer rests, so that passing over things does nothing. After a key has led somewhere, a pointer that
 * lies still tells nothing: browsers tell of it again when windows and what is drawn move below it.
 */
export class PointerRest<T> {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private byKeys = false;
  private readonly ended = new AbortController();

  /** `onRest` is told what the pointer rests on; null: nothing. */
  constructor(private readonly onRest: (item: T | null) => void) {}

  /** Watches the keys and the pointer of an element, before its own listeners do. */
  watch(host: EventTarget): void {
    const options = { signal: this.ended.signal, capture: true };
    host.addEventListener(
      'keydown',
      () => {
        this.stop();
        this.byKeys = true;
      },
      options,
    );
    host.addEventListener('pointermove', (event) => this.seen(event as PointerEvent), options);
    host.addEventListener('pointerdown', () => (this.byKeys = false), options);
  }

  /** The pointer came to something. `isKnown`: it rested there before, and there is nothing new to tell. */
  come(item: T | null, isKnown: boolean): void {
    if (this.byKeys) return;
    this.stop();
    if (!isKnown) this.timer = setTimeout(() => this.onRest(item), delay);
  }

  /** Forgets where the pointer came to. */
  stop(): void {
    clearTimeout(this.timer);
  }

  /** Ends watching and waiting. */
  close(): void {
    this.stop();
    this.ended.abort();
  }

  private seen({ screenX: x, screenY: y }: PointerEvent): void {
    if (place !== null && (place.x !== x || place.y !== y)) this.byKeys = false;
    place = { x, y };
  }
}
