import { z } from 'zod';
import type { ImageId } from '../../shared/image/digest';
import { parseReference } from '../../shared/image/reference';
import { anyObject, inspectedImage, type InspectedImage } from './answers';
import type { EngineConnection } from './connection';

/** What an engine says of an image: all of it as it says it, and what of it is read. */
export interface Inspected {
  readonly document: z.output<typeof anyObject>;
  readonly image: InspectedImage;
}

const inspected = anyObject.transform((document, context): Inspected => {
  const { success, data, error } = inspectedImage.safeParse(document);
  if (success) return { document, image: data };
  for (const { path, message } of error.issues)
    context.addIssue({ code: 'custom', path: [...path], message });
  return z.NEVER;
});

/** An engine's spelling of a name, in full; null for what is none. */
function fullNameOf(text: string): string | null {
  try {
    return parseReference(text).full;
  } catch {
    return null;
  }
}

/**
 * Asks an engine about an image, by its ID or by a name in full. An answer about another image, whose names, layers and sizes would be taken
 * for this one's, is refused. Throws `engine-answer-invalid` and what {@link EngineConnection.json} throws.
 */
export async function inspectImage(
  connection: EngineConnection,
  word: ImageId | string,
  options: { readonly signal?: AbortSignal; readonly limit?: number } = {},
): Promise<Inspected> {
  const { signal, limit } = options;
  const request = { path: `/images/${word}/json`, ...(signal ? { signal } : {}) };
  const found = await connection.json(request, inspected, limit);
  const { Id, RepoTags } = found.image;
  const isAsked = /^sha256:[0-9a-f]{64}$/.test(word)
    ? Id === word
    : RepoTags.some((name) => fullNameOf(name) === word);
  if (!isAsked) throw connection.invalid(request, 'other-image', Id);
  return found;
}
