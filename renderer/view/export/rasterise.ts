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
        faces.push(rule.cssText.replace(address, `data:font/woff2;base64,${btoa(text)}`));
      }
    }
    return faces.join('\n');
  })();
  return fonts;
}

/**
 * A standalone SVG document as PNG bytes, two pixels for one of CSS, smaller where a side would pass what a canvas can
 * hold. Throws an Error when the document cannot be drawn.
 */
export async function rasterise(svg: string): Promise<Uint8Array<ArrayBuffer>> {
  const style = `<style>${(await fontFaces()).replace(/&/g, '&amp;').replace(/</g, '&lt;')}</style>`;
  const dressed = svg.replace(/(<svg\b[^>]*>)/, `$1${style}`);
  const url = URL.createObjectURL(new Blob([dressed], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const by = Math.min(scale, longest / Math.max(1, image.width, image.height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(image.width * by));
    canvas.height = Math.max(1, Math.round(image.height * by));
    const context = canvas.getContext('2d');
    if (!context) throw new Error('no canvas');
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
    if (!blob) throw new Error('no picture');
    return new Uint8Array(await blob.arrayBuffer());
  } finally {
    URL.revokeObjectURL(url);
  }
}
