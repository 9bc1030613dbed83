import type { Language } from './format';
import { messages, type Messages } from './messages/all';

/** Key of a message. */
export type MessageKey = keyof Messages;
/** Facts that a message takes: none for plain text. */
export type MessageFacts<K extends MessageKey> = Messages[K] extends readonly [
  (facts: infer P) => string,
  unknown,
]
  ? [facts: P]
  : [];

/** Gives the text of a message in one language. */
export type Translate = <K extends MessageKey>(key: K, ...facts: MessageFacts<K>) => string;

/** A {@link Translate} for a language. */
export function translator(language: Language): Translate {
  const column = language === 'zh-CN' ? 1 : 0;
  return (key, ...facts) => {
    const message = messages()[key][column] as string | ((facts: unknown) => string);
    return typeof message === 'string' ? message : message(facts[0]);
  };
}

/** The catalogue's language for a BCP 47 tag of the system: any Chinese gives Simplified Chinese, all others English. */
export function languageOf(locale: string): Language {
  return /^zh\b/i.test(locale) ? 'zh-CN' : 'en';
}
