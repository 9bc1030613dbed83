/** A message in both languages: plain text, or a function of its facts. English first, Simplified Chinese second. */
export type Message = readonly [en: string, zh: string];
/** A message with facts. */
export type MessageOf<P> = readonly [en: (facts: P) => string, zh: (facts: P) => string];
