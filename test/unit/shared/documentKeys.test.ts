import { describe, expect, test } from 'vitest';
import { defaultLimits } from '../../../shared/image/limits';
import { findKeyFault, foldKey } from '../../../shared/image/documentKeys';
import { parseImageConfig } from '../../../shared/image/imageConfig';
import { looseMember, parseJsonDocument } from '../../../shared/image/jsonDocument';
import { parseIndex, parseManifest } from '../../../shared/image/manifest';
import { parseV1Image } from '../../../shared/image/v1Image';
import { digestOf } from '../../setup/imageBuilder';

const origin = { file: 'x.tar', entry: 'document', limits: defaultLimits };
const bytes = (text: string): Uint8Array => Buffer.from(text);
const config = JSON.stringify({
  architecture: 'amd64',
  os: 'linux',
  config: {
    Env: ['A=1'],
    Cmd: ['sh'],
    User: '1',
    Labels: { Kind: 'a', kind: 'b' },
    Healthcheck: { Test: ['x'] },
  },
  rootfs: { type: 'layers', diff_ids: [digestOf('a')] },
  history: [{ created_by: 'RUN x', empty_layer: true }],
});
const descriptor = (type: string): object => ({
  mediaType: `application/vnd.oci.image.${type}`,
  digest: digestOf(type),
  size: 1,
  annotations: { Key: 'a', key: 'b' },
  platform: { os: 'linux', architecture: 'amd64' },
});
const manifest = JSON.stringify({
  schemaVersion: 2,
  config: descriptor('config.v1+json'),
  layers: [descriptor('layer.v1.tar')],
  subject: descriptor('manifest.v1+json'),
});
const index = JSON.stringify({ schemaVersion: 2, manifests: [descriptor('manifest.v1+json')] });
const v1 = JSON.stringify({ id: 'a', parent: '', throwaway: true, container_config: { Cmd: ['x'] } });

const documents = [
  ['config', config, parseImageConfig],
  ['manifest', manifest, parseManifest],
  ['index', index, parseIndex],
  ['v1 document', v1, parseV1Image],
] as const;

/** Spellings that Go takes for the same key, but the one given. */
function otherSpellings(key: string): string[] {
  const found = [key.toUpperCase(), key.toLowerCase(), (key[0] ?? '').toUpperCase() + key.slice(1)];
  found.push(key.replace(/s/gi, 'ſ'), key.replace(/k/gi, '\u212a'));
  return [...new Set(found)].filter((other) => other !== key);
}

/** Keys of a document that are not of somebody's choosing, with the place behind the object's opening brace. */
function keysOf(text: string): { key: string; open: number }[] {
  const found: { key: string; open: number }[] = [];
  const stack: number[] = [];
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '{') stack.push(i + 1);
    if (text[i] === '}') stack.pop();
    if (text[i] !== '"') continue;
    const end = text.indexOf('"', i + 1);
    const key = text.slice(i + 1, end);
    if (text[end + 1] === ':' && key.toLowerCase() !== 'key' && key.toLowerCase() !== 'kind')
      found.push({ key, open: stack.at(-1) ?? 0 });
    i = end;
  }
  return found;
}

describe.each(documents)('a %s', (_what, text, parse) => {
  test('is read, with free keys in two cases', () => {
    expect(() => parse(bytes(text), origin)).not.toThrow();
  });

  test('is refused when any key of it stands in two spellings, before or behind the first', () => {
    const keys = keysOf(text);
    expect(keys.length).toBeGreaterThan(3);
    for (const { key, open } of keys)
      for (const other of otherSpellings(key)) {
        const first = `${text.slice(0, open)}"${other}":null,${text.slice(open)}`;
        // Escapes spell a key, too.
        const escaped = [...other].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
        const hidden = `${text.slice(0, open)}"${escaped}":null,${text.slice(open)}`;
        for (const changed of [first, hidden])
          expect(() => parse(bytes(changed), origin), changed).toThrow(/document-invalid/);
      }
  });
});

test('a manifest or an index whose one key is spelled in another case is refused', () => {
  for (const [text, parse] of [
    [manifest, parseManifest],
    [index, parseIndex],
  ] as const)
    for (const { key } of keysOf(text))
      for (const other of otherSpellings(key))
        expect(() => parse(bytes(text.replace(`"${key}":`, `"${other}":`)), origin), other).toThrow(
          /document-invalid/,
        );
});

test('a config whose one key is spelled as Go would take it, too, means the same', () => {
  for (const { key } of keysOf(config))
    for (const other of otherSpellings(key)) {
      const { document: _, ...expected } = parseImageConfig(bytes(config), origin);
      const { document, ...found } = parseImageConfig(
        bytes(config.replace(`"${key}":`, `"${other}":`)),
        origin,
      );
      expect(found, `${key} as ${other}`).toEqual(expected);
      expect(document).toBeDefined();
    }
});

describe('folding', () => {
  test('is that of Unicode for every character', () => {
    // The engine's own simple case folding, which `i` and `u` together ask for.
    for (let code = 0x21; code < 0x11000; code++) {
      if (code >= 0xd800 && code < 0xe000) continue;
      const character = String.fromCodePoint(code);
      const same = new RegExp(`^\\u{${code.toString(16)}}$`, 'iu');
      const folded = foldKey(character);
      expect([...folded], code.toString(16)).toHaveLength(1);
      if (folded !== character) expect(same.test(folded), code.toString(16)).toBe(true);
      for (const other of [character.toUpperCase(), character.toLowerCase()])
        if (same.test(other)) expect(foldKey(other), code.toString(16)).toBe(folded);
    }
    expect([foldKey('ſK'), foldKey('ı'), foldKey('İ'), foldKey('ς')]).toEqual(['sk', 'ı', 'İ', 'σ']);
  });

  test('takes halves of pairs for the character that Go puts in their place', () => {
    expect(foldKey('a\ud800')).toBe('a\ufffd');
    expect(() => parseJsonDocument(bytes('{"labels":{"a\\ud800":1,"a\\udc00":2}}'), origin)).toThrow();
    expect(
      parseJsonDocument(bytes('{"labels":{"a\\ud83d\\ude00":1,"A\\ud83d\\ude00":2}}'), origin),
    ).toBeDefined();
  });

  test('looks members up', () => {
    expect(looseMember({ hiſtory: 1 }, 'history')).toBe(1);
    expect(looseMember({ histories: 1 }, 'history')).toBeUndefined();
  });
});

test('only maps have free keys: a list or a struct of the same document has not', () => {
  const fault = (text: string): unknown => findKeyFault(text, {}, 64, () => new Error('deep'))?.key ?? null;
  expect(fault('{"labels":{"a":1,"A":2},"b":[{"a":1},{"A":2}]}')).toBeNull();
  expect(fault('{"labels":[{"a":1,"A":2}]}')).toBe('A');
  expect(fault('{"labels":{"a":{"x":1,"X":2}}}')).toBe('X');
  expect(fault('{"labels":{"a":1},"x":{"y":1,"Y":2}}')).toBe('Y');
  expect(fault('{"labels":{"a":1,"a":2}}')).toBe('a');
});
