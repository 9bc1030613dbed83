import type { SecretTokenId } from './secretTokens';
import { secretFile, storedPasswords } from './storedPasswords';
import { tokenForms } from './tokenForms';

/**
 * What counts as a secret. Rules are data: a pattern whose first group is the secret, words without which it cannot fit (so
 * that most texts are never tried), and where it is looked for. Raise {@link secretRulesVersion} with every change: what was
 * found is kept by it.
 */
export const secretRulesVersion = 6;

/** What a rule finds; described by the message `secret.ID`. */
export type SecretRuleId = SecretTokenId | OwnRuleId;

/** Those that are no token of one service. */
export type OwnRuleId =
  | 'private-key'
  | 'putty-key'
  | 'aws-access-key'
  | 'aws-secret-key'
  | 'google-api-key'
  | 'azure-storage-key'
  | 'azure-sas'
  | 'azure-client-secret'
  | 'github-token'
  | 'gitlab-token'
  | 'slack-token'
  | 'slack-webhook'
  | 'stripe-key'
  | 'npm-token'
  | 'npmrc-auth'
  | 'pypi-token'
  | 'openai-key'
  | 'docker-auth'
  | 'netrc'
  | 'pgpass'
  | 'kubeconfig-key'
  | 'password-hash'
  | 'jwt'
  | 'url-password'
  | 'http-auth'
  | 'discord-token'
  | 'okta-token'
  | 'twitter-token'
  | 'mysql-password'
  | 'htpasswd'
  | 'rails-key'
  | 'django-key'
  | 'wireguard-key'
  | 'xml-password'
  | 'stored-password'
  | 'service-key'
  | 'weak-password'
  | 'assigned-secret';

/** One rule. */
export interface SecretRule {
  readonly id: SecretRuleId;
  /** Global; its first group is the secret. Texts are bytes as characters (ISO 8859-1). */
  readonly pattern: RegExp;
  /** The text holds one of these, or the rule does not fit. */
  readonly words: readonly string[];
  /**
   * Only files with such a path; anywhere where left out. `settings`: files that programs are set up with, and configs;
   * `sources`: those, and programs; `markup`: settings and texts in XML.
   */
  readonly where?: RegExp | 'settings' | 'sources' | 'markup';
  /** What cannot stand before it: quicker to look at afterwards than for the pattern. */
  readonly beside?: RegExp;
  /** Also looked for in files that are no text. */
  readonly binary?: true;
  /** Whether what the pattern found is one. */
  readonly verify?: (secret: string, whole: string) => boolean;
}

/** Files that programs are set up with. */
export const settingsPath =
  /(?:^|\/)(?:\.env[^/]*|\.?[^/]*(?:rc|\.conf|\.config|\.cfg|\.cnf|\.ini|\.env|\.envrc|\.properties|\.toml|\.ya?ml|\.json|\.xml|\.sh|\.bash|\.zsh|\.service|\.tfvars|\.tfstate|\.gradle|\.hcl|s3cfg|\.boto|\.secrets?|\.credentials|\.auth|_history|\.history|\.bat|\.cmd|\.mk|\.txt|\.log|\.md)|(?:Dockerfile|Containerfile)[^/]*|env\.[^/]+|Makefile|Jenkinsfile|environment|credentials)(?:\.(?:bak|old|orig|save|local|prod|production|dist|swp))?$/;

/** XML: there the name of a secret stands in an element or an attribute of its own. */
export const markupPath = /\.(?:xml|config|resx|props|targets|csproj|plist)$/i;

/** Files without an extension, as many that hold settings are (`/run/secrets/db`, `app/env`); what lies among programs is one. */
export const barePath = /^(?!(?:.*\/)?s?bin\/)(?:.*\/)?[^/.]+$/;

/** Programs as they are written: there a secret stands in quotes. */
export const sourcePath =
  /\.(?:py|[cm]?[jt]sx?|php|rb|tf|go|java|kts?|rs|dart|scala|cs|vb|fs|pl|pm|lua|r|swift|ps1|psm1|ex|exs|erl|clj|groovy|sql|http|ipynb)$/i;

