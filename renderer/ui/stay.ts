/** A time that runs only while nobody holds it: a message stays as long as somebody points at it or has the focus in it. */
export class Stay {
  private readonly holders = new Set<string>();
  private timer: ReturnType<typeof setTimeout> | null = null;
  private startedAt = 0;

  /** Runs from now on, for `left` milliseconds; `over` is called once, at the end. */
  constructor(
    private left: number,
    private readonly over: () => void,
  ) {
    this.run();
  }

  /** The time stands still until everybody who holds it has let go. */
  hold(who: string): void {
    this.holders.add(who);
    if (this.timer === null) return;
    this.stop();
    this.left = Math.max(0, this.left - (Date.now() - this.startedAt));
  }

  /** Lets go, and the time goes on where nobody else holds it. */
  release(who: string): void {
    if (this.holders.delete(who) && this.holders.size === 0) this.run();
  }

  /** Ends it before its time; nothing is called any more. */
  stop(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  private run(): void {
    this.startedAt = Date.now();
    this.timer = setTimeout(this.over, this.left);
  }
}
