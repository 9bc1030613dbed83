import { translator, type Translate } from '../../shared/text/catalogue';
import { nearest } from './nearest';

/** A fault in the words of a command: exit code 2, with the usage. */
export class UsageFault extends Error {
  override name = 'UsageFault';

  /** @param say gives the fault in a language: half a sentence, without a stop at its end */
  constructor(readonly say: (t: Translate) => string) {
    super(say(translator('en')));
  }
}

/** The fault of an option that there is not, with the one that was perhaps meant. */
export function unknownOption(name: string, specs: readonly OptionSpec[]): UsageFault {
  const known = [...specs.map(({ long }) => `--${long}`), '--json', '--store', '--help'];
  const text = name.startsWith('--') ? (nearest(name, known) ?? '') : '';
  return new UsageFault((t) => t('usage.option', { name, text }));
}

/** An option that a command takes. */
export interface OptionSpec {
  readonly long: string;
  readonly short?: string;
  /** Name of its value for the help; without one it is a switch. */
  readonly value?: string;
  /** May be given several times. */
  readonly many?: boolean;
  readonly help: readonly [en: string, zh: string];
}

/** What a command line came to. */
export interface Parsed {
  readonly switches: ReadonlySet<string>;
  /** Switches that were turned off (`--human=false`). */
  readonly off: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly words: readonly string[];
}

/** Whether `-h` means the help: no option is called so, or it is one that needs a value, and there is none. */
function isHelp(specs: readonly OptionSpec[], isLast: boolean): boolean {
  const spec = specs.find(({ short }) => short === 'h');
  return spec === undefined || (spec.value !== undefined && isLast);
}

/**
 * Parses the words after a command as people know it from Docker: `-a`, `-aq`, `-o FILE`, `-oFILE`, `--format=x`,
 * `--format x`, `-h` for help (the switch `help`) where it is no option of the command or lacks its value, `--` before words that begin with a dash. With `optionsFirst` everything from the first word on is a word.
 * Throws {@link UsageFault}.
 */
export function parseOptions(
  argv: readonly string[],
  specs: readonly OptionSpec[],
  optionsFirst = false,
): Parsed {
  const switches = new Set<string>();
  const off = new Set<string>();
  const turn = (name: string, isOn: boolean): void => {
    (isOn ? switches : off).add(name);
    (isOn ? off : switches).delete(name);
  };
  const values = new Map<string, string[]>();
  const words: string[] = [];
  const take = (spec: OptionSpec, value: string): void => {
    const list = values.get(spec.long);
    if (list && spec.many !== true) throw new UsageFault((t) => t('usage.twice', { name: spec.long }));
    if (list) list.push(value);
    else values.set(spec.long, [value]);
  };
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] ?? '';
    if (word === '--') {
      words.push(...argv.slice(i + 1));
      break;
    }
    if (word.startsWith('--')) {
      const equals = word.indexOf('=');
      const name = equals < 0 ? word.slice(2) : word.slice(2, equals);
      const spec = specs.find(({ long }) => long === name);
      if (!spec) throw unknownOption(`--${name}`, specs);
      if (spec.value === undefined) {
        if (equals >= 0 && !/^(?:true|false)$/.test(word.slice(equals + 1)))
          throw new UsageFault((t) => t('usage.noValue', { name }));
        turn(name, !word.endsWith('=false'));
      } else if (equals >= 0) take(spec, word.slice(equals + 1));
      else {
        const value = argv[++i];
        if (value === undefined)
          throw new UsageFault((t) => t('usage.needs', { name: `--${name}`, text: spec.value ?? '' }));
        take(spec, value);
      }
    } else if (word === '-h' && isHelp(specs, i === argv.length - 1)) switches.add('help');
    else if (word.startsWith('-') && word !== '-') {
      for (let at = 1; at < word.length; at++) {
        const letter = word[at] ?? '';
        const spec = specs.find(({ short }) => short === letter);
        if (!spec) throw unknownOption(`-${letter}`, specs);
        if (spec.value === undefined) {
          const value = /^=(true|false)$/.exec(word.slice(at + 1))?.[1];
          turn(spec.long, value !== 'false');
          if (value !== undefined) break;
          continue;
        }
        const rest = word.slice(at + 1).replace(/^=/, '');
        const value = rest !== '' ? rest : argv[++i];
        if (value === undefined)
          throw new UsageFault((t) => t('usage.needs', { name: `-${letter}`, text: spec.value ?? '' }));
        take(spec, value);
        break;
      }
    } else if (optionsFirst) {
      words.push(...argv.slice(i));
      break;
    } else words.push(word);
  }
  return { switches, off, values, words };
}
