/**
 * The folder of a store that was named, which tells two windows over two stores apart; null for the usual one, which has a word of its
 * own in each language.
 */
export function namedStore({
  storePath,
  isUsualStore,
}: {
  readonly storePath: string;
  readonly isUsualStore: boolean;
}): string | null {
  return isUsualStore ? null : (/[^/\\]+(?=[/\\]*$)/.exec(storePath)?.[0] ?? null);
}
