import '../store/noDebugger';
import './ownEnvironment';
import { callByWords } from '../../shared/graph/calledNames';
import { problemOf } from '../../shared/image/problem';
import { translator } from '../../shared/text/catalogue';
import { visibleText, type Language } from '../../shared/text/format';
import { commandNames, loadCommand, summaries } from './commands';
import type { Command } from './command';
import { checkText, givenWords } from './givenWords';
import { leadingAt, strayOption } from './leadingOptions';
import { nearest } from './nearest';
import { exit, exitOf } from './exitCodes';
import { parseOptions, UsageFault } from './parser';
import type { OpenSession } from './session';
import { bareGroup, groupNames, spelledOut } from './synonyms';
import { ranOut } from './ranOut';
import { asTyped, takePaths } from './typedPaths';
import { version } from './version';
import { endProcess, watchStandardOutput } from './standardOutput';

/** The language of the terminal: LC_ALL, LC_MESSAGES, LANG, in that order. */
function terminalLanguage(env: NodeJS.ProcessEnv): Language {
  const tag = env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || '';
  return tag.startsWith('zh') ? 'zh-CN' : 'en';
}

function column(language: Language): 0 | 1 {
  return language === 'zh-CN' ? 1 : 0;
}

function generalHelp(language: Language): string {
  const at = column(language);
  const width = Math.max(...commandNames.map((name) => name.length)) + 2;
  const rows = commandNames.map((name) => `  ${name.padEnd(width)}${summaries[name][at]}`).join('\n');
  const text = {
    en: `Usage: stratigraph [--store DIR] [--json] COMMAND

Keeps container images in a plain OCI image layout. No daemon, no root.

Commands:
${rows}

Options:
  --store DIR   the store's folder (default: $STRATIGRAPH_STORE, else $XDG_DATA_HOME/stratigraph/store)
  --json        machine-readable output of every command
  --version     the version
  --help        this text; after a command its own

Examples:
  stratigraph load -i shop.tar
  stratigraph images
  stratigraph rmi -n shop:1.4
  stratigraph save -o shop.tar shop:1.6
`,
    'zh-CN': `用法：stratigraph [--store DIR] [--json] COMMAND

把容器镜像保存在普通的 OCI 镜像布局中，无需守护进程，也无需 root。

命令：
${rows}

选项：
  --store DIR   仓库目录（默认：$STRATIGRAPH_STORE，否则 $XDG_DATA_HOME/stratigraph/store）
  --json        所有命令输出机器可读的结果
  --version     版本
  --help        本说明；跟在命令后显示该命令的说明

示例：
  stratigraph load -i shop.tar
  stratigraph images
  stratigraph rmi -n shop:1.4
  stratigraph save -o shop.tar shop:1.6
`,
  };
  return text[language];
}

function commandHelp(command: Command, language: Language): string {
  const at = column(language);
  const heads = { en: ['Usage', 'Options', 'Examples'], 'zh-CN': ['用法', '选项', '示例'] }[language];
  const colon = language === 'zh-CN' ? '：' : ': ';
  const label = (o: Command['options'][number]): string =>
    `${o.short === undefined ? '    ' : `-${o.short}, `}--${o.long}${o.value === undefined ? '' : ` ${o.value}`}`;
  const width = Math.max(0, ...command.options.map((o) => label(o).length)) + 2;
  const options = command.options.map((o) => `  ${label(o).padEnd(width)}${o.help[at]}`).join('\n');
  const examples = command.examples.map((line) => `  ${line}`).join('\n');
  return [
    `${heads[0]}${colon}stratigraph ${command.usage}`,
    command.summary[at],
    ...(options === '' ? [] : [`${heads[1]}${colon.trim()}\n${options}`]),
    `${heads[2]}${colon.trim()}\n${examples}`,
    '',
  ].join('\n\n');
}

interface Globals {
  store: string | null;
  json: boolean;
  help: boolean;
  version: boolean;
  /** Options of the command that stand before it. */
  readonly lead: readonly string[];
  readonly rest: readonly string[];
}

/** The folder that `--store` names. An empty word is an unset variable of a script, which never meant the person's own store. */
function storeWord(word: string | undefined): string {
  if (word === undefined || word === '') throw new UsageFault((t) => t('usage.store'));
  return word;
}

/** Takes the options before the command, those of the command itself too, and `--json`, `--store` and `--help` anywhere before `--`. */
function takeGlobals(argv: readonly string[]): Globals {
  const found = { store: null as string | null, json: false, help: false, version: false };
  const lead: string[] = [];
  const rest: string[] = [];
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] ?? '';
    // What follows `run` may belong to the command inside: only `run --help` is ours.
    if (word === '--' || (rest[0] === 'run' && word !== '--help') || (rest.length > 1 && rest[0] === 'run')) {
      rest.push(...argv.slice(i));
      break;
    }
    const early = rest.length === 0 ? leadingAt(argv, i) : null;
    if (early) {
      lead.push(...early);
      i += early.length - 1;
    } else if (word === '--json') found.json = true;
    else if (word === '--help' || (word === '-h' && rest.length === 0)) found.help = true;
    else if (word === '--version' && rest.length === 0) found.version = true;
    else if (word === '--store') {
      found.store = storeWord(argv[++i]);
    } else if (word.startsWith('--store=')) found.store = storeWord(word.slice('--store='.length));
    else rest.push(word);
  }
  return { ...found, lead, rest };
}

const output = watchStandardOutput();

