import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import type { ImageId } from '../../../shared/image/digest';
import { compareConfigs, type ConfigComparison } from '../../../shared/image/compareConfigs';
import { compareImages, type Comparison } from '../../../shared/graph/compareImages';
import type { ImageNode } from '../../../shared/graph/imageGraph';
import { joinPair } from '../../../shared/graph/joinPair';
import { displayName } from '../../../shared/graph/sharing';
import type { SourceId } from '../../../shared/ipc/source';
import { formatBytes, groupDigits, visibleText } from '../../../shared/text/format';
import { useActions, useApp, useT } from '../../store/hooks';
import { sourceName } from '../../store/sources';
import type { SizePart } from '../../ui/Amounts';
import { Button, IconButton } from '../../ui/Button';
import { Icon } from '../../ui/Icon';
import { Segmented } from '../../ui/Segmented';
import { ProblemNotice } from '../dialogs/NameDialog';
import { ImageName } from '../inspector/ImageName';
import { PairBar } from '../inspector/PairBar';
import { Bytes, DateText } from '../inspector/parts';
import { Swatch } from '../inspector/Swatch';
import { useGraphOf } from '../useGraphOf';
import { useReply } from '../useReply';
import { CompareConfig } from './CompareConfig';
import { CompareFiles } from './CompareFiles';
import { CompareLayers } from './CompareLayers';

type Part = 'layers' | 'config' | 'files';

interface Props {
  readonly first: ImageId;
  readonly second: ImageId;
  /** The place of the first image, and of the second, where that is not the one in view; of one of them at the most. */
  readonly from?: SourceId | undefined;
  readonly other?: SourceId | undefined;
}

/** Two images side by side, from one to the other: what both stand on, what only one has, how their configs and their files differ. */
export function ComparePage({ first, second, from, other }: Props): ReactNode {
  const t = useT();
  const { openPage } = useActions();
  const index = useApp((state) => state.index);
  const elsewhere = useGraphOf(from ?? other ?? null);
  const here = from === undefined ? index : elsewhere.read?.index;
  const there = other === undefined ? index : elsewhere.read?.index;
  const a = here?.images.get(first);
  const b = there?.images.get(second);
  const back = (): void => openPage({ kind: 'images' });
  const compared = useMemo(() => {
    if (!here || !there || !a || !b) return undefined;
    if (here === there) return compareImages(here, a, b);
    const pair = joinPair({ graph: here.graph, image: a }, { graph: there.graph, image: b });
    return compareImages(pair, pair.first, pair.second);
  }, [here, there, a, b]);
  const names = [a, b].map((image) => (image ? visibleText(displayName(image)) : ''));
  return (
    <main className="main compare" aria-label={t('compare.of', { a: names[0] ?? '', b: names[1] ?? '' })}>
      <div className="view-bar page-bar">
        <IconButton
          icon="back"
          size="sm"
          label={t('workspace.back')}
          shortcut={t('key.escape')}
          onClick={back}
        />
        <Icon name="compare" />
        <Title />
        <span className="right row">
          <Button
            size="sm"
            icon="swap"
            onClick={() =>
              openPage({ kind: 'compare', first: second, second: first, from: other, other: from })
            }
          >
            {t('compare.swap')}
          </Button>
        </span>
      </div>
      {elsewhere.problem && (
        <div className="page-empty">
          <ProblemNotice problem={elsewhere.problem} />
        </div>
      )}
      {here && there && (!a || !b) && <p className="page-empty t3">{t('compare.gone')}</p>}
      {a && b && compared && <Compared a={a} b={b} from={from} other={other} compared={compared} />}
    </main>
  );
}

/** The title takes the focus when the page opens, so that the keyboard goes on from here. */
function Title(): ReactNode {
  const t = useT();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <h2 ref={heading} className="b" tabIndex={-1}>
      {t('compare.title')}
    </h2>
  );
}

/** Which part was looked at last: another pair of images, or the same ones swapped, opens there. */
let lastPart: Part = 'layers';

