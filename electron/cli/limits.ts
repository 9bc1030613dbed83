import { changeLimits, limitNames, type LimitChangeFault, type Limits } from '../../shared/image/limits';
import { environmentLimits } from '../actions/ground/environmentLimits';
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

function faultOf({ fault, text }: LimitChangeFault, at: string): UsageFault {
  const quoted = JSON.stringify(text);
  return new UsageFault((t) => {
    switch (fault) {
      case 'form':
        return at + t('usage.limitForm', { text: quoted });
      case 'name':
        return at + t('usage.limitName', { name: quoted, text: limitNames.join(', ') });
      case 'value':
        return at + t('usage.limitValue', { text: quoted });
    }
  });
}

/** The bounds of this command line: `STRATIGRAPH_LIMITS`, and `--limit` over it. Throws {@link UsageFault}. */
export function limitsOf({ values }: Pick<Parsed, 'values'>): Limits {
  const base = environmentLimits(process.env);
  if ('fault' in base) throw faultOf(base, 'STRATIGRAPH_LIMITS: ');
  const limits = changeLimits(base, values.get('limit') ?? []);
  if ('fault' in limits) throw faultOf(limits, '');
  return limits;
}
