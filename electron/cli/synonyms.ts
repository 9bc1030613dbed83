import { nearest } from './nearest';
import { UsageFault } from './parser';

/** Docker's and Podman's longer names of commands: a group, and what to do with it. */
const groups: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  image: {
    ls: 'images',
    list: 'images',
    rm: 'rmi',
    remove: 'rmi',
    prune: 'prune',
    inspect: 'inspect',
    history: 'history',
    load: 'load',
    save: 'save',
    import: 'import',
    tag: 'tag',
    untag: 'untag',
    mount: 'mount',
    unmount: 'umount',
    umount: 'umount',
    diff: 'diff',
    tree: 'tree',
    sign: 'sign',
  },
  system: { df: 'df', prune: 'prune' },
};

/** Single words that other programs use for a command of ours. */
const words: Readonly<Record<string, string>> = { unmount: 'umount' };

/** What the groups are called. */
export const groupNames: readonly string[] = Object.keys(groups);

/** The fault of a group that nothing follows. */
export function bareGroup(name: string): UsageFault {
  const text = Object.keys(groups[name] ?? {}).join(', ');
  return new UsageFault((t) => t('usage.verbs', { name, text }));
}

/**
 * A command line with our own name of its command: `image ls -a` is `images -a`. What is no synonym stays as it is. Throws
 * {@link UsageFault} for a group with a word that it has not.
 */
export function spelledOut(line: readonly string[]): readonly string[] {
  const [first = '', verb, ...rest] = line;
  if (Object.hasOwn(words, first)) return [words[first] ?? first, ...line.slice(1)];
  const group = Object.hasOwn(groups, first) ? groups[first] : undefined;
  if (!group || verb === undefined) return line;
  const name = Object.hasOwn(group, verb) ? group[verb] : undefined;
  if (name !== undefined) return [name, ...rest];
  const known = Object.keys(group);
  const text = nearest(verb, known);
  throw new UsageFault((t) =>
    t('usage.group', {
      name: first,
      verb,
      text: text === null ? known.join(', ') : text,
      meant: text !== null,
    }),
  );
}
