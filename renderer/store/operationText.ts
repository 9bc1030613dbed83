import type { KeptFor } from '../../shared/graph/imageGraph';
import { shortDigest } from '../../shared/image/digest';
import type { OperationState, OtherPlatforms, Unkept } from '../../shared/ipc/operation';
import type { Translate } from '../../shared/text/catalogue';
import { undoTime } from '../../shared/ipc/undoTime';
import { formatBytes, shownNames, visibleText } from '../../shared/text/format';
import { operationSubject, operationTitle } from '../../shared/text/operationWords';

/** What is said of names for several platforms. */
interface Platforms {
  readonly otherPlatforms?: readonly OtherPlatforms[] | undefined;
  readonly sharedNames?: readonly OtherPlatforms[] | undefined;
  readonly namesLeftOut?: readonly string[] | undefined;
}

/** Names of which a line says what became of their platforms. */
const saidAtMost = 3;

/** How an image is called because of which nothing is freed. */
export const keptName = ({ name, root }: KeptFor): string =>
  name !== null ? visibleText(name) : root !== null ? shortDigest(root) : 'index.json';

/** The image because of which nothing was freed, behind the sentence that says what was. */
export const keptForText = (keptFor: KeptFor | undefined, t: Translate): string =>
  keptFor ? t('operation.keptFor', { name: keptName(keptFor) }) : '';

/** What a result left out since there is no place for it, behind its sentence. */
const unkeptText = (
  { kind, unkept }: { readonly kind: string; readonly unkept?: Unkept | undefined },
  t: Translate,
): string =>
  unkept
    ? t(kind === 'copy' ? 'operation.notCopied' : 'operation.unkept', {
        count: unkept.count,
        path: `/${unkept.first}`,
      })
    : '';

/** How many signatures and other artifacts are not in what was written, behind its sentence. */
const withoutReferrers = (count: number | undefined, t: Translate): string =>
  count === undefined ? '' : t('operation.referrersLeftOut', { count });

/** What a place or an archive with room for one platform under a name made of the others, behind its sentence. */
function platformsText(
  { otherPlatforms = [], sharedNames = [], namesLeftOut = [] }: Platforms,
  t: Translate,
): string {
  const facts = ({ name, platform, others }: OtherPlatforms) => ({
    name: visibleText(name),
    platform: visibleText(platform),
    others: shownNames(others),
  });
  return [
    ...otherPlatforms.slice(0, saidAtMost).map((each) => t('operation.platformsLeft', facts(each))),
    ...sharedNames.slice(0, saidAtMost).map((each) => t('operation.nameOnce', facts(each))),
    ...(namesLeftOut.length > 0 ? [t('operation.namesNotTaken', { names: shownNames(namesLeftOut) })] : []),
  ].join('');
}

/** What an operation came to, in one line; for a running one what it does. */
export function operationOutcome(operation: OperationState, t: Translate): string {
  const { status, result } = operation;
  const subject = operationSubject(operation, t);
  if (status === 'running' || status === 'failed') return operationTitle(operation, status, t);
  if (status === 'cancelled' || !result) return operationTitle(operation, 'cancelled', t);
  switch (result.kind) {
    case 'load':
    case 'samples':
    case 'copyIn': {
      const { images, layers, newLayers, movedNames, converted, leftOut, unfit = [] } = result;
      const { lostReferrers: lost } = result;
      const text = t(`operation.${result.kind}.done`, { subject, images: images.length, layers, newLayers });
      const made = converted === 0 ? '' : t('operation.converted', { images: converted });
      const moved = movedNames.length === 0 ? '' : t('operation.moved', { names: shownNames(movedNames) });
      const names = shownNames(unfit.map(({ name }) => name));
      const without = leftOut === undefined ? '' : t('operation.leftOut', { members: leftOut });
      const unsigned = lost === undefined ? '' : t('operation.lostReferrers', { count: lost });
      const unnamed = result.namesLeftOut
        ? t('operation.namesNotTaken', { names: shownNames(result.namesLeftOut) })
        : '';
      const lacking = result.absentPlatforms
        ? t('operation.absentPlatforms', { platforms: shownNames(result.absentPlatforms) })
        : '';
      return (
        text +
        made +
        moved +
        unnamed +
        without +
        unsigned +
        lacking +
        (names === '' ? '' : t('operation.unfit', { names }))
      );
    }
    case 'copyOut': {
      const text = t('operation.copyOut.done', {
        subject,
        engine: visibleText(result.engine),
        size: formatBytes(result.bytes),
      });
      const moved = result.movedNames ? t('operation.moved', { names: shownNames(result.movedNames) }) : '';
      return text + moved + platformsText(result, t) + withoutReferrers(result.lostReferrers, t);
    }
    case 'save': {
      const text = t('operation.save.done', {
        subject,
        file: visibleText(result.file),
        size: formatBytes(result.bytes),
      });
      return text + platformsText(result, t) + withoutReferrers(result.lostReferrers, t);
    }
    case 'export':
    case 'copy':
      return (
        t(`operation.${result.kind}.done`, {
          subject,
          file: visibleText(result.file),
          size: formatBytes(result.bytes),
        }) + unkeptText(result, t)
      );
    case 'mount':
      return t('operation.mount.done', {
        subject: visibleText(result.image),
        path: visibleText(result.path),
      });
    case 'workspace':
      return t('operation.workspace.done', { name: result.name, subject: visibleText(result.image) });
    case 'commit':
    case 'squash':
    case 'rewrite':
    case 'import':
      return (
        t(`operation.${result.kind}.done`, {
          name: result.name === null ? null : visibleText(result.name),
          size: result.layerBytes === null ? null : formatBytes(result.layerBytes),
          changes: result.changes,
          stay: result.stay,
        }) + unkeptText(result, t)
      );
    case 'look':
      return t(result.added ? 'operation.look.added' : 'operation.look.done', {
        subject,
        images: result.images,
      });
    case 'hash':
      return t('operation.hash.done', { layers: result.layers, size: formatBytes(result.bytes) });
    case 'cleanup':
      return t('operation.cleanup.done', {
        images: result.removed.length,
        size: result.cacheBytes === 0 ? null : formatBytes(result.cacheBytes),
      });
    case 'remove':
    case 'prune':
      return (
        t(`operation.${result.kind}.done`, {
          images: result.removed.length,
          names: result.untagged.length,
          freed: formatBytes(result.freedBytes),
          minutes: typeof result.trash === 'string' ? Math.round(undoTime / 60_000) : null,
        }) + keptForText(result.keptFor, t)
      );
  }
}
