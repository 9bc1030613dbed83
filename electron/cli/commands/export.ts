import { translator } from '../../../shared/text/catalogue';
import { exportRootfs } from '../../actions/copy/exportRootfs';
import { treeOfWord } from '../../actions/trees/treeOfWord';
import { jsonText } from '../columns';
import type { Command } from '../command';
import { noteUnkept } from '../noteUnkept';
import { UsageFault } from '../parser';
import { sweptContext } from '../sweep';
import { platformOf, platformOption } from '../platform';

export const exportCommand: Command = {
  name: 'export',
  usage: 'export [-o FILE] [--platform OS/ARCH[/VARIANT]] IMG[@LAYER]|WORKSPACE',
  summary: [
    'Writes the root filesystem of an image, or of a workspace as it is now, as one tarball with owners, devices and attributes.',
    '把镜像（或工作区当前状态）的根文件系统写成一个 tar 归档，含属主、设备和扩展属性。',
  ],
  options: [
    {
      long: 'output',
      short: 'o',
      value: 'FILE',
      help: ['write to this file instead of standard output', '写入该文件而不是标准输出'],
    },
    platformOption,
  ],
  examples: [
    'stratigraph export -o rootfs.tar shop:1.6',
    'stratigraph export -o base.tar shop:1.6@2',
    'stratigraph export fix | tar -tv',
  ],
  async execute(session, parsed) {
    const { values, words } = parsed;
    const [name, more] = words;
    if (name === undefined || more !== undefined) throw new UsageFault((t) => t('usage.export'));
    const output = values.get('output')?.[0];
    const toStream = output === undefined || output === '-';
    if (output === undefined && process.stdout.isTTY) throw new UsageFault((t) => t('usage.tarballTerminal'));
    const context = await sweptContext(session, { reads: true });
    const target = toStream ? process.stdout : output;
    const result = await exportRootfs(
      context,
      await treeOfWord(context, name, platformOf(parsed)),
      target,
      session.run(name),
    );
    session.endProgress();
    if (session.json && toStream) session.note(jsonText(result).trimEnd());
    else if (session.json) session.out(jsonText({ ...result, file: output }));
    else if (!toStream) session.note(translator(session.language)('cli.exported', result));
    if (!session.json) noteUnkept(session, result);
  },
};
