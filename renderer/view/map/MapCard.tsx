import { useLayoutEffect, useRef, type ReactNode } from 'react';
import { shortDigest } from '../../../shared/image/digest';
import { layerTitle } from '../../../shared/graph/layerTitle';
import { displayName } from '../../../shared/graph/sharing';
import { formatBytes, groupDigits, visibleText } from '../../../shared/text/format';
import type { LayerTree } from '../../../shared/ipc/layerTree';
import type { MapText } from '../../chart/treemap/mapText';
import { imagesOf, type MapNode, type MapTree } from '../../chart/treemap/mapTree';
import { useApp, useMarks, useT } from '../../store/hooks';
import { placeBeside } from '../../ui/placement';

interface Props {
  readonly node: MapNode;
  readonly box: DOMRect;
  readonly tree: MapTree;
  readonly text: MapText;
  /** The layer that is looked into. */
  readonly inside: LayerTree | null;
}

const namesListed = 6;

/** The card beside a block: what it is, who holds it, what sharing saves. */
export function MapCard({ node, box, tree, text, inside }: Props): ReactNode {
  const t = useT();
  const card = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = card.current;
    if (!element) return undefined;
    element.showPopover();
    placeBeside(element, box, 'below', 8);
    return () => element.hidePopover();
  }, [box, node]);
  return (
    <div ref={card} popover="manual" className="layer hover-card" role="note">
      <div className="row">
        <span className="b ell">{text.title(node)}</span>
        <span className="right num m">{formatBytes(node.bytes)}</span>
      </div>
      <div className="f11 t3 num">{t('app.bytes', { exact: groupDigits(node.bytes) })}</div>
      <Facts node={node} tree={tree} inside={inside} />
    </div>
  );
}

function Facts({ node, tree, inside }: Pick<Props, 'node' | 'tree' | 'inside'>): ReactNode {
  const t = useT();
  switch (node.kind) {
    case 'image': {
      const { image } = node;
      return (
        <>
          <div className="row f11 t3">
            <span className="mono">{shortDigest(image.id)}</span>
          </div>
          <div className="t2">{t('map.card.own', { size: formatBytes(node.bytes) })}</div>
          {image.shared > 0 && (
            <div className="t2">{t('map.card.shared', { size: formatBytes(image.shared) })}</div>
          )}
          <Names names={image.names.slice(1)} />
        </>
      );
    }
    case 'repository':
    case 'nameless':
      return <div className="t2">{t('map.card.repository', { count: node.images })}</div>;
    case 'across':
      return <div className="t2">{t('map.card.across')}</div>;
    case 'together': {
      const images = imagesOf(tree, node.spans);
      return (
        <>
          <div className="t2">{t('map.card.sharedIn', { count: images.length })}</div>
          <Names names={images.map(displayName)} />
        </>
      );
    }
    case 'layer':
      return <LayerFacts node={node} />;
    case 'documents':
      return <div className="t2">{t('map.card.documents')}</div>;
    case 'rest':
      return <div className="t2">{t('map.card.rest')}</div>;
    case 'entry':
      return (
        <>
          {!node.more && <div className="hover-command mono f11">/{visibleText(node.path)}</div>}
          {node.entry === 'directory' && node.files > 0 && (
            <div className="t2 num">{t('map.card.files', { count: node.files })}</div>
          )}
          {node.entry === 'sparse' && <div className="t2">{t('map.card.sparse')}</div>}
          {inside && (
            <div className="f11 t3 num">
              {t('map.card.layerFiles', {
                files: formatBytes(inside.layerBytes),
                size: formatBytes(inside.storedBytes),
              })}
            </div>
          )}
        </>
      );
    case 'store':
      return null;
  }
}

function LayerFacts({ node }: { readonly node: Extract<MapNode, { kind: 'layer' }> }): ReactNode {
  const t = useT();
  const { comma } = useMarks();
  const index = useApp((state) => state.index);
  const [layer] = node.layers;
  const { command } = layerTitle(layer.createdBy);
  const chains = new Set(node.layers.map(({ chainId }) => chainId));
  const holders =
    index?.graph.images.filter((image) => image.layers.some((chainId) => chains.has(chainId))) ?? [];
  const saved = node.bytes * (node.holders - 1);
  return (
    <>
      <div className="row f11 t3">
        <span className="mono">{shortDigest(layer.chainId)}</span>
        {layer.tarSize !== null && (
          <span className="right num">
            {t('map.card.unpacked', { tar: formatBytes(layer.tarSize), size: formatBytes(node.bytes) })}
          </span>
        )}
      </div>
      {command !== '' && <div className="hover-command mono f11">{visibleText(command.slice(0, 400))}</div>}
      <div className="t2 num">
        {t('graph.hover.images', { count: node.holders })}
        {saved > 0 && `${comma}${t('graph.hover.saves', { size: formatBytes(saved) })}`}
      </div>
      <Names names={holders.map(displayName)} />
      {chains.size > 1 && <div className="f11 t3">{t('map.card.chains', { count: chains.size })}</div>}
    </>
  );
}

function Names({ names }: { readonly names: readonly string[] }): ReactNode {
  const t = useT();
  if (names.length === 0) return null;
  return (
    <div className="hover-names f11 t3">
      {names.slice(0, namesListed).map(visibleText).join(', ')}
      {names.length > namesListed && ` ${t('graph.hover.more', { count: names.length - namesListed })}`}
    </div>
  );
}
