import { valueCandidates, verbCandidates, wordCandidates, type Candidates } from './completionValues';
import { leadingOptions } from './leadingOptions';
import type { OptionSpec } from './parser';

/** What a shell has to know of a command to complete its words. */
export interface Completable {
  readonly name: string;
  readonly options: readonly OptionSpec[];
  readonly summary: string;
  readonly usage: string;
  /** Whether some of its words are worked out from its whole line: paths inside of images, names in the place that it names (`asksLine`). */
  readonly hasPaths: boolean;
}

const quoted = (text: string): string => `'${text.replace(/'/g, `'\\''`)}'`;

/** The action of `_arguments` that gives candidates. */
function action(found: readonly Candidates[]): string {
  const [first] = found;
  if (first === undefined) return ' ';
  if (first === 'files') return '_files';
  if (first === 'folders') return '_files -/';
  if (typeof first !== 'string') return `(${first.map((word) => word.replace(/:/g, '\\:')).join(' ')})`;
  const asked = found.filter((each) => typeof each === 'string' && each !== 'paths' && each !== 'files');
  const ask = [found.includes('paths') ? '_stratigraph_paths' : '_stratigraph_ask', ...asked].join(' ');
  return found.includes('files') ? `{${ask}; _files}` : ask;
}

/** A script for zsh (zshcompsys(1)): as `_stratigraph` in a folder of `fpath`, or sourced after compinit. */
export function zshCompletion(commands: readonly Completable[], language: 0 | 1): string {
  const list = commands.map(
    ({ name, summary }) => `    ${quoted(`${name}:${summary.replace(/:/g, '\\:')}`)}`,
  );
  const spec = ({ long, short, value, help, many }: OptionSpec): string[] => {
    const text = help[language].replace(/[[\]:]/g, (sign) => `\\${sign}`);
    const ending =
      value === undefined
        ? ''
        : `:${value.replace(/[[\]:]/g, '')}:${action([valueCandidates({ long, value, help })].flatMap((each) => (each === null ? [] : [each])))}`;
    const star = many === true ? '*' : '';
    const option = value === undefined ? `--${long}` : `--${long}=`;
    return [
      quoted(`${star}${option}[${text}]${ending}`),
      ...(short === undefined
        ? []
        : [quoted(`${star}-${short}${value === undefined ? '' : '+'}[${text}]${ending}`)]),
    ];
  };
  const cases = commands.map((command) => {
    const { name, options } = command;
    const verbs = verbCandidates(name);
    const behind = Object.entries(verbs ?? {}).map(([verb, found]) => `${verb}) ${action(found)} ;;`);
    const rest = verbs
      ? `'1:verb:${action([Object.keys(verbs)])}' '*:word:{case "$line[1]" in ${behind.join(' ')} esac}'`
      : `'*:word:${action(wordCandidates(command))}'`;
    return `    ${name}) _arguments -s ${[...options.flatMap(spec), `'--help[help]'`, rest].join(' ')} ;;`;
  });
  return `#compdef stratigraph
# Completion of stratigraph for zsh.
_stratigraph_ask() {
  local -a found
  local kind
  for kind in "$@"; do
    found+=(\${(f)"$(stratigraph \${store:+--store="$store"} completion $kind 2>/dev/null)"})
  done
  compadd -a found
}
# Paths inside of what the line names, or else what is asked for by $@. Quotes are zsh's own affair, here and on the line.
_stratigraph_paths() {
  local -a found
  # What keeps an exclamation mark from the history is none of the word's.
  local begun="\$PREFIX"
  [[ "\$compstate[quote]" == ["'"] ]] || [ -z "\$compstate[quote]" ] || begun="\${begun//\\\\!/!}"
  local typed="\${(Q)\${:-\$IPREFIX\$QIPREFIX\$begun\${compstate[quote]#\\$}}}"
  found=("\${(@0)\$(stratigraph \${store:+--store="$store"} completion paths -- $((CURRENT + \$#lead)) stratigraph "\${(@Q)lead}" "\${(@Q)words[1,CURRENT-1]}" "$typed" "\${(@Q)words[CURRENT+1,-1]}" 2>/dev/null)}")
  case "$found[1]" in
    paths)
      found=("\${(@)found[2,-1]:#}")
      local -a folders=("\${(@M)found:#*/}") others=("\${(@)found:#*/}")
      compadd -S '' -a folders
      compadd -a others ;;
    beginnings)
      found=("\${(@)found[2,-1]:#}")
      compadd -S '' -a found ;;
    files) _files ;;
    *) [ $# -gt 0 ] && _stratigraph_ask "$@" ;;
  esac
}
_stratigraph() {
  local -a commands
  commands=(
${list.join('\n')}
  )
  local context state state_descr line store
  # Options of the command that stand before it are none of the words by which it is found.
  local -a lead=()
  local at=2
  while (( at < CURRENT )); do
    case "$words[at]" in
      ${leadingOptions.join('|')})
        if (( at + 1 == CURRENT )); then
          [ "$words[at]" != --source ] || { _stratigraph_ask sources; _files; }
          return
        fi
        lead+=("$words[at]" "$words[at+1]")
        words[at,at+1]=()
        (( CURRENT -= 2 )) ;;
      ${leadingOptions.map((name) => `${name}=*`).join('|')}) lead+=("$words[at]"); words[at]=(); (( CURRENT-- )) ;;
      --store) (( at += 2 )) ;;
      -*) (( at++ )) ;;
      *) break ;;
    esac
  done
  typeset -A opt_args
  _arguments -C '--store=[folder of the store]:folder:_files -/' '--json[machine-readable output]' '--version[version]' '--help[help]' '1: :->command' '*:: :->words'
  store="\${opt_args[--store]/#\\~\\//$HOME/}"
  case "$state" in
    command) _describe -t commands command commands ;;
    words)
      case "$line[1]" in
${cases.map((each) => `  ${each}`).join('\n')}
      esac ;;
  esac
}
if [ "$funcstack[1]" = _stratigraph ]; then _stratigraph "$@"; else compdef _stratigraph stratigraph; fi
`;
}
