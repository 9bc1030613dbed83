import { slide, type Frame } from './frame';

/** When things slide to where they belong instead of being put there. */
export class Slides {
  private next = false;
  private until = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly still = matchMedia('(prefers-reduced-motion: reduce)');

  /** `onEnd`: things have come to where they belong, and one more frame is to say so. */
  constructor(private readonly onEnd: () => void) {}

  /** Whether the next frame slides, where a person wants things to move at all. */
  ask(slides: boolean): void {
    this.next = slides && !this.still.matches;
  }

  /** How the frame that is made now moves; a painting cannot slide. */
  motion(far: boolean): Frame['motion'] {
    const now = performance.now();
    const begins = this.next && !far;
    this.next = false;
    if (!begins) return now < this.until ? 'keep' : 'set';
    this.until = now + slide;
    clearTimeout(this.timer);
    this.timer = setTimeout(this.onEnd, slide + 20);
    return 'slide';
  }

  /** Waits for nothing any more. */
  stop(): void {
    clearTimeout(this.timer);
  }
}
