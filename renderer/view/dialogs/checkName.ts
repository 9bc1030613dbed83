import type { ImageId } from '../../../shared/image/digest';
import { problem, problemOf, type Problem } from '../../../shared/image/problem';
import { parseReference } from '../../../shared/image/reference';
import { findName } from '../../../shared/graph/imagesByName';
import type { ImageNode } from '../../../shared/graph/imageGraph';

/** What a typed name comes to. */
export type NameCheck =
  | { readonly ok: false; readonly problem: Problem }
  | {
      readonly ok: true;
      /** In the familiar spelling, as it will be shown. */
      readonly name: string;
      /** With registry and namespace. */
      readonly full: string;
      /** The image that has the name now. */
      readonly holder: ImageNode | null;
      readonly isOwn: boolean;
      /** The name as the holder has it; null without one. */
      readonly listed: string | null;
    };

/** Checks a name that is to be given to `image` while it is typed. */
export function checkName(text: string, images: readonly ImageNode[], image: ImageId | null): NameCheck {
  try {
    const { familiar, full, digest } = parseReference(text.trim());
    if (digest !== null)
      return { ok: false, problem: problem('reference-invalid', { text, reason: 'digest' }).problem };
    const listed = findName(images, familiar);
    const holder = images.find(({ names }) => listed !== null && names.includes(listed)) ?? null;
    return { ok: true, name: familiar, full, holder, isOwn: holder !== null && holder.id === image, listed };
  } catch (thrown) {
    return { ok: false, problem: problemOf(thrown) };
  }
}
