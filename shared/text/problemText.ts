import type { Problem, ProblemFacts } from '../image/problem';
import { translator } from './catalogue';
import { groupDigits, marksOf, visibleText, type Language } from './format';
import { problemTexts } from './messages/problem';
import type { ProblemTexts } from './messages/problemTexts';

/** A problem in words. */
export interface ProblemDescription {
  /** What is wrong, on what. */
  readonly title: string;
  /** Why, perhaps. */
  readonly explanation: string;
  /** What happened to the data and what can be done. */
  readonly advice: string;
  /** Values to select and compare. */
  readonly facts: readonly {
    readonly label: string;
    readonly value: string;
    readonly tone: 'plain' | 'found';
  }[];
}

/** Describes a problem for the window. */
export const describeProblem = (problem: Problem, language: Language): ProblemDescription =>
  describe(problem, language, true);

function describe(problem: Problem, language: Language, isWindow: boolean): ProblemDescription {
  const column = language === 'zh-CN' ? 1 : 0;
  const texts = problemTexts[problem.code] as ProblemTexts<keyof ProblemFacts>;
  const facts = problem.facts as never;
  return {
    title: texts.title[column](facts),
    explanation: texts.why[column](facts),
    advice: ((isWindow ? texts.inWindow : undefined) ?? texts.advice)[column](facts),
    facts: factsOf(problem, language),
  };
}

function factsOf(problem: Problem, language: Language): ProblemDescription['facts'] {
  const t = translator(language);
  const plain = (label: string, value: string) => ({
    label,
    value: visibleText(value),
    tone: 'plain' as const,
  });
  switch (problem.code) {
    case 'digest-mismatch':
    case 'diff-id-mismatch': {
      const { expected, found, entry } = problem.facts;
      return [
        plain(t('problem.entry'), entry),
        plain(t('problem.expected'), expected),
        { label: t('problem.found'), value: visibleText(found), tone: 'found' },
      ];
    }
    case 'size-mismatch': {
      const { expected, found } = problem.facts;
      return [
        plain(t('problem.expected'), groupDigits(expected)),
        { label: t('problem.found'), value: groupDigits(found), tone: 'found' },
      ];
    }
    case 'archive-truncated': {
      const { read, expected } = problem.facts;
      const text =
        expected === undefined ? t('problem.readOnly', { read }) : t('problem.readOf', { read, expected });
      return [plain(t('problem.read'), text)];
    }
    case 'layers-missing':
      return problem.facts.diffIds.map((diffId) => plain(t('problem.layer'), diffId));
    case 'layer-invalid':
    case 'archive-damaged':
    case 'blob-missing':
      return problem.facts.entry === '' ? [] : [plain(t('problem.entry'), problem.facts.entry)];
    default:
      return [];
  }
}

/** One line for the command line: what failed, on what, why, and what can be done. */
export function problemSentence(problem: Problem, language: Language): string {
  const { title, explanation, advice } = describe(problem, language, false);
  const { colon, space } = marksOf(language);
  const lower = language === 'zh-CN' ? explanation : lowerFirst(explanation);
  return `${title}${colon}${lower}${advice === '' ? '' : `${space}${advice}`}`;
}

/** Words that sentences of ours begin with; anything else there is a name, or an abbreviation. */
const firstWords = new RegExp(
  `^(?:${'It Its The A An This These There You What Nothing No None Neither Another More Each In At Without Too Something Names Line Keys Layers Images Containers Entry Expected Running Squashing Overlay Use'.replaceAll(' ', '|')}) `,
);

/** Puts a sentence behind a colon; names and abbreviations keep their capitals. */
function lowerFirst(sentence: string): string {
  return firstWords.test(sentence) ? `${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}` : sentence;
}
