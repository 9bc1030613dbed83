import { translator } from '../../shared/text/catalogue';
import { visibleName } from '../../shared/text/format';
import type { ImageGraph, ImageNode } from '../../shared/graph/imageGraph';
import { hostArchitecture } from '../system/hostArchitecture';
import { platformText } from '../../shared/image/platform';
import { resolveImage } from '../actions/images/resolveImage';
import type { Session } from './command';
import { UsageFault, type OptionSpec, type Parsed } from './parser';

/** The option that says which platform of an image is meant. */
export const platformOption: OptionSpec = {
  long: 'platform',
  value: 'OS/ARCH[/VARIANT]',
  help: [
    'of an image for several platforms take this one, instead of that of this machine',
    '镜像含多个平台时使用该平台，而不是本机平台',
  ],
};

/** Systems of Go (GOOS), which may stand alone. */
const systems: ReadonlySet<string> = new Set(
  'aix android darwin dragonfly freebsd illumos ios js linux netbsd openbsd plan9 solaris wasip1 windows zos'.split(
    ' ',
  ),
);
const isName = /^[A-Za-z0-9_-]+$/;

/** The platform that `--platform` names; null without it. Throws {@link UsageFault}. */
export function platformOf({ values }: Pick<Parsed, 'values'>): string | null {
  const text = values.get('platform')?.[0];
  if (text === undefined) return null;
  if (isName.test(text)) {
    // As containerd reads one word alone: a system, for this machine's processor, else a processor of Linux.
    const word = text.toLowerCase();
    return systems.has(word) ? `${word}/${hostArchitecture}` : `linux/${word}`;
  }
  if (!/^[A-Za-z0-9_.-]+\/[A-Za-z0-9_.-]+(?:\/[A-Za-z0-9_.-]+)?$/.test(text))
    throw new UsageFault((t) => t('usage.platform', { text }));
  return text;
}

/** Platforms named in a note before it says how many more there are. */
const platformsNamed = 4;

/** Platforms as a note names them: the first few, and how many more there are. */
export function namedPlatforms(platforms: readonly string[]): { others: string; more: number } {
  return {
    others: platforms.slice(0, platformsNamed).map(visibleName).join(', '),
    more: Math.max(0, platforms.length - platformsNamed),
  };
}

/** Says which of several platforms was taken, where nobody chose. */
export function notePlatform(
  session: Session,
  word: string,
  image: ImageNode,
  siblings: readonly ImageNode[],
): void {
  const others = [...new Set(siblings.map(platformText))];
  if (others.length === 0) return;
  const t = translator(session.language);
  session.note(t('cli.platform', { name: word, platform: platformText(image), ...namedPlatforms(others) }));
}

/**
 * The image that a word names, of the platform that `--platform` names; says on standard error which one it is where it
 * was not chosen and there are others. Throws as `resolveImage` does.
 */
export function pickImage(session: Session, graph: ImageGraph, word: string, parsed: Parsed): ImageNode {
  const platform = platformOf(parsed);
  const { image, siblings } = resolveImage(graph, word, platform);
  if (platform === null) notePlatform(session, word, image, siblings);
  return image;
}
