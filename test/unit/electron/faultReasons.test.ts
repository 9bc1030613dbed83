import { expect, test } from 'vitest';
import { problemOf } from '../../../shared/image/problem';
import { documentReasons, layerReasons } from '../../../shared/text/messages/faultReason';
import { problemSentence } from '../../../shared/text/problemText';
import {
  buildImage,
  dockerMembers,
  ociMembers,
  tarMember,
  tarOf,
  type ImageSpec,
  type TarMember,
} from '../../setup/imageBuilder';
import { load, openStore, temporaryFile } from '../../setup/temporary';

/** Why an input cannot be read is a code with words in both languages, whatever is wrong with it. */

const rounds = 250;
const tables = {
  'document-invalid': documentReasons,
  'layer-invalid': layerReasons,
  'archive-damaged': layerReasons,
} as const;

/** Numbers from 0 up to a bound, the same in each run (Numerical Recipes' constants). */
function dice(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

/** Values that a document has somewhere in place of its own. */
const odd = ['null', '7', '"x"', '[]', '{}', '-1', '[null]', '{"a":1,"A":2}'];

/** JSON with one value exchanged, one key doubled, or cut off. */
function spoilt(json: string, roll: (bound: number) => number): string {
  const values = [...json.matchAll(/(?<=:|\[|,)("[^"]*"|\d+|\[\]|null)(?=[,\]}])/g)];
  const at = values[roll(values.length)];
  const way = roll(8);
  if (way === 0) return json.slice(0, roll(json.length));
  const [key] = /"[A-Za-z]+":/.exec(json.slice(roll(json.length))) ?? [];
  if (way === 1 && key) return json.replace('{', `{${key}1,${key.toUpperCase()}2,`);
  if (!at) return '[';
  return `${json.slice(0, at.index)}${odd[roll(odd.length)] ?? ''}${json.slice(at.index + at[0].length)}`;
}

/** A tar with a byte or a field of a header changed, its checksum made right most of the time. */
function damaged(tar: Buffer, roll: (bound: number) => number): Buffer {
  const bytes = Buffer.from(tar);
  const block = roll(Math.max(1, bytes.length / 512)) * 512;
  const fields = [0, 100, 108, 124, 136, 156, 157, 257, 329, 337, 345];
  bytes.fill(
    Buffer.from(['\0', '9x', '\xff', '7777777', '../', '8'][roll(6)] ?? '', 'latin1'),
    block + (fields[roll(fields.length)] ?? 0),
    block + 348 + roll(20),
  );
  if (roll(4) > 0) {
    bytes.fill(' ', block + 148, block + 156);
    const sum = bytes.subarray(block, block + 512).reduce((all, byte) => all + byte, 0);
    bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, block + 148, 'latin1');
  }
  return roll(5) === 0 ? bytes.subarray(0, roll(bytes.length)) : bytes;
}

test('whatever is changed in an archive, its reason is one of ours and has its words', async () => {
  const roll = dice(20_261_128);
  const context = await openStore();
  const seen = new Set<string>();
  for (let round = 0; round < rounds; round++) {
    const files: readonly TarMember[] = [
      { path: 'a/b', content: 'text' },
      { path: 'a/link', type: 'hardlink', linkTarget: roll(2) > 0 ? 'a/b' : 'gone' },
      { path: `a/${roll(2) > 0 ? 'c' : '.wh.'}`, pax: { mtime: roll(2) > 0 ? '1' : 'x' } },
    ];
    const tar = Buffer.concat([...files.map((each) => tarMember(each)), Buffer.alloc(1024)]);
    const inLayer = roll(2) > 0;
    const spec: ImageSpec = { names: ['odd:1'], layers: [{ tar: inLayer ? damaged(tar, roll) : tar }] };
    const members = (roll(2) > 0 ? dockerMembers : ociMembers)([buildImage(spec)]);
    const edited = members.map((member) => {
      const text = Buffer.from(member.content ?? '').toString('utf8');
      return !inLayer && text.startsWith('{') === roll(3) > 0 && /^[[{]/.test(text)
        ? { ...member, content: spoilt(text, roll) }
        : member;
    });
    const archive = roll(6) === 0 ? damaged(Buffer.from(tarOf(members)), roll) : tarOf(edited);
    const thrown = await load(context, await temporaryFile(archive)).then(
      () => null,
      (fault: unknown) => problemOf(fault),
    );
    if (thrown === null) continue;
    expect(thrown.code, JSON.stringify(thrown)).not.toBe('internal');
    if (!(thrown.code in tables)) continue;
    const { facts, code } = thrown as { facts: { reason: string }; code: keyof typeof tables };
    expect(Object.keys(tables[code]), JSON.stringify(facts)).toContain(facts.reason);
    expect(problemSentence(thrown, 'zh-CN')).not.toMatch(/\{\d\}/);
    seen.add(`${code} ${facts.reason}`);
  }
  // What was changed did come to many of them.
  expect(seen.size).toBeGreaterThan(15);
});
