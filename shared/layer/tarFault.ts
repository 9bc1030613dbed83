import { reasonFacts, type LayerReason, type Reason } from '../image/faultReason';
import type { LimitName } from '../image/limits';

/** Something in a layer or an archive that cannot be; `facts`, with the member where it stands, are those of the problem. */
export class LayerError extends Error {
  private readonly named: readonly (string | number)[];
  constructor(
    readonly reason: LayerReason,
    ...named: readonly (string | number)[]
  ) {
    super([reason, ...named].join(' '));
    this.named = named;
  }

  facts(member = ''): Reason<LayerReason> {
    return reasonFacts(this.reason, this.named, member);
  }
}

/** A block that is no header, or a member that breaks the format. */
export class TarFault extends LayerError {
  override name = 'TarFault';
}

/** A bound that a tar goes beyond. `entry` is the member where it stands, as far as it can be told. */
export class TarLimitFault extends TarFault {
  override name = 'TarLimitFault';
  constructor(
    readonly limit: { readonly name: LimitName; readonly limit: number; readonly found?: number },
    readonly entry: string,
  ) {
    super('tar-limit', limit.name);
  }
}
