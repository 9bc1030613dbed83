/** For how long something has stood before a click on it counts, milliseconds: longer than between the clicks of a double click. */
const standing = 700;
/** How far a hand that rests moves a pointer, CSS pixels. */
const resting = 6;
/** How often is looked whether what is under the pointer has become something else, milliseconds. */
const step = 50;

interface Place {
  readonly x: number;
  readonly y: number;
}

/** What is under a point of the page: any two that are not the same are different things to press. */
export type LookUnder = (place: Place) => readonly unknown[];

/**
 * After a click that does something nothing more is done by clicks in the same place, until what is there has stood for a
 * moment: the second click of a double click is meant for the same button, which by then may say something else, or be gone, and
 * what was beneath it takes the click. Whoever moves the pointer, or presses a key, means what he presses next.
 */
export class ClickRest {
  private at: Place | null = null;
  private under: readonly unknown[] = [];
  private steps = 0;
  private timer: ReturnType<typeof setInterval> | null = null;
  /** A press that does not count; what the browser makes of it does not either. */
  private swallows = false;

  constructor(private readonly look: LookUnder) {}

  /** A button has done something for a click there; a click by a key has no place. */
  acted({ clientX: x, clientY: y, detail }: Pick<MouseEvent, 'clientX' | 'clientY' | 'detail'>): void {
    this.end();
    if (detail === 0) return;
    this.at = { x, y };
    this.under = this.look(this.at);
    this.steps = 0;
    this.timer = setInterval(() => this.watch(1), step);
  }

  /** The person has turned to something else. */
  end(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
    this.at = null;
  }

  /** The pointer is there now. */
  moved({ clientX, clientY }: Pick<MouseEvent, 'clientX' | 'clientY'>): void {
    if (this.at && !this.isNear(clientX, clientY)) this.end();
  }

  /** Whether a press there, and what follows from it, counts. */
  counts({ type, clientX, clientY }: Pick<MouseEvent, 'type' | 'clientX' | 'clientY'>): boolean {
    if (type === 'pointerdown') {
      if (this.at) this.watch(0);
      this.swallows = this.at !== null && this.isNear(clientX, clientY) && this.steps * step < standing;
    }
    return !this.swallows;
  }

  private isNear(x: number, y: number): boolean {
    return this.at !== null && Math.hypot(x - this.at.x, y - this.at.y) <= resting;
  }

  /** Time counts while the page was there to show something. */
  private watch(steps: number): void {
    if (!this.at) return;
    const now = this.look(this.at);
    const same = now.length === this.under.length && now.every((each, i) => Object.is(each, this.under[i]));
    this.under = now;
    this.steps = same ? this.steps + steps : 0;
  }
}

/** A button with what it says and whether it can be pressed; any other element by itself. */
function lookUnder({ x, y }: Place): readonly unknown[] {
  const element = document.elementFromPoint(x, y);
  const button = element?.closest('button');
  return button ? [button, button.textContent, button.getAttribute('aria-disabled')] : [element];
}

let page: ClickRest | null = null;

/** Has all clicks in the page go by {@link ClickRest}; once a page. */
export function beginClickRest(): void {
  const rest = (page = new ClickRest(lookUnder));
  const held = ['pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click', 'dblclick'] as const;
  for (const type of held)
    window.addEventListener(
      type,
      (event) => {
        // What a key or a program presses has no press of a pointer before it.
        if ((type === 'click' && event.detail === 0) || rest.counts(event)) return;
        event.preventDefault();
        event.stopImmediatePropagation();
      },
      { capture: true },
    );
  window.addEventListener('pointermove', (event) => rest.moved(event), { capture: true, passive: true });
  window.addEventListener('keydown', () => rest.end(), { capture: true });
  window.addEventListener('blur', () => rest.end());
}

/** To be called for each click that does something. */
export function restAfterClick(event: Pick<MouseEvent, 'clientX' | 'clientY' | 'detail'>): void {
  page?.acted(event);
}
