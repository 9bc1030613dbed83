/**
 * Names in archives are bytes. Ours are strings that lose nothing: what is not UTF-8 is kept as lone surrogates
 * U+DC80..U+DCFF, one a byte (Python's `surrogateescape`), so that a name can be shown, compared and written back.
 */
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

function sequenceLength(first: number): number {
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first < 0xe0) return 2;
  if (first >= 0xe0 && first < 0xf0) return 3;
  if (first >= 0xf0 && first < 0xf5) return 4;
  return 0;
}

/** Bytes to a string, losing nothing. */
export function decodeName(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch {
    let out = '';
    for (let i = 0; i < bytes.length;) {
      const length = sequenceLength(bytes[i] ?? 0);
      let text: string | null = null;
      if (length > 0 && i + length <= bytes.length) {
        try {
          text = strict.decode(bytes.subarray(i, i + length));
        } catch {
          text = null;
        }
      }
      if (text === null) {
        out += String.fromCharCode(0xdc00 + (bytes[i] ?? 0));
        i++;
      } else {
        out += text;
        i += length;
      }
    }
    return out;
  }
}

/** The bytes that {@link decodeName} read. */
export function encodeName(name: string): Uint8Array {
  if (!/[\udc80-\udcff]/.test(name)) return encoder.encode(name);
  const parts: number[] = [];
  for (const char of name) {
    const code = char.charCodeAt(0);
    if (char.length === 1 && code >= 0xdc80 && code <= 0xdcff) parts.push(code - 0xdc00);
    else parts.push(...encoder.encode(char));
  }
  return Uint8Array.from(parts);
}

/**
 * A tar name as a path relative to the root: no leading `./` or `/`, no trailing `/`, no empty or `.` components, `''`
 * for the root. Returns null for a name that leads upwards by `..` (threats.md, section 3: refused, never resolved).
 */
export function normalisePath(name: string): string | null {
  if (
    !name.includes('./') &&
    !name.includes('//') &&
    !name.startsWith('/') &&
    !name.endsWith('/') &&
    name !== '.'
  ) {
    if (name === '..' || name.endsWith('/..')) return null;
    if (!name.endsWith('/.')) return name;
  }
  const parts: string[] = [];
  for (const part of name.split('/')) {
    if (part === '..') return null;
    if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}

/**
 * What a path names that a hard link or a person gives, as {@link normalisePath} writes it. In it `..` is taken by its letters, whatever
 * links are on the way, and above the root is the root, as Docker, Podman and umoci have it.
 */
export function lexicalPath(name: string): string {
  const plain = normalisePath(name);
  if (plain !== null) return plain;
  const parts: string[] = [];
  for (const part of name.split('/'))
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  return parts.join('/');
}

/** The path of the directory that a normalised path is in; `''` for the root, and for what is directly in it. */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** The path of a name in a directory. */
export function below(directory: string, name: string): string {
  return directory === '' ? name : `${directory}/${name}`;
}

/** Whether a path is that of a part of a tree (`''`: all of it), or below it. */
export const isWithin = (path: string, part: string): boolean =>
  part === '' || path === part || path.startsWith(`${part}/`);
