import type { LimitName } from '../image/limits';

/** A block that is no header, with the reason in English for the report. */
export class TarFault extends Error {
  override name = 'TarFault';
}

/** A bound that a tar goes beyond. `entry` is the member where it stands, as far as it can be told. */
export class TarLimitFault extends TarFault {
  override name = 'TarLimitFault';
  constructor(
    reason: string,
    readonly limit: { readonly name: LimitName; readonly limit: number; readonly found?: number },
    readonly entry: string,
  ) {
    super(reason);
  }
}
