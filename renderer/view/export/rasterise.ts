/** Pixels for one of CSS: sharp on the screens that pictures are shown on. */
const scale = 2;
/** Chromium's own bound of a canvas side. */
const longest = 16_384;

let fonts: Promise<string> | null = null;

/** The page's own fonts as data: a picture in a picture may not load anything. */
async function fontFaces(): Promise<string> {
  fonts ??= (async () => {
    const faces: string[] = [];
    for (const sheet of document.styleSheets) {
      for (const rule of sheet.cssRules) {
        if (!(rule instanceof CSSFontFaceRule)) continue;
        const address = /url\("?([^")]+)"?\)/.exec(rule.cssText)?.[1];
        if (address === undefined) continue;
        const url = new URL(address, sheet.href ?? location.href);
        const bytes = new Uint8Array(await (await fetch(url)).arrayBuffer());
        let text = '';
        for (let i = 0; i < bytes.length; i += 8192)
          text += String.fromCharCode(...bytes.subarray(i, i + 8192));
        const face = rule.cssText.replace(address, `data:font/woff2;base64,${btoa(text)}`);
        // Blank until it is there: a stand-in could not be told from it.
        faces.push(face.replace(/font-display:\s*\w+/, 'font-display: block'));
      }
    }
    return faces.join('\n');
  })();
  return fonts;
}

/** Height of the strip below the picture in which each font draws letters, CSS pixels. */
const strip = 24;
/** A letter of each of the files that a font may have: Latin, and the rest of it. */
const samples = 'Mā';
/** How long a font may take, milliseconds, before the picture is made without it. */
const patience = 4000;

/**
 * The document with the page's fonts in it, and below the picture a strip with letters of each of them: a picture's own
 * fonts come some time after the picture itself, and nothing else tells when.
 */
function dress(
  svg: string,
  faces: string,
  families: readonly string[],
): { readonly text: string; readonly width: number } {
  const style = `<style>${faces.replace(/&/g, '&amp;').replace(/</g, '&lt;')}</style>`;
  const [root = ''] = /<svg\b[^>]*>/.exec(svg) ?? [];
  const side = (name: string): number => Number(new RegExp(`\\b${name}="([\\d.]+)`).exec(root)?.[1] ?? 0);
  const [width, height] = [side('width'), side('height')];
  const inner = svg.replace(/^<\?xml[^>]*\?>\s*/, '');
  const letters = families.flatMap((family, i) =>
    [...samples].map(
      (letter, k) =>
        `<text x="${(i * samples.length + k) * strip}" y="${height + strip - 6}" ` +
        `font-family="${family}" font-size="16">${letter}</text>`,
    ),
  );
  // A narrow picture has room for all the letters, too: those beyond its edge would never be seen to be drawn.
  const frame = `width="${Math.max(width, letters.length * strip)}" height="${height + strip}"`;
  const text = `<svg xmlns="http://www.w3.org/2000/svg" ${frame}>${style}${inner}${letters.join('')}</svg>`;
  return { text, width };
}

/** Whether each letter of the strip has been drawn. */
function fontsDrawn(image: HTMLImageElement, count: number): boolean {
  const context = new OffscreenCanvas(count * strip, strip).getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('no canvas');
  context.drawImage(image, 0, strip - image.height);
  return Array.from({ length: count }, (_, i) =>
    context.getImageData(i * strip, 0, strip, strip).data.some((value) => value > 0),
  ).every(Boolean);
}

/**
 * A standalone SVG document as PNG bytes, two pixels for one of CSS, smaller where a side would pass what a canvas can
 * hold. Throws an Error when the document cannot be drawn.
 */
export async function rasterise(svg: string): Promise<Uint8Array<ArrayBuffer>> {
  const faces = await fontFaces();
  const families = [
    ...new Set([...faces.matchAll(/font-family:\s*"?([^";}]+)"?/g)].map((found) => found[1] ?? '')),
  ];
  const dressed = dress(svg, faces, families);
  const url = URL.createObjectURL(new Blob([dressed.text], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const until = performance.now() + patience;
    while (!fontsDrawn(image, families.length * samples.length) && performance.now() < until)
      await new Promise((resolve) => setTimeout(resolve, 20));
    const height = image.height - strip;
    const width = Math.max(1, Math.round(dressed.width));
    const by = Math.min(scale, longest / Math.max(width, height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(width * by));
    canvas.height = Math.max(1, Math.round(height * by));
    const context = canvas.getContext('2d');
    if (!context) throw new Error('no canvas');
    context.drawImage(image, 0, 0, image.width * by, image.height * by);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
    if (!blob) throw new Error('no picture');
    return new Uint8Array(await blob.arrayBuffer());
  } finally {
    URL.revokeObjectURL(url);
  }
}