/** Bits of information in a character, on average (Shannon). */
export function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** CRC-32 (IEEE) of ASCII. */
function crc32(text: string): number {
  let crc = ~0;
  for (let i = 0; i < text.length; i++) {
    crc ^= text.charCodeAt(i);
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

/**
 * Whether a token of GitHub's form ends in the checksum of the characters behind its prefix: CRC-32 in six digits of base 62.
 */
export function hasTokenChecksum(token: string): boolean {
  const body = token.slice(token.indexOf('_') + 1);
  let rest = crc32(body.slice(0, -6));
  let sum = '';
  for (let i = 0; i < 6; i++) {
    sum = (digits[rest % 62] ?? '') + sum;
    rest = Math.floor(rest / 62);
  }
  return body.slice(-6) === sum;
}

/** Values that stand for a secret in samples and templates. */
const placeholder =
  /^(?:[$%&{<[].*|.*\$\{.*|\**|x+|\.+|pass(?:wd|word)?\d*|pwd|secret|token|user(?:name)?|test|example|change.?me|your.*|my.?(?:secret|password).*|none|null|true|false|todo|redacted|foobar|abc|xyz|foo|bar|baz|p@ss\w*|hunter2|abc123|123(?:4|45|456)?)$/i;
const real = (secret: string): boolean =>
  !placeholder.test(secret) && !/example|placeholder|dummy/i.test(secret);

function decoded(base64: string): string | null {
  try {
    return atob(base64.replace(/-/g, '+').replace(/_/g, '/'));
  } catch {
    return null;
  }
}

/** Claims of the tokens that manuals of JSON web tokens show. */
const sampleClaims = /"John Doe"|"some"\s*:\s*"payload"|"foo"\s*:\s*"bar"|\bexample\.(?:com|org|net)\b/;

/** What names of variables end in that hold a secret; a key that is for all to see is none. */
const names =
  'pass(?:wd|word|phrase|code)?|pwd|secret(?:[_.-]?key(?:[_.-]?base)?)?|(?<!public|primary|foreign|sort|partition|cache|routing|idempotency|lookup|order|group)[_.-]?key|(?<!public_?key)token|credentials?|[_.-](?:auth|salt|pat|dsn)|connection_?string|bearer';

/** Characters of one kind follow each other in words, and seldom in what a generator made. */
function changes(text: string): number {
  const kind = (c: string): number => (/\d/.test(c) ? 0 : /[A-Z]/.test(c) ? 1 : /[a-z]/.test(c) ? 2 : 3);
  let count = 0;
  for (let i = 1; i < text.length; i++) {
    const [before, at] = [kind(text[i - 1] ?? ''), kind(text[i] ?? '')];
    // A word begins with a capital.
    if (before !== at && !(before === 1 && at === 2)) count++;
  }
  return count / Math.max(1, text.length - 1);
}

/**
 * Whether a text looks as if a generator made it: digits among letters, or capitals all over; not words, paths, versions, times or
 * names of variables, whatever stands between their parts.
 */
export function looksRandom(text: string): boolean {
  if (/^[0-9a-f-]+$/i.test(text)) {
    const { length } = text.replace(/-/g, '');
    if (length >= 24) return entropy(text) >= 2.9 && /\d/.test(text) && /[a-f]/i.test(text);
    // Of few digits both kinds several times: no date, no number, no word.
    if (length >= 16) return entropy(text) >= 2.7 && /(?:\d.*){3}/.test(text) && /(?:[a-f].*){3}/i.test(text);
  }
  // What is worth a look by itself: a password has no long part, but all its parts together.
  const parts = text.split(/[./\\:,;|]+/).filter((part) => part.length >= 10);
  return (parts.length > 0 ? parts : [text.replace(/[./\\:,;|]+/g, '')]).some(isRandomPart);
}

function isRandomPart(part: string): boolean {
  if (part.length < 8 || entropy(part) < Math.min(3.3, Math.log2(part.length) - 0.6)) return false;
  // No language has so many consonants in a row.
  const isUnspeakable = (run: number): boolean =>
    part.length >= 16 && new RegExp(`[bcdfghjklmnpqrstvwxz]{${run}}`, 'i').test(part);
  if (!/[-_]/.test(part) && isUnspeakable(6)) return true;
  // `V1SecretVolumeSource`: most of it is words that begin with a capital.
  const inWords = (part.match(/(?:[A-Z]|^)[a-z]{3,}/g) ?? []).join('').length;
  if (/[A-Z]/.test(part) && inWords >= 0.6 * part.length && !isUnspeakable(5)) return false;
  // `snake_case_of_2024`, `some-name-v12`: words that are put together, with numbers at most at their ends.
  if (/^[-_]*(?:(?:[A-Za-z]?[a-z]+|[A-Z]+)\d{0,4}(?:[-_ ]+|$)|\d{1,8}(?:[-_ ]+|$)){1,20}$/.test(part))
    return false;
  if (!/\d/.test(part)) {
    const capitals = part.replace(/[^A-Z]/g, '').length / part.length;
    return (
      part.length >= 16 && capitals >= 0.25 && capitals <= 0.75 && /[a-z]/.test(part) && changes(part) >= 0.15
    );
  }
  return /[A-Za-z]/.test(part) && (changes(part) >= 0.15 || isUnspeakable(5));
}

/** Expressions, addresses and references to a secret that is kept elsewhere. */
const isCode = (text: string): boolean =>
  /[({[]\w*[)}\]]|\(\)|=>|::|%[\d.]*[dsfx](?![A-Za-z0-9])|^[a-z][a-z0-9+.-]{0,20}:\/\/|^(?:arn|urn|vault|secret|ssm|op|data):|^[.~?<>]|^\/(?!.*[+=])|^[!*&]+[A-Za-z_-]{1,40}\d{0,3}$|^\w+\(|^(?:os|process|config|settings|env|self|this|ctx|req|data|var|local|module|secrets?|ENV|System)\./.test(
    text,
  );

/** Whether what is assigned to a name of a secret is one. */
const isSecretValue = (secret: string): boolean => real(secret) && !isCode(secret) && looksRandom(secret);

/** A type between a name and its value: `apiKey: string`, `API_KEY: &'static str`, `apiKey string`. */
const typed = `(?:[?!]?\\s{0,3}:\\s{0,3}&?(?:'static )?[A-Za-z][A-Za-z0-9_.<>|?\\[\\] ]{0,40}?(?=\\s{0,80}=)|[ \\t]{1,20}string(?=\\s{0,80}=))?`;

/** Where XML has the name of a secret and its value: an element, attributes beside each other, elements behind each other. */
const markupForms = [
  `<[A-Za-z][A-Za-z0-9:._-]{0,40}(?:${names})>\\s{0,20}(?:<!\\[CDATA\\[)?([^<>\\s\\]]{12,400})(?:\\]\\]>)?\\s{0,20}</`,
  `<(?:${names})>\\s{0,20}(?:<!\\[CDATA\\[)?([^<>\\s\\]]{12,400})(?:\\]\\]>)?\\s{0,20}</`,
  `<property\\s[^<>]{0,80}name\\s{0,3}=\\s{0,3}["'][^"'<>]{0,60}(?:${names})["'][^<>]{0,80}>\\s{0,60}<value>\\s{0,20}([^<>\\s]{12,400})\\s{0,20}</`,
  `(?:name|key)\\s{0,3}=\\s{0,3}["'][^"'<>]{0,60}(?:${names})["'][^<>]{0,80}\\bvalue\\s{0,3}=\\s{0,3}["']([^"'<>\\s]{12,400})["']`,
  `(?:name|key)\\s{0,3}=\\s{0,3}["'][^"'<>]{0,60}(?:${names})["'][^<>]{0,80}>\\s{0,20}([^<>\\s]{12,400})\\s{0,20}</`,
  `<(?:[A-Za-z-]{0,20}name|key)>[^<>]{0,80}(?:${names})</[A-Za-z-]{1,30}>\\s{0,60}<(?:[A-Za-z-]{0,20}value|string)>\\s{0,20}([^<>\\s]{12,400})\\s{0,20}</`,
];

const serviceRules: readonly SecretRule[] = tokenForms.map(({ id, words, search, beside, bits = 3 }) => ({
  beside,
  id,
  pattern: search,
  words,
  verify: (secret) =>
    entropy(secret) >= bits &&
    real(secret) &&
    (bits === 3 ||
      looksRandom(secret) ||
      secret.split(/[_.:-]/).some((part) => part.length >= 12 && looksRandom(part))),
}));

const ownRules: readonly SecretRule[] = [
  {
    id: 'private-key',
    // The key itself must follow: code and manuals name the header alone. `\n` as JSON writes it counts as a line break.
    pattern:
      /-----BEGIN (?:(?:RSA|EC|DSA|OPENSSH|ENCRYPTED|PGP) )?PRIVATE KEY(?: BLOCK)?-----(?:\s|\\[nr])+(?:[A-Za-z-]+: [^\n\\]{1,200}(?:\s|\\[nr])+){0,5}([A-Za-z0-9+/]{40,})/g,
    words: ['PRIVATE KEY'],
    binary: true,
    verify: (secret) => entropy(secret) > 3,
  },
  {
    id: 'putty-key',
    pattern: /PuTTY-User-Key-File-[23]: [\s\S]{1,2000}?Private-Lines: \d+\s+([A-Za-z0-9+/=]{20,})/g,
    words: ['PuTTY-User-Key-File-'],
  },
  {
    id: 'aws-access-key',
    pattern: /(?<![A-Za-z0-9+/])((?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16})(?![A-Za-z0-9+/=])/g,
    words: ['AKIA', 'ASIA', 'ABIA', 'ACCA'],
    verify: (secret) => !secret.endsWith('EXAMPLE') && entropy(secret) > 3,
  },
  {
    id: 'aws-secret-key',
    // Behind its name, with or without a sign between, in any file; or just behind the ID, as in lists and tables.
    pattern:
      /(?:(?:aws|s3)[_.-]?secret[_.-]?(?:access)?[_.-]?(?:key)?|secret[_.-]?access[_.-]?key)["']?(?:\s{0,5}(?:=>|:=|[=:,])|\s)\s{0,5}["']?([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])|(?<![A-Za-z0-9+/])A(?:KIA|SIA|BIA|CCA)[A-Z0-9]{16}["']?(?:\s{0,3}[,;:|/]|\s)\s{0,3}["']?([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])/gi,
    words: ['ecret', 'ECRET', 'AKIA', 'ASIA', 'ABIA', 'ACCA'],
    verify: (secret) => real(secret) && entropy(secret) > 4,
  },
  {
    id: 'google-api-key',
    pattern: /(?<![A-Za-z0-9_-])(AIza[A-Za-z0-9_-]{35})(?![A-Za-z0-9_-])/g,
    words: ['AIza'],
    // Programs of a distribution have that of their makers, which says who asks and opens nothing.
    where: /^(?!usr\/(?:lib|share)\/)/,
    verify: (secret) => entropy(secret) > 3.5,
  },
  {
    id: 'azure-storage-key',
    pattern: /AccountKey=([A-Za-z0-9+/]{86}==)/g,
    words: ['AccountKey='],
    // The key of the storage emulator is the same for everybody.
    verify: (secret) => !secret.startsWith('Eby8vdM02xNOcqFl') && entropy(secret) > 4,
  },
  {
    id: 'azure-sas',
    pattern: /\bsv=20\d\d-\d\d-\d\d(?:&|\\u0026)[^\s"'<>`]{0,400}?\bsig=([A-Za-z0-9%+/]{40,70}(?:%3[Dd]|=))/g,
    words: ['sig='],
    where: 'sources',
    verify: (secret) => entropy(secret) > 4,
  },
  {
    id: 'azure-client-secret',
    pattern: /(?<![A-Za-z0-9_~.-])([A-Za-z0-9_~.-]{3}8Q~[A-Za-z0-9_~.-]{34})(?![A-Za-z0-9_~.-])/g,
    words: ['8Q~'],
    verify: (secret) => entropy(secret) > 3.5,
  },
  {
    id: 'github-token',
    pattern:
      /(?<![A-Za-z0-9_])(gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59})(?![A-Za-z0-9_])/g,
    words: ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_', 'github_pat_'],
    binary: true,
    verify: (secret) =>
      secret.startsWith('gh') && secret[3] === '_' ? hasTokenChecksum(secret) : entropy(secret) > 4,
  },
  {
    id: 'gitlab-token',
    pattern:
      /(?<![A-Za-z0-9_-])(gl(?:pat|dt|rt|rtr|cbt|ptt|soat|ft|ffct|imt|agent|oas)-[A-Za-z0-9_-]{20,64}(?:\.[a-z0-9]{2,4}\.[a-z0-9]{7,9})?|GR1348941[A-Za-z0-9_-]{20})(?![A-Za-z0-9_-])/g,
    words: [
      'glpat-',
      'gldt-',
      'glrt-',
      'glrtr-',
      'glcbt-',
      'glptt-',
      'glsoat-',
      'glft-',
      'glffct-',
      'glimt-',
      'glagent-',
      'gloas-',
      'GR1348941',
    ],
    verify: (secret) => real(secret) && entropy(secret) > 3.5,
  },
  {
    id: 'slack-token',
    pattern: /(?<![A-Za-z0-9-])(xox[abeprs]-(?:[0-9]{6,}-)[A-Za-z0-9-]{20,})/g,
    words: ['xox'],
    verify: (secret) => entropy(secret) > 3,
  },
  {
    id: 'slack-webhook',
    pattern: /hooks\.slack\.com\/services\/(T[A-Z0-9]{8,}\/B[A-Z0-9]{8,}\/[A-Za-z0-9]{20,})/g,
    words: ['hooks.slack.com/services/'],
    verify: (secret) => entropy(secret) > 3.5,
  },
  {
    id: 'stripe-key',
    pattern: /(?<![A-Za-z0-9_])((?:sk|rk)_(?:live_[A-Za-z0-9]{20,}|test_[A-Za-z0-9]{24,}))/g,
    words: ['k_live_', 'k_test_'],
    // Those of its manual are everybody's.
    verify: (secret) =>
      entropy(secret) > 3.5 && !/^sk_test_(?:4eC39HqLyj|BQokikJOvB|tR3PYbcVNZ|26PHem9AhJ)/.test(secret),
  },
  {
    id: 'npm-token',
    pattern: /(?<![A-Za-z0-9_])(npm_[A-Za-z0-9]{36})(?![A-Za-z0-9_])/g,
    words: ['npm_'],
    verify: hasTokenChecksum,
  },
  {
    id: 'npmrc-auth',
    pattern: /(?:^|:)_(?:auth|authToken|password)\s{0,5}=\s{0,5}["']?([^\s"'$]{8,})/gm,
    words: ['_auth', '_password'],
    where: /(?:^|\/)\.?npmrc$/,
    verify: real,
  },
  {
    id: 'pypi-token',
    pattern: /(?<![A-Za-z0-9_-])(pypi-AgE[A-Za-z0-9_-]{50,})/g,
    words: ['pypi-AgE'],
  },
  {
    id: 'openai-key',
    pattern: /(?<![A-Za-z0-9_-])(sk-[A-Za-z0-9_-]{0,200}T3BlbkFJ[A-Za-z0-9_-]{20,})/g,
    words: ['T3BlbkFJ'],
  },
  {
    id: 'docker-auth',
    pattern: /"(?:auth|identitytoken)"\s{0,5}:\s{0,5}"([A-Za-z0-9+/=._-]{8,})"/g,
    words: ['"auth"', '"identitytoken"'],
    where:
      /(?:^|\/)(?:\.docker\/config\.json|\.dockercfg|\.dockerconfigjson|containers\/auth\.json|kaniko\/\.docker\/config\.json)$/,
    verify: (secret, whole) => whole.includes('identitytoken') || /^[^:]+:./.test(decoded(secret) ?? ''),
  },
  {
    id: 'netrc',
    pattern: /(?:^|\s)password\s+(\S{3,})/g,
    words: ['password'],
    where: /(?:^|\/)[._]netrc$/,
    verify: real,
  },
  {
    id: 'pgpass',
    pattern: /^[^#:\n]+:[^:\n]+:[^:\n]+:[^:\n]+:([^\s:][^\n:]*)$/gm,
    words: [':'],
    where: /(?:^|\/)\.pgpass$/,
    verify: real,
  },
  {
    id: 'kubeconfig-key',
    pattern: /client-key-data:\s{1,5}["']?([A-Za-z0-9+/=]{40,})/g,
    words: ['client-key-data'],
    verify: (secret) => (decoded(secret.slice(0, 40)) ?? '').startsWith('-----BEGIN'),
  },
  {
    id: 'password-hash',
    pattern: /^[^:\n]+:(\$(?:1|2[abxy]?|5|6|7|y|gy|md5|argon2id?)\$[^:\n]{10,}|[./A-Za-z0-9]{13}):/gm,
    words: [':'],
    where: /^etc\/g?shadow-?$/,
  },
  {
    id: 'jwt',
    pattern:
      /(?<![A-Za-z0-9_-])(eyJ[A-Za-z0-9_-]{10,2000}\.eyJ[A-Za-z0-9_-]{10,4000}\.[A-Za-z0-9_-]{20,1000})(?![A-Za-z0-9_-])/g,
    words: ['.eyJ'],
    verify: (secret) => {
      const [head = '', body = ''] = secret.split('.');
      return /"alg"\s*:/.test(decoded(head) ?? '') && !sampleClaims.test(decoded(body) ?? '');
    },
  },
  {
    id: 'url-password',
    // Begins with what texts are searched for fast, and only then looks back. Hosts that nobody has (RFC 2606) are
    // samples. Redis and its like have passwords without users.
    pattern:
      /:\/\/(?<=(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{1,20}:\/\/)(?:[^\s:@/'"<>`\\]{1,64}|(?<=\b(?:rediss?|valkeys?|amqps?|memcached|nats|sentinel):\/\/)):([^\s:@/'"<>`\\]{3,200})@(?!(?:[A-Za-z0-9-]+\.)*(?:example(?:\.(?:com|net|org))?|invalid|test)(?![A-Za-z0-9.-]))[A-Za-z0-9.[-]/g,
    words: ['://'],
    where:
      /(?:^|\/)(?:\.git-credentials|\.git\/config|\.pypirc)$|^(?!usr\/(?:share|lib)\/|usr\/local\/(?:share|lib)\/)/,
    verify: (secret) => real(secret) && !/^(.)\1*$/.test(secret),
  },
  {
    id: 'http-auth',
    pattern:
      /authorization["']?(?:\s{0,5}[:=,]\s{0,5}|\s{1,5}(?=["'`]))["'`]?(?:basic|bearer|token)\s{1,3}([A-Za-z0-9._~+/=-]{8,2000})/gi,
    words: ['uthorization', 'UTHORIZATION'],
    where: 'sources',
    verify: (secret, whole) =>
      /basic/i.test(whole)
        ? /^[\x20-\x7e]+:[\x20-\x7e]{3,}$/.test(decoded(secret) ?? '') &&
          real((decoded(secret) ?? '').replace(/^[^:]*:/, ''))
        : real(secret) && secret.length >= 20 && looksRandom(secret),
  },
  {
    id: 'discord-token',
    pattern:
      /(?<![A-Za-z0-9_-])([MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,40})(?![A-Za-z0-9_-])/g,
    words: ['iscord', 'ISCORD'],
    // Its first part is the number of the account.
    verify: (secret) => /^\d{17,20}$/.test(decoded(secret.split('.')[0] ?? '') ?? ''),
  },
  {
    id: 'okta-token',
    pattern:
      /(?:SSWS\s{1,3}|okta[A-Za-z0-9_.-]{0,30}["']?\s{0,5}[=:]\s{0,5}["']?)(00[A-Za-z0-9_-]{40})(?![A-Za-z0-9_-])/gi,
    words: ['SSWS', 'okta', 'OKTA', 'Okta'],
    verify: looksRandom,
  },
  {
    id: 'twitter-token',
    pattern: /(?<![A-Za-z0-9%])(A{20,24}[A-Za-z0-9%]{60,120})(?![A-Za-z0-9%])/g,
    words: ['AAAAAAAAAAAAAAAAAAAA'],
    verify: (secret) => looksRandom(secret.replace(/^A+/, '').replace(/%/g, '')),
  },
  {
    id: 'mysql-password',
    pattern: /^\s{0,20}password\s{0,5}=\s{0,5}["']?([^\s"']{3,})/gm,
    words: ['password'],
    where: /(?:^|\/)(?:\.my|my|debian|\.mylogin|\.pgpass)\.cnf$/,
    verify: real,
  },
  {
    id: 'htpasswd',
    pattern: /^[^:\s#]{1,64}:(\$(?:apr1|2[abxy]|5|6)\$[^\s:]{10,}|\{S?SHA\}[A-Za-z0-9+/=]{20,})/gm,
    words: [':'],
    where: /(?:^|\/)\.?htpasswd[^/]*$/,
  },
  {
    id: 'rails-key',
    pattern: /^([0-9a-f]{32}(?:[0-9a-f]{32})?)\s{0,3}$/gm,
    words: ['0', '1', '2', '3', 'a', 'b'],
    where: /(?:^|\/)config\/(?:master|credentials\/[a-z_-]{1,40})\.key$/,
  },
  {
    id: 'django-key',
    // Fifty of these signs, as `startproject` makes one: some look like code, so that their form alone counts.
    pattern:
      /(django-insecure-[a-z0-9!@#$%^&*(_=+)-]{50})(?![a-z0-9!@#$%^&*(_=+)-])|SECRET_KEY["']?\s{0,5}[=:]\s{0,5}["']([a-z0-9!@#$%^&*(_=+)-]{50})["']/g,
    words: ['django-insecure-', 'SECRET_KEY'],
    where: 'sources',
    verify: (secret) => entropy(secret.replace('django-insecure-', '')) >= 3.8 && !/\s/.test(secret),
  },
  {
    id: 'wireguard-key',
    pattern: /^\s{0,10}(?:PrivateKey|PresharedKey)\s{0,5}=\s{0,5}([A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=)/gm,
    words: ['PrivateKey', 'PresharedKey'],
    verify: (secret) => entropy(secret) > 4,
  },
  {
    id: 'xml-password',
    pattern:
      /<(?:[A-Za-z]{1,20}:)?(?:password|passphrase|secret|token|apiKey)>([^<>\s]{4,400})<|\b(?:password|ClearTextPassword"\s{1,5}value)\s{0,3}=\s{0,3}"([^"<>\s]{4,400})"/gi,
    words: ['assword', 'assphrase', 'ecret', 'oken', 'apiKey'],
    where:
      /(?:^|\/)(?:settings(?:-security)?|server|context|tomcat-users|web|standalone|credentials|beans|hibernate\.cfg|persistence)\.xml$|(?:^|\/)nuget\.config$/i,
    // Maven writes an encrypted one in braces.
    verify: (secret) => real(secret) && !/^[{%$#@]|^[a-z]*(?:pass|pwd|secret)[a-z]*$/i.test(secret),
  },
  ...storedPasswords.map((each): SecretRule => ({
    ...each,
    id: 'stored-password',
    verify: (secret) => real(secret) && !isCode(secret),
  })),
  {
    id: 'stored-password',
    pattern: /^(?![^]*\S\s+\S|\s*\w+=.)\s{0,5}(\S{12,4000})\s{0,5}$/g,
    words: ['a', 'e', '1', 'A', 'E'],
    where: secretFile,
    verify: isSecretValue,
  },
  {
    id: 'docker-auth',
    // Kubernetes' secret for pulling, which is Docker's file in base 64.
    pattern: /\.dockerconfig(?:json|cfg)["']?\s{0,5}[:=]\s{0,5}["']?(e[A-Za-z0-9+/]{40,8000}={0,2})/g,
    words: ['.dockerconfig', '.dockercfg'],
    where: 'sources',
    verify: (secret) => /"(?:auth|password)"\s*:\s*"[^"]/.test(decoded(secret) ?? ''),
  },
  {
    id: 'service-key',
    // Services without a form above: what stands before such a token says what it is.
    pattern:
      /(?<![A-Za-z0-9])(?<!\bp(?:k|ub|ublic)[_-])((?:sk|rk|pat|oat|sat|apikey|api_key|access_key|secret|live|prod)[_-](?:[A-Za-z0-9]{1,12}[_-]){0,3}[A-Za-z0-9]{20,200}|(?:sk|secret)[_-][A-Za-z0-9_-]{40,200})(?![A-Za-z0-9_-])/g,
    words: [
      'sk_',
      'sk-',
      'rk_',
      'pat_',
      'pat-',
      'oat_',
      'sat_',
      'key_',
      'key-',
      'secret_',
      'secret-',
      'live_',
      'prod_',
    ],
    where: 'sources',
    verify: (secret) => {
      const last = /[A-Za-z0-9]+$/.exec(secret)?.[0] ?? '';
      const part = last.length >= 20 ? last : secret.replace(/^[a-z_]{2,10}?[_-]/, '');
      const isHex = /^[0-9a-f]+$/.test(part);
      return (isHex ? part.length >= 32 : entropy(part) >= 3.7) && looksRandom(part) && real(secret);
    },
  },
  {
    id: 'assigned-secret',
    // A variable of Terraform with what it is where nobody sets it.
    pattern: new RegExp(
      `variable\\s{1,5}"[^"]{0,60}(?:${names})"\\s{0,5}\\{[^{}]{0,400}?\\bdefault\\s{0,20}=\\s{0,5}"([^"\\s\\\\]{12,400})"`,
      'gi',
    ),
    words: ['variable'],
    where: /\.tf$/,
    verify: isSecretValue,
  },
  {
    id: 'assigned-secret',
    pattern: new RegExp(
      `(?:${names})["']?\\s{0,5}(?::=|[=:])\\s{0,5}["']?([A-Za-z0-9+/_=.~!@#$%^&*?:|,;()-]{12,400})`,
      'gi',
    ),
    words: ['=', ':'],
    where: 'settings',
    verify: isSecretValue,
  },
  {
    id: 'assigned-secret',
    pattern: new RegExp(
      `(?:${names})\\\\?["'\\]]{0,2}${typed}(?:[ \\t]{6,80}|\\s{0,5})(?:=>|:=|\\?\\?|\\|\\||\\bto(?=\\s)|[=:,])(?:[ \\t]{6,80}|\\s{0,5})\\\\?["'\`]([^"'\`\\s\\\\]{12,400})\\\\?["'\`]`,
      'gi',
    ),
    words: ['"', "'", '`'],
    where: 'sources',
    verify: isSecretValue,
  },
  {
    id: 'assigned-secret',
    // Within a text: addresses and strings of databases.
    pattern: /["'`][^"'`\n]{0,200}[;?&\s](?:password|pwd)\s?=\s?([^;&\s"'`\\]{8,100})/gi,
    words: ['assword', 'ASSWORD', 'wd=', 'WD='],
    where: 'sources',
    verify: isSecretValue,
  },
  {
    id: 'assigned-secret',
    // Lists of variables, as Kubernetes, Compose and ECS have them.
    pattern: new RegExp(
      `name["']?\\s{0,5}[=:]\\s{0,5}["']?[A-Za-z0-9_.-]{0,60}(?:${names})["']?,?\\s{1,60}["']?value["']?\\s{0,5}[=:]\\s{0,5}["']?([A-Za-z0-9+/_=.~!@#$%^&*?:|,;()-]{12,400})`,
      'gi',
    ),
    words: ['value', 'VALUE', 'Value'],
    where: 'sources',
    verify: isSecretValue,
  },
  ...markupForms.map((form): SecretRule => ({
    id: 'assigned-secret',
    pattern: new RegExp(form, 'gi'),
    words: ['>'],
    where: 'markup',
    verify: isSecretValue,
  })),
  {
    id: 'weak-password',
    // A password that a person has made up, in a file that is there for such: a word is none, a word with digits and signs is.
    pattern: new RegExp(
      `^(?:export\\s{1,3})?[A-Za-z0-9_.]{0,60}(?:pass(?:wd|word)?|pwd)\\s{0,3}=\\s{0,3}["']?([^\\s"'#]{8,64})["']?\\s{0,5}$`,
      'gim',
    ),
    words: ['='],
    where: /(?:^|\/)(?:\.env(?:\.[^/]+)?|[^/]+\.env|env\.[^/]+)$/,
    verify: (secret) =>
      real(secret) &&
      !isCode(secret) &&
      /\d/.test(secret) &&
      /[A-Za-z]/.test(secret) &&
      !/pass|change|your|secret|please|sample/i.test(secret),
  },
];

const guesses: ReadonlySet<SecretRuleId> = new Set<SecretRuleId>([
  'assigned-secret',
  'service-key',
  'http-auth',
  'url-password',
  'weak-password',
]);

/** All rules; the first that finds a secret names it. */
export const secretRules: readonly SecretRule[] = [
  ...ownRules.filter(({ id }) => !isGuess(id)),
  ...serviceRules,
  ...ownRules.filter(({ id }) => isGuess(id)),
];

/** Told by what stands around it, not by its form. */
function isGuess(id: SecretRuleId): boolean {
  return guesses.has(id);
}
