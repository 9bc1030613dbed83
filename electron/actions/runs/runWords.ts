import type { ImageId } from '../../../shared/image/digest';
import { parseImageConfig, type RuntimeConfig } from '../../../shared/image/imageConfig';
import { storedOrigin } from '../../../shared/image/jsonDocument';
import { problem } from '../../../shared/image/problem';
import { startWords, type OtherWords } from '../../../shared/image/startWords';
import type { ActionContext } from '../ground/context';

/** What an image's config says about running it; `name` is what people call the image or what stands on it. */
export async function imageRuntime(
  context: ActionContext,
  { image, name }: { readonly image: ImageId; readonly name: string },
): Promise<RuntimeConfig> {
  const origin = { ...storedOrigin(image), file: name };
  return parseImageConfig(await context.store.readDocument(image), origin).runtime;
}

/** Every word that a run starts, the image's own among them. Throws `nothing-to-run` where there is none. */
export function wordsOf(
  config: Pick<RuntimeConfig, 'entrypoint' | 'cmd'>,
  what: OtherWords,
  name: string,
): readonly string[] {
  const words = startWords(config, what);
  if (words.length === 0) throw problem('nothing-to-run', { name });
  return words;
}
