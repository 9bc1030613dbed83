import { readStoreView } from '../../actions/storeView';
import { jsonText } from '../columns';
import type { Command } from '../command';
import { commandNames, loadCommand } from '../commands';
import { bashCompletion, zshCompletion, type Completable } from '../completion';
import { UsageFault } from '../parser';

export const completion: Command = {
  name: 'completion',
  usage: 'completion bash|zsh',
  summary: [
    'Prints a script that completes commands, options and names of images in a shell.',
    '输出 shell 补全脚本，可补全命令、选项和镜像名称。',
  ],
  options: [],
  examples: ['source <(stratigraph completion bash)', 'stratigraph completion zsh > ~/.zfunc/_stratigraph'],
  async execute(session, { words }) {
    const [shell, more] = words;
    if (more !== undefined || (shell !== 'bash' && shell !== 'zsh' && shell !== 'names'))
      throw new UsageFault((t) => t('usage.completion'));
    if (shell === 'names') {
      const { graph } = await readStoreView(await session.context());
      const names = graph.images.flatMap((image) => image.names);
      session.out(session.json ? jsonText(names) : names.map((name) => `${name}\n`).join(''));
      return;
    }
    const at = session.language === 'zh-CN' ? 1 : 0;
    const commands: Completable[] = [];
    for (const name of commandNames) {
      const command = await loadCommand(name);
      if (command)
        commands.push({
          name,
          options: command.options,
          summary: command.summary[at].split(/(?<=[.。])/)[0] ?? '',
        });
    }
    const script = shell === 'bash' ? bashCompletion(commands) : zshCompletion(commands, at);
    session.out(session.json ? jsonText({ shell, script }) : script);
  },
};
