import { changeLimits, limitNames, type LimitChangeFault, type Limits } from '../../shared/image/limits';
import { environmentLimits } from '../actions/environmentLimits';
import type { OptionSpec, Parsed } from './parser';
import { UsageFault } from './parser';

/** The option that raises or lowers a bound; see `stratigraph limits`. */
export const limitOption: OptionSpec = {
  long: 'limit',
  value: 'NAME=VALUE',
  many: true,
  help: [
    'raise or lower a limit on untrusted input, such as document-bytes=8MiB or time=30min (see limits)',
    '调整对不可信输入的限制，例如 document-bytes=8MiB 或 time=30min（见 limits）',
  ],
};

function explain({ fault, text }: LimitChangeFault): string {
  switch (fault) {
    case 'form':
      return `a limit is NAME=VALUE, not ${JSON.stringify(text)}`;
    case 'name':
      return `there is no limit ${JSON.stringify(text)}: ${limitNames.join(', ')}`;
    case 'value':
      return `${JSON.stringify(text)} has no value that this limit can have; see stratigraph limits`;
  }
}

/** The bounds of this command line: `STRATIGRAPH_LIMITS`, and `--limit` over it. Throws {@link UsageFault}. */
export function limitsOf({ values }: Pick<Parsed, 'values'>): Limits {
  const base = environmentLimits(process.env);
  if ('fault' in base) throw new UsageFault(`STRATIGRAPH_LIMITS: ${explain(base)}`);
  const limits = changeLimits(base, values.get('limit') ?? []);
  if ('fault' in limits) throw new UsageFault(explain(limits));
  return limits;
}
