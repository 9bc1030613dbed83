import { removedElsewhere } from '../../actions/making/removedElsewhere';
import { translator } from '../../../shared/text/catalogue';
import { visiblePath } from '../../../shared/text/format';
import {
  previewRewrite,
  rewriteImage,
  type ChangedLayer,
  type TakenWord,
} from '../../actions/making/rewriteImage';
import { readStoreView } from '../../actions/images/storeView';
import { jsonText } from '../columns';
import type { Command, Session } from '../command';
import { pickImage, platformOption } from '../platform';
import { imageStands } from '../standing';
import { UsageFault } from '../parser';

/** Paths that are named of a layer, and with --json. */
const listed = 10;
const listedJson = 1000;

/** Places that are said before it says how many more there are. */
const placesTold = 10;

export const rewrite: Command = {
  name: 'rewrite',
  usage: 'rewrite [-n] [--platform P] IMG --remove PATH… [REF]',
  summary: [
    'Makes an image that has some paths in none of its layers, not even where a later layer deletes them. A path goes with all below it; with *, ? or [] it is a pattern as find takes it. Only layers that hold one are written anew; the old image stays.',
    '生成一个在任何层中都不含指定路径的镜像，包括后续层已删除的路径。路径连同其下内容一并移除；含 *、? 或 [] 时与 find 的通配符相同。只重写含有这些路径的层，旧镜像保留。',
  ],
  options: [
    platformOption,
    {
      long: 'remove',
      value: 'PATH',
      many: true,
      help: ['take this path out of every layer', '从每一层中移除该路径'],
    },
    {
      long: 'dry-run',
      short: 'n',
      help: [
        'only say which layers change, and what sharing it would lose',
        '只说明哪些层会改变以及会失去的共享',
      ],
    },
  ],
  examples: [
    'stratigraph rewrite shop:1.6 --remove /root/.ssh/id_rsa shop:1.6-clean',
    `stratigraph rewrite -n shop:1.6 --remove '*.pem' --remove /var/cache`,
  ],
  paths: ({ values, words }) => [...(values.get('remove') ?? []), ...words.slice(1)],
  pathsIn: ({ words: [image] }) => (image === undefined ? null : { layers: [image], all: false }),
  async execute(session, parsed) {
    const { switches, values, words } = parsed;
    const [name, ...rest] = words;
    // References never begin with a slash: `--remove /a /b` takes both.
    const patterns = [...(values.get('remove') ?? []), ...rest.filter((word) => word.startsWith('/'))];
    const [reference, more] = rest.filter((word) => !word.startsWith('/'));
    if (name === undefined || more !== undefined || patterns.length === 0)
      throw new UsageFault((t) => t('usage.rewrite'));
    const context = await session.context();
    const image = pickImage(session, (await readStoreView(context)).graph, name, parsed);
    const t = translator(session.language);
    const what = { image: image.id, patterns, reference: reference ?? null };
    if (switches.has('dry-run')) {
      const watched = session.run(name);
      const preview = await previewRewrite(context, what, watched.signal);
      const elsewhere = await removedElsewhere(context, { image: image.id, layers: preview.layers }, watched);
      session.endProgress();
      if (session.json) {
        session.out(
          jsonText({
            ...preview,
            layers: forScripts(preview.layers),
            elsewhere: elsewhere.places,
            elsewhereCount: elsewhere.count,
          }),
        );
        return;
      }
      tellTaken(session, preview.taken);
      for (const { number, entries, bytes, paths } of preview.layers) {
        session.out(`${t('rewrite.layer', { number, count: entries, bytes })}\n`);
        for (const path of paths.slice(0, listed)) session.out(`  /${visiblePath(path)}\n`);
        if (entries > listed) session.out('  …\n');
      }
      session.out(`${t('rewrite.kept', { count: preview.kept })}\n`);
      session.out(`${t('rewrite.frees', { bytes: preview.freedBytes })}\n`);
      if (preview.sharedBytes > 0) {
        const { sharedBytes: bytes, sharedWith } = preview;
        session.out(`${t('rewrite.shared', { bytes, name: sharedWith.join(', ') })}\n`);
      }
      tellElsewhere(session, elsewhere);
      return;
    }
    const result = await rewriteImage(context, what, session.run(name));
    const elsewhere = await removedElsewhere(
      context,
      { image: image.id, layers: result.layers, made: result.id },
      session.run(name),
    );
    session.endProgress();
    const stands = imageStands(result.name, result.id);
    if (session.json)
      session.out(
        jsonText({
          ...result,
          layers: forScripts(result.layers),
          elsewhere: elsewhere.places,
          elsewhereCount: elsewhere.count,
        }),
        stands,
      );
    else {
      session.out(`${result.id}\n`, stands);
      tellTaken(session, result.taken);
      session.note(t('rewrite.done', { count: result.layers.length, kept: result.kept }));
      tellElsewhere(session, elsewhere);
    }
  },
};

/** Layers as documents have them, with the first of their paths. */
const forScripts = (layers: readonly ChangedLayer[]): readonly ChangedLayer[] =>
  layers.map((layer) => ({ ...layer, paths: layer.paths.slice(0, listedJson) }));

/** Says what words took that may be patterns. */
function tellTaken(session: Session, taken: readonly TakenWord[]): void {
  const t = translator(session.language);
  for (const { word, literal, count, paths } of taken) {
    const named = [...paths.map((path) => `/${visiblePath(path)}`), ...(count > paths.length ? ['…'] : [])];
    session.note(t('rewrite.taken', { text: word, literal, count, path: named.join(', ') }));
  }
}

/** Says where what was taken out stands all the same: who removed a secret would else think it gone. */
function tellElsewhere(
  session: Session,
  { places, count }: Awaited<ReturnType<typeof removedElsewhere>>,
): void {
  const t = translator(session.language);
  for (const { path, image, layer } of places.slice(0, placesTold))
    session.note(t('rewrite.elsewhere', { path: `/${path}`, name: image, layer }));
  if (count > placesTold) session.note(t('rewrite.elsewhereMore', { count: count - placesTold }));
}
