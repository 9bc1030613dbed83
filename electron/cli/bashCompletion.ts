import type { Completable } from './completion';
import { valueCandidates, wordCandidates, type Candidates } from './completionValues';
import { leadingOptions } from './leadingOptions';

const names = ({ options }: Completable): string[] => [
  ...options.flatMap(({ long, short }) => [`--${long}`, ...(short === undefined ? [] : [`-${short}`])]),
  '--help',
];

/** Candidates in the word of the script's own `_stratigraph_offer`. */
const offered = (candidates: Candidates): string =>
  typeof candidates === 'string' ? `@${candidates}` : candidates.join(' ');

/**
 * A script for bash (programmable completion, bash(1)): `source <(stratigraph completion bash)`. Names and values may hold
 * colons and equal signs, which bash takes for ends of words; they are cut as its own completions cut them.
 */
export function bashCompletion(commands: readonly Completable[]): string {
  const options = commands.map((command) => `    ${command.name}) options='${names(command).join(' ')}' ;;`);
  const values = commands.flatMap((command) =>
    command.options.flatMap((spec) => {
      if (spec.value === undefined) return [];
      const keys = [`--${spec.long}`, ...(spec.short === undefined ? [] : [`-${spec.short}`])];
      const found = valueCandidates(spec);
      const pattern = keys.map((key) => `'${command.name} ${key}'`).join('|');
      return [
        `    ${pattern}) values='${found === null || found === 'paths' ? '@nothing' : offered(found)}' ;;`,
      ];
    }),
  );
  const words = commands.flatMap((command) => {
    const all = wordCandidates(command).filter((each) => each !== 'paths');
    // Bash itself offers files where nothing else fits.
    const found = all.length > 1 ? all.filter((each) => each !== 'files') : all;
    return found.length > 0 ? [`    ${command.name}) values='${found.map(offered).join(' ')}' ;;`] : [];
  });
  return `# Completion of stratigraph for bash: source <(stratigraph completion bash)
# Offers what begins with $1, of the words behind it; a word with @ says whom to ask.
_stratigraph_offer() {
  local typed="$1" cut each
  local -a list=() found=()
  shift
  for each in "$@"; do
    case "$each" in
      @files) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$typed"); return ;;
      @folders) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$typed"); return ;;
      @nothing) ;;
      @*)
        mapfile -t found < <(stratigraph \${store:+--store "$store"} completion "\${each#@}" 2>/dev/null)
        list+=("\${found[@]}") ;;
      *) list+=("$each") ;;
    esac
  done
  cut="\${typed%"\${typed##*[:=]}"}"
  # What is offered are names that a store holds, which may come from anywhere: nothing of them is run, here or on the line.
  for each in "\${list[@]}"; do
    [[ -n "$each" && "$each" == "$typed"* ]] && COMPREPLY+=("$(printf %q "\${each#"$cut"}")")
  done
  [[ "\${#COMPREPLY[@]}" = 1 && "\${COMPREPLY[0]}" == *= ]] && compopt -o nospace 2>/dev/null
  return 0
}
# Paths inside of what the line names, in the place of $1; fails where the word is none. The line goes to the program as it is,
# which gives what is to stand there, with all that bash would take for its own quoted.
_stratigraph_paths() {
  local -a found=()
  mapfile -d '' -t found < <(stratigraph \${store:+--store "$store"} completion bash-line -- "\${COMP_LINE:0:COMP_POINT}" "\${COMP_LINE:COMP_POINT}" "$1" 2>/dev/null) 2>/dev/null
  case "\${found[0]}" in
    paths | beginnings)
      COMPREPLY=("\${found[@]:1}")
      # Names of this machine are none of the image's.
      compopt +o default 2>/dev/null
      [[ "\${#COMPREPLY[@]}" = 1 && ("\${found[0]}" = beginnings || "\${COMPREPLY[0]}" == */) ]] && compopt -o nospace 2>/dev/null
      return 0 ;;
    files) return 0 ;;
  esac
  return 1
}
_stratigraph() {
  local command='' store='' options='' values='' i
  COMPREPLY=()
  # With colons and equal signs put back: bash parts words at them.
  local line="\${COMP_LINE:0:COMP_POINT}"
  local word="\${line##* }" before
  before="\${line%"$word"}"
  while [[ "$before" == *' ' ]]; do before="\${before% }"; done
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "\${COMP_WORDS[i]}" in
      --store)
        [ "\${COMP_WORDS[i + 1]}" = '=' ] && ((i++))
        store="\${COMP_WORDS[++i]}" ;;
      ${leadingOptions.join(' | ')})
        [ "\${COMP_WORDS[i + 1]}" = '=' ] && ((i++))
        ((i++))
        # Its value may have been parted at such signs.
        while [[ "\${COMP_WORDS[i + 1]}" == [=:] ]]; do ((i += 2)); done ;;
      -*) ;;
      *) command="\${COMP_WORDS[i]}"; break ;;
    esac
  done
  store="\${store/#\\~\\//$HOME/}"
  if [ "\${before##* }" = --store ]; then _stratigraph_offer "$word" @folders; return; fi
  if [ -z "$command" ] && [ "\${before##* }" = --source ]; then _stratigraph_offer "$word" @sources @files; return; fi
  if [ -z "$command" ]; then
    _stratigraph_offer "$word" ${commands.map(({ name }) => name).join(' ')} --store --json ${leadingOptions.join(' ')} --version --help
    return
  fi
  local here="\${COMP_WORDS[COMP_CWORD]}"
  case "$command" in
    ${commands.flatMap(({ name, hasPaths }) => (hasPaths ? [name] : [])).join(' | ')})
      # Options are known here.
      if [[ "$here" != - && "$here" != -? && "$here" != --* || "$line" == *' -- '* ]]; then
        _stratigraph_paths "\${2-}" && return
      fi ;;
  esac
  local option="\${before##* }" typed="$word"
  if [[ "$word" == --*=* ]]; then option="\${word%%=*}"; typed="\${word#*=}"; fi
  case "$command $option" in
${values.join('\n')}
  esac
  if [ -n "$values" ]; then _stratigraph_offer "$typed" $values; return; fi
  if [[ "$word" == -* ]]; then
    case "$command" in
${options.map((each) => `  ${each}`).join('\n')}
    esac
    _stratigraph_offer "$word" $options
    return
  fi
  case "$command" in
${words.join('\n')}
  esac
  # The first word of workspace is what to do with it.
  if [ "$command" = workspace ]; then
    case "$before" in
      *' workspace') values="\${values%% @*}" ;;
      *' create') values=@names ;;
      *) values=@workspaces ;;
    esac
  fi
  # Of sources, too.
  if [ "$command" = sources ]; then
    case "$before" in
      *' sources') values="\${values%% @*}" ;;
      *' rm') values=@added ;;
      *) values= ;;
    esac
  fi
  [ -n "$values" ] && _stratigraph_offer "$word" $values
}
complete -o default -F _stratigraph stratigraph
`;
}
