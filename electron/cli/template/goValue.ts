import { JsonNumber } from '../../../shared/image/exactJson';

/** A `time.Duration`: nanoseconds, which print as `1m30s`. */
export class GoDuration {
  constructor(readonly nanoseconds: bigint) {}

  toString(): string {
    const ns = this.nanoseconds < 0n ? -this.nanoseconds : this.nanoseconds;
    const sign = this.nanoseconds < 0n ? '-' : '';
    const decimal = (unit: bigint, name: string): string => {
      const digits = String(unit).length - 1;
      const rest = String(ns % unit)
        .padStart(digits, '0')
        .slice(0, digits)
        .replace(/0+$/, '');
      return `${sign}${ns / unit}${rest === '' ? '' : `.${rest}`}${name}`;
    };
    if (ns === 0n) return '0s';
    if (ns < 1000n) return `${sign}${ns}ns`;
    if (ns < 1_000_000n) return decimal(1000n, 'µs');
    if (ns < 1_000_000_000n) return decimal(1_000_000n, 'ms');
    const minute = 60_000_000_000n;
    const hours = ns / (60n * minute);
    const minutes = (ns / minute) % 60n;
    const seconds = new GoDuration(ns % minute);
    const under = seconds.nanoseconds === 0n ? '0s' : seconds.inSeconds();
    return `${sign}${hours > 0n ? `${hours}h` : ''}${hours > 0n || minutes > 0n ? `${minutes}m` : ''}${under}`;
  }

  /** Below a minute and with no other unit: `0.5s` within `1m0.5s`. */
  private inSeconds(): string {
    const second = 1_000_000_000n;
    const rest = String(this.nanoseconds % second)
      .padStart(9, '0')
      .replace(/0+$/, '');
    return `${this.nanoseconds / second}${rest === '' ? '' : `.${rest}`}s`;
  }

  toJSON(): number | JsonNumber {
    const number = Number(this.nanoseconds);
    return Number.isSafeInteger(number) ? number : new JsonNumber(String(this.nanoseconds));
  }
}

/** A `time.Time` in UTC. */
export class GoMoment {
  constructor(readonly iso: string) {}

  toString(): string {
    const [, day, clock, fraction = ''] = /^(.{10})T(.{8})(\.\d+)?/.exec(this.iso) ?? [];
    return day === undefined || clock === undefined
      ? this.iso
      : `${day} ${clock}${fraction.replace(/\.?0+$/, '')} +0000 UTC`;
  }

  toJSON(): string {
    return this.iso;
  }
}

/** A number that a template writes as a `float64` though it is whole (`2.0`): to Go it is of another type than `2`. */
export class GoFloat {
  constructor(readonly value: number) {}

  toJSON(): number {
    return this.value;
  }
}

/** Whether a value is a `float64` to Go: written as one, or not whole. */
export const isFloat = (value: Value): boolean =>
  value instanceof GoFloat || (typeof value === 'number' && !Number.isInteger(value));

/** A value that a template works on: what JSON knows; `undefined` where there is none. */
export type Value =
  | string
  | number
  | boolean
  | null
  | undefined
  | GoDuration
  | GoFloat
  | GoMoment
  | readonly Value[]
  | { readonly [key: string]: Value };

/** Whether a value is a map: an object that is no list. */
export function isMap(value: Value): value is { readonly [key: string]: Value } {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    ![JsonNumber, GoDuration, GoFloat, GoMoment].some((type) => value instanceof type)
  );
}
