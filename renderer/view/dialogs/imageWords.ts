import type { ImageNode } from '../../../shared/graph/imageGraph';
import { shortDigest } from '../../../shared/image/digest';
import type { Translate } from '../../../shared/text/catalogue';
import { formatAge, isNoDate, visibleText, type Language } from '../../../shared/text/format';

/** Names that are told of an image; of more it is said how many. */
const namesTold = 3;

/** An image in a sentence that tells it from another of the same name: its short ID, and how old it is where that is recorded. */
export function imageWords(
  { id, created }: Pick<ImageNode, 'id' | 'created'>,
  t: Translate,
  language: Language,
  now: number,
): string {
  const short = shortDigest(id);
  return isNoDate(created)
    ? short
    : t('dialog.name.aged', { id: short, age: formatAge(created, now, language) });
}

/** The names that an image keeps besides those that it loses, in a sentence; '' for none. */
export function otherNames(names: readonly string[], lost: ReadonlySet<string>, t: Translate): string {
  const kept = names.filter((name) => !lost.has(name)).map((name) => visibleText(name));
  if (kept.length === 0) return '';
  return t('dialog.name.others', {
    names: kept.slice(0, namesTold).join(', '),
    more: Math.max(0, kept.length - namesTold),
  });
}
