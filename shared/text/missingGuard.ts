import type { MissingGuard } from '../ipc/workspace';
import type { Translate } from './catalogue';

/** Says of a guard around a run that this machine cannot hold it, and what that means. */
export function missingGuardText(missing: MissingGuard, t: Translate): string {
  switch (missing.guard) {
    case 'device-rules':
      return t('run.withoutRules');
    case 'processes':
      return t('run.withoutLimit', { processes: missing.processes });
    case 'seccomp':
      return t('run.withoutFilter', { runtime: missing.runtime });
  }
}
