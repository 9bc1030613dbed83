import { shortDigest, type ImageId } from '../../../shared/image/digest';
import { layerName, type Titled } from '../../../shared/graph/layerTitle';
import type { ImageNode } from '../../../shared/graph/imageGraph';
import type { Translate } from '../../../shared/text/catalogue';
import { formatAge, formatBytes, isNoDate, visibleText, type Language } from '../../../shared/text/format';
import { repositoryOf } from '../../../shared/graph/repository';
import type { CardItem, ChipItem, GroupItem } from './scene';
import { fitNameApart, type ShownTexts } from './fitApart';
import { fitRepository } from './textFit';

/** Which sizes chips show. */
export type ChipSizes = 'layer' | 'cumulative';

/** Whether a text has room. */
type Fits = (shown: string) => boolean;

/** What the chart says in words: on chips and cards, and to screen readers. */
export interface ChartText {
  /** What the names of cards are told from. */
  readonly among: ShownTexts | null;
  title(chip: ChipItem): string;
  foot(chip: ChipItem): { readonly text: string; readonly mono: boolean };
  size(chip: ChipItem): string;
  /** With `fits` the repository of a group is shortened until the whole does. */
  name(card: CardItem | GroupItem, fits?: Fits): string;
  /** How many more names than the first an image has; `''` for none. */
  count(card: CardItem | GroupItem): string;
  /** A second tag of the same image, or a count of more. */
  badge(card: CardItem | GroupItem): string;
  below(card: CardItem | GroupItem): string;
  /** Several images in a few words: how many, and of which repository. */
  group(images: readonly ImageNode[], fits?: Fits): string;
  /** Below a layer's title, seen from far away: images on it and its size, then in fewer and fewer words. */
  blockFoot(images: number, chip: ChipItem): readonly string[];
  chipLabel(chip: ChipItem): string;
  cardLabel(card: CardItem | GroupItem): string;
  workspaceLabel(name: string): string;
}

/** A layer's step in a few words, or what stands in its place. */
export function titleOf(layer: Titled, t: Translate): string {
  return visibleText(layerName(layer, formatBytes)) || t('graph.noStep');
}

/** Repositories that were read from names before: ten thousand names are too many for every frame. */
const known = new WeakMap<ImageNode, string>();

function knownRepository(image: ImageNode): string {
  let found = known.get(image);
  if (found === undefined) known.set(image, (found = repositoryOf(image)));
  return found;
}

/** Name of an image's card: its first name; a dangling one has its short ID. */
const nameOf = (image: ImageNode): string => visibleText(image.names[0] ?? shortDigest(image.id));

/**
 * The texts in a language; `now` is the time that ages are told from, milliseconds since 1970; `twins`, what tells images
 * of one name apart; `among`, what names are told from that would be cut alike.
 */
export function chartText(
  t: Translate,
  language: Language,
  {
    sizes,
    now,
    twins,
    among = null,
  }: { sizes: ChipSizes; now: number; twins: ReadonlyMap<ImageId, string>; among?: ShownTexts | null },
): ChartText {
  const size = (chip: ChipItem): string => formatBytes(sizes === 'layer' ? chip.size : chip.cumulative);
  const groupOf = (images: readonly ImageNode[], fits: Fits = () => true): string => {
    const repositories = new Set<string>();
    for (const image of images) repositories.add(knownRepository(image));
    const [only = ''] = repositories;
    const count = images.length;
    if (repositories.size > 1) return t('graph.group.several', { count, repositories: repositories.size });
    if (only === '') return t('graph.group.dangling', { count });
    // Of a single one what it is called says more than how many it is.
    const [first] = images;
    if (count === 1 && first) {
      const whole = nameOf(first);
      return fitNameApart(whole, among, fits) ?? whole;
    }
    const said = (name: string): string => t('graph.group', { count, name });
    const name = visibleText(only);
    return said(fitRepository(name, (shown) => fits(said(shown))) ?? name);
  };
  // A block keeps its images as long as the scale stays: while the view is moved its words do not change.
  const groups = new WeakMap<readonly ImageNode[], string>();
  const group = (images: readonly ImageNode[], fits?: Fits): string => {
    let words = groups.get(images);
    if (words === undefined) groups.set(images, (words = groupOf(images)));
    return fits === undefined || fits(words) ? words : groupOf(images, fits);
  };
  const below = (card: CardItem | GroupItem): string => {
    if (card.kind === 'group') {
      const unique = card.images.reduce((sum, { unique: bytes }) => sum + bytes, 0);
      return t('graph.group.below', { size: formatBytes(unique) });
    }
    const { image } = card;
    const twin = twins.get(image.id);
    const bytes =
      twin === undefined
        ? formatBytes(image.size)
        : t('graph.card.platform', { platform: visibleText(twin), size: formatBytes(image.size) });
    if (image.names.length === 0) return t('graph.card.dangling', { size: bytes });
    if (isNoDate(image.created)) return bytes;
    return t('graph.card.age', { size: bytes, age: formatAge(image.created, now, language) });
  };
  const count = (card: CardItem | GroupItem): string =>
    card.kind === 'group' || card.image.names.length < 2 ? '' : `+${card.image.names.length - 1}`;
  return {
    among,
    title: (chip) => titleOf(chip.main, t),
    foot: (chip) =>
      chip.run.length > 1
        ? { text: t('graph.layers', { count: chip.run.length }), mono: false }
        : { text: shortDigest(chip.last.chainId).slice(0, 7), mono: true },
    size,
    name: (card, fits) => {
      if (card.kind === 'card') return nameOf(card.image);
      const several = new Set(card.images.map(repositoryOf)).size > 1;
      return several ? t('graph.group.title', { count: card.images.length }) : group(card.images, fits);
    },
    group,
    blockFoot: (count, chip) => [
      t('graph.block.below', { count, size: size(chip) }),
      t('graph.group.title', { count }),
      String(count),
    ],
    count,
    badge: (card) => {
      if (card.kind === 'group') return '';
      const { names } = card.image;
      if (names.length !== 2) return count(card);
      const [first = '', second = ''] = names;
      const cut = first.lastIndexOf(':');
      return second.startsWith(first.slice(0, cut + 1)) ? visibleText(second.slice(cut + 1)) : '+1';
    },
    below,
    chipLabel: (chip) =>
      t('graph.chip.label', {
        title: titleOf(chip.main, t),
        layers: chip.run.length,
        size: size(chip),
        images: chip.last.imageCount,
      }),
    workspaceLabel: (name) => t('graph.workspace', { name: visibleText(name) }),
    cardLabel: (card) =>
      card.kind === 'group'
        ? t('graph.group.label', { name: group(card.images), text: below(card) })
        : t('graph.card.label', {
            name: nameOf(card.image),
            text: below(card),
            dangling: card.image.names.length === 0,
          }),
  };
}
