import type { RuntimeConfig } from './imageConfig';

/** What a run puts in the place of the image's own words. */
export interface OtherWords {
  /** Takes the place of the image's command; the entrypoint stays. Null runs the image's own. */
  readonly command: readonly string[] | null;
  /** Takes the place of the image's entrypoint, nothing of it where it is empty; null leaves it. */
  readonly entrypoint: readonly string[] | null;
}

/** The words that a run starts: entrypoint, then command (a new entrypoint drops the image's command, as in Docker). */
export function startWords(
  image: Pick<RuntimeConfig, 'entrypoint' | 'cmd'>,
  { command, entrypoint }: OtherWords,
): readonly string[] {
  if (entrypoint !== null) return [...entrypoint, ...(command ?? [])];
  return [...image.entrypoint, ...(command ?? image.cmd)];
}
