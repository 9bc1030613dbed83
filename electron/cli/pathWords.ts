import { displayName } from '../../shared/graph/sharing';
import type { ImageNode } from '../../shared/graph/imageGraph';
import { problemOf } from '../../shared/image/problem';
import type { ActionContext } from '../actions/ground/context';
import { fileTree } from '../actions/inside/imageFiles';
import { namesInTree, wordsInside, type NamesAt } from '../actions/inside/namesInside';
import { resolveAt } from '../actions/images/resolveImage';
import { readStoreView, type StoreView } from '../actions/images/storeView';
import { readWorkspaces } from '../actions/records/workspaceRecords';
import { changedNames, workspaceNames } from '../actions/trees/workspaceNames';
import type { Command, PathsIn, Session } from './command';
import { copySources } from './copySources';
import { parseOptions, type Parsed } from './parser';
import { contextOf, wordsOfPlace } from './placeWords';
import { platformOf } from './platform';

/** A line whose word at a place is to be completed, from the command on; null for a word that only the shell knows. */
export interface AskedLine {
  readonly words: readonly (string | null)[];
  readonly at: number;
}

/**
 * What a word can be: paths inside of images or names of what is in a place, whole; the beginnings of words to which something is to be added; files of this
 * machine; or anything else that the command takes.
 */
export interface Offered {
  readonly kind: 'paths' | 'beginnings' | 'files' | 'other';
  readonly words: readonly string[];
}

const other: Offered = { kind: 'other', words: [] };
const files: Offered = { kind: 'files', words: [] };
const none: Offered = { kind: 'paths', words: [] };

/** What stands for the word that is completed, and for one that is not known, on a line that is parsed. */
const asked = '\0asked';
const unknown = '\0unknown';

/** What is in the directories of what a line names. */
class Named {
  private view: Promise<StoreView> | null = null;

  constructor(
    private readonly context: ActionContext,
    private readonly parsed: Parsed,
  ) {}

  private async read(): Promise<StoreView> {
    return (this.view ??= readStoreView(this.context));
  }

  /** An image or a layer of it alone, links followed. */
  async tree(name: string, follow = true): Promise<NamesAt> {
    const view = await this.read();
    const { image, layer } = resolveAt(view.graph, name, platformOf(this.parsed));
    return namesInTree(await fileTree(this.context, view, image, layer), follow);
  }

  /** Each layer of images by itself; of images that are named also where their links lead. */
  async layers(names: readonly string[], all: boolean): Promise<readonly NamesAt[]> {
    const view = await this.read();
    const named = names.map((name) => resolveAt(view.graph, name, platformOf(this.parsed)));
    const found: NamesAt[] = [];
    const seen = new Set<string>();
    const take = async (image: ImageNode, layer: string): Promise<void> => {
      if (seen.has(layer)) return;
      seen.add(layer);
      found.push(namesInTree(await fileTree(this.context, view, image, layer), false));
    };
    for (const { image, layer } of named)
      for (const each of layer === null ? image.layers : [layer]) await take(image, each);
    if (all)
      for (const image of view.graph.images)
        // One that is not whole here hides nothing of the others.
        for (const layer of image.layers) await take(image, layer).catch(() => undefined);
    return found;
  }

  /** What workspaces have changed; all of them where none is named. */
  async changes(name: string | null): Promise<readonly NamesAt[]> {
    const store = this.context.store.directory;
    const all = await readWorkspaces(store);
    return all.filter((each) => name === null || each.name === name).map((each) => changedNames(store, each));
  }

  /** A workspace as it is, or an image. Throws `image-not-found`. */
  async workspaceOrImage(name: string): Promise<NamesAt> {
    const store = this.context.store.directory;
    const record = (await readWorkspaces(store)).find((each) => each.name === name);
    if (!record) return this.tree(name);
    return workspaceNames(store, record, await this.tree(record.image, false));
  }

  /** What `cp` can copy from, each with the colon behind which its path begins. */
  async sources(): Promise<readonly string[]> {
    const workspaces = await readWorkspaces(this.context.store.directory);
    const { images } = (await this.read()).graph;
    const names = images.flatMap((image) => (image.names.length > 0 ? image.names : [displayName(image)]));
    return [...new Set([...names, ...workspaces.map(({ name }) => name)])].map((name) => `${name}:`);
  }
}

async function copied(word: string, named: Named): Promise<Offered> {
  for (const { name, path } of copySources(word)) {
    try {
      const namesAt = await named.workspaceOrImage(name);
      return { kind: 'paths', words: wordsInside(path, [namesAt]).map((each) => `${name}:${each}`) };
    } catch (thrown) {
      if (problemOf(thrown).code !== 'image-not-found') throw thrown;
    }
  }
  return { kind: 'beginnings', words: (await named.sources()).filter((each) => each.startsWith(word)) };
}

async function inside(what: PathsIn, word: string, named: Named): Promise<Offered> {
  const paths = (namesAt: readonly NamesAt[]): Offered => ({
    kind: 'paths',
    words: wordsInside(word, namesAt),
  });
  if (what === 'source') return copied(word, named);
  if ('tree' in what) return paths([await named.tree(what.tree)]);
  if ('changes' in what) return paths(await named.changes(what.changes));
  // Without a slash it is a part of a path, or a pattern of names.
  if (word !== '' && !word.startsWith('/')) return none;
  return paths(await named.layers(what.layers, what.all));
}

/**
 * What the word at a place of a line can be that is a path inside of an image or a workspace, or names what is in the place that the line
 * names; `places` lists places. It is read from what the store knows:
 * who calls this bounds the time. Throws what reading throws.
 */
export async function offerWords(
  session: Session,
  command: Command,
  line: AskedLine,
  places: () => Promise<readonly string[]>,
): Promise<Offered> {
  const word = line.words[line.at];
  if (word === undefined || word === null) return other;
  const words = line.words.map((each, i) => (i === line.at ? asked : (each ?? unknown)));
  let parsed: Parsed;
  try {
    parsed = parseOptions(withoutGlobals(words.slice(1)), command.options, command.optionsFirst);
  } catch {
    return other;
  }
  const isOption = word.startsWith('-') && !words.slice(0, line.at).includes('--');
  if (isOption) return other;
  if (command.paths?.(parsed).includes(asked) !== true) {
    if (command.name === 'cp' && parsed.words[1] === asked) return files;
    if (!parsed.words.includes(asked)) return other;
    // What begins as a path is none of a name or a place.
    if (command.name === 'copy' && /^(?:\.{0,2}\/|~)/.test(word)) return files;
    const found = await wordsOfPlace(session, command, parsed, word, places);
    // Of `load` what stands behind no `--from`.
    if (found === null) return command.name === 'load' ? files : other;
    return command.name === 'copy' && found.length === 0 ? files : { kind: 'paths', words: found };
  }
  const what = command.pathsIn?.(parsed) ?? null;
  if (what === null) return none;
  // References never begin with a slash, and paths beside them do.
  if (command.name === 'rewrite' && parsed.words.includes(asked) && !word.startsWith('/')) return other;
  const context = await contextOf(session, command, parsed);
  return context === null ? none : inside(what, word, new Named(context, parsed));
}

/** Words behind a command without the options that every command has. */
function withoutGlobals(words: readonly string[]): readonly string[] {
  const end = words.indexOf('--');
  const own = end < 0 ? words : words.slice(0, end);
  return [
    ...own.filter(
      (word, i) => word !== '--json' && !/^--store(?:=|$)/.test(word) && own[i - 1] !== '--store',
    ),
    ...(end < 0 ? [] : words.slice(end)),
  ];
}
