import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { safeJson, visibleName, visibleText } from '../../../shared/text/format';
import { dockerArchive, headerBlock, inBlocks, tarMember } from '../../setup/imageBuilder';
import { temporaryFile } from '../../setup/temporary';
import { stratigraph, useCommandLine } from './cliTools';

/** Text from images reaches a terminal only with what a terminal would obey escaped. */

/** What must not come out, line breaks of our own aside. */
const dangerous =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u{202a}-\u{202e}\u{2066}-\u{2069}\u200e\u200f\u061c\ufeff]|\p{Cs}/u;
const evil = 'e\u001b]0;x\u0007\u009b31m\u202e\u2066\u200f\u061c\ufeff\r\nl';

const anyText = fc.string({ unit: 'binary', maxLength: 400 });

describe('any text', () => {
  test('is fit to show on one line', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        for (const shown of [visibleText(text), visibleName(text)]) {
          expect(shown).not.toMatch(dangerous);
          expect(shown).not.toContain('\n');
        }
      }),
    );
  });

  test('is the same document as JSON, with nothing in it that a terminal would obey', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), fc.constantFrom(0, 2), (value, indent) => {
        const json = safeJson(JSON.stringify(value, null, indent));
        expect(json).not.toMatch(dangerous);
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

useCommandLine();

test('no command prints text of an image as it is', async () => {
  const image = {
    names: ['evil:1'],
    config: {
      Cmd: [evil],
      Entrypoint: [evil],
      Env: [`A=${evil}`],
      Labels: { [evil]: evil },
      User: evil,
      WorkingDir: `/${evil}`,
      ExposedPorts: { [evil]: {} },
      Volumes: { [evil]: {} },
      StopSignal: evil,
    },
    os: evil,
    architecture: evil,
    history: [1, 2].map(() => ({
      created: '2026-01-01T00:00:00Z',
      created_by: evil,
      author: evil,
      comment: evil,
    })),
    layers: [
      {
        files: [
          { path: evil, content: 'same contents in two places' },
          { path: `folder/${evil}`, type: 'symlink' as const, linkTarget: evil },
          { path: `twice/${evil}`, content: 'same contents in two places' },
        ],
      },
      {
        tar: Buffer.concat([
          tarMember({ path: `folder/.wh.${evil}` }),
          tarMember({ path: `other/${evil}`, content: 'same contents in two places' }),
          headerBlock({ name: Buffer.from([0x66, 0xff, 0x9b]), flag: '0', size: 2 }),
          inBlocks(Buffer.from('xx')),
          Buffer.alloc(1024),
        ]),
      },
    ],
  };
  const other = { ...image, names: ['evil:2'], config: {}, layers: image.layers.slice(0, 1), history: [] };
  const path = await temporaryFile(dockerArchive([image, other]));
  const commands: readonly (readonly string[])[] = [
    ['load', path],
    ['images', '-a', '--digests'],
    ['images', '-f', 'label=x'],
    ['history', '--no-trunc', 'evil:1'],
    ['inspect', 'evil:1'],
    ['ls', '-l', '-R', 'evil:1'],
    ['ls', '-R', 'evil:1@2'],
    ['find', '*'],
    ['diff', 'evil:1', 'evil:2'],
    ['duplicates'],
    ['df', '-v'],
    ['fsck'],
    ['graph', '--json'],
    ['graph', '--json', '--dockviz'],
    ['rmi', '-n', 'evil:1'],
    ['gc', '-n'],
    ['squash', '-n', 'evil:1'],
    ['cat', 'evil:1', `missing${evil}`],
    ['tag', 'evil:1', evil],
    ['inspect', evil],
    ['load', `/nowhere/${evil}`],
  ];
  let all = '';
  for (const words of commands) {
    for (const json of words.includes('--json') ? [false] : [false, true]) {
      const { stdout, stderr } = await stratigraph(...(json ? ['--json'] : []), ...words);
      all += stdout;
      const where = `${json ? '--json ' : ''}${words[0] ?? ''}`;
      expect(`${where}: ${stdout.match(dangerous)?.[0].codePointAt(0) ?? 'clean'}`).toBe(`${where}: clean`);
      expect(`${where}: ${stderr.match(dangerous)?.[0].codePointAt(0) ?? 'clean'}`).toBe(`${where}: clean`);
    }
  }
  // It was there to be shown: escaped for people, and as JSON.
  for (const shown of ['\\u{202e}', '\\u202e']) expect(all).toContain(shown);
});
