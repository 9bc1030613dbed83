import { dotText } from '../escape';
import {
  isNamed,
  noName,
  roundHalfEven,
  shortCommand,
  shortId,
  sizeText,
  type DockvizForest,
  type DockvizImage,
  type DockvizOptions,
} from './images';

/** Something to print, and how deep it stands. */
interface Step {
  readonly image: DockvizImage;
  readonly prefix: string;
  readonly last: boolean;
}

/**
 * Visits a forest depth first, in order, without recursion: chains of layers can be long. An image whose parents go in a
 * circle is visited once on its way.
 */
function* visit({ roots, children }: DockvizForest): Generator<Step> {
  const stack: (Step | { readonly left: string })[] = [];
  const onWay = new Set<string>();
  const push = (images: readonly DockvizImage[], prefix: string): void => {
    for (let i = images.length - 1; i >= 0; i--) {
      const image = images[i];
      if (image) stack.push({ image, prefix, last: i === images.length - 1 });
    }
  };
  push(roots, '');
  for (let step = stack.pop(); step; step = stack.pop()) {
    if ('left' in step) {
      onWay.delete(step.left);
      continue;
    }
    yield step;
    const { id } = step.image;
    if (onWay.has(id)) continue;
    onWay.add(id);
    stack.push({ left: id });
    push(children.get(id) ?? [], step.prefix + (step.last ? '  ' : '│ '));
  }
}

/**
 * The tree as `dockviz images --tree` prints it, line by line: of a chain of a hundred thousand layers the last line alone has
 * 200 kB, and all of them have more than one text can hold.
 */
export function* dockvizTree(forest: DockvizForest, options: DockvizOptions): Generator<string, void> {
  for (const { image, prefix, last } of visit(forest)) {
    const id = options.wholeIds ? image.shownId : shortId(image.shownId);
    const command = options.createdBy ? ` (${shortCommand(image.createdBy, 100)})` : '';
    const tags = isNamed(image) ? ` Tags: ${image.repoTags.join(', ')}` : '';
    yield `${prefix}${last ? '└─' : '├─'}${id} ${sizeText(image, options)}${command}${tags}\n`;
  }
}

/**
 * The graph as `dockviz images --dot` prints it, piece by piece, in which no name or ID ends its text: those of Docker are the same; `area` is the image's own size in MiB.
 */
export function* dockvizDot(forest: DockvizForest, options: DockvizOptions): Generator<string, void> {
  yield 'digraph docker {\n';
  for (const { image } of visit(forest)) {
    const id = dotText(image.id.slice(0, 12));
    const area = `area=${roundHalfEven(image.size / (1 << 20), 6)}`;
    yield image.parentId === ''
      ? ` base -> "${id}" [style=invis]\n`
      : ` "${dotText(image.parentId.slice(0, 12))}" -> "${id}"\n`;
    const shown = dotText(shortId(image.shownId));
    if (isNamed(image)) {
      const look = 'shape=box,fillcolor="paleturquoise",style="filled,rounded"';
      yield ` "${id}" [label="${[shown, ...image.repoTags.map(dotText)].join('\\n')}",${area},${look}];\n`;
    } else {
      const command = options.createdBy ? [shortCommand(image.createdBy, 30)] : [];
      yield ` "${id}" [label="${[shown, ...command, sizeText(image, options)].join('\n')}",${area}]\n`;
    }
  }
  yield ' base [style=invisible]\n}\n';
}

/** Repositories by name with their tags in the order of the list, as `dockviz images --short` prints them. */
export function dockvizShort(images: readonly DockvizImage[]): string {
  const tags = new Map<string, string[]>();
  for (const { repoTags } of images)
    for (const name of repoTags) {
      if (name === noName) continue;
      const colon = name.lastIndexOf(':');
      const repository = name.slice(0, Math.max(colon, 0));
      const list = tags.get(repository);
      if (list) list.push(name.slice(colon + 1));
      else tags.set(repository, [name.slice(colon + 1)]);
    }
  // As scripts compare it: dockviz prints a map, whose order changes from run to run.
  return [...tags]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([repository, list]) => `${repository}: ${list.join(', ')}\n`)
    .join('');
}
