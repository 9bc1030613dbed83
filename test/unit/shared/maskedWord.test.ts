import { expect, test } from 'vitest';
import { resolveImage } from '../../../electron/actions/images/resolveImage';
import { problemOf } from '../../../shared/image/problem';
import { maskedWord } from '../../../shared/text/maskedAddress';

const digest = `sha256:${'a'.repeat(64)}`;

/** What is said of a word where the name of an image belongs. */
const said = (word: string): string => {
  try {
    resolveImage({ images: [] }, word);
    return '';
  } catch (thrown) {
    return JSON.stringify(problemOf(thrown));
  }
};

test.each([
  ['https://me:secret@registry.lan/app:1', 'https://…@registry.lan/app:1'],
  ['me:secret@registry.lan:5000/app', '…@registry.lan:5000/app'],
  ['tcp://me:secret@host:2375', 'tcp://…@host:2375'],
  ['https://registry.lan/app?token=secret', 'https://registry.lan/app?…'],
  ['docker://me:secret@registry.lan/app', 'docker://…@registry.lan/app'],
])('%s is shown as %s, and nobody says the secret', (word, shown) => {
  expect(maskedWord(word)).toBe(shown);
  expect(said(word)).not.toContain('secret');
});

test.each([
  'shop:1.6',
  'shop:1.6@3',
  `shop:1.6@${digest}`,
  `registry.lan:5000/shop:1@${digest}`,
  `shop@${digest}`,
  digest,
])('%s stays as it is', (word) => {
  expect(maskedWord(word)).toBe(word);
});
