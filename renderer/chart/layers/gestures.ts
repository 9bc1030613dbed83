import { select, type Selection } from 'd3';

/** What gestures ask for, in CSS pixels of the element. */
export interface GestureEvents {
  pan(dx: number, dy: number): void;
  /** Multiplies the scale; the point stays where it is. */
  scale(factor: number, at: readonly [number, number]): void;
  /** Whether a press is for something that lies there, and moves no view. */
  grab(press: PointerEvent): boolean;
}

/** How far a press may move and still be a click, CSS pixels. */
const clickDistance = 4;

/** Wheel, drag and pinch on an element. A wheel's step is that of d3-zoom. */
export class Gestures {
  /** Whether the press that is going on, or just ended, has moved the view. */
  dragged = false;
  private readonly root: Selection<SVGSVGElement, unknown, null, undefined>;
  private readonly fingers = new Map<number, { x: number; y: number }>();
  private begun = { x: 0, y: 0 };

  constructor(
    private readonly element: SVGSVGElement,
    private readonly events: GestureEvents,
  ) {
    this.root = select(element);
    this.root
      .style('touch-action', 'none')
      .on('wheel.gesture', (event: WheelEvent) => this.wheel(event), { passive: false })
      .on('pointerdown.gesture', (event: PointerEvent) => this.down(event))
      .on('pointermove.gesture', (event: PointerEvent) => this.move(event))
      .on('pointerup.gesture pointercancel.gesture lostpointercapture.gesture', (event: PointerEvent) => {
        this.fingers.delete(event.pointerId);
      });
  }

  /** Listens no more. */
  close(): void {
    this.root.on('.gesture', null);
  }

  private wheel(event: WheelEvent): void {
    event.preventDefault();
    // Sideways, also with Shift: layers scroll behind the names.
    if (!event.ctrlKey && Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      this.events.pan(-event.deltaX * (event.deltaMode === 1 ? 16 : 1), 0);
      return;
    }
    const unit = event.deltaMode === 1 ? 0.05 : event.deltaMode > 0 ? 1 : 0.002;
    // A pinch on a touchpad comes as a wheel with Ctrl, in small steps.
    const factor = 2 ** (-event.deltaY * unit * (event.ctrlKey ? 10 : 1));
    this.events.scale(factor, this.point(event.clientX, event.clientY));
  }

  private down(event: PointerEvent): void {
    if ((event.button !== 0 && event.button !== 1) || (event.ctrlKey && event.button === 0)) return;
    if (event.button === 1) event.preventDefault();
    if (this.fingers.size === 0) {
      this.dragged = false;
      if (event.button === 0 && this.events.grab(event)) return;
    }
    this.fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (this.fingers.size > 1) return;
    this.begun = { x: event.clientX, y: event.clientY };
  }

  private move(event: PointerEvent): void {
    const before = this.fingers.get(event.pointerId);
    if (!before) return;
    if (event.buttons === 0) {
      this.fingers.delete(event.pointerId);
      return;
    }
    const now = { x: event.clientX, y: event.clientY };
    if (!this.dragged) {
      if (Math.hypot(now.x - this.begun.x, now.y - this.begun.y) < clickDistance) return;
      this.dragged = true;
      this.element.setPointerCapture(event.pointerId);
    }
    const [other] = [...this.fingers].filter(([id]) => id !== event.pointerId).map(([, at]) => at);
    this.fingers.set(event.pointerId, now);
    if (!other) {
      this.events.pan(now.x - before.x, now.y - before.y);
      return;
    }
    const apart = (at: { x: number; y: number }): number => Math.hypot(at.x - other.x, at.y - other.y);
    this.events.pan((now.x - before.x) / 2, (now.y - before.y) / 2);
    this.events.scale(
      apart(now) / Math.max(1, apart(before)),
      this.point((now.x + other.x) / 2, (now.y + other.y) / 2),
    );
  }

  private point(clientX: number, clientY: number): [number, number] {
    const { left, top } = this.element.getBoundingClientRect();
    return [clientX - left, clientY - top];
  }
}
