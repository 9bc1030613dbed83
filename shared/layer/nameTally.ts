/** Bytes of a name as it stands in an archive; a lone surrogate of `decodeName` is one. */
export function nameBytes(name: string): number {
  let bytes = name.length;
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i);
    // Of a pair of surrogates each half has two of the four bytes.
    if (code < 0x80 || (code >= 0xdc80 && code <= 0xdcff && !isHigh(name.charCodeAt(i - 1)))) continue;
    bytes += code < 0x800 || (code >= 0xd800 && code <= 0xdfff) ? 1 : 2;
  }
  return bytes;
}

const isHigh = (code: number): boolean => code >= 0xd800 && code <= 0xdbff;

/** What the names of a tar come to in a list or a tree of it, counted while they go by and holding one of them. */
export class NameTally {
  private previous = '';
  /** Bytes of all names and link targets. */
  bytes = 0;
  /**
   * Directories that names lie in beyond those of the member before. Where members come as a walk of a tree has them this is
   * what a tree of them has in addition; in any other order it is more, never less.
   */
  implied = 0;

  /** The next member, as the archive spells it; `target` is '' for what is no link. */
  add(name: string, target: string): void {
    this.bytes += nameBytes(name) + nameBytes(target);
    const { previous } = this;
    let at = 0;
    while (at < name.length && name.charCodeAt(at) === previous.charCodeAt(at)) at++;
    // What goes on behind the name of the member before lies in that member.
    if (at === previous.length && at > 0) at++;
    // In `a/b/c`, `a` and `a/b` lie before a slash; a slash at the end ends the member's own name.
    const end = name.length - 1;
    for (let i = at; i < end; i++) if (name.charCodeAt(i) === slash) this.implied++;
    this.previous = name;
  }
}

const slash = 0x2f;
