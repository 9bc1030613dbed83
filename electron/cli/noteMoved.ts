import { nameMeaning } from '../../shared/image/layoutName';
import type { MovedFrom, OtherManifests } from '../../shared/ipc/operation';
import { translator } from '../../shared/text/catalogue';
import { visibleName } from '../../shared/text/format';
import type { ActionContext } from '../actions/ground/context';
import type { Session } from './command';

/** Most images that a note names. */
const mostNamed = 3;

/** What a note says of each name: which images are without it, by ID, the first few of them, and how many more. */
const facts = ({ name, images }: MovedFrom[number]) => ({
  name: visibleName(name),
  others: images
    .slice(0, mostNamed)
    .map((id) => id.slice('sha256:'.length).slice(0, 12))
    .join(', '),
  more: Math.max(0, images.length - mostNamed),
  count: images.length,
});

/** Says of each name that moved which images it was of before. */
export function noteMoved(
  session: Session,
  {
    movedNames = [],
    movedFrom = [],
  }: { movedNames?: readonly string[] | undefined; movedFrom?: MovedFrom | undefined },
): void {
  const t = translator(session.language);
  const known = new Map(movedFrom.map((each) => [each.name, each]));
  for (const name of movedNames)
    session.note(t('cli.nameMoved', facts(known.get(name) ?? { name, images: [] })));
}

/** Says of each name that would move, of a copy that is only planned, from which images. */
export function noteMoves(session: Session, moves: MovedFrom): void {
  const t = translator(session.language);
  for (const each of moves) session.note(t('cli.nameWouldMove', facts(each)));
}

/** Says of each name that is another manifest's of its image, or would be, which one stays without it. */
export function noteManifests(session: Session, others: OtherManifests = []): void {
  const t = translator(session.language);
  for (const { name, manifest } of others)
    session.note(t('cli.otherManifest', { name: visibleName(name), manifest }));
}

/**
 * Says, before anything is copied, which names several images of what is looked at came with; of `words` those that are meant, null: all. The last
 * image has the name, as after a load.
 */
export function noteShadowed(
  session: Session,
  { shadowed = [] }: Pick<ActionContext, 'shadowed'>,
  words: readonly string[] | null,
): void {
  const t = translator(session.language);
  const meant = words && new Set(words.map(nameMeaning));
  for (const each of shadowed)
    if (meant?.has(nameMeaning(each.name)) ?? true) session.note(t('cli.nameOfOthers', facts(each)));
}
