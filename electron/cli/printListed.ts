import { visibleName } from '../../shared/text/format';
import type { SavePlan } from '../actions/copy/planArchive';
import type { Session } from './command';

/** Prints the images that were written, or would be, and nothing else, one a line, as `load -q` does. */
export function printListed(session: Session, { listed }: Pick<SavePlan, 'listed'>): void {
  session.out(listed.map((each) => `${visibleName(each)}\n`).join(''));
}
