import { ProblemError, problemOf } from '../../../shared/image/problem';
import type { ActionContext } from '../../actions/ground/context';
import { ofInput } from './damagedInput';
import type { LookedContext } from './lookAt';

/** What was read of an input, kept as long as somebody works with it. */
export class Reading {
  private users = 0;
  private isRetired = false;
  private ended: Promise<void> | null = null;

  constructor(private readonly context: LookedContext) {}

  async within<T>(work: (context: ActionContext) => Promise<T>): Promise<T> {
    this.users++;
    try {
      return await work(this.context);
    } finally {
      this.users--;
      if (this.isRetired && this.users === 0) await this.end().catch(() => undefined);
    }
  }

  /** What was thrown while somebody worked with it; of damage that lies in the input, with the input's name. */
  async explain(thrown: unknown): Promise<unknown> {
    const found = problemOf(thrown);
    const named = await ofInput((digest) => this.context.inputOf(digest), found);
    return named === found ? thrown : ProblemError.from(named);
  }

  /** No new work is begun with it; what it stands on goes when the last has ended. */
  async retire(): Promise<void> {
    this.isRetired = true;
    if (this.users === 0) await this.end();
  }

  /** What it stands on goes now. */
  async end(): Promise<void> {
    return (this.ended ??= this.context.close());
  }
}
