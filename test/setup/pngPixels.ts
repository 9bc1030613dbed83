import { inflateSync } from 'node:zlib';

/** The pixels of a picture, row by row, `channels` bytes each (red, green, blue, and alpha where there are four). */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Uint8Array;
}

/** Undoes the filter of a row of a PNG (PNG 1.2, section 6); `up` is the row above, empty for the first. */
function unfilter(kind: number, row: Uint8Array, up: Uint8Array | null, step: number): void {
  for (let i = 0; i < row.length; i++) {
    const left = i >= step ? (row[i - step] ?? 0) : 0;
    const above = up?.[i] ?? 0;
    const corner = i >= step ? (up?.[i - step] ?? 0) : 0;
    let add = 0;
    if (kind === 1) add = left;
    else if (kind === 2) add = above;
    else if (kind === 3) add = (left + above) >> 1;
    else if (kind === 4) {
      const guess = left + above - corner;
      const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - above), Math.abs(guess - corner)];
      add = a <= b && a <= c ? left : b <= c ? above : corner;
    }
    row[i] = ((row[i] ?? 0) + add) & 0xff;
  }
}

/** Reads a screenshot: a PNG of 8 bits a channel, in colour, not interlaced. Throws on any other. */
export function pngPixels(png: Buffer): Pixels {
  const width = png.readUInt32BE(16);
  const height = png.readUInt32BE(20);
  const [depth, colour, , , interlaced] = png.subarray(24, 29);
  const channels = colour === 6 ? 4 : 3;
  if (depth !== 8 || (colour !== 2 && colour !== 6) || interlaced !== 0) throw new Error('no plain PNG');
  const parts: Buffer[] = [];
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at);
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(png.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  const raw = inflateSync(Buffer.concat(parts));
  const line = width * channels;
  const data = new Uint8Array(line * height);
  for (let y = 0; y < height; y++) {
    const from = y * (line + 1);
    const row = data.subarray(y * line, (y + 1) * line);
    row.set(raw.subarray(from + 1, from + 1 + line));
    unfilter(raw[from] ?? 0, row, y > 0 ? data.subarray((y - 1) * line, y * line) : null, channels);
  }
  return { width, height, channels, data };
}
