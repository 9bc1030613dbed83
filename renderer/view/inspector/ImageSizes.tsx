import type { ReactNode } from 'react';
import type { ImageNode } from '../../../shared/graph/imageGraph';
import type { Together } from '../../../shared/graph/together';
import type { Translate } from '../../../shared/text/catalogue';
import { formatBytes, visibleText } from '../../../shared/text/format';
import { useApp, useStanding, useT } from '../../store/hooks';
import { canHere } from '../../store/sources';
import { SizeBar, type SizePart } from '../../ui/Amounts';
import { tip } from '../../ui/Tooltip';
import { useReply } from '../useReply';
import { Bytes, Section } from './parts';

interface Props {
  readonly image: ImageNode;
  /** Bytes of the uncompressed layers; null while unknown. */
  readonly tarSize: number | null;
}

/** What an image takes: shared and with how many, unique and so freed by deleting it. */
export function ImageSizes({ image, tarSize }: Props): ReactNode {
  const t = useT();
  const unpacked = useApp((state) => state.graph?.sizes === 'unpacked');
  const canDelete = useApp(canHere('write'));
  const source = useApp((state) => state.source);
  const standing = useStanding();
  // What no other image holds may be kept all the same: for what can be put back, for a workspace.
  const held = useReply('images.together', canDelete ? { source, images: [image.id] } : null, standing).value;
  const { size, shared, unique, sharedWith } = image;
  const [container, ...containers] = image.containers;
  const isKept = held !== null && held.freed < unique;
  const fate = container
    ? t('inspector.unique.kept', { name: visibleText(container.name), more: containers.length })
    : held === null
      ? ''
      : freedWords(held, unique, t);
  return (
    <Section
      title={t('inspector.size')}
      aside={
        <>
          {unpacked && (
            <span className="f12 t3" {...tip(t('source.unpacked.hint'))}>
              {t('source.unpacked')}{' '}
            </span>
          )}
          <Bytes bytes={size} className="insp-total" />
        </>
      }
    >
      <SizeBar
        parts={[
          { kind: 'shared', bytes: shared },
          { kind: 'unique', bytes: unique },
        ]}
        label={t('inspector.size.bar', { shared: formatBytes(shared), unique: formatBytes(unique) })}
      />
      <div className="insp-amounts">
        <Amount
          kind="shared"
          label={t('inspector.shared')}
          note={sharedWith > 0 ? t('inspector.shared.with', { count: sharedWith }) : ''}
          bytes={shared}
        />
        <Amount
          kind="unique"
          label={t('inspector.unique')}
          note={fate}
          why={
            isKept && !container
              ? t('inspector.heldElsewhere')
              : held && held.along > 0
                ? t('inspector.unique.along', { count: held.along })
                : undefined
          }
          bytes={unique}
        />
        {tarSize !== null && (
          <div className="row f12" {...tip(t('inspector.unpacked.hint'))}>
            <span className="swatch" />
            <span>{t('inspector.unpacked')}</span>
            <span className="right">
              <Bytes bytes={tarSize} />
            </span>
          </div>
        )}
      </div>
    </Section>
  );
}

/** What deleting frees beside a figure of what images alone have: just that, or less since it is held, or more since other platforms go along. */
export const freedWords = ({ freed }: Pick<Together, 'freed'>, unique: number, t: Translate): string =>
  freed === unique ? t('inspector.unique.freed') : t('inspector.unique.frees', { size: formatBytes(freed) });

interface AmountProps {
  readonly kind: SizePart['kind'];
  readonly label: string;
  readonly note?: string;
  /** What the note comes of. */
  readonly why?: string | undefined;
  readonly bytes: number;
}

/** A part of a size bar in words. */
export function Amount({ kind, label, note = '', why, bytes }: AmountProps): ReactNode {
  return (
    <div className="row f12">
      <span className={`swatch amount-${kind}`} />
      <span className="insp-fixed">{label}</span>
      {note !== '' && (
        <span className="t3 ell" {...tip(why)}>
          {note}
        </span>
      )}
      <span className="right">
        <Bytes bytes={bytes} />
      </span>
    </div>
  );
}
