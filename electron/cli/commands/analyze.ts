import type { WastePart } from '../../../shared/layer/efficiency';
import { translator, type Translate } from '../../../shared/text/catalogue';
import { formatBytes, visiblePath } from '../../../shared/text/format';
import { analyzeImage, type ImageAnalysis } from '../../actions/inside/analyzeImage';
import { readStoreView } from '../../actions/images/storeView';
import { judgeAsDive, type DiveVerdict } from '../../../shared/layer/diveRules';
import { columns, jsonText } from '../columns';
import type { Command } from '../command';
import { diveOptions, diveSettings } from '../diveSettings';
import { limitOption } from '../limits';
import { imageAndLayer } from '../imageAndLayer';
import { sourceOption } from '../source';
import { platformOption } from '../platform';
import { UsageFault } from '../parser';

/** Paths in the list, unless --json. */
const listed = 40;
/** Columns of a command in the list of layers. */
const commandWidth = 60;

function why(t: Translate, { cause, aspects, files }: WastePart): string {
  if (cause === 'directory') return t('analyze.directory', { files });
  if (cause !== 'metadata') return t(`analyze.${cause}`);
  return t('analyze.metadata', {
    mode: aspects.includes('mode'),
    owner: aspects.includes('owner'),
    times: aspects.includes('times'),
  });
}

/**
 * Refuses what is no score of 0 to 100, and a fraction of one: other tools count to 1, and 0.9 of 100 would let everything
 * pass. A percent sign says what is meant. Throws {@link UsageFault}.
 */
function checkScore(text: string): void {
  const [, number, percent] = /^([0-9]+(?:\.[0-9]+)?)(%?)$/.exec(text) ?? [];
  if (number === undefined || Number(number) > 100) throw new UsageFault((t) => t('usage.failBelow'));
  if (percent === '' && number.includes('.') && Number(number) > 0 && Number(number) <= 1)
    throw new UsageFault((t) =>
      t('usage.failBelowOne', { text, percent: String(Number((Number(number) * 100).toFixed(6))) }),
    );
}

/** A score as people read it: rounded down, so that only a whole one is 100. */
const percent = (score: number): string => (Math.floor(score * 1000) / 10).toFixed(1);

export const analyze: Command = {
  name: 'analyze',
  usage:
    'analyze [--source PLACE [--limit NAME=VALUE…]] [--fail-below SCORE] [--ci] [--ci-config FILE] [--lowest-efficiency RATIO] [--highest-wasted-bytes SIZE] [--highest-user-wasted-percent RATIO] [--platform P] IMG[@LAYER]',
  summary: [
    'Says how much of what an image stores is seen, layer by layer, what is wasted and why. With @LAYER only of the layers up to that one. Bytes are those of unpacked files, hard links once.',
    '逐层说明镜像所存内容中有多少可见、浪费了什么及其原因。用 @LAYER 只分析到该层为止。字节数为解包后文件的大小，硬链接只计一次。',
  ],
  options: [
    sourceOption,
    limitOption,
    platformOption,
    ...diveOptions,
    {
      long: 'fail-below',
      value: 'SCORE',
      help: ['exit with 1 when the score is below this, 0 to 100', '得分低于该值（0 到 100）时以 1 退出'],
    },
  ],
  examples: ['stratigraph analyze shop:1.6', 'stratigraph analyze --fail-below 95 shop:1.6'],
  engineNeed: ({ words }) => ({ images: words.slice(0, 1) }),
  async execute(session, parsed) {
    const { values, words } = parsed;
    const [name, more] = words;
    if (name === undefined || more !== undefined) throw new UsageFault((t) => t('usage.analyze'));
    const limit = values.get('fail-below')?.[0];
    if (limit !== undefined) checkScore(limit);
    const run = session.run('analyze');
    const settings = await diveSettings(parsed, run.signal);
    const context = await session.context();
    const { image, layer } = imageAndLayer(session, await readStoreView(context), name, parsed);
    const found = await analyzeImage(context, { image: image.id, upTo: layer }, run);
    session.endProgress();
    const t = translator(session.language);
    const score = percent(found.score);
    const rules = settings === null ? null : judgeAsDive(found.dive, settings);
    if (session.json) session.out(jsonText({ ...numbered(found), ...(rules === null ? {} : { rules }) }));
    else {
      const { totalBytes: bytes, visibleBytes: visible, wastedBytes: wasted } = found;
      session.out(`${t('analyze.score', { score, visible, bytes, wasted })}\n\n`);
      const layers = found.layers.map((each) => [
        String(each.number),
        ...[each.size, each.added, each.changed, each.covered, each.removed, each.hidden].map(formatBytes),
        shortened(each.createdBy),
      ]);
      const head = ['LAYER', 'SIZE', 'ADDED', 'CHANGED', 'COVERS', 'DELETES', 'HIDDEN LATER', 'CREATED BY'];
      session.out(columns([head, ...layers]));
      const rows = found.waste
        .slice(0, listed)
        .flatMap(({ path, directory, parts }) =>
          parts.map((part) => [
            formatBytes(part.bytes),
            `${part.layer + 1} → ${part.by + 1}`,
            why(t, part),
            `/${visiblePath(path)}${directory && path !== '' ? '/' : ''}`,
          ]),
        );
      if (rows.length > 0) session.out(`\n${columns([['WASTED', 'LAYERS', 'WHY', 'PATH'], ...rows])}`);
      const left = found.waste.length + found.omitted - listed;
      if (left > 0) session.note(t('analyze.more', { count: left }));
      if (rules !== null)
        session.out(`\n${columns([['RESULT', 'RULE', 'FOUND', 'LIMIT'], ...rules.map(ruleRow)])}`);
    }
    let code = 0;
    const failed = rules?.filter(({ result }) => result === 'fail').map(({ rule }) => rule) ?? [];
    if (failed.length > 0) {
      session.note(t('analyze.rules', { rules: failed.join(', ') }));
      code = 1;
    }
    if (limit !== undefined && found.score * 100 < Number.parseFloat(limit)) {
      session.note(t('analyze.below', { score, limit }));
      code = 1;
    }
    return code;
  },
};

/** A rule in a line, its numbers as dive writes them: a ratio with four places, so that 0.8999 is not 0.90. */
function ruleRow({ rule, limit, found, result }: DiveVerdict): readonly string[] {
  const number =
    rule === 'highestWastedBytes' ? String(found) : (Math.floor(found * 10_000) / 10_000).toFixed(4);
  return [result.toUpperCase(), rule, number, limit];
}

/** As `--json` prints it: layers of waste are numbers from 1, as everywhere. */
function numbered({ waste, unread, ...found }: ImageAnalysis): object {
  return {
    ...found,
    unread: unread.map((layer) => layer + 1),
    waste: waste.map((each) => ({
      ...each,
      parts: each.parts.map((part) => ({ ...part, layer: part.layer + 1, by: part.by + 1 })),
    })),
  };
}

function shortened(command: string): string {
  const line = command.replace(/\s+/g, ' ');
  return line.length <= commandWidth ? line : `${line.slice(0, commandWidth - 1)}…`;
}