function Compared(props: {
  readonly a: ImageNode;
  readonly b: ImageNode;
  readonly from: SourceId | undefined;
  readonly other: SourceId | undefined;
  readonly compared: Comparison;
}): ReactNode {
  const { a, b, from, other, compared } = props;
  const t = useT();
  const [part, setPart] = useState<Part>(lastPart);
  const source = useApp((state) => state.source);
  const first = useReply('image.inspect', { source: from ?? source, image: a.id });
  const second = useReply('image.inspect', { source: other ?? source, image: b.id });
  const config = useMemo(
    (): ConfigComparison | null =>
      first.value && second.value
        ? compareConfigs({ ...a, ...first.value }, { ...b, ...second.value })
        : null,
    [a, b, first.value, second.value],
  );
  const above = compared.rows.length;
  const show = (to: Part): void => {
    lastPart = to;
    setPart(to);
  };
  const count = (label: string, n: number): string => (n === 0 ? label : `${label} ${groupDigits(n)}`);
  const problem = first.problem ?? second.problem;
  return (
    <>
      <Head a={a} b={b} from={from} other={other} compared={compared} />
      <div className="compare-parts">
        <Segmented<Part>
          label={t('compare.title')}
          value={part}
          onChange={show}
          segments={[
            { value: 'layers', label: count(t('compare.layers'), above), icon: 'layers' },
            {
              value: 'config',
              label: count(t('compare.config'), config?.differences.length ?? 0),
              icon: 'settings',
            },
            { value: 'files', label: t('compare.files'), icon: 'file' },
          ]}
        />
        <span className="right t3 f12 num ell">
          {part === 'layers' &&
            t('compare.layers.counts', {
              common: compared.trunk.length,
              first: a.layers.length - compared.trunk.length,
              second: b.layers.length - compared.trunk.length,
            })}
          {part === 'config' && config && t('compare.config.same', { count: config.same })}
        </span>
      </div>
      {part === 'layers' && <CompareLayers a={a} b={b} compared={compared} />}
      {part === 'config' && problem && (
        <div className="page-empty">
          <ProblemNotice problem={problem} again={first.problem ? first.again : second.again} />
        </div>
      )}
      {part === 'config' && !problem && <CompareConfig compared={config} a={a} b={b} />}
      {part === 'files' && (
        <CompareFiles first={a.id} second={b.id} source={from ?? source} other={other ?? source} />
      )}
    </>
  );
}

/** The two images over their columns, and what both take as one bar: this one's own, both, the other one's own. */
function Head({ a, b, from, other, compared }: Parameters<typeof Compared>[0]): ReactNode {
  const t = useT();
  const unpacked = useApp((state) => state.graph?.sizes === 'unpacked');
  const source = useApp((state) => state.source);
  const { first, second } = compared.bytes;
  const isApart = from !== undefined || other !== undefined;
  const amount = (kind: SizePart['kind'], bytes: number, label: string): ReactNode => (
    <span className="row">
      <span className={`swatch amount-${kind}`} />
      <Bytes bytes={bytes} className="m" />
      <span className="t3">{label}</span>
    </span>
  );
  return (
    <section className="compare-head" aria-label={t(unpacked ? 'compare.bytes.unpacked' : 'compare.bytes')}>
      <Side role="from" image={a} of={isApart ? (from ?? source) : null} elsewhere={from !== undefined} />
      <Side role="to" image={b} of={isApart ? (other ?? source) : null} elsewhere={other !== undefined} />
      <PairBar
        pair={{ onlyFirst: first.only, common: first.both, onlySecond: second.only }}
        className="compare-bar"
      />
      <div className="compare-amounts f12">
        {amount('unique', first.only, t('compare.only'))}
        {amount(
          'shared',
          first.both,
          first.both === second.both
            ? t('compare.both')
            : t('compare.both.forms', { bytes: formatBytes(second.both) }),
        )}
        {amount('unique', second.only, t('compare.only'))}
      </div>
    </section>
  );
}

function Side(props: {
  readonly role: 'from' | 'to';
  readonly image: ImageNode;
  /** Its place, where the two are of different ones. */
  readonly of: SourceId | null;
  /** That is not the place in view. */
  readonly elsewhere: boolean;
}): ReactNode {
  const { role, image, of, elsewhere } = props;
  const t = useT();
  const { revealImage, revealInStore, openPage } = useActions();
  const place = useApp(({ sources }) => sources.find(({ id }) => id === of));
  const colour = useApp((state) => state.index?.familyOfImage.get(image.id)?.colour);
  return (
    <div className="compare-side">
      <span className="f12 t3">{t(`compare.${role}`)}</span>
      <Swatch colour={colour} />
      <button
        type="button"
        className="compare-name"
        onClick={() => {
          if (elsewhere) return void revealInStore(image.id);
          openPage({ kind: 'images' });
          revealImage(image.id);
        }}
      >
        <ImageName image={image} />
      </button>
      {of !== null && <span className="f12 t3 ell">{sourceName(place, t)}</span>}
      <span className="right row f12 t3">
        <Bytes bytes={image.size} className="t2" />
        <DateText iso={image.created} />
      </span>
    </div>
  );
}
