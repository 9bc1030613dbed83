import type { OperationResult } from '../../shared/ipc/operation';
import { translator } from '../../shared/text/catalogue';
import { visibleName } from '../../shared/text/format';
import type { ActionContext } from '../actions/ground/context';
import { readStoreView } from '../actions/images/storeView';
import type { Session } from './command';
import { noteMoved } from './noteMoved';
import { noteElsewhere } from './noteElsewhere';
import { namedPlatforms } from './platform';

/** What a load came to, or a copy into the store. */
type Loaded = OperationResult & { readonly kind: 'load' | 'samples' | 'copyIn' };

/** Says what a person has to know of images that came into the store, and what they took there; when `quiet` only what no tree can be made of. */
export async function noteLoaded(
  session: Session,
  context: ActionContext,
  result: Loaded,
  quiet = false,
): Promise<void> {
  const t = translator(session.language);
  // Who asked for no words has an image all the same that no command can make a tree of.
  for (const image of result.unfit ?? []) session.note(t('cli.unfit', image));
  if (quiet) return;
  noteMoved(session, result);
  for (const name of result.namesLeftOut ?? [])
    session.note(t('cli.nameNotTaken', { name: visibleName(name) }));
  if (result.converted > 0) session.note(t('cli.converted', { count: result.converted }));
  if (result.lostReferrers !== undefined)
    session.note(t('cli.lostReferrers', { count: result.lostReferrers }));
  if (result.absentPlatforms) session.note(t('cli.platformsAbsent', namedPlatforms(result.absentPlatforms)));
  if (result.leftOut !== undefined) session.note(t('cli.membersLeftOut', { count: result.leftOut }));
  const ids = new Set<string>(result.images.map(({ id }) => id));
  const { graph } = await readStoreView(context);
  noteElsewhere(
    session,
    graph,
    graph.images.filter(({ id }) => ids.has(id)),
  );
  const { addedBytes: bytes, layers, newLayers: fresh } = result;
  session.note(t('cli.added', { bytes, layers, fresh }));
}
