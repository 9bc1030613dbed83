import type { EngineKind } from '../../shared/image/problem';

/**
 * The words by which the command line calls engines, in their order: the first of a kind by its kind alone (`docker`), the
 * others with what tells them apart (`docker-rootless`), or a number where nothing does.
 */
export function sourceWords(
  engines: readonly { readonly kind: EngineKind; readonly label: string }[],
): readonly string[] {
  const taken = new Set(['store']);
  return engines.map(({ kind, label }) => {
    const tail = label
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '');
    let word: string = kind;
    if (taken.has(word) && tail !== '') word = `${kind}-${tail}`;
    for (let i = 2; taken.has(word); i++) word = `${kind}-${i}`;
    taken.add(word);
    return word;
  });
}
