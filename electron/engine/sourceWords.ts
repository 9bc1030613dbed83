import type { EngineKind } from '../../shared/image/problem';

/** What an engine is called by. */
export interface Called {
  readonly kind: EngineKind;
  /** Tells several of a kind apart; '' for the usual one. */
  readonly label: string;
  /** Other labels by which it was found. */
  readonly otherLabels?: readonly string[] | undefined;
  /** It is never called by its kind alone: nobody who says `docker` means it. */
  readonly apart?: true | undefined;
  /** The name that it got when it was put on the list of a person: it has this one whatever else is found. */
  readonly fixed?: string | undefined;
}

/** The words for an engine: the one that is listed, and others that mean it, too. */
export interface SourceWord {
  readonly word: string;
  readonly also: readonly string[];
}

/** A label as a part of a word: small letters, digits and single hyphens; '' where there is none. */
export const wordTail = (label: string): string =>
  label
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replace(/^-|-$/g, '');

/** A word that nothing has yet: itself, else with a number behind it. */
export function freeWord(word: string, taken: ReadonlySet<string>): string {
  let free = word;
  for (let i = 2; taken.has(free); i++) free = `${word}-${i}`;
  return free;
}

/**
 * The words by which the command line calls engines, in their order: the first of a kind that is not `apart` by its kind alone
 * (`docker`), the others with what tells them apart (`docker-rootless`), or a number where nothing does. One with a fixed name has that.
 * They are to be made of all that was found, whether it runs or not: a word must not come to mean another engine when one stops.
 */
export function sourceWords(engines: readonly Called[]): readonly SourceWord[] {
  const taken = new Set(['store', 'docker', 'podman', ...engines.flatMap(({ fixed }) => fixed ?? [])]);
  const plain = new Set<EngineKind>();
  const words = engines.map(({ kind, label, apart, fixed }) => {
    const isPlain = apart !== true && !plain.has(kind);
    if (isPlain) plain.add(kind);
    if (fixed !== undefined) return { word: fixed, also: isPlain ? [kind] : [] };
    if (isPlain) return { word: kind, also: [] };
    const tail = wordTail(label);
    const word = freeWord(tail === '' ? kind : `${kind}-${tail}`, taken);
    taken.add(word);
    return { word, also: [] };
  });
  // Who knows one by what tells it apart finds it by that also while it is the only one.
  return words.map(({ word, also }, i) => {
    const { kind = 'docker', label = '', otherLabels = [] } = engines[i] ?? {};
    const more: string[] = [...also];
    for (const tail of [label, ...otherLabels].map(wordTail)) {
      const longer = `${kind}-${tail}`;
      if (tail === '' || taken.has(longer)) continue;
      taken.add(longer);
      more.push(longer);
    }
    return { word, also: more };
  });
}