async function main(argv: readonly string[]): Promise<number> {
  const language = terminalLanguage(process.env);
  let session = null as OpenSession | null;
  let json = argv.includes('--json');
  /** The command, once it is known. */
  let known: string | null = null;
  let failureCode: number = exit.failed;
  /** The exit code, unless what was said did not arrive. */
  const said = async (code: number): Promise<number> => {
    const lost = await output.fault();
    if (lost) throw lost;
    return code;
  };
  const work = async (): Promise<number> => {
    const globals = takeGlobals(argv);
    json = globals.json;
    if (globals.version) {
      process.stdout.write(globals.json ? `${JSON.stringify({ version })}\n` : `stratigraph ${version}\n`);
      return await said(0);
    }
    const asked = globals.rest[0] === 'help';
    const [wanted, ...rest] = spelledOut(asked ? globals.rest.slice(1) : globals.rest);
    const help = globals.help || asked;
    if (wanted === undefined || (groupNames.includes(wanted) && help)) {
      (help ? process.stdout : process.stderr).write(generalHelp(language));
      return await said(help ? 0 : exit.usage);
    }
    const command = await loadCommand(wanted);
    if (!command && groupNames.includes(wanted)) throw bareGroup(wanted);
    if (!command && wanted.startsWith('-')) throw strayOption(wanted);
    if (!command) {
      const text = nearest(wanted, commandNames) ?? '';
      throw new UsageFault((t) => t('usage.command', { name: visibleText(wanted), text }));
    }
    known = wanted;
    failureCode = command.failureCode ?? exit.failed;
    const parsed = help
      ? null
      : parseOptions([...globals.lead, ...rest], command.options, command.optionsFirst);
    if (parsed === null || parsed.switches.has('help')) {
      process.stdout.write(commandHelp(command, language));
      return await said(0);
    }
    const typed = [...parsed.words, ...[...parsed.values.values()].flat()];
    checkText([...(globals.store === null ? [] : [globals.store]), ...typed], command.paths?.(parsed));
    callByWords(typed);
    takePaths(typed);
    const { openSession } = await import('./session');
    const { engineOf, learnEngines, lookedPath } = await import('./place');
    await learnEngines(typed, async () => (await import('./engineActions')).engineWords());
    const { limitsOf } = await import('./limits');
    session = openSession({
      store: globals.store,
      json: globals.json,
      language,
      limits: () => limitsOf(parsed),
      look:
        !command.opensSource && command.options.some(({ long }) => long === 'source')
          ? lookedPath(parsed)
          : null,
    });
    const word = engineOf(parsed);
    const need = word === null ? null : (command.engineNeed?.(parsed) ?? null);
    const line =
      word === null || need === null
        ? parsed
        : await (await import('./engineLook')).lookInEngine(session, { word, need, name: wanted }, parsed);
    output.begin(wanted);
    const code = (await command.execute(session, line)) ?? 0;
    const { isIncomplete } = await import('./source');
    return await said(code === 0 && isIncomplete(session) ? exit.failed : code);
  };
  /** Says what went wrong; the exit code. */
  const tell = async (thrown: unknown): Promise<number> => {
    session?.endProgress();
    if (thrown instanceof UsageFault) {
      const t = translator(language);
      const hint = t('usage.help', { command: `stratigraph ${known === null ? '' : `${known} `}--help` });
      const fault = visibleText(thrown.say(t));
      const [stop, space] = language === 'zh-CN' ? ['。', ''] : ['.', ' '];
      process.stderr.write(
        json
          ? `${JSON.stringify({ usage: fault })}\n`
          : `stratigraph: ${fault}${/[?\uff1f]$/.test(fault) ? space : `${stop}${space}`}${hint}\n`,
      );
      return exit.usage;
    }
    // A full disk behind standard output is not one of the store's.
    let problem = problemOf((await output.fault()) ?? thrown);
    const stands = session?.stands();
    if (stands && problem.code === 'output-lost' && problem.facts.path === undefined)
      problem = { ...problem, facts: { ...problem.facts, stands } };
    const opened = session?.opened();
    if (opened && problem.code === 'blob-damaged') {
      const { asDeleted } = await import('../actions/ground/meanwhile');
      problem = problemOf(await asDeleted(await opened, thrown));
    }
    if (session && problem.code === 'blob-damaged') {
      const { ofInput } = await import('../place/opened/damagedInput');
      const running = session;
      problem = await ofInput((digest) => running.inputOf?.(digest) ?? null, problem);
    }
    if (session && opened && problem.code === 'image-not-found') {
      const { whyUnread } = await import('./source');
      const { name } = problem.facts;
      problem = (await whyUnread(session, await opened, name).catch(() => null)) ?? problem;
    }
    const { problemSentence } = await import('../../shared/text/problemText');
    const { jsonText } = await import('./columns');
    problem = asTyped(problem);
    const sentence = problemSentence(problem, language);
    process.stderr.write(
      json ? jsonText({ problem: { ...problem, sentence } }, 0) : `stratigraph: ${sentence}\n`,
    );
    if (problem.code === 'internal' && thrown instanceof Error && process.env['STRATIGRAPH_DEBUG']) {
      process.stderr.write(`${thrown.stack ?? ''}\n`);
    }
    return exitOf(problem, failureCode);
  };
  const code = await Promise.race([work(), ranOut()]).catch(tell);
  try {
    await Promise.race([session?.close(), ranOut()]);
    return code;
  } catch (thrown) {
    return code === 0 ? await tell(thrown) : code;
  }
}

// Until it is known how it went: a process that ends before that has not done what it was asked for.
process.exitCode = exit.failed;
void main(givenWords(process.argv.slice(2))).then(endProcess);
