import { shortDigest, type ImageId } from '../../../shared/image/digest';
import { splitName } from '../../../shared/image/reference';
import type { Translate } from '../../../shared/text/catalogue';
import { formatBytes, visibleText } from '../../../shared/text/format';
import { titleOf } from '../layers/chartText';
import type { Span } from '../../../shared/graph/imageOrder';
import { imagesOf, type MapNode, type MapTree } from './mapTree';

/** What the map says in words. */
export interface MapText {
  /** Titles from the longest to the shortest: the first that fits is shown, the last may be cut. */
  titles(node: MapNode): readonly string[];
  /** In a few words, for where there is room for all of it. */
  title(node: MapNode): string;
  size(node: MapNode): string;
  /** How many images share it; `''` where nobody does. */
  shared(node: MapNode): string;
  /** Two facts on one line. */
  both(first: string, second: string): string;
  /** Read aloud. */
  label(node: MapNode, total: number): string;
}

/** Names listed one by one. */
const listed = 3;

/** The tag of an image's name, as the repository's block needs it; a dangling image's short ID. */
function shortName(image: { readonly id: ImageId; readonly names: readonly string[] }): string {
  const [name] = image.names;
  if (name === undefined) return shortDigest(image.id);
  return visibleText(splitName(name).tag || name);
}

/** Names one after another. */
export const joinNames = (names: readonly string[], t: Translate): string =>
  names.length === 0 ? '' : names.reduce((first, second) => t('map.two', { first, second }));

/** A repository's name, and without the registry and the namespaces, which many names begin with. */
function shorterNames(name: string): readonly string[] {
  const parts = name.split('/');
  return parts.length > 1 ? [name, `…/${parts[parts.length - 1]}`] : [name];
}

const collator = new Intl.Collator('en', { numeric: true });
/** As people count: 1.9 before 1.10. */
const byCount = (a: string, b: string): number => collator.compare(a, b);

/** The texts in a language. `place`: what the place in view is called where it is not the store. */
export function mapText(tree: Pick<MapTree, 'order'>, t: Translate, place = ''): MapText {
  /** The first of so many names, and how many more; only what is shown is named. */
  const list = <T>(all: readonly T[], nameOf: (one: T) => string): readonly string[] => {
    const names = all.slice(0, listed).map(nameOf);
    const shorter: string[] = [];
    for (let count = names.length; count > 0; count--) {
      const shown = joinNames(names.slice(0, count), t);
      const rest = all.length - count;
      shorter.push(rest === 0 ? shown : t('map.andMore', { names: shown, count: rest }));
    }
    return shorter;
  };
  const tagsOf = (spans: readonly Span[]): readonly string[] =>
    imagesOf(tree, spans).map(shortName).sort(byCount);
  const titles = (node: MapNode): readonly string[] => {
    switch (node.kind) {
      case 'store':
        return [t('map.store')];
      case 'repository':
        return shorterNames(visibleText(node.name));
      case 'nameless':
        return [t('map.nameless')];
      case 'image': {
        const { repository } = splitName(node.image.names[0] ?? '');
        if (node.image.names.length === 0) return [shortName(node.image)];
        return list(node.image.names, (name) => {
          const parts = splitName(name);
          return visibleText((parts.repository === repository && parts.tag) || name);
        });
      }
      case 'across':
        return [t('map.across'), t('map.across.short')];
      case 'together':
        if (node.repositories.length > 0)
          return [
            ...list(node.repositories, (name) => visibleText(name) || t('map.nameless.inList')),
            t('map.repositories', { count: node.repositories.length }),
          ];
        return [
          ...list(tagsOf(node.spans), (name) => name).map((names) => t('map.sharedBy', { names })),
          t('map.images', { count: node.spans.reduce((sum, { lo, hi }) => sum + hi - lo, 0) }),
        ];
      case 'layer':
        return [titleOf(node.layers[0], t)];
      case 'documents':
        return [t('map.documents')];
      case 'rest':
        return [t('map.rest', { count: node.count }), `+${node.count}`];
      case 'entry':
        return [visibleText(node.name)];
    }
  };
  const shared = (node: MapNode): string =>
    node.kind === 'layer' && node.holders > 1 ? t('map.images', { count: node.holders }) : '';
  return {
    titles,
    title: (node) => titles(node)[0] ?? '',
    size: ({ bytes }) => formatBytes(bytes),
    shared,
    both: (first, second) => t('map.both', { first, second }),
    label: (node, total) => {
      const facts = {
        title: titles(node)[0] ?? '',
        size: formatBytes(node.bytes),
        percent: total > 0 ? Math.round((node.bytes / total) * 100) : 0,
      };
      if (node.kind !== 'entry')
        return t('map.label', { ...facts, kind: t(`map.kind.${node.kind}`), shared: shared(node), place });
      const kind = t(node.entry === 'directory' ? 'map.kind.directory' : 'map.kind.file');
      return t('map.label.inLayer', { ...facts, kind });
    },
  };
}
