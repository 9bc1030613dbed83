import type { Limits } from '../../shared/image/limits';
import type { Standing } from '../../shared/image/problem';
import type { Language } from '../../shared/text/format';
import type { BlobInput } from '../place/opened/damagedInput';
import type { ActionContext, Run } from '../actions/ground/context';
import type { OptionSpec, Parsed } from './parser';

/** What a command is handed: the store on demand, the streams, and how to say things. */
export interface Session {
  /**
   * Opens store and pool when first asked for. A folder named as the store in which there is none is made one with `make`
   * only: a mistyped name is no new store. Throws `store-invalid`.
   */
  context(options?: { readonly make: boolean }): Promise<ActionContext>;
  /**
   * Opens an archive or layout folder where it lies, or several as one; closed with the session; `limits` instead of those of the line, and
   * `headersOnly` where nothing else is to be read. Throws as `lookAt` does.
   */
  look(path: string | readonly string[], limits?: Limits, headersOnly?: boolean): Promise<ActionContext>;
  /** Threads for what needs no store; left out where there are those of a store alone. */
  readonly pool?: ActionContext['pool'];
  /** What people know the input by, of those looked at, in which a blob lies; null for one of the store. */
  inputOf?(digest: string): Promise<BlobInput | null>;
  readonly json: boolean;
  readonly language: Language;
  /** Writes text to standard output. `stands` is what the command has made and names there: it is named elsewhere if that is lost. */
  out(text: string, stands?: Standing): void;
  /** Writes a line to standard error. */
  note(text: string): void;
  /** A run whose progress goes to a terminal on standard error; aborted by Ctrl+C. `title` stands before it. */
  run(title: string): Run;
  /** Gives up what runs after so many milliseconds, as a signal would. */
  giveUpAfter?(milliseconds: number): void;
  /** Ends the progress line. */
  endProgress(): void;
}

/** Of what a path on a line is: a tree, each layer by itself (of all images where none is named), or what a workspace has changed. */
export type PathsIn =
  | { readonly tree: string }
  | { readonly layers: readonly string[]; readonly all: boolean }
  | { readonly changes: string | null }
  /** A word of `cp` that begins with whose the path is. */
  | 'source';

/**
 * What a command reads of an engine, whose images it saves for that: those that words name, each as `IMG[@LAYER]`, of which there may be none of some; or the one that a
 * blob is of.
 */
export type EngineNeed =
  { readonly images: readonly string[] } | { readonly tried: readonly string[] } | { readonly blob: string };

/** A command: its words, its help, and what it does. One file each. */
export interface Command {
  readonly name: string;
  readonly usage: string;
  readonly summary: readonly [en: string, zh: string];
  readonly options: readonly OptionSpec[];
  readonly examples: readonly string[];
  /** Options end at the first word: what follows belongs to somebody else's command. */
  readonly optionsFirst?: true;
  /** The words that are paths in an image, which may hold bytes that are not UTF-8; none where it is missing. */
  readonly paths?: (parsed: Parsed) => readonly string[];
  /** Of what these paths are, for shells that complete them; null where the line does not say yet. */
  readonly pathsIn?: (parsed: Parsed) => PathsIn | null;
  /** What it reads inside of images, for an engine; null where a line reads nothing there. Left out: it never does. */
  readonly engineNeed?: (parsed: Parsed) => EngineNeed | null;
  /** It opens the place that `--source` names itself; of others the session's store is that place. */
  readonly opensSource?: true;
  /** The exit code for a problem, where it is not that of all commands: a command inside may end with 1 itself. */
  readonly failureCode?: number;
  /** Runs it; the exit code where it is not 0. Throws a ProblemError or a UsageFault. */
  execute(session: Session, parsed: Parsed): Promise<number | void>;
}
