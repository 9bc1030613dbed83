import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { spawn } from '@lydell/node-pty';
import { decodeName, encodeName } from '../../shared/layer/entryPath';
import { run } from './run';
import { temporaryFolder } from './temporary';

/** Shells whose completion is tried as a person has it: in a terminal, key by key. */
export type ShellName = 'bash' | 'zsh' | 'fish';

/** Key that hands over the line. */
const hand = '\u0018';

/** What a shell reads first: the script, and on that key the line appended to a file, with a NUL behind it. */
const starts: { readonly [S in ShellName]: (program: string, script: string, lines: string) => string } = {
  bash: (program, script, lines) => `PS1='$ '; HISTFILE=
bind 'set enable-bracketed-paste off'; bind 'set bell-style none'; bind 'set completion-query-items 0'; bind 'set page-completions off'
stratigraph() { ${program} "$@"; }
source ${script}
__hand() { printf '%s\\0' "$READLINE_LINE" >> ${lines}; READLINE_LINE=; READLINE_POINT=0; }
bind -x '"\\C-x": __hand'
`,
  zsh: (program, script, lines) => `PS1='$ '; unset zle_bracketed_paste; LISTMAX=0
autoload -U compinit; compinit -u -D
stratigraph() { ${program} "$@" }
source ${script}
__hand() { print -rN -- "$BUFFER" >> ${lines}; BUFFER= }; zle -N __hand; bindkey '^X' __hand; bindkey '^I' complete-word
`,
  fish: (program, script, lines) => `function fish_prompt; echo '$ '; end; function fish_greeting; end
set -g fish_autosuggestion_enabled 0
function stratigraph; ${program} $argv; end
source ${script}
function __hand; begin; commandline -b | string collect; printf '\\0'; end >> ${lines}; commandline -r ''; end
bind \\cx __hand
`,
};

/** Runs lines of a shell whose program prints its words, and gives those of each. */
async function wordsOf(shell: ShellName, lines: readonly string[]): Promise<readonly (readonly string[])[]> {
  const folder = await temporaryFolder();
  const print =
    shell === 'fish'
      ? `function stratigraph; printf '%s\\0' $argv; end\n`
      : `stratigraph() { printf '%s\\0' "$@"; }\n`;
  const file = join(folder, 'lines');
  const text = lines.map((line) => `${line}\nprintf '\\nEND\\n\\0'\n`).join('');
  await writeFile(file, Buffer.concat([Buffer.from(print), encodeName(text)]));
  const out = join(folder, 'out');
  const options = { bash: ['--norc'], zsh: ['-f'], fish: ['--no-config'] }[shell];
  await run('sh', ['-c', `exec "$@" > ${out}`, 'sh', shell, ...options, file], {
    cwd: folder,
    env: { LC_ALL: 'C.UTF-8' },
  });
  const words = decodeName(await readFile(out))
    .split('\0')
    .slice(0, -1);
  const found: string[][] = [[]];
  for (const word of words)
    if (word === '\nEND\n') found.push([]);
    else found.at(-1)?.push(word);
  return found.slice(0, -1);
}

/** What became of a line: as it stands there after the keys, and the words that it is to the shell. */
export interface TypedLine {
  readonly line: string;
  readonly words: readonly string[];
}

/**
 * Types lines into an interactive shell, Tab where they hold one, and gives what stands there then. `program` is how `stratigraph` is
 * started, `script` its completion.
 */
export async function typeLines(
  shell: ShellName,
  options: {
    readonly program: string;
    readonly script: string;
    readonly env: Readonly<Record<string, string>>;
  },
  typed: readonly string[],
): Promise<readonly TypedLine[]> {
  const folder = await temporaryFolder();
  const [lines, script, start] = ['handed', 'script', 'start'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  await writeFile(lines, '');
  await writeFile(script, options.script);
  await writeFile(start, starts[shell](options.program, script, lines));
  if (shell === 'zsh') await writeFile(join(folder, '.zshrc'), `source ${start}\n`);
  const words = {
    bash: ['--noprofile', '--rcfile', start, '-i'],
    // Reads the .zshrc of its folder.
    zsh: ['-d', '-i'],
    fish: ['--no-config', '-i', '-C', `source ${start}`],
  }[shell];
  const env = {
    ...process.env,
    ...options.env,
    LC_ALL: 'C.UTF-8',
    TERM: 'xterm',
    HOME: folder,
    ZDOTDIR: folder,
  };
  const terminal = spawn(shell, words, { cwd: folder, cols: 4000, rows: 50, env, encoding: null });
  let shownSo = '';
  terminal.onData((data: string | Buffer) => {
    shownSo += data.toString('latin1');
  });
  const handed = async (): Promise<readonly string[]> =>
    decodeName(await readFile(lines))
      .split('\0')
      .slice(0, -1);
  const until = async (isSo: () => Promise<boolean>): Promise<void> => {
    const end = Date.now() + 60_000;
    while (!(await isSo())) {
      if (Date.now() > end)
        throw new Error(`${shell} does not answer: ${JSON.stringify(shownSo.slice(-2000))}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  try {
    await until(() => Promise.resolve(shownSo.includes('$ ')));
    const found: string[] = [];
    for (const line of typed) {
      terminal.write(Buffer.from(encodeName(line)) as unknown as string);
      terminal.write(hand);
      await until(async () => (await handed()).length > found.length);
      const whole = (await handed()).at(-1) ?? '';
      // Behind some signs fish expects more of a word, and leaves a quote open.
      const open =
        shell === 'fish' && /[=@:.,-]$/.test(whole) ? (/ (['"])\/[^ ]*$/.exec(whole)?.[1] ?? '') : '';
      found.push(whole + open);
    }
    const read = await wordsOf(shell, found);
    return found.map((line, i) => ({ line, words: read[i] ?? [] }));
  } finally {
    terminal.kill('SIGKILL');
  }
}
