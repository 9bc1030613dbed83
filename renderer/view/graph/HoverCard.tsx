import { useLayoutEffect, useRef, type ReactNode } from 'react';
import { shortDigest, type ChainId } from '../../../shared/image/digest';
import { platformText } from '../../../shared/image/platform';
import { storedForms, type LayerNode } from '../../../shared/graph/imageGraph';
import { layerBytes } from '../../../shared/graph/layerBytes';
import { layerTitle } from '../../../shared/graph/layerTitle';
import { imagesOn } from '../../../shared/graph/lineageImages';
import { repositoryOf } from '../../../shared/graph/repository';
import { displayName } from '../../../shared/graph/sharing';
import { formatBytes, formatDateTime, isNoDate, visibleText, visibleName } from '../../../shared/text/format';
import { titleOf } from '../../chart/layers/chartText';
import type { ChartTarget } from '../../chart/layers/target';
import { useApp, useLanguage, useMarks, useT } from '../../store/hooks';
import { SizeBar } from '../../ui/Amounts';
import { placeBeside } from '../../ui/placement';
import { NameText } from '../NameText';

/** What the pointer or the keyboard rests on, and where. */
export interface Hovered {
  readonly target: ChartTarget;
  readonly box: DOMRect;
}

const namesListed = 6;
const stepsListed = 8;

/** The card beside a chip or card: who shares it, which command made it, what sharing saves. */
export function HoverCard({
  target,
  box,
  layersOf,
}: Hovered & {
  /** Layers as the graph shows them, of images in sight. */
  readonly layersOf: (run: readonly ChainId[]) => readonly LayerNode[];
}): ReactNode {
  const card = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (!card.current) return undefined;
    const element = card.current;
    element.showPopover();
    placeBeside(element, box, 'below', 8);
    return () => element.hidePopover();
  }, [box, target]);
  return (
    <div ref={card} popover="manual" className="layer hover-card" role="note">
      {target.kind === 'image' && <ImageFacts id={target.id} />}
      {target.kind === 'layer' && <LayerFacts layers={layersOf(target.run)} />}
      {target.kind === 'group' && <GroupFacts images={target.images} />}
    </div>
  );
}

/** What a card says about an image. */
export function ImageFacts({
  id,
}: {
  readonly id: Extract<ChartTarget, { kind: 'image' }>['id'];
}): ReactNode {
  const t = useT();
  const language = useLanguage();
  const image = useApp((state) => state.index?.images.get(id));
  if (!image) return null;
  return (
    <>
      <div className="row">
        <span className={image.names.length === 0 ? 'mono' : 'b'}>{visibleText(displayName(image))}</span>
        <span className="right num m">{formatBytes(image.size)}</span>
      </div>
      {image.names.slice(1, namesListed).map((name) => (
        <div key={name} className="row t2">
          <NameText name={name} weight="" />
        </div>
      ))}
      <div className="row f11 t3">
        <span className="mono">{shortDigest(image.id)}</span>
        <span>{visibleName(platformText(image))}</span>
        {!isNoDate(image.created) && <span className="right">{formatDateTime(image.created, language)}</span>}
      </div>
      <SizeBar
        thin
        parts={[
          { kind: 'shared', bytes: image.shared },
          { kind: 'unique', bytes: image.unique },
        ]}
      />
      <div className="f11 t2 num">
        {t('graph.hover.own', { unique: formatBytes(image.unique), shared: formatBytes(image.shared) })}
      </div>
    </>
  );
}

function LayerFacts({ layers }: { readonly layers: readonly LayerNode[] }): ReactNode {
  const t = useT();
  const { comma } = useMarks();
  const index = useApp((state) => state.index);
  const last = layers[layers.length - 1];
  if (!index || !last) return null;
  const size = layers.reduce((sum, layer) => sum + layer.size, 0);
  const main = layers.reduce((most, layer) => (layer.size > most.size ? layer : most));
  const holders = imagesOn(index, last);
  // What sharing saves all that have it, in sight or not.
  const stored = new Map(
    layers.map(({ chainId, ...layer }) => [chainId, index.layers.get(chainId) ?? layer]),
  );
  const { saved } = layerBytes(holders, stored);
  const whole = index.layers.get(last.chainId) ?? last;
  const empty = layers.reduce((sum, { emptySteps }) => sum + emptySteps.length, 0);
  const { command } = layerTitle(main.createdBy);
  return (
    <>
      <div className="row">
        <span className="b ell">{titleOf(main, t)}</span>
        <span className="right num m">{formatBytes(size)}</span>
      </div>
      {layers.length === 1 ? (
        <>
          <div className="f11 t3 mono">{shortDigest(last.chainId)}</div>
          {command !== '' && (
            <div className="hover-command mono f11">{visibleText(command.slice(0, 400))}</div>
          )}
        </>
      ) : (
        <ul className="hover-run f12">
          {[...layers]
            .reverse()
            .slice(0, stepsListed)
            .map((layer) => (
              <li key={layer.chainId} className="row">
                <span className="ell">{titleOf(layer, t)}</span>
                <span className="right num t2">{formatBytes(layer.size)}</span>
              </li>
            ))}
          {layers.length > stepsListed && (
            <li className="t3">{t('graph.hover.more', { count: layers.length - stepsListed })}</li>
          )}
        </ul>
      )}
      {layers.length === 1 && storedForms(whole) > 1 && (
        <div className="f12 t2 num">{t('inspector.layer.forms', { count: storedForms(whole) })}</div>
      )}
      {empty > 0 && <div className="f11 t3">{t('graph.hover.steps', { count: empty })}</div>}
      <div className="f12 t2 num">
        {t('graph.hover.images', { count: holders.length })}
        {saved > 0 && `${comma}${t('graph.hover.saves', { size: formatBytes(saved) })}`}
      </div>
      <div className="hover-names f11 t3">
        {holders
          .slice(0, namesListed)
          .map((image) => visibleText(displayName(image)))
          .join(', ')}
        {holders.length > namesListed && ` ${t('graph.hover.more', { count: holders.length - namesListed })}`}
      </div>
    </>
  );
}

function GroupFacts({ images: ids }: Pick<Extract<ChartTarget, { kind: 'group' }>, 'images'>): ReactNode {
  const t = useT();
  const index = useApp((state) => state.index);
  const images = ids.flatMap((id) => index?.images.get(id) ?? []);
  const counts = new Map<string, number>();
  let unique = 0;
  for (const image of images) {
    const repository = repositoryOf(image);
    counts.set(repository, (counts.get(repository) ?? 0) + 1);
    unique += image.unique;
  }
  const listed = [...counts].sort(([, a], [, b]) => b - a);
  return (
    <>
      <div className="row">
        <span className="b">{t('graph.group.title', { count: images.length })}</span>
        <span className="right num t2">{t('graph.group.unique', { size: formatBytes(unique) })}</span>
      </div>
      <ul className="hover-run f12">
        {listed.slice(0, namesListed).map(([repository, count]) => (
          <li key={repository} className="row">
            {repository === '' ? (
              <span className="ell">{t('graph.group.nameless')}</span>
            ) : (
              <NameText name={repository} weight="" />
            )}
            <span className="right num t2">{count}</span>
          </li>
        ))}
      </ul>
      {listed.length > namesListed && (
        <div className="f11 t3">{t('graph.hover.more', { count: listed.length - namesListed })}</div>
      )}
    </>
  );
}
