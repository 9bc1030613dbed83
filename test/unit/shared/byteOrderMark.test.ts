import { expect, test } from 'vitest';
import { parseJsonDocument } from '../../../shared/image/jsonDocument';
import { defaultLimits } from '../../../shared/image/limits';
import { ProblemError } from '../../../shared/image/problem';

const origin = { file: 'shop.tar', entry: 'index.json', limits: defaultLimits };
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test('a document that begins with a byte order mark is refused, as by Go; one within a text is a character', () => {
  expect(parseJsonDocument(bytes('{"a":"\u{feff}"}'), origin)).toEqual({ a: '\u{feff}' });
  for (const text of ['\u{feff}{}', '\u{feff}\u{feff}{}', '{}\u{feff}', '\u{fffe}{}']) {
    let thrown: unknown = null;
    try {
      parseJsonDocument(bytes(text), origin);
    } catch (fault) {
      thrown = fault;
    }
    expect(thrown, JSON.stringify(text)).toBeInstanceOf(ProblemError);
    expect((thrown as ProblemError).problem).toMatchObject({
      code: 'document-invalid',
      facts: { file: 'shop.tar', entry: 'index.json', reason: 'json' },
    });
  }
});
