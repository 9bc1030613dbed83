import type { MissingGuard } from '../ipc/workspace';
import type { Translate } from './catalogue';

/** Says of a guard around a run that this machine cannot hold it, and what that means. */
export function missingGuardText(missing: MissingGuard, t: Translate): string {
  return missing.guard === 'device-rules'
    ? t('run.withoutRules')
    : t('run.withoutFilter', { runtime: missing.runtime });
}
