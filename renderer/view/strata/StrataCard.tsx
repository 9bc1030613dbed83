import { useLayoutEffect, useRef, type ReactNode } from 'react';
import type { GraphIndex } from '../../../shared/graph/graphIndex';
import { shortDigest } from '../../../shared/image/digest';
import { storedForms } from '../../../shared/graph/imageGraph';
import { layerBytes } from '../../../shared/graph/layerBytes';
import { layerTitle } from '../../../shared/graph/layerTitle';
import { displayName } from '../../../shared/graph/sharing';
import { formatBytes, formatDate, isNoDate, visibleText } from '../../../shared/text/format';
import { titleOf } from '../../chart/layers/chartText';
import { bandFill } from '../../chart/strata/fills';
import type { GroupItem } from '../../chart/strata/scene';
import type { StrataTarget } from '../../chart/strata/target';
import type { Palette } from '../../chart/drawing/palette';
import { useApp, useT, useLanguage } from '../../store/hooks';
import { placeBeside } from '../../ui/placement';
import { ImageFacts } from '../graph/HoverCard';

/** What the pointer or the keyboard rests on, and where it is in the window. */
export interface Hovered {
  readonly target: StrataTarget;
  readonly box: DOMRect;
}

interface Props extends Hovered {
  readonly palette: Palette;
  readonly hueOf: (layer: Extract<StrataTarget, { kind: 'layer' }>['id']) => number;
  /** A place above the stacks with a line to the band; null where there is none. */
  readonly placeCard: (
    width: number,
    height: number,
  ) => { readonly left: number; readonly top: number } | null;
  readonly dropLeader: () => void;
}

const namesListed = 6;
const lettersOfCommand = 300;

/** The card of a band, an image or a block; a band's is joined to it by a line. */
export function StrataCard({ target, box, palette, hueOf, placeCard, dropLeader }: Props): ReactNode {
  const card = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = card.current;
    if (!element) return undefined;
    element.showPopover();
    const place = target.kind === 'layer' ? placeCard(element.offsetWidth, element.offsetHeight) : null;
    if (place) {
      element.style.left = `${Math.round(place.left)}px`;
      element.style.top = `${Math.round(place.top)}px`;
    } else placeBeside(element, box, target.kind === 'layer' ? 'below' : 'right', 8);
    return () => {
      element.hidePopover();
      dropLeader();
    };
  }, [box, target, placeCard, dropLeader]);
  return (
    <div ref={card} popover="manual" className="layer hover-card strata-card" role="note">
      {target.kind === 'image' && <ImageFacts id={target.id} />}
      {target.kind === 'group' && <GroupFacts group={target.group} />}
      {target.kind === 'layer' && <BandFacts target={target} palette={palette} hueOf={hueOf} />}
    </div>
  );
}

function BandFacts({
  target,
  palette,
  hueOf,
}: Pick<Props, 'palette' | 'hueOf'> & {
  readonly target: Extract<StrataTarget, { kind: 'layer' }>;
}): ReactNode {
  const t = useT();
  const language = useLanguage();
  const index = useApp((state) => state.index);
  const layer = index?.layers.get(target.id);
  if (!index || !layer) return null;
  const colour = index.familyOfLayer.get(layer.chainId)?.colour ?? 12;
  const fill = bandFill(palette, colour, index.depth.get(layer.chainId) ?? 0, hueOf(layer.chainId));
  const { imageCount: count } = layer;
  const holders = index.graph.images.filter(({ layers }) => layers.includes(layer.chainId));
  const forms = storedForms(layer);
  const { saved } = layerBytes(holders, new Map([[layer.chainId, layer]]));
  const { command } = layerTitle(layer.createdBy);
  return (
    <>
      <div className="row">
        <span className="swatch edged card-swatch" style={{ background: fill }} />
        <span className="b ell card-title">{titleOf(layer, t)}</span>
        <span className="right b num card-title">{formatBytes(layer.size)}</span>
      </div>
      <div className="t2 card-facts">
        <div>{t('strata.hover.shared', { count })}</div>
        {forms > 1 && <div>{t('inspector.layer.forms', { count: forms })}</div>}
        {saved > 0 && <div>{t('strata.hover.saves', { size: formatBytes(saved) })}</div>}
        {target.parts > 1 && <div className="t3">{t('strata.hover.broken', { count: target.parts })}</div>}
        {layer.emptySteps.length > 0 && (
          <div className="t3">{t('strata.hover.steps', { count: layer.emptySteps.length })}</div>
        )}
      </div>
      {count > 1 && <Names names={holders.map(displayName)} />}
      <div className="card-end">
        {command !== '' && (
          <div className="mono f11 t2 card-command">{visibleText(command.slice(0, lettersOfCommand))}</div>
        )}
        <div className="row f11 t3">
          <span className="mono">{shortDigest(layer.chainId)}</span>
          <span>{t('strata.hover.chain')}</span>
          <span className="right num">
            {isNoDate(layer.created) ? t('table.noDate') : formatDate(layer.created, language)}
          </span>
        </div>
      </div>
    </>
  );
}

const noLayers: GraphIndex['layers'] = new Map();

function GroupFacts({ group }: { readonly group: GroupItem }): ReactNode {
  const t = useT();
  const layers = useApp((state) => state.index?.layers ?? noLayers);
  // A family's layers are all here; what a repository stands on is drawn below it.
  const { stored, saved } =
    group.name.repository === null ? layerBytes(group.images, layers) : { stored: group.bytes, saved: 0 };
  const title = group.title === '' ? t('app.family.noLayers') : visibleText(group.title);
  return (
    <>
      <div className="row">
        <span className="b card-title wrap">{title}</span>
        <span className="right b num card-title">{formatBytes(stored)}</span>
      </div>
      <div className="t2 card-facts">
        <div>{t('strata.images', { count: group.images.length })}</div>
        {saved > 0 && (
          <div>{t('strata.hover.stored', { stored: formatBytes(stored), saved: formatBytes(saved) })}</div>
        )}
      </div>
      <Names names={group.images.map(displayName)} />
      <div className="f11 t3">{t('strata.hover.open')}</div>
    </>
  );
}

function Names({ names }: { readonly names: readonly string[] }): ReactNode {
  const t = useT();
  return (
    <div className="hover-names f11 t3">
      {names
        .slice(0, namesListed)
        .map((name) => visibleText(name))
        .join(', ')}
      {names.length > namesListed && ` ${t('graph.hover.more', { count: names.length - namesListed })}`}
    </div>
  );
}
