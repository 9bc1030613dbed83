import {
  changeLimits,
  defaultLimits,
  type LimitChangeFault,
  type Limits,
} from '../../../shared/image/limits';

/** The bounds that `STRATIGRAPH_LIMITS` (`NAME=VALUE,…`) makes of the defaults, or why it cannot be read. */
export function environmentLimits(env: NodeJS.ProcessEnv): Limits | LimitChangeFault {
  const changes = (env['STRATIGRAPH_LIMITS'] ?? '').split(',').filter((change) => change.trim() !== '');
  return changeLimits(defaultLimits, changes);
}
