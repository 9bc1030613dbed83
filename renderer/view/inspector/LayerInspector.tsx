import { useMemo, type ReactNode } from 'react';
import { shortDigest } from '../../../shared/image/digest';
import { storedForms } from '../../../shared/graph/imageGraph';
import type { ImageNode, LayerNode } from '../../../shared/graph/imageGraph';
import { layerBytes } from '../../../shared/graph/layerBytes';
import { placeCan } from '../../../shared/ipc/placeKinds';
import type { LayerDetail } from '../../../shared/ipc/detail';
import { formatBytes, groupDigits, shownPiece } from '../../../shared/text/format';
import { titleOf } from '../../chart/layers/chartText';
import { useActions, useApp, useT } from '../../store/hooks';
import { SizeBar } from '../../ui/Amounts';
import { IconButton } from '../../ui/Button';
import { Skeleton } from '../../ui/Skeleton';
import { tip } from '../../ui/Tooltip';
import { ProblemNotice } from '../dialogs/NameDialog';
import { useReply } from '../useReply';
import { Documents } from './Documents';
import { AlsoUnder } from './EqualContent';
import { LayerCommand } from './LayerCommand';
import { SharedBy } from './LayerRows';
import { Bytes, CopyButton, DateText, DigestFact, Fact, Section, LongText } from './parts';
import { Swatch } from './Swatch';

/** One layer: its identities, what it takes and who shares it, the step that made it, its largest files. */
export function LayerInspector({ layer }: { readonly layer: LayerNode }): ReactNode {
  const t = useT();
  const index = useApp((state) => state.index);
  const { selectImages, copy } = useActions();
  const revision = useApp((state) => state.graph?.revision ?? '');
  const source = useApp((state) => state.source);
  const { value, problem, loading, again } = useReply(
    'layer.inspect',
    { source, layer: layer.chainId },
    revision,
  );
  const images = useMemo(
    () => index?.graph.images.filter(({ layers }) => layers.includes(layer.chainId)) ?? [],
    [index, layer],
  );
  const title = titleOf(layer, t);
  return (
    <>
      <header className="insp-head">
        <div className="row insp-title">
          <Swatch colour={index?.familyOfLayer.get(layer.chainId)?.colour} fill />
          <h2 className="ell grow" tabIndex={-1} {...tip(title)}>
            {title}
          </h2>
          <IconButton
            icon="link"
            size="sm"
            iconSize={16}
            label={t('inspector.layer.sharing')}
            onClick={() => selectImages(images.map(({ id }) => id))}
          />
          <IconButton
            icon="copy"
            size="sm"
            iconSize={16}
            label={t('command.copyChainId')}
            onClick={() => void copy(layer.chainId)}
          />
        </div>
        <p className="f12 t3">{t('inspector.layer')}</p>
      </header>
      <div className="insp-scroll scroll" aria-busy={loading}>
        <section className="insp-section">
          <Facts layer={layer} images={images} />
        </section>
        <Sizes layer={layer} detail={value} images={images} />
        <LayerCommand layer={layer} images={images} />
        <SharedBy images={images} />
        <AlsoUnder layer={layer} />
        {problem && (
          <div className="insp-section">
            <ProblemNotice problem={problem} again={again} />
          </div>
        )}
        {!value && !problem && (
          <div className="insp-section">
            <Skeleton rows={5} label={t('inspector.reading')} />
          </div>
        )}
        {!placeCan(source, 'inside') && (
          <div className="insp-section">
            <p className="f12 t2">{t('place.cannot.inside')}</p>
          </div>
        )}
        {value && (
          <>
            {placeCan(source, 'inside') && value.entries !== null && <Largest detail={value} />}
            <Documents
              name={title}
              documents={[
                { id: 'inspect', label: t('inspector.documents.inspect'), text: value.inspectJson },
              ]}
            />
          </>
        )}
      </div>
    </>
  );
}

/** Says of a blob that it was left where it came from, and where that was: text, not links. */
function Elsewhere({ urls }: { readonly urls: readonly string[] }): ReactNode {
  const t = useT();
  return (
    <span className="insp-elsewhere">
      <span className="b">{t('inspector.layer.elsewhere')}</span>
      {urls.map((url) => (
        <span key={url} className="t2 insp-wrap selectable">
          {shownPiece(url)}
        </span>
      ))}
    </span>
  );
}

