/**
 * What counts as a secret. Rules are data: a pattern whose first group is the secret, words without which it cannot fit (so
 * that most texts are never tried), and where it is looked for. Raise {@link secretRulesVersion} with every change: what was
 * found is kept by it.
 */
export const secretRulesVersion = 2;

/** What a rule finds; described by the message `secret.ID`. */
export type SecretRuleId =
  | 'private-key'
  | 'putty-key'
  | 'aws-access-key'
  | 'aws-secret-key'
  | 'google-api-key'
  | 'azure-storage-key'
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
  | 'assigned-secret';

/** One rule. */
export interface SecretRule {
  readonly id: SecretRuleId;
  /** Global; its first group is the secret. Texts are bytes as characters (ISO 8859-1). */
  readonly pattern: RegExp;
  /** The text holds one of these, or the rule does not fit. */
  readonly words: readonly string[];
  /** Only files with such a path; anywhere where left out. `settings`: files that programs are set up with, and configs. */
  readonly where?: RegExp | 'settings';
  /** Also looked for in files that are no text. */
  readonly binary?: true;
  /** Whether what the pattern found is one. */
  readonly verify?: (secret: string, whole: string) => boolean;
}

/** Files that programs are set up with. */
export const settingsPath =
  /(?:^|\/)(?:\.env[^/]*|\.?[^/]*(?:rc|\.conf|\.cfg|\.cnf|\.ini|\.env|\.envrc|\.properties|\.toml|\.ya?ml|\.json|\.xml|\.sh|\.tfvars|\.tfstate)|Dockerfile[^/]*|environment|credentials)$/;

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

const names =
  'pass(?:wd|word|phrase)?|pwd|secret(?:_?key)?|api_?key|access_?key|auth_?token|token|credentials?|private_?key';

export const secretRules: readonly SecretRule[] = [
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
    pattern: /(?<![A-Za-z0-9+/])((?:AKIA|ASIA)[A-Z2-7]{16})(?![A-Za-z0-9+/=])/g,
    words: ['AKIA', 'ASIA'],
    verify: (secret) => !secret.endsWith('EXAMPLE') && entropy(secret) > 3,
  },
  {
    id: 'aws-secret-key',
    pattern:
      /aws_?secret_?(?:access_?)?key["']?\s{0,5}[=:]\s{0,5}["']?([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])/gi,
    words: ['ecret', 'ECRET'],
    verify: (secret) => real(secret) && entropy(secret) > 4,
  },
  {
    id: 'google-api-key',
    pattern: /(?<![A-Za-z0-9_-])(AIza[A-Za-z0-9_-]{35})(?![A-Za-z0-9_-])/g,
    words: ['AIza'],
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
    pattern: /(?<![A-Za-z0-9_-])(gl(?:pat|dt|rt|cbt|ptt|soat)-[A-Za-z0-9_-]{20,64})(?![A-Za-z0-9_-])/g,
    words: ['glpat-', 'gldt-', 'glrt-', 'glcbt-', 'glptt-', 'glsoat-'],
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
    pattern: /(?<![A-Za-z0-9_])((?:sk|rk)_live_[A-Za-z0-9]{20,})/g,
    words: ['k_live_'],
    verify: (secret) => entropy(secret) > 3.5,
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
    pattern: /(?<![A-Za-z0-9_-])(sk-[A-Za-z0-9_-]{0,100}T3BlbkFJ[A-Za-z0-9_-]{20,})/g,
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
    // Begins with what texts are searched for fast, and only then looks back. Hosts that nobody has (RFC 2606) are samples.
    pattern:
      /:\/\/(?<=(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{1,20}:\/\/)[^\s:@/'"<>`\\]{1,64}:([^\s:@/'"<>`\\]{3,200})@(?!(?:[A-Za-z0-9-]+\.)*(?:example(?:\.(?:com|net|org))?|invalid|test)(?![A-Za-z0-9.-]))[A-Za-z0-9.[-]/g,
    words: ['://'],
    where:
      /(?:^|\/)(?:\.git-credentials|\.git\/config|\.pypirc)$|^(?!usr\/(?:share|lib)\/|usr\/local\/(?:share|lib)\/)/,
    verify: (secret) => real(secret) && !/^(.)\1*$/.test(secret),
  },
  {
    id: 'assigned-secret',
    pattern: new RegExp(
      `(?<![A-Za-z0-9])[A-Za-z0-9_.-]{0,40}(?:${names})["']?\\s{0,5}[=:]\\s{0,5}["']?([A-Za-z0-9+/_=.~!@#%^*-]{12,200})`,
      'gi',
    ),
    words: ['=', ':'],
    where: 'settings',
    // What programs make has digits and letters and looks random; words, paths and versions do not.
    verify: (secret) =>
      real(secret) &&
      /\d/.test(secret) &&
      /[A-Za-z]/.test(secret) &&
      !/^[a-z]+(?:[._/-][a-z0-9]+)*$/i.test(secret.replace(/\d+$/, '')) &&
      entropy(secret) >= 3.5,
  },
];
