import { saveImages } from '../../actions/saveImages';
import { exports as formats } from '../../export/exports';
import { formatBytes } from '../../../shared/text/format';
import { jsonText } from '../columns';
import type { Command } from '../command';
import { UsageFault } from '../parser';

function isFormat(text: string): text is keyof typeof formats {
  return Object.hasOwn(formats, text);
}

export const save: Command = {
  name: 'save',
  usage: 'save [-o FILE] [--format docker-archive|oci-archive] IMG…',
  summary: [
    'Saves images into one archive, shared layers once. Layers keep their bytes, so image IDs survive. The file is replaced only when the archive is whole.',
    '把镜像导出到一个归档，共享层只写一份。层的字节不变，镜像 ID 保持不变。归档完整后才替换目标文件。',
  ],
  options: [
    {
      long: 'output',
      short: 'o',
      value: 'FILE',
      help: ['write to this file instead of standard output', '写入该文件而不是标准输出'],
    },
    {
      long: 'format',
      value: 'FORMAT',
      help: ['docker-archive (default) or oci-archive', 'docker-archive（默认）或 oci-archive'],
    },
  ],
  examples: [
    'stratigraph save -o shop.tar shop:1.6',
    'stratigraph save --format oci-archive -o all.tar shop:1.5 shop:1.6',
    'stratigraph save shop:1.6 | docker load',
  ],
  async execute(session, { values, words }) {
    if (words.length === 0) throw new UsageFault('save needs an image');
    const format = values.get('format')?.[0] ?? 'docker-archive';
    if (!isFormat(format)) throw new UsageFault(`--format takes ${Object.keys(formats).join(' or ')}`);
    const output = values.get('output')?.[0];
    if (output === undefined && process.stdout.isTTY) {
      throw new UsageFault('an archive is not written to a terminal: use -o FILE or a pipe');
    }
    const toStream = output === undefined || output === '-';
    const target = toStream ? process.stdout : output;
    const result = await saveImages(
      await session.context(),
      { what: words, format, target },
      session.run(words[0] ?? ''),
    );
    session.endProgress();
    if (session.json) (toStream ? process.stderr : process.stdout).write(jsonText(result));
    else if (!toStream)
      session.note(`${result.file}: ${formatBytes(result.bytes)}, ${result.layers} layers.`);
  },
};
