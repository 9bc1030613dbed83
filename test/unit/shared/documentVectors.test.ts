import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { defaultLimits } from '../../../shared/image/limits';
import { parseImageConfig } from '../../../shared/image/imageConfig';
import { parseIndex, parseManifest } from '../../../shared/image/manifest';
import { problemOf } from '../../../shared/image/problem';
import { sharedDir } from '../../setup/shared';

/** Documents of the image-spec's own schema tests and of containers/image, against our parsers. */

interface Vector {
  readonly kind: string;
  readonly note: string;
  readonly expect: 'valid' | 'invalid';
  readonly document: string;
}

/** Valid there, refused here: the store names blobs by sha256 alone. */
const stricter = [
  'expected pass: test bounds of algorithm field in digest.',
  'expected success: test for alternate digest algorithm',
  'expected success: test for alternate digest encoding',
  'expected success: test for those who cannot use modulo arithmetic to recover padding.',
];

/** Invalid there, taken here, and why. */
const laxer: Readonly<Record<string, string>> = {
  'expected failure: empty layer, expected at least one': 'buildkit writes images without layers',
  'expected failure: in the optional field platform platform.architecture is missing, expected required':
    'the config says which platform it is',
  'expected failure: empty referenced manifest media type': 'the document itself says what it is',
  'expected failure: mediaType missing': 'early tools left it out; the document itself says what it is',
  'expected failure: urls does not match format (invalide url characters)': 'shown as text, never fetched',
  'expected failure: invalid data base64, missing padding': 'embedded data is never used, only the blob',
  'expected failure: Env is invalid': 'Docker takes a variable without a value, too',
};

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const origin = { file: 'vector', entry: 'document', limits: defaultLimits };

/** What our parser makes of a document: null, or why it refuses it. */
function refusal(kind: string, document: string): string | null {
  try {
    if (kind === 'manifest') parseManifest(encode(document), origin);
    else if (kind === 'index') parseIndex(encode(document), origin);
    else if (kind === 'config') parseImageConfig(encode(document), origin);
    else parseIndex(encode(`{"schemaVersion":2,"manifests":[${document}]}`), origin);
    return null;
  } catch (thrown) {
    const { code, facts } = problemOf(thrown);
    expect(code).toMatch(/^(?:document-invalid|limit-exceeded)$/);
    return 'reason' in facts ? String(facts.reason) : code;
  }
}

const shared = sharedDir();

if (shared === null) {
  test('there is no folder of documents of other projects beside this checkout', () => {
    expect(sharedDir()).toBeNull();
  });
} else {
  const folder = join(shared, 'vectors', 'archives');
  const text = readFileSync(join(folder, 'image-spec', 'schema-vectors.json'), 'utf8');
  const vectors = (JSON.parse(text) as Vector[]).filter(({ kind }) =>
    ['manifest', 'index', 'config', 'descriptor'].includes(kind),
  );
  const rows = vectors.map((vector, i): [string, Vector] => [`${i} ${vector.kind}: ${vector.note}`, vector]);

  test.each(rows)('%s', (_title, { kind, note, expect: expected, document }) => {
    const isValid = expected === 'valid' ? !stricter.includes(note) : note in laxer;
    const why = refusal(kind, document);
    expect(why === null, why ?? 'taken').toBe(isValid);
  });

  describe('manifests of containers/image', () => {
    const names = readdirSync(join(folder, 'container-libs', 'manifests'));
    const read = (name: string): string =>
      readFileSync(join(folder, 'container-libs', 'manifests', name), 'utf8');
    const isIndex = (name: string): boolean => /index|list/.test(name);
    /** Schema 1, a config, no JSON, and artifact manifests of a draft: none of them a manifest of today. */
    const refused = /schema1|v2s1|config-extra|non-json|^ociv1(?:nomime)?\.artifact/;

    test.each(names)('%s', (name) => {
      const [own, other] = isIndex(name) ? ['index', 'manifest'] : ['manifest', 'index'];
      const why = refusal(own ?? '', read(name));
      if (refused.test(name)) expect(why).not.toBeNull();
      else expect(why).toBeNull();
      if (!/artifact/.test(name)) expect(refusal(other ?? '', read(name))).not.toBeNull();
    });
  });
}
