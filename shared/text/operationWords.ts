import type { OperationState } from '../ipc/operation';
import type { Translate } from './catalogue';
import { visibleText } from './format';

/** What an operation works on: a name, or how many images where there are several. */
export function operationSubject(
  { kind, subject }: Pick<OperationState, 'kind' | 'subject'>,
  t: Translate,
): string {
  const counts = ['save', 'remove', 'copyIn', 'copyOut'].includes(kind) && /^\d+$/.test(subject);
  if (kind === 'hash' && subject === '') return t('app.store');
  return counts ? t('operation.images', { count: Number(subject) }) : visibleText(subject);
}

/** What an operation does, or that it came to nothing, in one line. */
export function operationTitle(
  operation: Pick<OperationState, 'kind' | 'subject' | 'engine'>,
  status: 'running' | 'failed' | 'cancelled',
  t: Translate,
): string {
  const { kind, engine = '' } = operation;
  const subject = operationSubject(operation, t);
  return kind === 'copyOut'
    ? t(`operation.copyOut.${status}`, { subject, engine: visibleText(engine) })
    : t(`operation.${kind}.${status}`, { subject });
}
