import type { Completable } from './completion';
import { valueCandidates, verbCandidates, wordCandidates, type Candidates } from './completionValues';
import { leadingOptions } from './leadingOptions';
import type { OptionSpec } from './parser';

/** A word as fish quotes it: within single quotes a backslash escapes itself and the quote (fish-language, "Quotes"). */
const quoted = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`;

/** What `complete` is told of candidates: files are fish's own, others are asked for when Tab is pressed. */
function offered(found: readonly Candidates[]): string {
  if (found.length === 0) return '';
  if (found.includes('folders')) return ` -a '(__fish_complete_directories)'`;
  const files = found.includes('files') ? ' -F' : '';
  const asked = found.filter((each) => typeof each === 'string' && each !== 'paths' && each !== 'files');
  if (found.includes('paths'))
    return `${files} -a ${quoted(`(${['__stratigraph_paths', ...asked].join(' ')})`)}`;
  const words = found.flatMap((each) => (typeof each === 'string' ? [] : each));
  const parts = [...words, ...(asked.length > 0 ? [`(__stratigraph_ask ${asked.join(' ')})`] : [])];
  return files + (parts.length > 0 ? ` -a ${quoted(parts.join(' '))}` : '');
}

/**
 * A script for fish (complete(1)): sourced, or as `stratigraph.fish` in a folder of completions. Names and values are asked for
 * of the program itself, of the store that `--store` names on the line.
 */
export function fishCompletion(commands: readonly Completable[], language: 0 | 1): string {
  const option = (when: string, { long, short, value, help }: OptionSpec): string => {
    const found = value === undefined ? null : valueCandidates({ long, value, help });
    const rest = value === undefined ? '' : ` -r${found === 'files' ? ' -F' : ' -f'}`;
    const candidates = found === null || found === 'files' ? '' : offered([found]);
    const letter = short === undefined ? '' : ` -s ${short}`;
    return `complete -c stratigraph -n ${when} -l ${long}${letter}${rest}${candidates} -d ${quoted(help[language])}`;
  };
  const lines = commands.flatMap((command) => {
    const { name, options, summary } = command;
    const when = quoted(`__stratigraph_in ${name}`);
    const verbs = verbCandidates(name);
    const words =
      verbs === null
        ? [`complete -c stratigraph -n ${when}${offered(wordCandidates(command))}`]
        : [
            `complete -c stratigraph -n ${quoted(`__stratigraph_in ${name}; and test (__stratigraph_words) -eq 1`)}${offered([Object.keys(verbs)])}`,
            ...Object.entries(verbs).map(
              ([verb, found]) =>
                `complete -c stratigraph -n ${quoted(`__stratigraph_in ${name} ${verb}`)}${offered(found)}`,
            ),
          ];
    return [
      `complete -c stratigraph -n __stratigraph_first -a ${name} -d ${quoted(summary)}`,
      ...options.map((spec) => option(when, spec)),
      ...words.filter((line) => / -a | -F$/.test(line)),
    ];
  });
  return `# Completion of stratigraph for fish: stratigraph completion fish > ~/.config/fish/completions/stratigraph.fish
# Words of the line up to the cursor that are neither options nor the store's folder.
function __stratigraph_line
  set -l skip 0
  for each in (commandline -opc)[2..-1]
    if test $skip = 1
      set skip 0
    else if contains -- "$each" --store ${leadingOptions.join(' ')}
      set skip 1
    else if not string match -q -- '-*' $each
      echo $each
    end
  end
end
function __stratigraph_words
  count (__stratigraph_line)
end
function __stratigraph_first
  test (count (__stratigraph_line)) -eq 0
end
function __stratigraph_in
  set -l line (__stratigraph_line)
  test "$line[1..$(count $argv)]" = "$argv"
end
# Paths inside of what the line names, or else what is asked for by $argv. Quotes are fish's own affair, here and on the line.
function __stratigraph_paths
  set -l before (commandline -opc)
  set -l raw (commandline -ct | string collect)
  set -l typed (begin; string unescape -- "$raw"; or string unescape -- "$raw'"; or string unescape -- "$raw\\""; end | string collect)
  set -l own (count $before)
  test -n "$raw"; and set own (math $own + 1)
  set -l behind (commandline -op)
  test $own -gt 0; and set -e behind[1..$own]
  set -l found (stratigraph (__stratigraph_store) completion paths -- (count $before) $before "$typed" $behind 2>/dev/null | string split0)
  switch "$found[1]"
    case paths beginnings
      set -e found[1]
      test (count $found) -gt 0; and printf '%s\\0' $found | string split0
    case files
      __fish_complete_path "$typed"
    case '*'
      test (count $argv) -gt 0; and __stratigraph_ask $argv
  end
end
function __stratigraph_store
  set -l words (commandline -opc)
  for i in (seq (count $words))
    if test "$words[$i]" = --store; and test $i -lt (count $words)
      printf '%s\\n' --store (string replace -r '^~/' "$HOME/" -- $words[(math $i + 1)])
    else if string match -q -- '--store=*' "$words[$i]"
      printf '%s\\n' "$words[$i]"
    end
  end
end
function __stratigraph_ask
  for kind in $argv
    stratigraph (__stratigraph_store) completion $kind 2>/dev/null
  end
end
complete -c stratigraph -e
complete -c stratigraph -f
complete -c stratigraph -n __stratigraph_first -l store -r -a '(__fish_complete_directories)'
complete -c stratigraph -n __stratigraph_first -l source -r -F -a '(__stratigraph_ask sources)'
complete -c stratigraph -n __stratigraph_first -l limit -x
complete -c stratigraph -l json
complete -c stratigraph -l help -s h
complete -c stratigraph -n __stratigraph_first -l version
${lines.join('\n')}
`;
}
