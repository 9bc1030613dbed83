import { expect, test } from 'vitest';
import { appendStep } from '../../../shared/image/appendLayer';
import { parseDiffId } from '../../../shared/image/digest';
import { parseImageConfig } from '../../../shared/image/imageConfig';
import { storedOrigin, type JsonObject } from '../../../shared/image/jsonDocument';
import { rewrittenConfig } from '../../../shared/image/rewriteConfig';
import { squashedConfig } from '../../../shared/image/squashConfig';

/** What is said of an image that was made of another is what was said when it was made, whatever its base says of itself. */

const diffId = parseDiffId(`sha256:${'1'.repeat(64)}`);
const next = parseDiffId(`sha256:${'2'.repeat(64)}`);
const bases: readonly JsonObject[] = [
  {},
  { comment: 'of the base' },
  { Comment: 'of the base' },
  { comment: '' },
].map((said) => ({
  architecture: 'amd64',
  os: 'linux',
  ...said,
  rootfs: { type: 'layers', diff_ids: [diffId] },
  history: [{ created_by: 'ADD rootfs.tar /', comment: 'of its step' }],
}));
const created = '2026-01-02T03:04:05Z';
const step = { diffId: next, created, createdBy: 'a change', comment: 'Fix message' };
const makers: Readonly<Record<string, (document: JsonObject, comment: string) => JsonObject>> = {
  'a commit': (document, comment) => appendStep(document, { ...step, comment, author: '' }),
  'a squash': (document, comment) => squashedConfig(document, { ...step, comment, kept: 0 }),
  'a rewrite': (document, comment) =>
    rewrittenConfig(document, { ...step, comment, diffIds: [next], changed: new Set([0]) }),
};

test.each(Object.keys(makers))('%s says its own words', (maker) => {
  for (const base of bases)
    for (const comment of ['Fix message', '']) {
      const made = makers[maker]?.(base, comment) ?? {};
      const bytes = new TextEncoder().encode(JSON.stringify(made));
      const { comment: said, history } = parseImageConfig(bytes, storedOrigin('the config'));
      expect([said, history.at(-1)?.comment]).toEqual([comment, comment]);
    }
});
