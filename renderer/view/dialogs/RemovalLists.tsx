import type { ReactNode } from 'react';
import { shortDigest, type ChainId, type ImageId } from '../../../shared/image/digest';
import type { RemovalPreview } from '../../../shared/graph/imageGraph';
import { layerName } from '../../../shared/graph/layerTitle';
import { formatBytes, groupDigits, shownNames, visibleText, visibleName } from '../../../shared/text/format';
import { useApp, useMarks, useT } from '../../store/hooks';
import { SizeBar } from '../../ui/Amounts';
import { InlineNotice } from '../../ui/InlineNotice';
import { tip } from '../../ui/Tooltip';
import { ImageName } from '../inspector/ImageName';

/** Rows listed; a count stands for the rest. */
const listed = 100;
/** Layers that a preview lists of what is freed; see `RemovalPreview`. */
const freedListed = 50;

interface GoesProps {
  readonly preview: RemovalPreview;
  readonly selected: readonly ImageId[] | null;
}

/** The images and names that go. */
export function RemovalGoes({ preview, selected }: GoesProps): ReactNode {
  const t = useT();
  const index = useApp((state) => state.index);
  const { images, untagged, freedBytes, keptBytes } = preview;
  const chosen = selected && new Set(selected);
  const others = chosen ? images.filter(({ id }) => !chosen.has(id)).length : 0;
  return (
    <section className="removal-part">
      {images.length > 0 && (
        <>
          <h3>{t('dialog.remove.goes')}</h3>
          <SizeBar
            parts={[
              { kind: 'unique', bytes: freedBytes },
              { kind: 'shared', bytes: keptBytes },
            ]}
          />
          <div className="f11 t3 num removal-key">
            {t('dialog.remove.bar', { freed: formatBytes(freedBytes), size: formatBytes(keptBytes) })}
          </div>
          <ul className="removal-list">
            {images.slice(0, listed).map((image) => {
              const node = index?.images.get(image.id);
              const more = shownNames(image.names.slice(1));
              return (
                <li key={image.id}>
                  <div className="row">
                    <ImageName image={image} />
                    {node && others > 0 && (
                      // Platforms of one image have the same name.
                      <span className="f12 t3">{visibleName(`${node.os}/${node.architecture}`)}</span>
                    )}
                    {node && (
                      <span
                        className="right num t2"
                        {...tip(t('app.bytes', { exact: groupDigits(node.size) }))}
                      >
                        {formatBytes(node.size)}
                      </span>
                    )}
                  </div>
                  {more !== '' && (
                    <div className="f12 t3 removal-names">{t('dialog.remove.also', { names: more })}</div>
                  )}
                </li>
              );
            })}
            {images.length > listed && (
              <li className="t3">{t('dialog.more', { count: images.length - listed })}</li>
            )}
          </ul>
          {others > 0 && (
            <InlineNotice tone="warn">{t('dialog.remove.together', { count: others })}</InlineNotice>
          )}
        </>
      )}
      {untagged.length > 0 && (
        <>
          <h3>{t('dialog.remove.names')}</h3>
          <ul className="removal-list">
            {untagged.slice(0, listed).map((name) => (
              <li key={name} className="removal-names m">
                {visibleText(name)}
              </li>
            ))}
            {untagged.length > listed && (
              <li className="t3">{t('dialog.more', { count: untagged.length - listed })}</li>
            )}
          </ul>
        </>
      )}
    </section>
  );
}

interface LayerRowProps {
  readonly chainId: ChainId;
  readonly size: number;
  readonly createdBy: string;
}

/** A layer: the colour of its family, its step, its bytes. */
function LayerRow({ chainId, size, createdBy }: LayerRowProps): ReactNode {
  const t = useT();
  const index = useApp((state) => state.index);
  const title = layerName(index?.layers.get(chainId) ?? { createdBy }, formatBytes);
  const family = index?.familyOfLayer.get(chainId);
  return (
    <div className="row">
      <span
        className="swatch"
        style={{ background: family ? `var(--lin-${family.colour})` : 'var(--line-control)' }}
      />
      {title === '' ? (
        <span className="mono f11">{shortDigest(chainId)}</span>
      ) : (
        <span className="m ell" {...tip(visibleText(createdBy.slice(0, 600)))}>
          {visibleText(title)}
        </span>
      )}
      <span className="right num t2" {...tip(t('app.bytes', { exact: groupDigits(size) }))}>
        {formatBytes(size)}
      </span>
    </div>
  );
}

/** The layers that go, down to the last byte: what the listed ones leave over has a line of its own. */
export function RemovalFrees({ preview }: { readonly preview: RemovalPreview }): ReactNode {
  const t = useT();
  const { freed, freedBytes } = preview;
  const rest = freedBytes - freed.reduce((sum, { size }) => sum + size, 0);
  if (freedBytes === 0) return null;
  return (
    <section className="removal-part">
      <h3>
        {t('dialog.remove.layers')}
        <span className="right num t2">{formatBytes(freedBytes)}</span>
      </h3>
      <ul className="removal-list">
        {freed.map((layer) => (
          <li key={layer.chainId}>
            <LayerRow {...layer} />
          </li>
        ))}
        {rest > 0 && (
          <li>
            <div className="row f12 t2">
              <span>{t('dialog.remove.rest', { more: freed.length === freedListed })}</span>
              <span className="right num" {...tip(t('app.bytes', { exact: groupDigits(rest) }))}>
                {formatBytes(rest)}
              </span>
            </div>
          </li>
        )}
      </ul>
    </section>
  );
}

/** The layers that stay, and for whom. */
export function RemovalStays({ preview }: { readonly preview: RemovalPreview }): ReactNode {
  const t = useT();
  const { listed } = useMarks();
  const { keptBytes } = preview;
  // A layer may stay for others in a form of its own while every byte of these images goes.
  const kept = keptBytes === 0 ? [] : preview.kept;
  return (
    <section className="removal-part">
      <h3>
        {t('dialog.remove.stays')}
        {keptBytes > 0 && <span className="right num t2">{formatBytes(keptBytes)}</span>}
      </h3>
      {kept.length === 0 && <p className="f12 t2">{t('dialog.remove.staysNothing')}</p>}
      <ul className="removal-list">
        {kept.map(({ chainId, size, createdBy, holders, holderCount, containers }) => {
          return (
            <li key={chainId}>
              <LayerRow chainId={chainId} size={size} createdBy={createdBy} />
              <div className="f12 t2 removal-holders">
                {t('dialog.remove.holders', {
                  name: [
                    ...holders.map(visibleText),
                    ...containers.map((name) => t('dialog.remove.heldBy', { names: visibleText(name) })),
                  ].join(listed),
                  more: holderCount - holders.length,
                })}
              </div>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