function Facts({ layer, images }: Pick<SizesProps, 'layer' | 'images'>): ReactNode {
  const t = useT();
  // What only some of the images say of the step is no fact of the layer.
  const differs = (fact: 'created' | 'author' | 'comment'): boolean =>
    images.some(({ steps }) => (steps?.[layer.chainId] ?? layer)[fact] !== layer[fact]);
  const other = <span className="t3">{t('inspector.layer.factDiffers')}</span>;
  const { selectLayer } = useActions();
  const sizes = useApp((state) => state.graph?.sizes);
  const parent = useApp((state) =>
    layer.parent === null ? undefined : state.index?.layers.get(layer.parent),
  );
  return (
    <dl className="insp-facts">
      <DigestFact label={t('inspector.chainId')} digest={layer.chainId} what="inspector.copy.chainId" />
      <DigestFact label={t('inspector.diffId')} digest={layer.diffId} what="inspector.copy.diffId" />
      {/* An engine keeps folders of files: what stands for a blob there is no digest of any. */}
      {(sizes === 'stored' ? layer.blobs : []).map((blob) => (
        <DigestFact
          key={blob.digest}
          label={t('inspector.blob')}
          digest={blob.digest}
          what="inspector.copy.blob"
        >
          <span className="t3 insp-kind" {...tip(shownPiece(blob.mediaType))}>
            {blob.compression === null
              ? formatBytes(blob.size)
              : t('inspector.compression', { name: blob.compression, size: formatBytes(blob.size) })}
          </span>
          {blob.encrypted && <span className="b">{t('inspector.layer.encrypted')}</span>}
          {blob.missing && <Elsewhere urls={blob.missing.urls} />}
        </DigestFact>
      ))}
      <Fact label={t('inspector.parent')}>
        {parent ? (
          <button
            type="button"
            className="link-btn insp-link ell"
            onClick={() => selectLayer(parent.chainId)}
            {...tip(parent.chainId)}
          >
            {titleOf(parent, t)} <span className="mono f11">{shortDigest(parent.chainId).slice(0, 7)}</span>
          </button>
        ) : (
          <span className="t3">{t('inspector.parent.none')}</span>
        )}
      </Fact>
      <Fact label={t('inspector.created')}>
        {differs('created') ? other : <DateText iso={layer.created} />}
      </Fact>
      {(layer.author !== '' || differs('author')) && (
        <Fact label={t('inspector.author')}>
          {differs('author') ? other : <LongText text={layer.author} />}
        </Fact>
      )}
      {(layer.comment !== '' || differs('comment')) && (
        <Fact label={t('inspector.comment')}>
          {differs('comment') ? other : <LongText text={layer.comment} />}
        </Fact>
      )}
    </dl>
  );
}

interface SizesProps {
  readonly layer: LayerNode;
  readonly detail: LayerDetail | null;
  readonly images: readonly ImageNode[];
}

function Sizes({ layer, detail, images }: SizesProps): ReactNode {
  const t = useT();
  const dense = useApp((state) => state.index?.dense);
  const chain = dense?.chain[dense.place.get(layer.chainId) ?? -1] ?? layer.size;
  const forms = storedForms(layer);
  const { saved } = layerBytes(images, new Map([[layer.chainId, layer]]));
  const tarSize = detail?.tarSize ?? layer.tarSize;
  return (
    <Section title={t('inspector.size')} aside={<Bytes bytes={layer.size} className="insp-total" />}>
      <SizeBar
        parts={[
          { kind: images.length > 1 ? 'shared' : 'unique', bytes: layer.size },
          { kind: 'saved', bytes: saved },
        ]}
      />
      {forms > 1 && <p className="f12 t2 num insp-note">{t('inspector.layer.forms', { count: forms })}</p>}
      {saved > 0 && (
        <p className="f12 t2 num insp-note">{t('inspector.layer.saves', { size: formatBytes(saved) })}</p>
      )}
      <dl className="insp-facts wide insp-after">
        <Fact label={t('inspector.layer.chain')}>
          <Bytes bytes={chain} />
        </Fact>
        {tarSize !== null && (
          <Fact label={t('inspector.unpacked')}>
            <Bytes bytes={tarSize} />
          </Fact>
        )}
        {detail?.contentSize != null && (
          <Fact label={t('inspector.layer.content')}>
            <Bytes bytes={detail.contentSize} />
          </Fact>
        )}
        {detail?.entries != null && (
          <Fact label={t('inspector.layer.entries')}>
            <span className="num">{groupDigits(detail.entries)}</span>
          </Fact>
        )}
      </dl>
    </Section>
  );
}

function Largest({ detail }: { readonly detail: LayerDetail }): ReactNode {
  const t = useT();
  return (
    <Section title={t('inspector.layer.largest')} fold="largest">
      {detail.largest.length === 0 ? (
        <p className="f12 t3">{t('inspector.layer.noFiles')}</p>
      ) : (
        <ul className="insp-rows">
          {detail.largest.map(({ path, size }) => (
            <li key={path} className="row f12 insp-file">
              <span className="mono f11 selectable insp-path" {...tip(shownPiece(path))}>
                <bdi>{shownPiece(path)}</bdi>
              </span>
              <CopyButton text={path} what="inspector.copy.path" />
              <Bytes bytes={size} className="insp-amount" />
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
