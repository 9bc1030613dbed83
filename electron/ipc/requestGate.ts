import { problem } from '../../shared/image/problem';
import { mostAtOnce, mostBytes, smallBytes } from './messageBounds';
import { lanes, stops } from './requestLanes';
import type { RequestName } from '../../shared/ipc/contract';

/** Requests of a lane that are worked on at a time: their answers are all in memory at once. */
const mostInLane = 8;

/** What a gate lets through at a time; other numbers are for tests. */
export interface GateBounds {
  readonly requests: number;
  readonly bytes: number;
  readonly small: number;
  readonly lane: number;
}

/** A request that waits for its turn in a lane. */
interface Waiting {
  readonly page: number;
  readonly name: RequestName;
  readonly input: unknown;
  readonly go: () => void;
  readonly stop: () => void;
}

/** What a request gets that asks to be worked on; `end` is for one that has begun. */
interface Turn {
  readonly begins: Promise<void> | null;
  readonly end: () => void;
}

interface Lane {
  working: number;
  waiting: Waiting[];
}

/**
 * The one bound on all that pages ask for at a time: by number, by the bytes of the messages, for as long as they are held (also
 * by the operations that they start), and by turns for those whose answers may be large. What is beyond number and bytes is
 * refused with `too-much-at-once`; what waits for its turn is given up when its page ends or asks for an end.
 */
export class RequestGate {
  private readonly slots = new Set<Slot>();
  private readonly lanes = new Map<string, Lane>();
  private bytes = 0;

  constructor(
    private readonly bounds: GateBounds = {
      requests: mostAtOnce,
      bytes: mostBytes,
      small: smallBytes,
      lane: mostInLane,
    },
  ) {}

  /** Takes in a request of a page (the ID of its web contents). Throws `too-much-at-once`. */
  enter(page: number): Slot {
    const { requests } = this.bounds;
    if (this.slots.size >= requests) throw problem('too-much-at-once', { what: 'request', limit: requests });
    const slot = new Slot(page, this);
    this.slots.add(slot);
    return slot;
  }

  /** Gives up what waits here of a page that is no more: it is answered with `cancelled`. */
  pageGone(page: number): void {
    this.giveUp((each) => each.page === page);
  }

  /** Counts the bytes of a message; null for a small one. Throws `too-much-at-once`. */
  take(bytes: number): number | null {
    const { small, bytes: limit } = this.bounds;
    if (bytes <= small) return null;
    if (this.bytes + bytes > limit) throw problem('too-much-at-once', { what: 'message', limit });
    this.bytes += bytes;
    return bytes;
  }

  /** Gives bytes back that {@link take} counted. */
  give(bytes: number): void {
    this.bytes -= bytes;
  }

  /** Ends a slot. */
  left(slot: Slot): void {
    this.slots.delete(slot);
  }

  /**
   * Asks for a turn of a request. A request that ends others ends those that wait, too. `begins`: resolves when the request may be
   * worked on, throws `cancelled`; null where it need not wait.
   */
  turn(page: number, name: RequestName, input: unknown): Turn {
    const stopped = stops[name];
    if (stopped !== undefined)
      this.giveUp((each) => each.page === page && each.name === stopped && isOf(each.input, input));
    const key = laneOf(name, input);
    if (key === null) return { begins: null, end: () => undefined };
    const lane = this.lanes.get(key) ?? { working: 0, waiting: [] };
    this.lanes.set(key, lane);
    const end = (): void => {
      const next = lane.waiting.shift();
      if (next) next.go();
      else if (--lane.working === 0) this.lanes.delete(key);
    };
    if (lane.working < this.bounds.lane) {
      lane.working++;
      return { begins: null, end };
    }
    const begins = new Promise<void>((go, fail) => {
      const stop = (): void => fail(problem('cancelled', {}));
      lane.waiting.push({ page, name, input, go, stop });
    });
    return { begins, end };
  }

  private giveUp(isMeant: (waiting: Waiting) => boolean): void {
    for (const lane of this.lanes.values()) {
      const meant = lane.waiting.filter(isMeant);
      if (meant.length === 0) continue;
      lane.waiting = lane.waiting.filter((each) => !meant.includes(each));
      for (const { stop } of meant) stop();
    }
  }
}

/** The place of one request in a {@link RequestGate}, from its arrival to its answer. */
export class Slot {
  private held: number | null = null;
  private endTurn: (() => void) | null = null;
  private longer: Promise<unknown> | null = null;

  constructor(
    private readonly page: number,
    private readonly gate: RequestGate,
  ) {}

  /** Counts the bytes of its message, once. Throws `too-much-at-once` where others hold too many. */
  hold(bytes: number): void {
    this.held = this.gate.take(bytes);
  }

  /** Resolves when it may be worked on; null when that is at once. Throws `cancelled`. */
  turn(name: RequestName, input: unknown): Promise<void> | null {
    const { begins, end } = this.gate.turn(this.page, name, input);
    if (begins === null) this.endTurn = end;
    return (
      begins?.then(() => {
        this.endTurn = end;
      }) ?? null
    );
  }

  /** Counts its bytes on after the answer: what it started holds the message until `ended`. */
  holdUntil(ended: Promise<unknown>): void {
    this.longer = ended;
  }

  /** The request is answered. */
  leave(): void {
    this.gate.left(this);
    this.endTurn?.();
    const { held } = this;
    if (held === null) return;
    const give = (): void => this.gate.give(held);
    if (this.longer) void this.longer.then(give, give);
    else give();
  }
}

/** Where a request takes turns: an engine that hangs keeps nobody from asking for what is elsewhere. */
function laneOf(name: RequestName, input: unknown): string | null {
  const lane = lanes[name];
  if (lane === null) return null;
  const { source } = input as { readonly source?: unknown };
  return typeof source === 'string' ? `${lane} ${source}` : `${lane} store`;
}

/** Whether a request has every member of the one that ends it. */
function isOf(input: unknown, end: unknown): boolean {
  const has = input as Readonly<Record<string, unknown>>;
  return Object.entries(end as object).every(([key, value]) => has[key] === value);
}
