import { translator } from '../../../shared/text/catalogue';
import { visibleText, visiblePath } from '../../../shared/text/format';
import { displayName } from '../../../shared/graph/sharing';
import { findSecrets, type FileSecret } from '../../actions/inside/findSecrets';
import { readStoreView } from '../../actions/images/storeView';
import { columns, jsonText } from '../columns';
import type { Command } from '../command';
import { limitOption } from '../limits';
import { imageAndLayer } from '../imageAndLayer';
import { sourceOption } from '../source';
import { platformOption } from '../platform';
import { eachName } from '../eachName';
import { UsageFault } from '../parser';
import { shellWord } from '../shellWord';
import { literalPattern } from '../../../shared/layer/removePaths';

/** Paths that the advice names; more are left to the list. */
const pathsNamed = 4;

export const secrets: Command = {
  name: 'secrets',
  usage: 'secrets [--source PLACE [--limit NAME=VALUE…]] [--exit-code CODE] [--platform P] IMG[@LAYER]…',
  summary: [
    'Finds secrets in every layer of images, also in files that a later layer deletes or covers, and in their configs: keys, tokens, passwords. Secrets are masked. With @LAYER (a number from the base, or an ID) in that layer alone. Each layer is read once; where they lie is kept.',
    '在镜像的每一层（包括被后续层删除或覆盖的文件）及配置中查找机密信息：密钥、令牌、密码。机密信息会被遮盖。使用 @LAYER（自底向上的序号或 ID）时只查该层。每层只读取一次，结果会保留。',
  ],
  options: [
    sourceOption,
    limitOption,
    platformOption,
    {
      long: 'exit-code',
      value: 'CODE',
      help: ['exit with this when something is found (default 0)', '发现机密信息时的退出码（默认 0）'],
    },
  ],
  examples: ['stratigraph secrets shop:1.6', 'stratigraph --json secrets --exit-code 1 shop:1.6'],
  engineNeed: ({ words: images }) => ({ images }),
  async execute(session, parsed) {
    const { values, words } = parsed;
    if (words.length === 0) throw new UsageFault((t) => t('usage.secrets'));
    const code = values.get('exit-code')?.[0] ?? '0';
    if (!/^[0-9]{1,3}$/.test(code) || Number(code) > 255) throw new UsageFault((t) => t('usage.exitCode'));
    const context = await session.context();
    const { graph } = await readStoreView(context);
    const picked = await eachName(session, words, (word) => {
      const { image, layer } = imageAndLayer(session, { graph }, word, parsed);
      return {
        key: `${image.id} ${layer ?? ''}`,
        what: layer === null ? image.id : { image: image.id, layer },
      };
    });
    const asked = [...new Map(picked.done.map(({ key, what }) => [key, what])).values()];
    const found = await findSecrets(context, asked, session.run('secrets'));
    session.endProgress();
    // Whoever asks for a code of his own hears it; else that an image is missing in the answer.
    const ended = (count: number): number => (count > 0 ? Number(code) : 0) || picked.code;
    const count = found.reduce((sum, { files, config }) => sum + files.length + config.length, 0);
    if (session.json) {
      session.out(jsonText(found));
      return ended(count);
    }
    const t = translator(session.language);
    const state = ({ state: what, by }: FileSecret): string =>
      what === 'visible' || by === null ? t('secret.visible') : t(`secret.${what}`, { by });
    const rows = found.flatMap(({ id, names, files, config }) => {
      const image = found.length > 1 ? [displayName({ id, names })] : [];
      return [
        ...files.map((each) => [
          ...image,
          t(`secret.${each.rule}`),
          `/${visiblePath(each.path)}:${each.line}`,
          String(each.layer),
          state(each),
          each.excerpt,
        ]),
        ...config.map(({ rule, field, key, excerpt }) => [
          ...image,
          t(`secret.${rule}`),
          key === '' ? field : `${field} ${key}`,
          '',
          t('secret.visible'),
          excerpt,
        ]),
      ];
    });
    const head = [...(found.length > 1 ? ['IMAGE'] : []), 'KIND', 'WHERE', 'LAYER', 'STATE', 'SECRET'];
    if (rows.length > 0) session.out(columns([head, ...rows]));
    const sum = (of: (each: (typeof found)[number]) => number): number =>
      found.reduce((all, each) => all + of(each), 0);
    const [files, bytes] = [sum(({ scanned }) => scanned.files), sum(({ scanned }) => scanned.bytes)];
    session.note(t('secret.found', { count, files, bytes }));
    const large = sum(({ skipped }) => skipped.large + skipped.sparse);
    const samples = sum(({ skipped }) => skipped.samples);
    if (large + samples > 0) session.note(t('secret.skipped', { large, samples }));
    for (const { id, names, files: own } of found) {
      const paths = [...new Set(own.map(({ path }) => path))];
      if (paths.length === 0) continue;
      const told = paths.map((path) => shellWord(literalPattern(path)));
      if (told.length === 0) continue;
      const named = told.slice(0, pathsNamed).map((word) => `--remove ${word}`);
      const more = paths.length > named.length ? ' …' : '';
      const command = `stratigraph rewrite ${displayName({ id, names })} ${named.join(' ')}${more}`;
      session.note(t('secret.adviceFiles', { command: visibleText(command) }));
    }
    if (found.some(({ config }) => config.length > 0)) session.note(t('secret.adviceConfig'));
    return ended(count);
  },
};
