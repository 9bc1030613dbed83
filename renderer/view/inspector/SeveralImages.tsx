import { useMemo, type ReactNode } from 'react';
import { fromTo } from '../../../shared/graph/comparedOrder';
import type { GraphIndex } from '../../../shared/graph/graphIndex';
import type { ImageNode, LayerNode } from '../../../shared/graph/imageGraph';
import { jointLayers } from '../../../shared/graph/ownLayer';
import type { Together as Sizes } from '../../../shared/graph/together';
import type { Translate } from '../../../shared/text/catalogue';
import { isHome } from '../../../shared/ipc/placeKinds';
import { formatBytes, visibleText } from '../../../shared/text/format';
import { titleOf } from '../../chart/layers/chartText';
import { useActions, useApp, useMarks, useStanding, useT } from '../../store/hooks';
import { canHere, whyNotHere, whyNotNow } from '../../store/sources';
import { SizeBar } from '../../ui/Amounts';
import { Button, IconButton } from '../../ui/Button';
import { Skeleton } from '../../ui/Skeleton';
import { tip } from '../../ui/Tooltip';
import { ProblemNotice } from '../dialogs/NameDialog';
import { useReply } from '../useReply';
import { CopyIn } from './CopyIn';
import { ImageName } from './ImageName';
import { PairSections } from './PairSections';
import { Amount, freedWords } from './ImageSizes';
import { Bytes, CappedList, Section } from './parts';
import { Swatch } from './Swatch';

const imagesListed = 12;
const layersListed = 30;

/** Several images: each of them, what they take together, and the layers they are made of. */
export function SeveralImages({ images }: { readonly images: readonly ImageNode[] }): ReactNode {
  const t = useT();
  const { clearSelection, openDialog, openPage, save } = useActions();
  const choosesForm = useApp(canHere('form'));
  const refused = useApp((state) => whyNotHere(state, 'write', t));
  const silent = useApp((state) => whyNotNow(state, t));
  const format = useApp((state) => state.settings.saveFormat);
  const ids = images.map(({ id }) => id);
  const [first, second] = images;
  return (
    <>
      <header className="insp-head">
        <div className="row insp-title">
          <h2 className="ell grow" tabIndex={-1}>
            {t('inspector.several', { count: images.length })}
          </h2>
          <IconButton icon="close" size="sm" label={t('inspector.several.clear')} onClick={clearSelection} />
        </div>
      </header>
      <div className="insp-scroll scroll">
        <Chosen images={images} />
        <Together images={images} />
        {first && second && images.length === 2 && (
          <PairSections key={`${first.id} ${second.id}`} first={first} second={second} />
        )}
        <Layers images={images} />
      </div>
      <CopyIn images={ids} />
      <footer className="insp-foot">
        {first && second && images.length === 2 && (
          <Button
            icon="compare"
            className="grow"
            shortcut="C"
            tooltip={t('command.compare')}
            disabledReason={silent}
            onClick={() => {
              const [from, to] = fromTo(first, second);
              openPage({ kind: 'compare', first: from.id, second: to.id });
            }}
          >
            {t('compare.button')}
          </Button>
        )}
        <Button
          icon="save"
          className="grow"
          disabledReason={silent}
          onClick={() => (choosesForm ? openDialog({ kind: 'save', what: ids }) : void save(ids, format))}
        >
          {t('inspector.saveCount', { count: images.length })}
        </Button>
        <Button
          icon="delete"
          className="grow"
          disabledReason={refused}
          onClick={() => openDialog({ kind: 'remove', images: ids, names: [] })}
        >
          {t('inspector.deletePlain')}
        </Button>
      </footer>
    </>
  );
}

function Chosen({ images }: { readonly images: readonly ImageNode[] }): ReactNode {
  const t = useT();
  const { selectImage } = useActions();
  const families = useApp((state) => state.index?.familyOfImage);
  return (
    <section className="insp-section" aria-label={t('inspector.images')}>
      <CappedList
        items={images}
        cap={imagesListed}
        className="insp-rows"
        render={(image) => (
          <li key={image.id}>
            <button type="button" className="insp-row" onClick={() => selectImage(image.id, 'only')}>
              <Swatch colour={families?.get(image.id)?.colour} />
              <ImageName image={image} />
              <span className="right num">{formatBytes(image.size)}</span>
            </button>
          </li>
        )}
      />
    </section>
  );
}

