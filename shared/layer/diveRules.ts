import type { DiveNumbers } from './diveNumbers';

/** dive's rules for build servers, as `.dive-ci` names them, in the order in which dive reports them. */
export const diveRules = ['highestUserWastedPercent', 'highestWastedBytes', 'lowestEfficiency'] as const;
export type DiveRule = (typeof diveRules)[number];

/** What rules ask for, as written; {@link defaultRules} where nothing is. */
export type DiveSettings = Readonly<Record<DiveRule, string>>;

/** dive's own: at least 90 % efficient, at most 10 % of the user's bytes wasted. */
export const defaultRules: DiveSettings = {
  lowestEfficiency: '0.9',
  highestWastedBytes: 'disabled',
  highestUserWastedPercent: '0.1',
};

/** How an image fared by a rule; `limit` is the setting as written, `found` the image's number. */
export interface DiveVerdict {
  readonly rule: DiveRule;
  readonly limit: string;
  readonly found: number;
  readonly result: 'pass' | 'fail' | 'skip';
}

const numberOf: { readonly [R in DiveRule]: (numbers: DiveNumbers) => number } = {
  lowestEfficiency: ({ efficiency }) => efficiency,
  highestWastedBytes: ({ wastedBytes }) => wastedBytes,
  highestUserWastedPercent: ({ userWastedPercent }) => userWastedPercent,
};

/** Units of dustin/go-humanize, which dive reads sizes with; upper and lower case are one. */
const units = new Map(
  ['k', 'm', 'g', 't', 'p', 'e'].flatMap((letter, i) => [
    [letter, 1000 ** (i + 1)],
    [`${letter}b`, 1000 ** (i + 1)],
    [`${letter}i`, 1024 ** (i + 1)],
    [`${letter}ib`, 1024 ** (i + 1)],
  ]),
);

function bytesOf(text: string): number | null {
  const [, digits, unit = ''] = /^([0-9.,]+)\s*([a-z]*)\s*$/.exec(text.trim().toLowerCase()) ?? [];
  if (digits === undefined) return null;
  const number = Number(digits.replace(/,/g, ''));
  const factor = unit === '' || unit === 'b' ? 1 : units.get(unit);
  return Number.isNaN(number) || factor === undefined ? null : Math.trunc(number * factor);
}

/** Whether a setting turns its rule off. */
const isOff = (text: string): boolean => ['', 'disabled', 'off', 'false'].includes(text.trim().toLowerCase());

/**
 * A rule's limit as a number, `'off'` where the setting turns it off, `null` where the setting means nothing: efficiency and
 * percent are 0 to 1, bytes a size such as `20MB` or `1.5 GiB`.
 */
export function ruleLimit(rule: DiveRule, text: string): number | 'off' | null {
  if (isOff(text)) return 'off';
  if (rule === 'highestWastedBytes') return bytesOf(text);
  const number = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?$/i.test(text) ? Number(text) : NaN;
  return number >= 0 && number <= 1 ? number : null;
}

/** Holds an image against rules as `dive --ci` does. Settings that mean nothing are the caller's to refuse; here they are off. */
export function judgeAsDive(numbers: DiveNumbers, settings: DiveSettings): readonly DiveVerdict[] {
  return diveRules.map((rule) => {
    const text = settings[rule];
    const limit = ruleLimit(rule, text);
    const found = numberOf[rule](numbers);
    if (limit === null || limit === 'off') return { rule, limit: text, found, result: 'skip' };
    const fails = rule === 'lowestEfficiency' ? found < limit : found > limit;
    return { rule, limit: text, found, result: fails ? 'fail' : 'pass' };
  });
}
