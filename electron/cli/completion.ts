import type { OptionSpec } from './parser';

/** What a shell has to know of a command to complete its words. */
export interface Completable {
  readonly name: string;
  readonly options: readonly OptionSpec[];
  readonly summary: string;
}

/** Commands whose words are images; their names come from the store when Tab is pressed. */
const takesImages: readonly string[] = [
  'save',
  'tag',
  'untag',
  'rmi',
  'inspect',
  'history',
  'ls',
  'cat',
  'diff',
  'analyze',
  'secrets',
  'duplicates',
  'mount',
  'umount',
  'squash',
  'rewrite',
  'sign',
  'verify',
  'encrypt',
  'decrypt',
  'export',
  'run',
  'tree',
  'dot',
  'images',
];

/** Commands whose words are files. */
const takesFiles: readonly string[] = ['load', 'import'];

const words = ({ options }: Completable): string[] => [
  ...options.flatMap(({ long, short }) => [`--${long}`, ...(short === undefined ? [] : [`-${short}`])]),
  '--help',
];

/** Images by their names, as one word each, asked from the store that the command line names. */
const namesCall = 'stratigraph ${store:+--store "$store"} completion names 2>/dev/null';

/**
 * A script for bash (programmable completion, bash(1)): `source <(stratigraph completion bash)`. Names may hold colons,
 * which bash takes for ends of words; they are cut as its own completions cut them.
 */
export function bashCompletion(commands: readonly Completable[]): string {
  const cases = commands.map((command) => `    ${command.name}) options='${words(command).join(' ')}' ;;`);
  return `# Completion of stratigraph for bash: source <(stratigraph completion bash)
_stratigraph() {
  local current="\${COMP_WORDS[COMP_CWORD]}" command='' store='' options='' i
  COMPREPLY=()
  # With the colons of names put back together: bash parts words at them.
  local word="\${COMP_LINE:0:COMP_POINT}"
  word="\${word##* }"
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "\${COMP_WORDS[i]}" in
      --store) store="\${COMP_WORDS[++i]}" ;;
      --json) ;;
      -*) ;;
      *) command="\${COMP_WORDS[i]}"; break ;;
    esac
  done
  if [ -z "$command" ]; then
    COMPREPLY=($(compgen -W '${commands.map(({ name }) => name).join(' ')} --store --json --version --help' -- "$current"))
    return
  fi
  case "$command" in
${cases.join('\n')}
  esac
  if [[ "$word" == -* ]]; then
    COMPREPLY=($(compgen -W "$options" -- "$current"))
    return
  fi
  case "$command" in
    ${takesFiles.join('|')}) COMPREPLY=($(compgen -f -- "$current")) ;;
    ${takesImages.join('|')})
      local found cut="\${word%"\${word##*:}"}"
      found=$(compgen -W "$(${namesCall})" -- "$word")
      while IFS= read -r i; do [ -n "$i" ] && COMPREPLY+=("\${i#"$cut"}"); done <<< "$found"
      ;;
  esac
}
complete -o default -F _stratigraph stratigraph
`;
}

const quoted = (text: string): string => `'${text.replace(/'/g, `'\\''`)}'`;

/** A script for zsh (zshcompsys(1)): as `_stratigraph` in a folder of `fpath`, or sourced after compinit. */
export function zshCompletion(commands: readonly Completable[], language: 0 | 1): string {
  const list = commands.map(
    ({ name, summary }) => `    ${quoted(`${name}:${summary.replace(/:/g, '\\:')}`)}`,
  );
  const spec = ({ long, short, value, help, many }: OptionSpec): string[] => {
    const text = help[language].replace(/[[\]:]/g, (sign) => `\\${sign}`);
    const ending = value === undefined ? '' : `:${value.replace(/[[\]:]/g, '')}:_files`;
    const star = many === true ? '*' : '';
    const option = value === undefined ? `--${long}` : `--${long}=`;
    return [
      quoted(`${star}${option}[${text}]${ending}`),
      ...(short === undefined
        ? []
        : [quoted(`${star}-${short}${value === undefined ? '' : '+'}[${text}]${ending}`)]),
    ];
  };
  const cases = commands.map(({ name, options }) => {
    const rest = takesFiles.includes(name)
      ? `'*:file:_files'`
      : takesImages.includes(name)
        ? `'*:image:_stratigraph_images'`
        : `'*: :'`;
    return `    ${name}) _arguments -s ${[...options.flatMap(spec), `'--help[help]'`, rest].join(' ')} ;;`;
  });
  return `#compdef stratigraph
# Completion of stratigraph for zsh.
_stratigraph_images() {
  local -a images
  local store="\${opt_args[--store]}"
  images=(\${(f)"$(${namesCall})"})
  compadd -a images
}
_stratigraph() {
  local -a commands
  commands=(
${list.join('\n')}
  )
  local context state state_descr line
  typeset -A opt_args
  _arguments -C '--store[folder of the store]:folder:_files -/' '--json[machine-readable output]' '--version[version]' '--help[help]' '1: :->command' '*:: :->words'
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
