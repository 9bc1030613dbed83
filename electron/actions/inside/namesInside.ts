import { wordReadings, shown } from '../../../shared/image/hiddenText';
import type { FileTree } from '../../../shared/layer/fileTree';
import { isDirectory, typedPath } from './imageFiles';

/** A name in a directory. */
export interface InsideName {
  readonly name: string;
  readonly isDirectory: boolean;
}

/** What is in a directory, by its path as a person typed it; nothing where it is none. */
export type NamesAt = (directory: string) => Iterable<InsideName>;

/**
 * What is in the directories of a tree; deletions are nothing. With `follow` links on the way to one are followed, and a link
 * that leads to one counts as one.
 */
export function namesInTree<L>(tree: FileTree<L>, follow: boolean): NamesAt {
  return function* (directory) {
    const at = tree.find(typedPath(directory), follow);
    if (!at || !isDirectory(at)) return;
    for (const { path, entry } of tree.inside(at.path)) {
      if (entry.kind === 'whiteout') continue;
      const to = follow && entry.kind === 'symlink' ? tree.find(path, true) : null;
      yield { name: path.slice(path.lastIndexOf('/') + 1), isDirectory: isDirectory(to ?? { entry }) };
    }
  };
}

/** Where a word is cut: the directory with its slash, and the beginning of a name in it. */
function cut(word: string): readonly [directory: string, name: string] {
  const slash = word.lastIndexOf('/') + 1;
  return [word.slice(0, slash), word.slice(slash)];
}

/** Whether a word is what a person types for one path, whatever else there may be (`wordReadings`). */
const means = (word: string, path: string): boolean => wordReadings(word)[0] === path;

/**
 * The words that begin as `word` does and name what is in the directory that it leads to, one level deep: a directory with a slash
 * behind it. Names are spelled as lists show them, or by their letters where the word has begun so; each names nothing else. An
 * empty word begins at the root.
 */
export function wordsInside(word: string, namesAt: readonly NamesAt[]): readonly string[] {
  const [typed, beginning] = cut(word === '' ? '/' : word);
  const found = new Map<string, boolean>();
  for (const directory of wordReadings(typed)) {
    for (const at of namesAt)
      for (const { name, isDirectory: hasMore } of at(directory)) {
        const spelled = [typed + shown(name), typed + name].find(
          (each) => each.startsWith(typed + beginning) && means(each, directory + name),
        );
        if (spelled !== undefined) found.set(spelled, hasMore || found.get(spelled) === true);
      }
    // What is there by the first reading is meant.
    if (found.size > 0) break;
  }
  return [...found].map(([text, hasMore]) => (hasMore ? `${text}/` : text)).sort();
}
