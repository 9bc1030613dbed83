import { platform } from 'node:os';
import { hostArchitecture } from '../../system/hostArchitecture';
import { jsonText } from '../columns';
import type { Command } from '../command';
import { UsageFault } from '../parser';
import { templatePrinter } from '../template/evaluate';
import { version as own } from '../version';

export const version: Command = {
  name: 'version',
  usage: 'version [-f FORMAT]',
  summary: [
    'Prints the version of Stratigraph, and what it runs on. There is no server: all is done by the command line itself.',
    '输出 Stratigraph 的版本及其运行环境。没有服务端，一切由命令行自身完成。',
  ],
  options: [
    {
      long: 'format',
      short: 'f',
      value: 'FORMAT',
      help: ["a Go template, or 'json', as Docker takes them", "Go 模板，或 'json'，与 Docker 相同"],
    },
  ],
  examples: ['stratigraph version', "stratigraph version --format '{{.Client.Version}}'"],
  async execute(session, { values, words }) {
    if (words.length > 0) throw new UsageFault((t) => t('usage.version'));
    const format = values.get('format')?.[0] ?? '';
    if (format !== '' && session.json) throw new UsageFault((t) => t('usage.formatJson'));
    const system = platform() === 'win32' ? 'windows' : platform();
    const client = { Version: own, NodeVersion: process.version, Os: system, Arch: hostArchitecture };
    if (format !== '' && format !== 'json') {
      session.out(`${templatePrinter(format)({ Version: own, Client: client })}\n`);
      return Promise.resolve();
    }
    if (session.json) session.out(jsonText({ version: own, Client: client }));
    else if (format === 'json') session.out(jsonText({ Client: client }, 0));
    else {
      const rows = [
        `Version:  ${own}`,
        `Node.js:  ${process.version}`,
        `OS/Arch:  ${system}/${hostArchitecture}`,
      ];
      session.out(`Client: Stratigraph\n${rows.map((row) => ` ${row}\n`).join('')}`);
    }
    return Promise.resolve();
  },
};
