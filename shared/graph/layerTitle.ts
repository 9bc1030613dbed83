import type { Brings } from '../layer/brings';

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

/** Letters of a command that a title is made from: configs are other people's files, and may hold megabytes. */
const titleFrom = 2000;

/**
 * The recorded command as its author wrote it: without shells, `#(nop)`, build arguments and BuildKit's mark. Linear in
 * its length.
 */
export function plainCommand(createdBy: string): string {
  let text = createdBy.trim();
  if (text.endsWith('# buildkit')) text = text.slice(0, -'# buildkit'.length).trimEnd();
  if (/^RUN\s/.test(text)) text = text.slice(4).trimStart();
  if (/^\|\d+\s/.test(text)) {
    // Build arguments stand between their number and the shell.
    const shell = /\s(?=\/bin\/|sh\s)/.exec(text);
    if (shell) text = text.slice(shell.index + 1);
  }
  const nop = /^\/bin\/(?:ba)?sh -c #\(nop\)\s/.exec(text);
  if (nop) return text.slice(nop[0].length).trim();
  // Buildah records the shell alone of what it did without a command: that is no step.
  if (bareShell.test(text)) return '';
  const shell = /^(?:\/usr)?\/bin\/(?:ba|da|a)?sh\s/.exec(text);
  if (!shell) return text;
  let at = shell[0].length;
  for (let next = /^\s*-[a-z]+\s/.exec(text.slice(at, at + 40)); next;) {
    at += next[0].length;
    if (next[0].trim() === '-c') return text.slice(at).trim();
    next = /^\s*-[a-z]+\s/.exec(text.slice(at, at + 40));
  }
  return text;
}

const bareShell = /^(?:\/usr)?\/bin\/(?:ba|da|a)?sh(?:\s+-c)?$/;

/** What of a layer its title is made from. */
export interface Titled {
  readonly createdBy: string;
  readonly comment?: string | undefined;
  readonly brings?: Brings | undefined;
}

/**
 * A step's comment in its author's words. Buildah puts \"FROM IMAGE\" behind it, which is the name of what lies below, not of this
 * layer.
 */
export function plainComment(comment: string): string {
  return comment.replace(/FROM \S+\s*$/, '').trim();
}

/**
 * What a layer is called, everywhere: by the command that made it, else by its comment, else by what it brings
 * (`app/node_modules, 217 MB`), which is known where its files have been listed; '' where nothing of this is known. `sizeText`
 * writes bytes for people; without it the path alone is said.
 */
export function layerName(
  { createdBy, comment = '', brings }: Titled,
  sizeText?: (bytes: number) => string,
): string {
  const { title } = layerTitle(createdBy);
  if (title !== '') return title;
  const said = plainComment(comment.slice(0, titleFrom));
  if (said !== '') return shorten(said);
  if (!brings) return '';
  return sizeText ? `${brings.path}, ${sizeText(brings.bytes)}` : brings.path;
}

const packageManagers =
  /\b(apt-get|apt|apk|dnf|microdnf|yum|zypper|pacman|pip3?|npm|pnpm|yarn|gem|bundle|cargo|composer|go)\s+((?:-\S+\s+)*)(install|add|ci|update|upgrade|get|mod download|-S\w*)\b\s*([^;&|]*)/;

function packageTitle(command: string, deeper = 3): string | null {
  const found = packageManagers.exec(command.replace(/\\\n/g, ' '));
  if (!found) return null;
  const [, manager = '', , verb = '', rest = ''] = found;
  const first = rest
    .split(/\s+/)
    .find((word) => word !== '' && !word.startsWith('-') && !/[$<>/]/.test(word) && !/^[A-Z_]+=/.test(word));
  const short = manager === 'apt' ? 'apt-get' : manager;
  if (/^(pip3?|npm|pnpm|yarn|bundle|composer|cargo|go)$/.test(short)) {
    const target = first !== undefined && !first.endsWith('.txt') && !rest.includes('-r ') ? ` ${first}` : '';
    return `${short} ${verb}${target}`;
  }
  if ((verb === 'update' || verb === 'upgrade') && deeper > 0) {
    // `apt-get update && apt-get install -y curl`: the install says what it is for.
    const later = packageTitle(command.slice(command.indexOf(verb, found.index) + verb.length), deeper - 1);
    if (later !== null) return later;
  }
  return `${short} ${first?.replace(/[=:].*$/, '') ?? verb}`;
}

