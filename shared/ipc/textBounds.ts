/**
 * Letters that texts of a request may have, by what they are. The schemas take them from here, and so do the fields in which people
 * type them: what is longer is said beside the field, before the act.
 */
export const textBounds = {
  author: 1024,
  message: 16_384,
  /** One change of a config, in Dockerfile words; also one word of a command. */
  configChange: 65_536,
  word: 65_536,
  /** Part of a path that is looked for. */
  search: 1000,
} as const;

/** Items that lists of a request may have which people make. */
export const listBounds = { configChanges: 200, words: 1000 } as const;
