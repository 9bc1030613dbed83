import type { Random } from './randomLayers';

/**
 * A text that a pattern fits, at random: for patterns of literals, classes, groups with alternatives, `?` and `{n,m}`. Of an
 * interval the length is at most `longest` over the least.
 */
export function sampleOf(pattern: string, random: Random, longest = 20): string {
  let at = 0;
  const alternatives = (): string => {
    const all: string[] = [];
    let text = '';
    while (at < pattern.length && pattern[at] !== ')') {
      if (pattern[at] === '|') {
        all.push(text);
        text = '';
        at++;
      } else text += repeated();
    }
    all.push(text);
    return all[random(all.length)] ?? '';
  };
  const repeated = (): string => {
    const from = at;
    let text = atom();
    const to = at;
    const times = /^(?:\{(\d+)(?:,(\d+))?\}|\?)/.exec(pattern.slice(at));
    if (!times) return text;
    at += times[0].length;
    const after = at;
    const least = times[1] === undefined ? 0 : Number(times[1]);
    const most = times[1] === undefined ? 1 : Math.min(Number(times[2] ?? least), least + longest);
    const count = least + random(most - least + 1);
    text = '';
    for (let i = 0; i < count; i++) {
      at = from;
      text += atom();
      at = to;
    }
    at = after;
    return text;
  };
  const atom = (): string => {
    const char = pattern[at++] ?? '';
    if (char === '(') {
      at += 2;
      const text = alternatives();
      at++;
      return text;
    }
    if (char === '[') return oneOf();
    if (char !== '\\') return char;
    const escaped = pattern[at++] ?? '';
    return escaped === 'd' ? String(random(10)) : escaped;
  };
  const oneOf = (): string => {
    const end = pattern.indexOf(']', at);
    const inside = pattern.slice(at, end);
    at = end + 1;
    const chars: string[] = [];
    for (let i = 0; i < inside.length; i++)
      if (inside[i + 1] === '-' && i + 2 < inside.length) {
        for (let code = inside.charCodeAt(i); code <= inside.charCodeAt(i + 2); code++)
          chars.push(String.fromCharCode(code));
        i += 2;
      } else chars.push(inside[i] ?? '');
    return chars[random(chars.length)] ?? '';
  };
  return alternatives();
}
