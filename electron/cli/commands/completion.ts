import { encodeName } from '../../../shared/layer/entryPath';
import { platformText } from '../../../shared/image/platform';
import { readStoreView } from '../../actions/images/storeView';
import { readWorkspaces } from '../../actions/records/workspaceRecords';
import { jsonText } from '../columns';
import type { Command, Session } from '../command';
import { bashCompletion } from '../bashCompletion';
import { fishCompletion } from '../fishCompletion';
import { zshCompletion, type Completable } from '../completion';
import { bashReplacement, readBashLine } from '../bashLine';
import { askedKinds, type AskedKind } from '../completionValues';
import { leadingAt } from '../leadingOptions';
import { UsageFault } from '../parser';
import type { AskedLine, Offered } from '../pathWords';
import { asksLine, namesOf } from '../placeWords';
import { engineActions } from '../source';

const scripts = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;
const isShell = (text: string | undefined): text is keyof typeof scripts =>
  text !== undefined && Object.hasOwn(scripts, text);
const asked = (text: string | undefined): AskedKind | undefined => askedKinds.find((kind) => kind === text);

/** What there is of a kind, as one word each. */
async function candidates(session: Session, kind: AskedKind): Promise<readonly string[]> {
  if (kind === 'sources' || kind === 'engines' || kind === 'added') {
    const { findEngines, addedPaths, ownSurroundings } = await engineActions();
    const engines = await findEngines({ count: false, signal: session.run('').signal });
    const words = engines.filter(({ added }) => kind !== 'added' || added).map(({ info }) => info.word);
    if (kind === 'engines') return words;
    return [...(kind === 'sources' ? ['store'] : []), ...words, ...(await addedPaths(ownSurroundings()))];
  }
  const context = await session.context();
  if (kind === 'workspaces') return (await readWorkspaces(context.store.directory)).map(({ name }) => name);
  const { images } = (await readStoreView(context)).graph;
  return kind === 'names' ? namesOf(images) : [...new Set(images.map(platformText))];
}

/** What a shell asks for to complete a path inside of an image: the words of a line with the number of one, or a line of bash in parts. */
const lineKinds = ['paths', 'bash-line'] as const;
const isLineKind = (text: string | undefined): text is (typeof lineKinds)[number] =>
  lineKinds.some((kind) => kind === text);

/** How long somebody who has pressed Tab waits for paths, milliseconds: a large layer may have to be read for them. */
const patience = 2000;

interface ShellLine extends AskedLine {
  /** How the shell is told of a word, which stands behind the name of an option in the same word; null for one that cannot stand there. */
  readonly told: (word: string, option: string) => string | null;
  /** Whether the word is none of the command's. */
  readonly isTarget: boolean;
}

/** The line of which a shell tells us; null where it is none that we know. */
function shellLine(kind: (typeof lineKinds)[number], words: readonly string[]): ShellLine | null {
  if (kind === 'paths') {
    const [at = '', ...line] = words;
    return /^\d{1,5}$/.test(at)
      ? { words: line, at: Number(at), told: (word) => word, isTarget: false }
      : null;
  }
  const [before = '', after = '', part = ''] = words;
  const { words: typed, isTarget } = readBashLine(before);
  const last = typed.at(-1);
  const isInWord = last?.to === before.length;
  const told = bashReplacement(before, part);
  if (told === null) return null;
  const behind = readBashLine(before + after).words.filter(({ from }) => from > before.length);
  const line = [
    ...typed.map(({ text }) => text),
    ...(isInWord ? [] : ['']),
    ...behind.map(({ text }) => text),
  ];
  return {
    words: line,
    at: typed.length - (isInWord ? 1 : 0),
    told: (word, option) => told(option + word),
    isTarget,
  };
}

/** A line with the value of an option as a word of its own (`--remove=/etc`, `-p/etc`), and what stands before it in the same word. */
function apart({ words, at }: AskedLine, { options }: Command): AskedLine & { readonly option: string } {
  const word = words[at] ?? '';
  const short = options.find(({ short: letter, value }) => value !== undefined && letter === word[1])?.short;
  const option =
    /^--[a-z-]+=/.exec(word)?.[0] ?? (short !== undefined && /^-[^-]./.test(word) ? `-${short}` : '');
  if (option === '' || words.slice(0, at).includes('--')) return { words, at, option: '' };
  const parts = [option.replace(/=$/, ''), word.slice(option.length)];
  return { words: [...words.slice(0, at), ...parts, ...words.slice(at + 1)], at: at + 1, option };
}

