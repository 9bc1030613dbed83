import { platformText } from '../../../shared/image/platform';
import { readStoreView } from '../../actions/images/storeView';
import { readWorkspaces } from '../../actions/records/workspaceRecords';
import { jsonText } from '../columns';
import type { Command, Session } from '../command';
import { bashCompletion } from '../bashCompletion';
import { fishCompletion } from '../fishCompletion';
import { zshCompletion, type Completable } from '../completion';
import { askedKinds, type AskedKind } from '../completionValues';
import { UsageFault } from '../parser';
import { engineActions } from '../source';

const scripts = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;
const isShell = (text: string | undefined): text is keyof typeof scripts =>
  text !== undefined && Object.hasOwn(scripts, text);
const asked = (text: string | undefined): AskedKind | undefined => askedKinds.find((kind) => kind === text);

/** What there is of a kind, as one word each. */
async function candidates(session: Session, kind: AskedKind): Promise<readonly string[]> {
  if (kind === 'sources') {
    const { findEngines } = await engineActions();
    const engines = await findEngines({ count: false, signal: session.run('').signal });
    return engines.map(({ info }) => info.word);
  }
  const context = await session.context();
  if (kind === 'workspaces') return (await readWorkspaces(context.store.directory)).map(({ name }) => name);
  const { images } = (await readStoreView(context)).graph;
  return kind === 'names' ? images.flatMap((image) => image.names) : [...new Set(images.map(platformText))];
}

/** The command, for the commands that there are: their names, and how one of them is loaded. */
export const completionOf = (
  names: readonly string[],
  load: (name: string) => Promise<Command | null>,
): Command => ({
  name: 'completion',
  usage: 'completion bash|zsh|fish',
  summary: [
    'Prints a script that completes commands, options and names of images in a shell.',
    '输出 shell 补全脚本，可补全命令、选项和镜像名称。',
  ],
  options: [],
  examples: [
    'source <(stratigraph completion bash)',
    'stratigraph completion zsh > ~/.zfunc/_stratigraph',
    'stratigraph completion fish > ~/.config/fish/completions/stratigraph.fish',
  ],
  async execute(session, { words }) {
    const [shell, more] = words;
    const kind = asked(shell);
    if (more !== undefined || (!isShell(shell) && kind === undefined))
      throw new UsageFault((t) => t('usage.completion'));
    if (kind !== undefined) {
      const found = await candidates(session, kind);
      // A word a line: one with a line feed or another control in it is none that anybody could type.
      const typed = found.filter((word) => !/\p{Cc}/u.test(word));
      session.out(session.json ? jsonText(found) : typed.map((word) => `${word}\n`).join(''));
      return;
    }
    const at = session.language === 'zh-CN' ? 1 : 0;
    const commands: Completable[] = [];
    for (const name of names) {
      const command = await load(name);
      if (command)
        commands.push({
          name,
          options: command.options,
          usage: command.usage,
          summary: command.summary[at].split(/(?<=[.\u3002])/)[0] ?? '',
        });
    }
    const script = isShell(shell) ? scripts[shell](commands, at) : '';
    session.out(session.json ? jsonText({ shell, script }) : script);
  },
});