/** Who holds what stays without these images. */
function heldWords(
  { shared, others, containers, containerCount }: Sizes,
  t: Translate,
  separator: string,
): string {
  if (containerCount > 0)
    return t('inspector.heldByContainers', {
      count: others,
      name: containers.map((name) => t('dialog.remove.heldBy', { names: visibleText(name) })).join(separator),
      more: containerCount - containers.length,
    });
  return shared > 0 && others === 0
    ? t('inspector.heldElsewhere')
    : t('inspector.alsoOthers', { count: others });
}

/** What images take together: what only they hold, and what stays without them. */
function Together({ images }: { readonly images: readonly ImageNode[] }): ReactNode {
  const t = useT();
  const standing = useStanding();
  const source = useApp((state) => state.source);
  const { value, problem, loading, again } = useReply(
    'images.together',
    { source, images: images.map(({ id }) => id) },
    standing,
  );
  const canDelete = useApp(canHere('write'));
  const { listed } = useMarks();
  const title = t(isHome(source) ? 'inspector.together' : 'inspector.together.elsewhere');
  const alone = images.reduce((sum, { size }) => sum + size, 0);
  const { size = 0, unique = 0, shared = 0 } = value ?? {};
  const saved = Math.max(0, alone - size);
  return (
    <section className="insp-section insp-together" aria-busy={loading} aria-label={title}>
      {problem && <ProblemNotice problem={problem} again={again} />}
      {!value && !problem && <Skeleton rows={3} label={t('inspector.reading')} />}
      {value && (
        <>
          <div className="insp-key">
            <div>
              <div className="f12 t2">{title}</div>
              <Bytes bytes={size} className="insp-figure" />
            </div>
            {saved > 0 && (
              <div className="right">
                <div className="f12 t3">{t('inspector.oneByOne')}</div>
                <s>
                  <Bytes bytes={alone} className="t3" />
                </s>
              </div>
            )}
          </div>
          <SizeBar
            parts={[
              { kind: 'unique', bytes: unique },
              { kind: 'shared', bytes: shared },
              { kind: 'saved', bytes: saved },
            ]}
            label={t('inspector.together.bar', {
              unique: formatBytes(unique),
              shared: formatBytes(shared),
              saved: formatBytes(saved),
            })}
          />
          <div className="insp-amounts">
            <Amount
              kind="unique"
              label={t('inspector.onlyInThese')}
              note={canDelete ? freedWords(value, unique, t) : ''}
              why={value.along > 0 ? t('inspector.unique.along', { count: value.along }) : undefined}
              bytes={unique}
            />
            <Amount kind="shared" label={heldWords(value, t, listed)} bytes={shared} />
            <Amount kind="saved" label={t('inspector.saved')} bytes={saved} />
          </div>
        </>
      )}
    </section>
  );
}

/** The layers of some images, each once, the topmost first. */
function layersOf(images: readonly ImageNode[], index: GraphIndex): readonly LayerNode[] {
  const depth = (layer: LayerNode): number => index.depth.get(layer.chainId) ?? 0;
  return [...jointLayers(images, index.layers)].sort(
    (a, b) => depth(b) - depth(a) || b.size - a.size || (a.chainId < b.chainId ? -1 : 1),
  );
}

function Layers({ images }: { readonly images: readonly ImageNode[] }): ReactNode {
  const t = useT();
  const { selectLayer } = useActions();
  const index = useApp((state) => state.index);
  const layers = useMemo(() => (index ? layersOf(images, index) : []), [images, index]);
  return (
    <Section
      title={t('inspector.layers')}
      aside={t('inspector.layers.inSelection', { count: layers.length })}
    >
      <CappedList
        items={layers}
        cap={layersListed}
        className="insp-rows"
        render={(layer) => (
          <li key={layer.chainId}>
            <button type="button" className="insp-row" onClick={() => selectLayer(layer.chainId)}>
              <Swatch colour={index?.familyOfLayer.get(layer.chainId)?.colour} fill />
              <span className="ell" {...tip(titleOf(layer, t))}>
                {titleOf(layer, t)}
              </span>
              <span className="right t3 insp-fixed">
                {t('inspector.imageCount', { count: layer.imageCount })}
              </span>
              <span className="num insp-amount">{formatBytes(layer.size)}</span>
            </button>
          </li>
        )}
      />
    </Section>
  );
}
