import type { OperationState } from '../../shared/ipc/operation';
import { translator } from '../../shared/text/catalogue';
import { marksOf, shownNames, type Language } from '../../shared/text/format';
import { operationTitle } from '../../shared/text/operationWords';

/** What would end with a window, or with the program. */
export interface Endings {
  /** Programs in terminals, as the system names them. */
  readonly programs: readonly string[];
  /** Operations under way. */
  readonly operations: readonly Pick<OperationState, 'kind' | 'subject'>[];
}

/** What a question names of each kind; how many more there are is a number. */
const named = 5;

/** Says what would end, a paragraph for each kind. */
export function endingsText({ programs, operations }: Endings, language: Language): string {
  const t = translator(language);
  const { listed } = marksOf(language);
  const text: string[] = [];
  if (programs.length > 0) {
    const names = shownNames([...new Set(programs)], listed, named);
    text.push(t('native.leavePrograms', { count: programs.length, names }));
  }
  if (operations.length > 0) {
    const names = operations.map((each) => operationTitle(each, 'running', t));
    const told = shownNames(names, listed, named);
    text.push(t('native.leaveOperations', { count: operations.length, names: told }));
  }
  return text.join('\n\n');
}

/** Asks whether what would end may end; `signal` takes the question away, which is a no. */
export type AskLeave<W> = (window: W, endings: Endings, signal: AbortSignal) => Promise<boolean>;

/**
 * Whether windows may close. Where a program or an operation would end by it the person is asked, once at a time. The system is not
 * held up: from {@link leave} on, which every other way to the end of the program calls, nothing is asked and a question that
 * stands goes away.
 */
export class Leaving<W extends object> {
  private readonly agreed = new WeakSet<W>();
  private asking: AbortController | null = null;
  private left = false;

  constructor(private readonly ask: AskLeave<W>) {}

  /**
   * True where `window` may close at once. Else false, and `go` is called when the person agrees: from then on this is true for
   * that window.
   */
  mayClose(window: W, endings: () => Endings, go: () => void): boolean {
    if (this.left || this.agreed.has(window)) return true;
    if (this.asking !== null) return false;
    const found = endings();
    if (found.programs.length === 0 && found.operations.length === 0) return true;
    const own = (this.asking = new AbortController());
    void this.ask(window, found, own.signal)
      .catch(() => false)
      .then((yes) => {
        this.asking = null;
        if (!yes || own.signal.aborted) return;
        this.agreed.add(window);
        go();
      });
    return false;
  }

  /** The program ends: nothing is asked any more. */
  leave(): void {
    this.left = true;
    this.asking?.abort();
  }
}
