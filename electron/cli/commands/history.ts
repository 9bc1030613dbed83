import { cutSteps, layerNumber } from '../../../shared/graph/cutImage';
import { shortDigest } from '../../../shared/image/digest';
import { formatAgeInWords, formatBytes, isNoDate, visibleText } from '../../../shared/text/format';
import { columns, jsonText } from '../columns';
import { dockerSize, rfc3339, rowFormat, rowFormatOption } from '../rowFormat';
import type { Command } from '../command';
import { limitOption } from '../limits';
import { UsageFault } from '../parser';
import { platformOption } from '../platform';
import { imageAndLayer } from '../imageAndLayer';
import { readGraph, sourceOf, sourceOption } from '../source';

/** Longest command in a row, unless --no-trunc. */
const commandWidth = 45;

/** The fields of Docker's templates for a history, with their headings. */
const heads = {
  ID: 'LAYER',
  CreatedSince: 'CREATED',
  CreatedAt: 'CREATED AT',
  CreatedBy: 'CREATED BY',
  Size: 'SIZE',
  Comment: 'COMMENT',
};

export const history: Command = {
  name: 'history',
  usage:
    'history [-H] [--no-trunc] [-q] [--format FORMAT] [--platform OS/ARCH[/VARIANT]] [--source PLACE [--limit NAME=VALUE…]] IMG[@LAYER]',
  summary: [
    'Shows the steps that made an image, newest first, with the layer of each; with @LAYER (a number from the base, or an ID) up to that one.',
    '显示构建镜像的各个步骤（从新到旧）及其对应的层；使用 @LAYER（自底向上的序号或 ID）时到该层为止。',
  ],
  options: [
    {
      long: 'human',
      short: 'H',
      help: [
        'sizes and ages for people (default); --human=false prints bytes and times',
        '以易读形式显示大小和时间（默认）；--human=false 输出字节数和时刻',
      ],
    },
    { long: 'no-trunc', help: ['print IDs and commands whole', '完整显示 ID 和命令'] },
    { long: 'quiet', short: 'q', help: ['print chain IDs only', '只输出 chain ID'] },
    rowFormatOption,
    platformOption,
    sourceOption,
    limitOption,
  ],
  examples: [
    'stratigraph history shop:1.6',
    'stratigraph history shop:1.6@2',
    'stratigraph history --no-trunc shop:1.6',
  ],
  async execute(session, parsed) {
    const { switches, words } = parsed;
    const [name] = words;
    if (name === undefined || words.length > 1) throw new UsageFault((t) => t('usage.history'));
    const format = rowFormat(session, parsed, heads);
    const place = await sourceOf(session, parsed);
    const graph = await readGraph(session, place);
    const { image, layer } = imageAndLayer(session, { graph }, name, parsed);
    const oldestFirst = await place.documents.history(image.id);
    const steps = [...cutSteps(oldestFirst, layer)].reverse();
    if (session.json) {
      session.out(
        jsonText(
          steps.map((step) => ({
            ...step,
            number: step.chainId === null ? null : layerNumber(image, step.chainId),
          })),
        ),
      );
      return;
    }
    const whole = switches.has('no-trunc');
    const id = (step: (typeof steps)[number]): string =>
      step.chainId === null ? '<missing>' : whole ? step.chainId : shortDigest(step.chainId);
    const now = Date.now();
    const command = (step: (typeof steps)[number]): string => {
      const line = step.createdBy.replace(/\s+/g, ' ');
      const short = line.length <= commandWidth ? line : `${line.slice(0, commandWidth - 1)}…`;
      return whole ? step.createdBy : short;
    };
    /** As Docker's templates have it: blanks as they are, and no longer than a row of its table. */
    const field = ({ createdBy }: (typeof steps)[number]): string => {
      const line = createdBy.replaceAll('\t', ' ');
      const letters = Array.from(line);
      return whole || letters.length <= commandWidth
        ? line
        : `${letters.slice(0, commandWidth - 1).join('')}…`;
    };
    const isForPeople = !parsed.off.has('human');
    const time = (step: (typeof steps)[number]): string =>
      isNoDate(step.created) ? 'N/A' : rfc3339(step.created);
    const age = (step: (typeof steps)[number]): string =>
      isNoDate(step.created) || !isForPeople
        ? time(step)
        : formatAgeInWords(step.created, now, session.language);
    if (format) {
      format(
        steps.map((step) => ({
          ID: id(step),
          CreatedSince: age(step),
          CreatedAt: time(step),
          CreatedBy: field(step).split('\n').map(visibleText).join('\n'),
          Size: isForPeople ? dockerSize(step.size) : String(step.size),
          Comment: visibleText(step.comment),
        })),
      );
      return;
    }
    if (switches.has('quiet')) {
      for (const step of steps) session.out(`${id(step)}\n`);
      return;
    }
    const rows = steps.map((step) => [
      id(step),
      age(step),
      command(step),
      isForPeople ? formatBytes(step.size) : String(step.size),
      step.comment,
    ]);
    session.out(
      columns([['LAYER', isForPeople ? 'CREATED' : 'CREATED AT', 'CREATED BY', 'SIZE', 'COMMENT'], ...rows], {
        lines: whole,
      }),
    );
  },
};
