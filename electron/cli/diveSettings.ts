import { existsSync } from 'node:fs';
import {
  defaultRules,
  diveRules,
  ruleLimit,
  type DiveRule,
  type DiveSettings,
} from '../../shared/layer/diveRules';
import { readWhole } from '../system/readWhole';
import { UsageFault, type OptionSpec, type Parsed } from './parser';

/** Bytes of a file of rules: far more than three rules take. */
const fileLimit = 64 << 10;

/** The file that dive looks for where it is started. */
const usualFile = '.dive-ci';

const optionOf: Readonly<Record<DiveRule, string>> = {
  lowestEfficiency: 'lowest-efficiency',
  highestWastedBytes: 'highest-wasted-bytes',
  highestUserWastedPercent: 'highest-user-wasted-percent',
};

/** dive's options of its rules, with its names in our spelling. */
export const diveOptions: readonly OptionSpec[] = [
  {
    long: optionOf.lowestEfficiency,
    value: 'RATIO',
    help: [
      'exit with 1 when dive’s efficiency is below this, 0 to 1',
      'dive 效率低于该值（0 到 1）时以 1 退出',
    ],
  },
  {
    long: optionOf.highestWastedBytes,
    value: 'SIZE',
    help: [
      'exit with 1 when dive counts more wasted bytes than this',
      'dive 统计的浪费字节超过该值时以 1 退出',
    ],
  },
  {
    long: optionOf.highestUserWastedPercent,
    value: 'RATIO',
    help: [
      'exit with 1 when dive’s wasted share of all but the first layer is above this, 0 to 1',
      'dive 统计的浪费占除首层外字节的比例超过该值（0 到 1）时以 1 退出',
    ],
  },
  {
    long: 'ci',
    help: [
      'judge by dive’s rules: those of these options, else of the file, else dive’s own (0.9, none, 0.1)',
      '按 dive 的规则判断：先取这些选项，其次取规则文件，最后取 dive 的默认值（0.9、无、0.1）',
    ],
  },
  {
    long: 'ci-config',
    value: 'FILE',
    help: [
      `a file of dive’s rules; ${usualFile} here is read without being asked for`,
      `dive 的规则文件；当前目录中的 ${usualFile} 会自动读取`,
    ],
  },
];

/**
 * The rules of dive that an image is to be held against: options, over the file of `--ci-config` or `.dive-ci` of the working
 * directory, over dive's own. `null` where nothing asks for them, and with `--ci=false`. Throws {@link UsageFault} for a rule that means nothing,
 * `file-not-found`, `file-unreadable`, `cancelled`.
 */
export async function diveSettings(
  { values, switches, off }: Pick<Parsed, 'values' | 'switches' | 'off'>,
  signal: AbortSignal,
): Promise<DiveSettings | null> {
  if (off.has('ci')) return null;
  const named = values.get('ci-config')?.[0];
  const file = named ?? (existsSync(usualFile) ? usualFile : null);
  const given = diveRules.filter((rule) => values.has(optionOf[rule]));
  if (file === null && given.length === 0 && !switches.has('ci')) return null;
  const settings = { ...defaultRules, ...(file === null ? {} : await rulesOfFile(file, signal)) };
  for (const rule of given) settings[rule] = values.get(optionOf[rule])?.[0] ?? '';
  for (const rule of diveRules)
    if (ruleLimit(rule, settings[rule]) === null) {
      const where = given.includes(rule) ? `--${optionOf[rule]}` : `${file ?? ''}: ${rule}`;
      const facts = { where, text: settings[rule] };
      throw new UsageFault((t) =>
        t(rule === 'highestWastedBytes' ? 'usage.diveSize' : 'usage.diveRatio', facts),
      );
    }
  return settings;
}

async function rulesOfFile(path: string, signal: AbortSignal): Promise<Partial<Record<DiveRule, string>>> {
  const bytes = await readWhole(path, fileLimit, signal);
  const refusal = (): UsageFault => new UsageFault((t) => t('usage.diveFile', { file: path }));
  if (bytes === null) throw refusal();
  const { parse } = await import('yaml');
  let document: unknown;
  try {
    // Without a schema every plain word stays as it was written: `20MB`, `0.10` and `off` alike.
    document = parse(bytes.toString('utf8'), { schema: 'failsafe' }) as unknown;
  } catch {
    throw refusal();
  }
  if (document === null || document === '') return {};
  if (typeof document !== 'object' || Array.isArray(document)) throw refusal();
  // Since 0.13 dive takes the rules at the top, too.
  const rules = (Object.entries(document) as [string, unknown][]).find(
    ([key]) => key.toLowerCase() === 'rules',
  )?.[1];
  if (rules === '' || rules === null) return {};
  const table = rules === undefined ? document : rules;
  if (typeof table !== 'object' || table === null || Array.isArray(table)) throw refusal();
  const found: Partial<Record<DiveRule, string>> = {};
  for (const [key, value] of Object.entries(table) as [string, unknown][]) {
    // Viper, which read the file for dive, takes keys of any case; later ones are written with hyphens.
    const plain = key
      .toLowerCase()
      .replace(/-/g, '')
      .replace(/threshold$/, '');
    const rule = diveRules.find((each) => each.toLowerCase() === plain);
    if (!rule) continue;
    if (typeof value !== 'string' && value !== null) throw refusal();
    found[rule] = value ?? '';
  }
  return found;
}
