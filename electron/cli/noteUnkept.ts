import type { Unkept } from '../../shared/ipc/operation';
import { translator } from '../../shared/text/catalogue';
import type { Session } from './command';

/** Says what a result left out since there is no place for it. */
export function noteUnkept(session: Session, { unkept }: { readonly unkept?: Unkept | undefined }): void {
  if (!unkept) return;
  const { count, first } = unkept;
  session.note(translator(session.language)('cli.unkept', { count, path: `/${first}` }));
}
