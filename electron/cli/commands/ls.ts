import { shortDigest } from '../../../shared/image/digest';
import type { LayerEntry } from '../../../shared/layer/entry';
import { formatBytes, visiblePath } from '../../../shared/text/format';
import { isDirectory, type TreeFile } from '../../actions/inside/imageFiles';
import { columns, jsonText } from '../columns';
import { sourceOption } from '../source';
import { platformOption } from '../platform';
import type { Command } from '../command';
import { limitOption } from '../limits';
import { outLines } from '../outLines';
import { treeAt } from '../treeAt';
import { UsageFault } from '../parser';

const letters: Readonly<Record<LayerEntry['kind'], string>> = {
  file: '-',
  directory: 'd',
  symlink: 'l',
  hardlink: 'h',
  character: 'c',
  block: 'b',
  fifo: 'p',
  whiteout: 'D',
  opaque: 'O',
};

/** Type and permissions as `ls -l` writes them. */
function modeText(entry: LayerEntry): string {
  const bits = 'rwxrwxrwx'.split('').map((letter, i) => (entry.mode & (0o400 >> i) ? letter : '-'));
  const special = (at: number, bit: number, lower: string): void => {
    if (entry.mode & bit) bits[at] = bits[at] === 'x' ? lower : lower.toUpperCase();
  };
  special(2, 0o4000, 's');
  special(5, 0o2000, 's');
  special(8, 0o1000, 't');
  return letters[entry.kind] + bits.join('');
}

/** Minutes in UTC; beyond the years that JavaScript counts, seconds since 1970. */
function timeText(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime())
    ? String(seconds)
    : date
        .toISOString()
        .replace(/:\d\d\.\d+Z$/, '')
        .replace('T', ' ');
}

function long({ path, entry, layer }: TreeFile, shown: string, human: boolean): string[] {
  const when = timeText(entry.mtime);
  const target = entry.kind === 'symlink' || entry.kind === 'hardlink' ? ` -> ${entry.target}` : '';
  const size = entry.kind !== 'file' ? '' : human ? formatBytes(entry.size) : String(entry.size);
  const what =
    entry.kind === 'whiteout'
      ? `${shown} (deleted)`
      : entry.kind === 'opaque'
        ? `${shown} (hides what is below)`
        : shown + target;
  const from = layer ? shortDigest(layer.node.chainId) : '';
  return [modeText(entry), `${entry.uid}:${entry.gid}`, size, when, from, path === '' ? '/' : what];
}

const orders = ['name', 'size', 'time'] as const;
type Order = (typeof orders)[number];
const isOrder = (text: string): text is Order => (orders as readonly string[]).includes(text);

/** Files of one directory as `--sort` asks for; they come by name, and stay so where they are equal. */
function inOrder(files: readonly TreeFile[], order: Order): readonly TreeFile[] {
  if (order === 'name') return files;
  const key = ({ entry }: TreeFile): number =>
    order === 'time' ? entry.mtime : entry.kind === 'file' ? entry.size : 0;
  return [...files].sort((a, b) => key(b) - key(a));
}

export const ls: Command = {
  name: 'ls',
  usage:
    'ls [--source PLACE [--limit NAME=VALUE…]] [-l] [-h] [-R] [--sort KEY] [--platform OS/ARCH[/VARIANT]] IMG[@LAYER] [PATH]',
  summary: [
    'Lists files of an image without unpacking it; with @LAYER (a number from the base, or an ID) what is in that layer alone, deletions included.',
    '无需解包即可列出镜像中的文件；用 @LAYER（自底向上的序号或 ID）只列出该层自身的内容，包括删除项。',
  ],
  options: [
    sourceOption,
    limitOption,
    {
      long: 'long',
      short: 'l',
      help: ['mode, owner, size, time, and the layer it is from', '显示模式、属主、大小、时间及所在层'],
    },
    {
      long: 'all',
      short: 'a',
      help: [
        'taken for ls’s sake: names that begin with a dot are always listed',
        '为兼容 ls；总是列出以点开头的名称',
      ],
    },
    { long: 'human-readable', short: 'h', help: ['with -l sizes as 1.19 kB', '与 -l 合用时显示易读的大小'] },
    platformOption,
    {
      long: 'sort',
      value: 'KEY',
      help: [
        'order in each directory: name (default), size or time, largest and newest first',
        '每个目录内的顺序：name（默认）、size 或 time，最大、最新者在前',
      ],
    },
    { long: 'recursive', short: 'R', help: ['everything below', '列出其下全部内容'] },
  ],
  examples: [
    'stratigraph ls shop:1.6 /app',
    'stratigraph ls -lR shop:1.6@2',
    'stratigraph --json ls shop:1.6 /etc',
  ],
  paths: ({ words }) => words.slice(1),
  pathsIn: ({ words: [tree] }) => (tree === undefined ? null : { tree }),
  engineNeed: ({ words }) => ({ images: words.slice(0, 1) }),
  async execute(session, parsed) {
    const { switches, values, words } = parsed;
    const [name, path = '/', more] = words;
    if (name === undefined || more !== undefined) throw new UsageFault((t) => t('usage.ls'));
    const order = values.get('sort')?.[0] ?? 'name';
    if (!isOrder(order)) throw new UsageFault((t) => t('usage.sort', { text: orders.join(', ') }));
    const { tree, at, numberOf } = await treeAt(session, parsed, name, path);
    const inside = (directory: string): Iterator<TreeFile, void> =>
      inOrder(tree.inside(directory), order).values();
    /** One after another: of a large image a list of all would take more than everything else. */
    function* listed(): Generator<TreeFile> {
      if (!isDirectory(at)) yield at;
      const levels = isDirectory(at) ? [inside(at.path)] : [];
      for (let level = levels.at(-1); level; level = levels.at(-1)) {
        const next = level.next();
        if (next.done === true) {
          levels.pop();
          continue;
        }
        const file = next.value;
        yield file;
        if (switches.has('recursive') && isDirectory(file)) levels.push(inside(file.path));
      }
    }
    if (session.json) {
      session.out(
        jsonText(
          Array.from(listed(), ({ path: where, entry, layer: from }) => ({
            ...entry,
            path: where,
            layer: from?.node.chainId ?? null,
            number: from ? numberOf(from.node.chainId) : null,
          })),
        ),
      );
      return;
    }
    const cut = at.path === '' ? 0 : at.path.length + 1;
    const shown = (file: TreeFile): string => visiblePath(file === at ? file.path : file.path.slice(cut));
    if (switches.has('long'))
      session.out(
        columns(Array.from(listed(), (file) => long(file, shown(file), switches.has('human-readable')))),
      );
    else await outLines(session, listed(), shown);
  },
};
