import { describe, expect, test } from 'vitest';
import { appendStep } from '../../../shared/image/appendLayer';
import { applyConfigChanges, parseConfigChange } from '../../../shared/image/configChange';
import { parseDigest } from '../../../shared/image/digest';
import { foldKey } from '../../../shared/image/documentKeys';
import { parseImageConfig } from '../../../shared/image/imageConfig';
import { storedOrigin, type JsonObject } from '../../../shared/image/jsonDocument';
import { rewrittenConfig } from '../../../shared/image/rewriteConfig';

/**
 * Members in spellings that only Go's folding takes for ours: `ſ` for an s, the Kelvin sign for a k. What is read under such a
 * key is changed under it, too: a second key beside it would be another config to Go's tools than to us.
 */

const diffId = `sha256:${'1'.repeat(64)}`;
const document: JsonObject = {
  architecture: 'amd64',
  'o\u017f': 'linux',
  comment: 'of the base',
  'hi\u017ftory': [],
  'rootf\u017f': { type: 'layers', 'diff_id\u017f': [diffId] },
  config: {
    'U\u017fer': 'old',
    'Wor\u212aingDir': '/old',
    'Label\u017f': { a: 'b' },
    'Expo\u017fedPorts': {},
  },
};

/** Keys of an object and of all objects in it, twice where Go would see one twice. */
function doubled(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  const keys = Array.isArray(value) ? [] : Object.keys(value).map(foldKey);
  const own = keys.filter((key, i) => keys.indexOf(key) !== i);
  return [...own, ...Object.values(value).flatMap(doubled)];
}

describe('a member in a spelling that only folding tells', () => {
  test('is read', () => {
    const bytes = new TextEncoder().encode(JSON.stringify(document));
    const { os, diffIds, runtime } = parseImageConfig(bytes, storedOrigin(parseDigest(diffId)));
    expect([os, diffIds, runtime.user, runtime.workingDir]).toEqual(['linux', [diffId], 'old', '/old']);
  });

  test('is changed where it stands', () => {
    const changes = ['USER new', 'WORKDIR /new', 'LABEL c=d', 'EXPOSE 80'].map(parseConfigChange);
    const changed = applyConfigChanges(document, changes);
    expect(doubled(changed)).toEqual([]);
    expect(changed['config']).toMatchObject({ 'U\u017fer': 'new', 'Wor\u212aingDir': '/new' });
  });

  test('is not doubled by a step or a rewrite', () => {
    const step = { diffId: null, created: '2024-01-01T00:00:00Z', author: '', comment: '', createdBy: 'x' };
    expect(doubled(appendStep(document, step))).toEqual([]);
    const again = { diffIds: [], changed: new Set<number>(), createdBy: 'x', comment: '' };
    expect(doubled(rewrittenConfig(document, again))).toEqual([]);
  });
});
