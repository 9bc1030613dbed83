import { WordFinder } from './wordFinder';
import {
  barePath,
  markupPath,
  secretRules,
  settingsPath,
  sourcePath,
  type SecretRule,
  type SecretRuleId,
} from './secretRules';

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
  /(?:^|\/)(?:tests?|testing|dummyserver|testdata|test[_-]data|__tests__|spec|fixtures?|examples?|samples?|docs?|man|locale)\//i;
/** Manuals and declarations by their name: what a package says of itself. */
const manuals =
  /(?:^|\/)(?:PKG-INFO|METADATA|(?:README|CHANGE(?:S|LOG)|HISTORY|NEWS|LICENSE|COPYING)[^/]*|[^/]*\.(?:md|rst|pod|d\.[cm]?ts))$/i;
const installed =
  /^(?:usr\/(?:share|lib(?:32|64|x32|exec)?|src|include)|usr\/local\/(?:share|lib(?:32|64|exec)?|go)|opt\/[^/]+\/(?:lib(?:32|64|exec)?|share)|lib(?:32|64|x32)?)\/|(?:^|\/)lib(?:32|64)?\/(?:python\d(?:\.\d+)?|pypy\d[^/]*|ruby|perl5?|R|jvm|erlang|node_modules)\/|(?:^|\/)(?:google-cloud-sdk|aws-cli|node_modules|site-packages|dist-packages|gems|\.cargo\/registry|go\/pkg\/mod)\//;

/** Libraries by their names, wherever they lie: a key inside is that of a self-test. */
const library = /(?:^|\/)[^/]+\.(?:so(?:\.\d+)*|a|o|dylib|dll|node|jar|wasm)$/i;

/** Where programs keep copies of others' sources. */
const carried = /(?:^|\/)(?:third[_-]?party|vendor|vendored|_vendor|bower_components)\//;

/** What came from a registry that everybody reads: a key there is known to all, whatever it was for. */
const published =
  /(?:^|\/)(?:node_modules|site-packages|dist-packages|gems|bower_components|\.cargo\/registry|go\/pkg\/mod|vendor\/(?:bundle|github\.com|golang\.org))\//;

const isLibrary = (path: string, rule: SecretRuleId): boolean =>
  installed.test(path) || (rule === 'private-key' && library.test(path));

/** A key, or an address in a program's text: in a package that everybody gets none of them is a secret. */
const isPublishedToo = (rule: SecretRuleId, path: string): boolean =>
  rule === 'private-key' || (rule === 'url-password' && sourcePath.test(path));

/** True for files of installed software's tests, samples and manuals. They are not looked at. */
export const isSamplePath = (path: string): boolean =>
  (installed.test(path) || carried.test(path)) && (samples.test(path) || manuals.test(path));

/** A secret as it may be shown: at most four characters and never more than a fifth, then its length. */
export function masked(secret: string): string {
  const shown = secret.slice(0, Math.min(4, Math.floor(secret.length / 5)));
  return `${shown.replace(/[^\x20-\x7e]/g, '?')}… (${secret.length})`;
}

/** The words of all rules; what is shorter is in any text. */
const finder = new WordFinder(secretRules.flatMap(({ words }) => words).filter(({ length }) => length >= 3));

const isOf = (where: 'settings' | 'sources' | 'markup', path: string): boolean =>
  where === 'markup'
    ? markupPath.test(path)
    : settingsPath.test(path) || barePath.test(path) || (where === 'sources' && sourcePath.test(path));

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
  private readonly seen: { readonly from: number; readonly to: number }[] = [];

  constructor(path: string | null, binary = false) {
    this.rules = secretRules.filter(({ id, where, binary: also }) => {
      // Keys in a library's own file are those of its self-test: whoever removed the file would remove the library.
      if (binary && (also !== true || (path !== null && isLibrary(path, id)))) return false;
      if (path !== null && published.test(path) && isPublishedToo(id, path)) return false;
      if (where === undefined) return true;
      if (where === 'markup' && path === null) return false;
      if (typeof where === 'string') return path === null || (isOf(where, path) && !installed.test(path));
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
    const there = finder.in(text);
    for (const { id, pattern, words, beside, verify } of this.rules) {
      if (!words.some((word) => there.has(word) || (word.length < 3 && text.includes(word)))) continue;
      pattern.lastIndex = 0;
      for (let hit = pattern.exec(text); hit; hit = pattern.exec(text)) {
        const secret = hit[1] ?? hit[2] ?? '';
        // What begins in the overlap is found with the next piece, whole.
        if (hit.index >= until) break;
        if (beside && hit.index > 0 && beside.test(text[hit.index - 1] ?? '')) continue;
        if (verify && !verify(secret, hit[0])) continue;
        const at = hit.index + hit[0].lastIndexOf(secret);
        // The first rule that finds it is the one that knows most of it.
        const from = this.position + at;
        const to = from + secret.length;
        if (this.matches.length + found.length >= matchesKept) continue;
        if (this.seen.some((other) => from < other.to && other.from < to)) continue;
        this.seen.push({ from, to });
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
