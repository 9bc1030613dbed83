import { secretRules, settingsPath, type SecretRule, type SecretRuleId } from './secretRules';

/** A secret in a text. */
export interface SecretMatch {
  readonly rule: SecretRuleId;
  /** From 1; where the secret begins, a key with its first line. */
  readonly line: number;
  /** What it is assigned to and at most its first four characters, with its length: never the whole. */
  readonly excerpt: string;
}

/** Characters that are kept from one window to the next: no match is longer. */
const overlap = 16_384;
/** Matches of one text that are told at the most. */
const matchesKept = 200;
/** A binary file up to this size is looked through, bytes. */
export const binaryLimit = 8 * 2 ** 20;

/** Samples that come with programs: keys there open nothing. */
const samples =
  /(?:^|\/)(?:tests?|testing|testdata|test[_-]data|__tests__|spec|fixtures?|examples?|samples?|docs?|man|locale)\//i;
/** Manuals and declarations by their name: what a package says of itself. */
const manuals =
  /(?:^|\/)(?:PKG-INFO|METADATA|(?:README|CHANGE(?:S|LOG)|HISTORY|NEWS|LICENSE|COPYING)[^/]*|[^/]*\.(?:md|rst|pod|d\.[cm]?ts))$/i;
const installed =
  /^(?:usr\/(?:share|lib|lib64|src|include)|usr\/local\/(?:share|lib|go)|opt\/[^/]+\/(?:lib|share)|lib)\/|(?:^|\/)(?:node_modules|site-packages|dist-packages|gems|\.cargo\/registry|go\/pkg\/mod)\//;

/** True for files of installed software's tests, samples and manuals. They are not looked at. */
export const isSamplePath = (path: string): boolean =>
  installed.test(path) && (samples.test(path) || manuals.test(path));

/** A secret as it may be shown: at most four characters and never more than a fifth, then its length. */
export function masked(secret: string): string {
  const shown = secret.slice(0, Math.min(4, Math.floor(secret.length / 5)));
  return `${shown.replace(/[^\x20-\x7e]/g, '?')}… (${secret.length})`;
}

/** The words of all rules that fit any path, as one search: hardly a text holds one of them. */
const anyWord = new RegExp(
  secretRules
    .filter(({ where }) => where === undefined)
    .flatMap(({ words }) => words)
    .map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('|'),
);

/** The name that a secret is assigned to, where it is. */
const assigned = /([A-Za-z0-9_.-]{1,40}["']?\s{0,5}[=:]\s{0,5}["']?)$/;

/**
 * Looks through one text that comes in pieces, with memory for one piece. Give it bytes as characters (ISO 8859-1). `path` is
 * where it lies; null for a value of an image's config.
 */
export class SecretScan {
  readonly matches: SecretMatch[] = [];
  private readonly rules: readonly SecretRule[];
  private carry = '';
  /** Line breaks before `carry`, and characters. */
  private lines = 0;
  private position = 0;
  private readonly seen = new Set<number>();

  constructor(path: string | null, binary = false) {
    this.rules = secretRules.filter(({ where, binary: also }) => {
      if (binary && also !== true) return false;
      if (where === undefined) return true;
      if (where === 'settings') return path === null || (settingsPath.test(path) && !installed.test(path));
      return path !== null ? where.test(path) : where.test('');
    });
  }

  /** The next piece. */
  feed(text: string): void {
    this.look(this.carry + text, false);
  }

  /** Ends the text. */
  end(): readonly SecretMatch[] {
    this.look(this.carry, true);
    return this.matches;
  }

  private look(text: string, last: boolean): void {
    const until = last ? text.length : Math.max(0, text.length - overlap);
    if (until === 0 && !last) {
      this.carry = text;
      return;
    }
    const found: { at: number; match: Omit<SecretMatch, 'line'> }[] = [];
    const anywhere = anyWord.test(text);
    for (const { id, pattern, words, where, verify } of this.rules) {
      if ((where === undefined && !anywhere) || !words.some((word) => text.includes(word))) continue;
      pattern.lastIndex = 0;
      for (let hit = pattern.exec(text); hit; hit = pattern.exec(text)) {
        const secret = hit[1] ?? '';
        // What begins in the overlap is found with the next piece, whole.
        if (hit.index >= until) break;
        if (verify && !verify(secret, hit[0])) continue;
        const at = hit.index + hit[0].lastIndexOf(secret);
        // The first rule that finds it is the one that knows most of it.
        const key = this.position + at;
        if (this.seen.has(key) || this.matches.length + found.length >= matchesKept) continue;
        this.seen.add(key);
        const name = assigned.exec(text.slice(Math.max(0, at - 60), at))?.[1] ?? '';
        const begin = /^\s/.test(hit[0]) ? at : hit.index;
        found.push({ at: begin, match: { rule: id, excerpt: `${name}${masked(secret)}` } });
      }
    }
    found.sort((a, b) => a.at - b.at);
    let from = 0;
    let line = this.lines;
    const count = (to: number): void => {
      for (let next = text.indexOf('\n', from); next >= 0 && next < to; next = text.indexOf('\n', next + 1))
        line++;
      from = Math.max(from, to);
    };
    for (const { at, match } of found) {
      count(at);
      this.matches.push({ ...match, line: line + 1 });
    }
    if (last) return;
    this.lines += newlines(text, until);
    this.position += until;
    this.carry = text.slice(until);
  }
}

function newlines(text: string, until: number): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < until; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

/** The secrets in a value of an image's config. */
export function secretsIn(text: string): readonly SecretMatch[] {
  const scan = new SecretScan(null);
  scan.feed(text);
  return scan.end();
}
