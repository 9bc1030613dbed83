/** Names of platforms as people and tools write them: `OS/ARCH` and perhaps `/VARIANT`. */

/** What a platform is named by; an image, a descriptor's platform. */
export interface PlatformParts {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

/** `linux/arm64/v8`; '' where nothing is known. */
export function platformText({ os, architecture, variant = '' }: PlatformParts): string {
  return [os, architecture, variant].filter((part) => part !== '').join('/');
}

/** Processors under the names of other tools (containerd's normalisation). */
const otherNames: Readonly<Record<string, string>> = {
  x86_64: 'amd64',
  'x86-64': 'amd64',
  aarch64: 'arm64',
  armhf: 'arm/v7',
  armel: 'arm/v6',
  i386: '386',
  i686: '386',
};

/** Variants that are what the architecture means without one. */
const plainVariants: ReadonlySet<string> = new Set(['arm64/v8', 'amd64/v1', 'arm/v7']);

function canonical(text: string): { readonly os: string; readonly processor: string } {
  const [os = '', architecture = '', ...rest] = text.toLowerCase().split('/');
  const processor = [otherNames[architecture] ?? architecture, ...rest].join('/');
  return { os, processor: plainVariants.has(processor) ? processor.replace(/\/.*$/, '') : processor };
}

/**
 * Of some images the one for the platform that a person wrote: `linux/arm64` is `linux/arm64/v8`, `linux/arm` is `linux/arm/v7`
 * and, where there is none, another variant of it. An image is for what `listed` says, the descriptor of its index, as engines and
 * skopeo have it; where that says nothing (''), for what its config says, behind all others. Undefined where none fits.
 */
export function pickPlatform<P extends PlatformParts>(
  images: readonly P[],
  text: string,
  listed: (image: P) => string = platformText,
): P | undefined {
  const wanted = canonical(text);
  const asksVariant = wanted.processor.includes('/') || text.split('/').length > 2;
  const found = images.map((each) => {
    const name = listed(each);
    return { each, isSaid: name !== '', ...canonical(name === '' ? platformText(each) : name) };
  });
  const here = found.filter(({ os }) => os === wanted.os);
  const exact = here.filter(({ processor }) => processor === wanted.processor);
  const loose = asksVariant
    ? []
    : here.filter(({ processor }) => processor.startsWith(`${wanted.processor}/`));
  const order = [exact, loose].flatMap((each) => [
    ...each.filter(({ isSaid }) => isSaid),
    ...each.filter(({ isSaid }) => !isSaid),
  ]);
  return order[0]?.each;
}
