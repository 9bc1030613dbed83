import { defaultLimits, limitNames, limitSpecs, limitText } from '../../../shared/image/limits';
import { limitTexts } from '../../../shared/text/messages/limits';
import { columns, jsonText } from '../columns';
import type { Command } from '../command';
import { limitOption, limitsOf } from '../limits';
import { UsageFault } from '../parser';

export const limits: Command = {
  name: 'limits',
  usage: 'limits [--limit NAME=VALUE…]',
  summary: [
    'Lists the limits that archives are held against, with their values as STRATIGRAPH_LIMITS and --limit set them. load and import take --limit, too.',
    '列出对归档的各项限制及其当前值（由 STRATIGRAPH_LIMITS 和 --limit 设置）。load 与 import 也接受 --limit。',
  ],
  options: [limitOption],
  examples: [
    'stratigraph limits',
    'stratigraph load --limit document-bytes=8MiB --limit time=30min -i shop.tar',
    'STRATIGRAPH_LIMITS=layers=5000,expansion-ratio=1000 stratigraph load -i shop.tar',
  ],
  async execute(session, parsed) {
    if (parsed.words.length > 0) throw new UsageFault((t) => t('usage.limits'));
    const now = limitsOf(parsed);
    const at = session.language === 'zh-CN' ? 1 : 0;
    if (session.json) {
      const list = limitNames.map((name) => {
        const { unit, most } = limitSpecs[name];
        return {
          name,
          value: now[name],
          default: defaultLimits[name],
          most,
          unit,
          what: limitTexts[name][at],
        };
      });
      session.out(jsonText(list));
      return Promise.resolve();
    }
    const head =
      at === 1 ? ['名称', '值', '默认', '最大', '含义'] : ['NAME', 'VALUE', 'DEFAULT', 'MOST', 'WHAT'];
    const rows = limitNames.map((name) => [
      name,
      ...[now[name], defaultLimits[name], limitSpecs[name].most].map((value) => limitText(name, value)),
      limitTexts[name][at],
    ]);
    session.out(columns([head, ...rows]));
    return Promise.resolve();
  },
};
