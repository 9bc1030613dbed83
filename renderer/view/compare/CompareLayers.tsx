import { useMemo, useState, type ReactNode } from 'react';
import type { ChainId } from '../../../shared/image/digest';
import { shortDigest } from '../../../shared/image/digest';
import type { ComparedRow, Comparison } from '../../../shared/graph/compareImages';
import type { ImageNode, LayerNode } from '../../../shared/graph/imageGraph';
import { plainCommand } from '../../../shared/graph/layerTitle';
import { displayName } from '../../../shared/graph/sharing';
import { formatBytes, visibleText, shownPiece } from '../../../shared/text/format';
import { wordDiff, type DiffPiece } from '../../../shared/text/wordDiff';
import { titleOf } from '../../chart/layers/chartText';
import { useActions, useApp, useT } from '../../store/hooks';
import { Icon } from '../../ui/Icon';
import { tip } from '../../ui/Tooltip';
import { DiffText } from '../DiffText';

/** Layers of the trunk in sight until all are asked for: those next to where the images part. */
const trunkListed = 6;
/** Heights of bands, CSS pixels: the least, and what the largest layer has on top of it. */
const height = { least: 28, more: 36 } as const;
/** Letters of a command that are compared and shown. */
const commandLength = 4000;

const commandOf = (layer: LayerNode | null): string =>
  plainCommand(layer?.createdBy ?? '').slice(0, commandLength);

interface Props {
  readonly a: ImageNode;
  readonly b: ImageNode;
  readonly compared: Comparison;
}

/**
 * The layers as they lie: the common trunk once, as wide as both images, and above it a column of each. Equal contents and
 * equal commands lie beside each other. A band opens to its command.
 */
export function CompareLayers({ a, b, compared }: Props): ReactNode {
  const t = useT();
  const [all, setAll] = useState(false);
  const [open, setOpen] = useState<ReadonlySet<ChainId>>(new Set());
  const { trunk, rows } = compared;
  const most = useMemo(
    () =>
      Math.max(
        1,
        ...[...trunk, ...rows.flatMap(({ first, second }) => [first, second])].map((l) => l?.size ?? 0),
      ),
    [trunk, rows],
  );
  const toggle = (keys: readonly ChainId[]): void => {
    const next = new Set(open);
    const on = keys.some((key) => !next.has(key));
    for (const key of keys)
      if (on) next.add(key);
      else next.delete(key);
    setOpen(next);
  };
  const near = [...trunk].reverse();
  const hidden = all || near.length <= trunkListed + 1 ? [] : near.slice(trunkListed);
  const names = [a, b].map((image) => visibleText(displayName(image))) as [string, string];
  return (
    <div
      className="compare-body scroll"
      tabIndex={0}
      data-pane="main"
      data-pane-focus
      role="group"
      aria-label={t('compare.layers')}
    >
      <ol className="compare-rock" reversed>
        {rows.length === 0 && <li className="compare-note t2">{t('compare.sameLayers')}</li>}
        {[...rows].reverse().map((row) => (
          <Row
            key={`${row.first?.chainId ?? ''} ${row.second?.chainId ?? ''}`}
            row={row}
            most={most}
            names={names}
            open={[row.first, row.second].some((layer) => layer && open.has(layer.chainId))}
            onToggle={() =>
              toggle([row.first, row.second].flatMap((layer) => (layer ? [layer.chainId] : [])))
            }
          />
        ))}
        {trunk.length > 0 ? (
          <li className="compare-line f11 t3">
            <span>{t('compare.trunk')}</span>
          </li>
        ) : (
          <li className="compare-note t2">{t('compare.noTrunk')}</li>
        )}
        {near.slice(0, near.length - hidden.length).map((layer) => (
          <li key={layer.chainId} className="compare-row whole">
            <Band
              layer={layer}
              most={most}
              where={t('compare.both')}
              open={open.has(layer.chainId)}
              onToggle={() => toggle([layer.chainId])}
            />
            {open.has(layer.chainId) && (
              <div className="compare-detail">
                <Detail layer={layer} pieces={[{ kind: 'same', text: commandOf(layer) }]} side="first" />
              </div>
            )}
          </li>
        ))}
        {trunk.length > trunkListed + 1 && (
          <li className="compare-row whole">
            <button
              type="button"
              className="compare-more f12"
              aria-expanded={all}
              onClick={() => setAll(!all)}
            >
              <Icon name={all ? 'chevronUp' : 'chevronDown'} size={12} />
              {all
                ? t('compare.trunk.fewer')
                : t('compare.trunk.more', {
                    count: hidden.length,
                    size: formatBytes(hidden.reduce((sum, { size }) => sum + size, 0)),
                  })}
            </button>
          </li>
        )}
      </ol>
    </div>
  );
}

