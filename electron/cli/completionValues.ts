import { limitNames } from '../../shared/image/limits';
import type { OptionSpec } from './parser';

/** What a shell asks us for when Tab is pressed: `stratigraph completion KIND` prints it, one a line. */
export const askedKinds = ['names', 'workspaces', 'sources', 'engines', 'added', 'platforms'] as const;
export type AskedKind = (typeof askedKinds)[number];

/** What a value or a word can be: something that we are asked for, paths inside of what the line names, files, folders, or one of a few words. */
export type Candidates = AskedKind | 'paths' | 'files' | 'folders' | readonly string[];

const change = 'CMD ENTRYPOINT ENV EXPOSE LABEL ONBUILD USER WORKDIR VOLUME STOPSIGNAL HEALTHCHECK'.split(
  ' ',
);

/** Values by the option's long name. */
const byOption: Readonly<Record<string, Candidates>> = {
  source: 'sources',
  to: 'engines',
  platform: 'platforms',
  limit: limitNames.map((name) => `${name}=`),
  format: ['docker-archive', 'oci-archive', 'oci-dir'],
  compress: ['none', 'gzip', 'zstd'],
  network: ['none', 'host'],
  filter: [
    'dangling=true',
    'dangling=false',
    'label=',
    'label!=',
    'reference=',
    'before=',
    'since=',
    'until=',
  ],
  change,
  remove: 'paths',
  path: 'paths',
  type: ['image', 'layer'],
  sort: ['name', 'size', 'time'],
};

/** What an option's value can be; null where nobody but the person knows. */
export function valueCandidates({ long, value }: OptionSpec): Candidates | null {
  if (value === undefined) return null;
  if (long === 'format' && value === 'FORMAT') return ['json', 'table'];
  if (Object.hasOwn(byOption, long)) return byOption[long] ?? null;
  // `load --from` names an engine, `squash --from` a layer.
  if (long === 'from' && value === 'NAME') return 'engines';
  if (/^FILE\b/.test(value)) return 'files';
  if (/\bIMG\b/.test(value)) return 'names';
  return null;
}

const sourceVerbs = ['ls', 'add', 'rm'];
const wordsOfVerb: Readonly<Record<string, readonly Candidates[]>> = { create: ['names'], ls: [] };
const workspaceVerbs = ['create', 'ls', 'rm', 'rename', 'path', 'diff', 'umount'];

/** What stands behind the first word of a command that says what to do; null for a command without such a word. */
export function verbCandidates(name: string): Readonly<Record<string, readonly Candidates[]>> | null {
  if (name === 'workspace')
    return Object.fromEntries(workspaceVerbs.map((verb) => [verb, wordsOfVerb[verb] ?? ['workspaces']]));
  if (name === 'sources') return { ls: [], add: ['files'], rm: ['added'] };
  return null;
}

/** What the words of a command can be, each a possibility. */
export function wordCandidates({
  name,
  usage,
  hasPaths,
}: {
  readonly name: string;
  readonly usage: string;
  /** Whether some of its words are worked out from its whole line (`asksLine`). */
  readonly hasPaths: boolean;
}): readonly Candidates[] {
  if (name === 'completion') return [['bash', 'zsh', 'fish']];
  if (name === 'copy') return [...(hasPaths ? ['paths' as const] : []), 'names', 'sources', 'files'];
  if (name === 'workspace') return [workspaceVerbs, 'names', 'workspaces'];
  if (name === 'sources') return [sourceVerbs, 'added', 'files'];
  // Files of `load`, or behind `--from` the images of an engine: its line says which.
  if (name === 'load') return [hasPaths ? 'paths' : 'files'];
  if (name === 'import') return ['files'];
  return [
    ...(hasPaths ? ['paths' as const] : []),
    ...(/\bIMG\b|\bREPO\b/.test(usage) ? ['names' as const] : []),
    ...(/\bWORKSPACE\b/.test(usage) ? ['workspaces' as const] : []),
  ];
}
