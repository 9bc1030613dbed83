import { defaultLimits, limitSpecs, type LimitName, type Limits } from '../../shared/image/limits';
import { environmentLimits } from '../actions/ground/environmentLimits';

/** Files whose bounds are remembered: as many as there are tokens. */
const keep = 1000;

/** A bound that the person raised for one file. */
export interface RaisedLimit {
  readonly name: LimitName;
  readonly value: number;
}

/** The bounds for files that are loaded from the window: those of the environment, and what was raised file by file. */
export class FileLimits {
  private readonly base: Limits;
  private readonly raised = new Map<string, Limits>();

  /** What the environment says wrongly counts for nothing: the defaults hold. */
  constructor(env: NodeJS.ProcessEnv) {
    const base = environmentLimits(env);
    this.base = 'fault' in base ? defaultLimits : base;
  }

  /** The bounds for files of which nobody has raised one. */
  get usual(): Limits {
    return this.base;
  }

  /** The bounds for a file, by its token; `raise` is remembered, and never goes past what a bound can be. */
  of(token: string, raise?: RaisedLimit): Limits {
    const limits = this.raised.get(token) ?? this.base;
    if (raise === undefined) return limits;
    const value = Math.min(raise.value, limitSpecs[raise.name].most);
    const now = { ...limits, [raise.name]: Math.max(limits[raise.name], value) };
    this.raised.set(token, now);
    for (const oldest of this.raised.keys()) {
      if (this.raised.size <= keep) break;
      this.raised.delete(oldest);
    }
    return now;
  }
}
