import { shortDigest } from '../../../shared/image/digest';
import { splitName } from '../../../shared/image/reference';
import { displayName } from '../../../shared/graph/sharing';
import type { Translate } from '../../../shared/text/catalogue';
import { formatBytes, visibleText } from '../../../shared/text/format';
import { titleOf } from '../layers/chartText';
import type { BandItem, FamilyItem, GroupItem, HeadItem } from './scene';

/** Name and tag as a head shows them, on lines of their own. */
export interface HeadWords {
  readonly name: string;
  readonly tag: string;
  readonly size: string;
  readonly dangling: boolean;
}

/** What the strata say in words: on bands and heads, and to screen readers. */
export interface StrataText {
  title(band: BandItem): string;
  size(band: BandItem): string;
  /** Who shares it; '' where nobody does. */
  shared(band: BandItem): string;
  head(head: HeadItem): HeadWords;
  /** The same for a block; `chosen` of its images are selected. */
  block(group: GroupItem, chosen: number): HeadWords;
  familyName(family: FamilyItem): string;
  familyNote(family: FamilyItem): string;
  groupTitle(group: GroupItem): string;
  bandLabel(band: BandItem): string;
  headLabel(head: HeadItem): string;
  groupLabel(group: GroupItem): string;
  /** Below the key of the scale. */
  keyNote(scale: 'linear' | 'balanced'): string;
}

/** The texts in the language of `t`. */
export function strataText(t: Translate): StrataText {
  const groupTitle = (group: GroupItem): string =>
    group.title === '' ? t('app.family.noLayers') : visibleText(group.title);
  return {
    title: ({ layer }) => titleOf(layer, t),
    size: ({ layer }) => formatBytes(layer.size),
    shared: ({ layer }) => (layer.imageCount > 1 ? t('strata.sharedBy', { count: layer.imageCount }) : ''),
    head: ({ image }) => {
      const size = formatBytes(image.size);
      const [first] = image.names;
      if (first === undefined) {
        return { name: t('strata.dangling'), tag: shortDigest(image.id).slice(0, 7), size, dangling: true };
      }
      const { repository, tag } = splitName(first);
      return { name: visibleText(repository), tag: visibleText(tag), size, dangling: false };
    },
    block: (group, chosen) => {
      const tags = group.images.reduce((sum, { names }) => sum + names.length, 0);
      const whole = group.name.repository === null || tags === 0;
      const count = group.images.length;
      return {
        name: groupTitle(group),
        tag:
          chosen > 0
            ? t('strata.chosen', { count: chosen })
            : whole
              ? t('strata.images', { count })
              : t('strata.tags', { count: tags }),
        size: formatBytes(group.bytes),
        dangling: false,
      };
    },
    familyName: ({ name, key }) => (key === '' ? t('app.family.noLayers') : visibleText(name)),
    familyNote: ({ stored, saved }) =>
      saved > 0
        ? t('strata.family', { stored: formatBytes(stored), saved: formatBytes(saved) })
        : t('strata.family.alone', { size: formatBytes(stored) }),
    groupTitle,
    bandLabel: (band) => {
      const label = t('strata.band.label', {
        title: titleOf(band.layer, t),
        size: formatBytes(band.layer.size),
        count: band.layer.imageCount,
      });
      const { part, parts } = band;
      return parts > 1 ? t('strata.band.part', { label, part: part + 1, parts }) : label;
    },
    headLabel: ({ image }) =>
      t('strata.head.label', {
        name: visibleText(displayName(image)),
        size: formatBytes(image.size),
        layers: image.layers.length,
        dangling: image.names.length === 0,
      }),
    groupLabel: (group) =>
      t('strata.group.label', {
        title: groupTitle(group),
        size: formatBytes(group.bytes),
        count: group.images.length,
      }),
    keyNote: (scale) => t(scale === 'linear' ? 'strata.key.linear' : 'strata.key.balanced'),
  };
}
