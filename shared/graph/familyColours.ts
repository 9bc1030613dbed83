/** The colour of a family: one of the palette's, and whether its edge is dashed since all of them are taken. */
export interface FamilyColour {
  /** 1..12. */
  readonly colour: number;
  readonly dashed: boolean;
}

/** Lineage colours that tokens.css has; after these they repeat with a dashed edge. */
export const paletteColours = 12;

/**
 * The colour that a family has where nobody else has it: told by its key alone, so the same in every place and at every start (FNV-1a). Never
 * the last one, the grey of what is of no family, which comes when all others are taken.
 */
function ownColour(key: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return ((hash >>> 0) % (paletteColours - 1)) + 1;
}

/**
 * Colours for families by their keys, the largest family first. One that had a colour `before` (who was seen last stands last there) keeps it; another has its own while it is free,
 * else the next free one. No two have the same while there are enough; of more families the largest have one each, and the others share theirs with a
 * dashed edge. Neither order nor size changes what a family has.
 */
export function familyColours(
  keys: readonly string[],
  before: ReadonlyMap<string, FamilyColour> = new Map(),
): ReadonlyMap<string, FamilyColour> {
  const found = new Map<string, FamilyColour>();
  const taken = new Set<number>();
  const give = (key: string, colour: number): void => {
    found.set(key, { colour, dashed: false });
    taken.add(colour);
  };
  const here = new Set(keys);
  // Of two that got the same while the other was away the one that was seen last keeps it.
  for (const key of [...before.keys()].reverse()) {
    const had = here.has(key) ? before.get(key) : undefined;
    if (had && !had.dashed && !taken.has(had.colour)) give(key, had.colour);
    else if (had?.dashed) found.set(key, had);
  }
  // By key: which of two new ones comes first must not depend on their sizes.
  const fresh = keys
    .filter((key) => !found.has(key))
    .slice(0, paletteColours - taken.size)
    .sort();
  // Rather one that nobody had who may come again.
  const kept = new Set([...before.values()].map(({ colour }) => colour));
  const keptOrLast = new Set([...kept, paletteColours]);
  const freeFrom = (start: number, ...but: readonly ReadonlySet<number>[]): number | null => {
    const isFree = (colour: number): boolean => !but.some((set) => set.has(colour));
    for (let i = 0; i < paletteColours - 1; i++) {
      const colour = ((start - 1 + i) % (paletteColours - 1)) + 1;
      if (isFree(colour)) return colour;
    }
    return isFree(paletteColours) ? paletteColours : null;
  };
  for (const key of fresh) {
    const own = ownColour(key);
    if (!taken.has(own) && !kept.has(own)) give(key, own);
  }
  for (const key of fresh) {
    if (found.has(key)) continue;
    const colour = freeFrom(ownColour(key), taken, keptOrLast) ?? freeFrom(ownColour(key), taken);
    if (colour !== null) give(key, colour);
  }
  for (const key of keys) if (!found.has(key)) found.set(key, { colour: ownColour(key), dashed: true });
  return found;
}