/** Names a layer by the command that made it. Never empty-handed: what is not understood is shown as it is, shortened. */
export function layerTitle(createdBy: string): LayerTitle {
  const command = plainCommand(createdBy);
  return { ...titleOf(command.slice(0, titleFrom)), command };
}

function titleOf(command: string): Omit<LayerTitle, 'command'> {
  if (command === '') return { title: '', kind: 'unknown' };
  // A carriage return is no space to anybody: it is shown as what it is.
  const word = /^([A-Z]+)\b[^\S\r]*(.*)$/s.exec(command);
  if (word) {
    const [, instruction = '', rest = ''] = word;
    if (instruction === 'ADD' || instruction === 'COPY') {
      const clean = rest.replace(/--\S+\s+/g, '').replace(/^(?:file|dir|multi):[0-9a-f]+\s+in\s+/, '→ ');
      const base = instruction === 'ADD' ? addedRoot(rest, clean) : null;
      if (base !== null) return { title: base, kind: 'rootfs' };
      return { title: `${instruction} ${clean}`.trim(), kind: 'copy' };
    }
    if (instruction === 'RUN' && rest !== '') return titleOfShell(rest.replace(/^(?:RUN\s+)+/, ''));
    return { title: `${instruction} ${rest}`.trim(), kind: 'metadata' };
  }
  return titleOfShell(command);
}

/** Endings of archives, which `ADD` unpacks where they lie in the build's folder. */
const archiveEnding = /\.(?:tar|tgz|t?xz|gz|zst|bz2).*$/;

/**
 * What the root filesystem is called that an `ADD` unpacks at `/`; null for one of something else: folders and files are copied there,
 * and an archive behind an address stays one.
 */
function addedRoot(rest: string, clean: string): string | null {
  const words = clean.trim().split(/\s+/);
  const [file = '', to, ...more] = words;
  if (to !== '/' || more.length > 0) return null;
  // Builders before BuildKit record a hash, and whether it was one file.
  if (file === '→') return /\bfile:[0-9a-f]+\s+in\s/.test(rest) ? 'rootfs' : null;
  const base = file.slice(file.lastIndexOf('/') + 1);
  if (/^[a-z]+:\/\//i.test(file) || !archiveEnding.test(base)) return null;
  const name = base.replace(archiveEnding, '');
  return name === '' ? 'rootfs' : name;
}

function titleOfShell(command: string): Omit<LayerTitle, 'command'> {
  const packages = packageTitle(command);
  if (packages !== null) return { title: packages, kind: 'packages' };
  if (/\b(?:make|cmake|gcc|configure|build|install|wget|curl|compile)\b/.test(command)) {
    return { title: shorten(command), kind: 'build' };
  }
  if (/\b(?:debootstrap|rootfs|import(?:ed)? from)\b/i.test(command)) {
    return { title: shorten(command), kind: 'rootfs' };
  }
  if (/^(?:ln|chmod|chown|mkdir|touch|rm|usermod|useradd|groupadd|adduser|addgroup|setcap)\b/.test(command)) {
    return { title: shorten(command), kind: 'metadata' };
  }
  return { title: shorten(command), kind: 'unknown' };
}

function shorten(command: string): string {
  const first = command.replace(/^set -\w+[;&\s]+/, '').split(/\s*(?:&&|;|\n)\s*/)[0] ?? '';
  const text = (first.trim() === '' ? command : first).replace(/\s+/g, ' ').trim();
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
