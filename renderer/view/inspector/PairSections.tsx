import { useMemo, type ReactNode } from 'react';
import type { ImageNode, LayerNode } from '../../../shared/graph/imageGraph';
import { plainCommand } from '../../../shared/graph/layerTitle';
import { pairOf, partingOf, type MadeStep, type Pair } from '../../../shared/graph/pairOf';
import { displayName } from '../../../shared/graph/sharing';
import { formatBytes, shownPiece, visibleText } from '../../../shared/text/format';
import { wordDiff, type DiffPiece } from '../../../shared/text/wordDiff';
import { titleOf } from '../../chart/layers/chartText';
import { useApp, useT } from '../../store/hooks';
import { DiffText } from '../DiffText';
import { NameInWords } from '../NameText';
import { useReply } from '../useReply';
import { ImageName } from './ImageName';
import { PairBar } from './PairBar';
import { LayerRows } from './LayerRows';
import { Bytes, Section } from './parts';
import { Swatch } from './Swatch';

interface Props {
  readonly first: ImageNode;
  readonly second: ImageNode;
}

const layersListed = 8;
/** Letters of a command that are compared and shown. */
const commandLength = 4000;

/** Two selected images side by side: bytes in both and in one, where and why they part, the layers in common. */
export function PairSections({ first, second }: Props): ReactNode {
  const index = useApp((state) => state.index);
  const pair = useMemo(() => index && pairOf(index, first, second), [index, first, second]);
  if (!index || !pair) return null;
  return (
    <>
      <Amounts pair={pair} first={first} second={second} />
      <Parting pair={pair} first={first} second={second} />
      {pair.trunk.length > 0 && <Common layers={pair.trunk} />}
      {pair.elsewhere.length > 0 && <Elsewhere pair={pair} />}
    </>
  );
}

function Amounts({ pair, first, second }: Props & { readonly pair: Pair }): ReactNode {
  const t = useT();
  const { common, onlyFirst, onlySecond, twice } = pair;
  const line = (kind: 'unique' | 'shared', label: ReactNode, bytes: number): ReactNode => (
    <div className="row f12">
      <span className={`swatch amount-${kind}`} />
      {label}
      <Bytes bytes={bytes} className="right" />
    </div>
  );
  return (
    <Section title={t('pair.title')}>
      <PairBar pair={pair} />
      <div className="insp-amounts">
        {line('unique', <Only image={first} />, onlyFirst)}
        {line('shared', t('pair.common'), common)}
        {line('unique', <Only image={second} />, onlySecond)}
      </div>
      {twice.layers > 0 && (
        <p className="f12 t2 insp-note">
          {t('pair.twice', { count: twice.layers, size: formatBytes(twice.bytes) })}
        </p>
      )}
    </Section>
  );
}

function Only({ image }: { readonly image: ImageNode }): ReactNode {
  const t = useT();
  return <NameInWords name={displayName(image)} say={(name) => t('pair.only', { name })} />;
}

const stepOf = (layer: LayerNode | null): MadeStep[] => (layer ? [{ ...layer, empty: false }] : []);

function Parting({ pair, first, second }: Props & { readonly pair: Pair }): ReactNode {
  const t = useT();
  // The histories have the empty steps, too; until they are here, the layers say where the images part.
  const source = useApp((state) => state.source);
  const a = useReply('image.inspect', { source, image: first.id });
  const b = useReply('image.inspect', { source, image: second.id });
  const parting = useMemo(
    () =>
      a.value && b.value && a.value.history.length > 0 && b.value.history.length > 0
        ? partingOf(a.value.history, b.value.history)
        : partingOf(stepOf(pair.first), stepOf(pair.second)),
    [a.value, b.value, pair],
  );
  const pieces = useMemo(
    () =>
      wordDiff(
        plainCommand(parting.first?.createdBy ?? '').slice(0, commandLength),
        plainCommand(parting.second?.createdBy ?? '').slice(0, commandLength),
      ),
    [parting],
  );
  const names = { inner: visibleText(displayName(first)), outer: visibleText(displayName(second)) };
  const same = parting.first === null && parting.second === null;
  return (
    <Section
      title={t('pair.parts')}
      aside={pair.trunk.length > 0 ? t('pair.after', { count: pair.trunk.length }) : undefined}
    >
      {same && <p className="f12 t2">{t('pair.equal')}</p>}
      {!same && pair.trunk.length === 0 && <p className="f12 t2 insp-note">{t('pair.atOnce')}</p>}
      {!same && pair.first === null && pair.second !== null && pair.trunk.length > 0 && (
        <p className="f12 t2 insp-note">{t('pair.contained', names)}</p>
      )}
      {!same && pair.second === null && pair.first !== null && pair.trunk.length > 0 && (
        <p className="f12 t2 insp-note">{t('pair.contained', { inner: names.outer, outer: names.inner })}</p>
      )}
      {parting.sameCommand && <p className="f12 t2 insp-note">{t('pair.sameCommand')}</p>}
      {!same && (
        <div className="pair-steps">
          <Step image={first} step={parting.first} pieces={pieces} side="first" />
          <Step image={second} step={parting.second} pieces={pieces} side="second" />
        </div>
      )}
    </Section>
  );
}

/** The step of one image; what the other one's step has not is marked. */
function Step(props: {
  readonly image: ImageNode;
  readonly step: MadeStep | null;
  readonly pieces: readonly DiffPiece[];
  readonly side: 'first' | 'second';
}): ReactNode {
  const { image, step, pieces, side } = props;
  const t = useT();
  const colour = useApp((state) => state.index?.familyOfImage.get(image.id)?.colour);
  return (
    <div className="pair-step">
      <div className="row">
        <Swatch colour={colour} />
        <ImageName image={image} />
        {step?.empty && <span className="right t3 f11">{t('pair.empty')}</span>}
      </div>
      <div
        className="pair-command mono f11 selectable scroll"
        tabIndex={0}
        role="group"
        aria-label={visibleText(displayName(image))}
      >
        {step === null ? (
          t('pair.ends')
        ) : plainCommand(step.createdBy) === '' ? (
          shownPiece(titleOf(step, t))
        ) : (
          <DiffText pieces={pieces} side={side} />
        )}
      </div>
    </div>
  );
}

function Common({ layers }: { readonly layers: readonly LayerNode[] }): ReactNode {
  const t = useT();
  return (
    <Section title={t('pair.layers')} aside={layers.length}>
      <LayerRows layers={[...layers].reverse()} cap={layersListed} />
    </Section>
  );
}

/** Layers of equal content that stand on different parents in the two. */
function Elsewhere({ pair }: { readonly pair: Pair }): ReactNode {
  const t = useT();
  const once = new Set(pair.elsewhere.flatMap(({ first, sameBlob }) => (sameBlob ? first.chainId : [])));
  return (
    <Section title={t('pair.elsewhere')} aside={pair.elsewhere.length}>
      <LayerRows
        layers={pair.elsewhere.map(({ first }) => first)}
        cap={layersListed}
        note={({ chainId }) => t(once.has(chainId) ? 'pair.elsewhere.once' : 'pair.elsewhere.twice')}
      />
    </Section>
  );
}
