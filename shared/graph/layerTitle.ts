/** What kind of step made a layer; charts repeat it as a texture, so that nothing depends on colour alone. */
export type LayerKind = 'rootfs' | 'packages' | 'build' | 'copy' | 'metadata' | 'unknown';

/** A layer's step in a few words. */
export interface LayerTitle {
  /** `apt-get nginx`, `COPY src/ .`; `''` when nothing was recorded. */
  readonly title: string;
  readonly kind: LayerKind;
  /** The command without the wrapping of the tool that recorded it. */
  readonly command: string;
}

/** The recorded command as its author wrote it: without shells, `#(nop)`, build arguments and BuildKit's mark. */
export function plainCommand(createdBy: string): string {
  let text = createdBy.trim().replace(/\s+# buildkit$/, '');
  text = text.replace(/^RUN\s+/, '').replace(/^\|\d+\s+(?:\S+=(?:"[^"]*"|\S*)\s+)*(?=\/bin\/|sh\b)/, '');
  const nop = /^\/bin\/(?:ba)?sh -c #\(nop\)\s+/.exec(text);
  if (nop) return text.slice(nop[0].length).trim();
  return text.replace(/^(?:\/usr)?\/bin\/(?:ba|da|a)?sh\s+(?:-[a-z]+\s+)*-c\s+/, '').trim();
}

const packageManagers =
  /\b(apt-get|apt|apk|dnf|microdnf|yum|zypper|pacman|pip3?|npm|pnpm|yarn|gem|bundle|cargo|composer|go)\s+((?:-\S+\s+)*)(install|add|ci|update|upgrade|get|mod download|-S\w*)\b\s*([^;&|]*)/;

function packageTitle(command: string): string | null {
  const found = packageManagers.exec(command.replace(/\\\n/g, ' '));
  if (!found) return null;
  const [, manager = '', , verb = '', rest = ''] = found;
  const first = rest
    .split(/\s+/)
    .find((word) => word !== '' && !word.startsWith('-') && !/[$<>=/]/.test(word));
  const short = manager === 'apt' ? 'apt-get' : manager;
  if (/^(pip3?|npm|pnpm|yarn|bundle|composer|cargo|go)$/.test(short)) {
    const target = first !== undefined && !first.endsWith('.txt') && !rest.includes('-r ') ? ` ${first}` : '';
    return `${short} ${verb}${target}`;
  }
  if (verb === 'update' || verb === 'upgrade') {
    // `apt-get update && apt-get install -y curl`: the install says what it is for.
    const later = packageTitle(command.slice(command.indexOf(verb, found.index) + verb.length));
    if (later !== null) return later;
  }
  return `${short} ${first?.replace(/[=:].*$/, '') ?? verb}`;
}

/** Names a layer by the command that made it. Never empty-handed: what is not understood is shown as it is, shortened. */
export function layerTitle(createdBy: string): LayerTitle {
  const command = plainCommand(createdBy);
  if (command === '') return { title: '', kind: 'unknown', command };
  const word = /^([A-Z]+)\b\s*(.*)$/s.exec(command);
  if (word) {
    const [, instruction = '', rest = ''] = word;
    if (instruction === 'ADD' || instruction === 'COPY') {
      const clean = rest.replace(/--\S+\s+/g, '').replace(/^(?:file|dir|multi):[0-9a-f]+\s+in\s+/, '→ ');
      const rootfs = /^ADD\b/.test(command) && /(?:→\s*|\s)\/\s*$/.test(` ${clean}`);
      if (rootfs) {
        const file = clean.startsWith('→') ? '' : (clean.split(/\s+/)[0] ?? '');
        const base = file.slice(file.lastIndexOf('/') + 1).replace(/\.(?:tar|tgz|t?xz|gz|zst|bz2).*$/, '');
        return { title: base === '' ? 'rootfs' : base, kind: 'rootfs', command };
      }
      return { title: `${instruction} ${clean}`.trim(), kind: 'copy', command };
    }
    if (instruction === 'RUN') return layerTitle(rest);
    return { title: `${instruction} ${rest}`.trim(), kind: 'metadata', command };
  }
  const packages = packageTitle(command);
  if (packages !== null) return { title: packages, kind: 'packages', command };
  if (/\b(?:make|cmake|gcc|configure|build|install|wget|curl|compile)\b/.test(command)) {
    return { title: shorten(command), kind: 'build', command };
  }
  if (/\b(?:debootstrap|rootfs|import(?:ed)? from)\b/i.test(command)) {
    return { title: shorten(command), kind: 'rootfs', command };
  }
  if (/^(?:ln|chmod|chown|mkdir|touch|rm|usermod|useradd|groupadd|adduser|addgroup|setcap)\b/.test(command)) {
    return { title: shorten(command), kind: 'metadata', command };
  }
  return { title: shorten(command), kind: 'unknown', command };
}

function shorten(command: string): string {
  const first = command.replace(/^set -\w+[;&\s]+/, '').split(/\s*(?:&&|;|\n)\s*/)[0] ?? command;
  const text = (first === '' ? command : first).replace(/\s+/g, ' ').trim();
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