/** Where the command stands on a line, behind the program and options before it, and those of its own that stand there. */
function commandAt(words: AskedLine['words']): { readonly at: number; readonly lead: AskedLine['words'] } {
  const lead: (string | null)[] = [];
  for (let i = 1; i < words.length; i++) {
    const early = leadingAt(words, i);
    if (early) {
      lead.push(...early);
      i += early.length - 1;
    } else if (words[i] === '--store') i++;
    else if (words[i]?.startsWith('-') !== true) return { at: i, lead };
  }
  return { at: words.length, lead };
}

/** What a shell puts in the place of a word: nothing where that takes long, or cannot be read. */
async function offered(
  session: Session,
  line: ShellLine,
  load: (name: string) => Promise<Command | null>,
): Promise<Offered> {
  const { at, lead } = commandAt(line.words);
  const name = line.words[at];
  if (line.isTarget) return { kind: 'files', words: [] };
  if (typeof name !== 'string' || at >= line.at) return { kind: 'other', words: [] };
  const command = await load(name);
  if (!command || !asksLine(command)) return { kind: 'other', words: [] };
  const { offerWords } = await import('../pathWords');
  const nothing: Offered = { kind: 'paths', words: [] };
  const {
    words: parts,
    at: part,
    option,
  } = apart({ words: [name, ...lead, ...line.words.slice(at + 1)], at: line.at - at + lead.length }, command);
  const places = (): Promise<readonly string[]> => candidates(session, 'sources');
  const found = offerWords(session, command, { words: parts, at: part }, places);
  const late = new Promise<Offered>((resolve) => void setTimeout(() => resolve(nothing), patience).unref());
  session.giveUpAfter?.(patience);
  // What cannot be read is said by the command itself: here it would land in the line that is typed.
  const { kind, words } = await Promise.race([found.catch(() => nothing), late]);
  return { kind, words: words.flatMap((word) => line.told(word, option) ?? []) };
}

/** The command, for the commands that there are: their names, and how one of them is loaded. */
export const completionOf = (
  names: readonly string[],
  load: (name: string) => Promise<Command | null>,
): Command => ({
  name: 'completion',
  usage: 'completion bash|zsh|fish',
  summary: [
    'Prints a script that completes commands, options and names of images in a shell.',
    '输出 shell 补全脚本，可补全命令、选项和镜像名称。',
  ],
  options: [],
  examples: [
    'source <(stratigraph completion bash)',
    'stratigraph completion zsh > ~/.zfunc/_stratigraph',
    'stratigraph completion fish > ~/.config/fish/completions/stratigraph.fish',
  ],
  paths: ({ words: [kind, ...words] }) => (isLineKind(kind) ? words : []),
  async execute(session, { words }) {
    const [shell, more] = words;
    if (isLineKind(shell)) {
      const line = shellLine(shell, words.slice(1));
      const { kind, words: found } = line ? await offered(session, line, load) : { kind: 'paths', words: [] };
      if (session.json) session.out(jsonText({ kind, words: found }));
      // Names are bytes, and may hold line feeds.
      else process.stdout.write(encodeName([kind, ...found].map((each) => `${each}\0`).join('')));
      return;
    }
    const kind = asked(shell);
    if (more !== undefined || (!isShell(shell) && kind === undefined))
      throw new UsageFault((t) => t('usage.completion'));
    if (kind !== undefined) {
      const found = await candidates(session, kind);
      // A word a line: one with a line feed or another control in it is none that anybody could type.
      const typed = found.filter((word) => !/\p{Cc}/u.test(word));
      session.out(session.json ? jsonText(found) : typed.map((word) => `${word}\n`).join(''));
      return;
    }
    const at = session.language === 'zh-CN' ? 1 : 0;
    const commands: Completable[] = [];
    for (const name of names) {
      const command = await load(name);
      if (command)
        commands.push({
          name,
          options: command.options,
          usage: command.usage,
          hasPaths: asksLine(command),
          summary: command.summary[at].split(/(?<=[.\u3002])/)[0] ?? '',
        });
    }
    const script = isShell(shell) ? scripts[shell](commands, at) : '';
    session.out(session.json ? jsonText({ shell, script }) : script);
  },
});
