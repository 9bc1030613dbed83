import { useCallback, useEffect, useRef, useState } from 'react';
import { problemOf, type Problem } from '../../../shared/image/problem';
import type { DifferencePage } from '../../../shared/ipc/compare';
import { differencePageLimit } from '../../../shared/ipc/differencePages';
import type { RequestInput } from '../../../shared/ipc/contract';
import { useBridge } from '../../store/hooks';

type Question = Omit<RequestInput<'compare.files'>, 'offset' | 'open'> & {
  readonly open?: readonly string[];
};
type Difference = DifferencePage['page'][number];

/** Differences of files as a list that is fetched page by page while it is looked at. */
export interface Differences {
  /** Sums and the first page; null before the first answer. */
  readonly about: DifferencePage | null;
  readonly problem: Problem | null;
  /** Rows in the list. */
  readonly count: number;
  /** A row; null while it is on its way. */
  readonly row: (index: number) => Difference | null;
  /** Says which rows are in sight. */
  readonly want: (first: number, end: number) => void;
  /** Asks again, from the beginning. */
  readonly again: () => void;
}

const none: readonly string[] = [];

/** Asks for the differences of two images; what is still being read when the page closes is stopped. */
export function useDifferences(question: Question): Differences {
  const bridge = useBridge();
  const { source, other, first, second, kind, text, open = none } = question;
  const [round, setRound] = useState(0);
  const [about, setAbout] = useState<DifferencePage | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [pages, setPages] = useState<ReadonlyMap<number, DifferencePage['page']>>(new Map());
  const asked = useRef(new Set<number>());
  const generation = useRef(0);

  const fetchPage = useCallback(
    (page: number): void => {
      if (asked.current.has(page)) return;
      asked.current.add(page);
      const mine = generation.current;
      const offset = page * differencePageLimit;
      void bridge.request['compare.files']({
        source,
        other,
        first,
        second,
        kind,
        text,
        open: [...open],
        offset,
      })
        .catch((thrown: unknown) => ({ ok: false as const, problem: problemOf(thrown) }))
        .then((reply) => {
          if (mine !== generation.current) return;
          if (!reply.ok) {
            setProblem(reply.problem);
            return;
          }
          setProblem(null);
          setAbout(reply.value);
          setPages((was) => new Map(page === 0 ? [] : was).set(page, reply.value.page));
        });
    },
    [bridge, source, other, first, second, kind, text, open],
  );
  useEffect(() => {
    generation.current++;
    asked.current = new Set();
    fetchPage(0);
  }, [fetchPage, round]);
  useEffect(
    () => () => {
      generation.current++;
      void bridge.request['compare.stop']({ source, other, first, second });
    },
    [bridge, source, other, first, second],
  );
  const count = about?.matching ?? 0;
  const want = useCallback(
    (from: number, end: number): void => {
      const last = Math.floor(Math.max(0, Math.min(end, count) - 1) / differencePageLimit);
      for (let page = Math.floor(from / differencePageLimit); page <= last; page++) fetchPage(page);
    },
    [fetchPage, count],
  );
  return {
    about,
    problem,
    count,
    row: (index) => pages.get(Math.floor(index / differencePageLimit))?.[index % differencePageLimit] ?? null,
    want,
    again: () => setRound((n) => n + 1),
  };
}
