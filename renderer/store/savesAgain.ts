import type { ImageId } from '../../shared/image/digest';
import type { AppState, Notice, SaveAsked } from './state';

type Seen = Pick<AppState, 'source' | 'index' | 'askedIn'>;

/** What a save is of: images by their IDs, also those that were asked for by a name; what is not in view stands as it was asked for. */
function imagesOf({ source, what }: Pick<SaveAsked, 'source' | 'what'>, seen: Seen): ReadonlySet<string> {
  const byName = new Map<string, ImageId>();
  if (source === seen.source)
    for (const { id, names } of seen.index?.graph.images ?? [])
      for (const name of names) byName.set(name, id);
  return new Set(what.map((each) => byName.get(each) ?? each));
}

/** The save that a message says came to nothing; null for other messages. */
function savedBy({ save, operation }: Notice, { askedIn }: Seen): Pick<SaveAsked, 'source' | 'what'> | null {
  if (save) return save;
  const asked = operation === null ? undefined : askedIn.get(operation);
  if (!asked || !('dialog' in asked.in) || asked.in.dialog.kind !== 'save') return null;
  return { source: asked.source, what: asked.in.dialog.what };
}

/** The messages without those that images could not be saved which another save is of, wherever that writes them. */
export function withoutSaved(
  notices: readonly Notice[],
  saved: Pick<SaveAsked, 'source' | 'what'>,
  seen: Seen,
): readonly Notice[] {
  const images = imagesOf(saved, seen);
  return notices.filter((notice) => {
    const failed = savedBy(notice, seen);
    if (failed === null || failed.source !== saved.source) return true;
    return [...imagesOf(failed, seen)].some((each) => !images.has(each));
  });
}