interface RowProps {
  readonly row: ComparedRow;
  readonly most: number;
  readonly names: readonly [string, string];
  readonly open: boolean;
  readonly onToggle: () => void;
}

function Row({ row, most, names, open, onToggle }: RowProps): ReactNode {
  const t = useT();
  const { kind, first, second, sameBlob } = row;
  const pieces = useMemo(
    () =>
      !open
        ? []
        : first && second
          ? wordDiff(commandOf(first), commandOf(second))
          : [{ kind: 'same' as const, text: commandOf(first ?? second) }],
    [open, first, second],
  );
  const side = (layer: LayerNode | null, which: 0 | 1): ReactNode =>
    layer ? (
      <Band
        layer={layer}
        most={most}
        where={kind === 'equal' ? t('compare.equal') : t('compare.in', { name: names[which] })}
        open={open}
        onToggle={onToggle}
      />
    ) : (
      <span />
    );
  return (
    <li className="compare-row">
      {side(first, 0)}
      {kind === 'equal' || kind === 'command' ? (
        <span
          className={`compare-tie ${kind} f11`}
          {...tip(
            t(
              kind === 'command'
                ? 'compare.command.hint'
                : sameBlob
                  ? 'compare.equal.once'
                  : 'compare.equal.twice',
            ),
          )}
        >
          <span>{t(kind === 'equal' ? 'compare.equal' : 'compare.command')}</span>
        </span>
      ) : (
        <span />
      )}
      {side(second, 1)}
      {open && (
        <div className="compare-detail">
          {first ? <Detail layer={first} pieces={pieces} side="first" /> : <span />}
          <span />
          {second ? <Detail layer={second} pieces={pieces} side="second" /> : <span />}
        </div>
      )}
    </li>
  );
}

function Band(props: {
  readonly layer: LayerNode;
  readonly most: number;
  readonly where: string;
  readonly open: boolean;
  readonly onToggle: () => void;
}): ReactNode {
  const { layer, most, where, open, onToggle } = props;
  const t = useT();
  const colour = useApp((state) => state.index?.familyOfLayer.get(layer.chainId)?.colour) ?? 12;
  const title = titleOf(layer, t);
  const size = formatBytes(layer.size);
  return (
    <button
      type="button"
      className="compare-band"
      style={{
        background: `var(--lin-${colour}-fill)`,
        minHeight: Math.round(height.least + height.more * Math.sqrt(layer.size / most)),
      }}
      aria-expanded={open}
      aria-label={t('compare.band', { title, size, where })}
      onClick={onToggle}
      {...tip(title)}
    >
      <Icon name={open ? 'chevronDown' : 'chevronRight'} size={12} />
      <span className="ell grow">{title}</span>
      <span className="num">{size}</span>
    </button>
  );
}

/** The command of a layer, its chain ID, and the way to its inspector. */
function Detail(props: {
  readonly layer: LayerNode;
  readonly pieces: readonly DiffPiece[];
  readonly side: 'first' | 'second';
}): ReactNode {
  const { layer, pieces, side } = props;
  const t = useT();
  const { openPage, selectLayer, changeSettings } = useActions();
  return (
    <div className="pair-step">
      <div className="pair-command mono f11 selectable">
        {plainCommand(layer.createdBy) === '' ? (
          shownPiece(titleOf(layer, t))
        ) : (
          <DiffText pieces={pieces} side={side} />
        )}
      </div>
      <div className="row f12 compare-foot">
        <span className="mono f11 t3" {...tip(layer.chainId)}>
          {shortDigest(layer.chainId)}
        </span>
        <button
          type="button"
          className="link-btn right"
          onClick={() => {
            openPage({ kind: 'images' });
            changeSettings({ inspector: true });
            selectLayer(layer.chainId);
          }}
        >
          {t('compare.inspect')}
        </button>
      </div>
    </div>
  );
}
