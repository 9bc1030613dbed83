import { useMemo, type ReactNode } from 'react';
import { shortDigest } from '../../../shared/image/digest';
import { splitName } from '../../../shared/image/reference';
import type { ImageNode } from '../../../shared/graph/imageGraph';
import { baseOf, displayName } from '../../../shared/graph/sharing';
import type { ImageDetail } from '../../../shared/ipc/detail';
import { visibleText } from '../../../shared/text/format';
import { useActions, useApp, useT } from '../../store/hooks';
import { canHere, whyNotHere, whyNotNow } from '../../store/sources';
import { IconButton } from '../../ui/Button';
import { MenuButton } from '../../ui/Menu';
import { Skeleton } from '../../ui/Skeleton';
import { tip } from '../../ui/Tooltip';
import { ProblemNotice } from '../dialogs/NameDialog';
import { imageMenu } from '../imageMenu';
import { useReply } from '../useReply';
import { Artifacts } from './Artifacts';
import { ConfigSection } from './ConfigSection';
import { Containers } from './Containers';
import { CopyIn } from './CopyIn';
import { Documents } from './Documents';
import { Advice } from './EqualContent';
import { History } from './History';
import { RepositoryText } from '../RepositoryText';
import { ImageName } from './ImageName';
import { ImageNames } from './ImageNames';
import { ImageSizes } from './ImageSizes';
import { DateText, DigestFact, Fact, LongText } from './parts';
import { PlatformFact } from './PlatformFact';
import { Secrets } from './Secrets';
import { Sharing } from './Sharing';

/** One image: what it is called, made of and shares. What the graph knows stands at once, the rest when it is read. */
export function ImageInspector({ image }: { readonly image: ImageNode }): ReactNode {
  const t = useT();
  const revision = useApp((state) => state.graph?.revision ?? '');
  const source = useApp((state) => state.source);
  const { value, problem, loading, again } = useReply('image.inspect', { source, image: image.id }, revision);
  const name = visibleText(displayName(image));
  return (
    <>
      <Head image={image} />
      <div className="insp-scroll scroll" aria-busy={loading}>
        <section className="insp-section">
          <Facts image={image} detail={value} />
        </section>
        <ImageSizes image={image} tarSize={value?.tarSize ?? null} />
        <Advice image={image} />
        {problem && (
          <div className="insp-section">
            <ProblemNotice problem={problem} again={again} />
          </div>
        )}
        {!value && !problem && (
          <div className="insp-section">
            <Skeleton rows={8} label={t('inspector.reading')} />
          </div>
        )}
        {value && (
          <>
            <History image={image} steps={value.history} />
            <ConfigSection config={value.config} />
            <Secrets key={image.id} image={image} />
            <Sharing image={image} sharing={value.sharing} />
            <Artifacts artifacts={value.artifacts} />
            <Containers image={image} />
            <Documents
              name={name}
              documents={[
                { id: 'config', label: t('inspector.documents.config'), text: value.rawConfig },
                { id: 'manifest', label: t('inspector.documents.manifest'), text: value.rawManifest },
                { id: 'inspect', label: t('inspector.documents.inspect'), text: value.inspectJson },
              ].filter(({ text }) => text !== '')}
            />
          </>
        )}
      </div>
      <CopyIn images={[image.id]} />
    </>
  );
}

function Head({ image }: { readonly image: ImageNode }): ReactNode {
  const t = useT();
  const { openDialog, save } = useActions();
  const choosesForm = useApp(canHere('form'));
  const refused = useApp((state) => whyNotHere(state, 'write', t));
  const silent = useApp((state) => whyNotNow(state, t));
  const format = useApp((state) => state.settings.saveFormat);
  const [first] = image.names;
  return (
    <header className="insp-head">
      <div className="row insp-title">
        {first === undefined ? (
          <h2 className="row grow" tabIndex={-1}>
            <span className="dangling">{t('table.dangling')}</span>
            <span className="mono f12 t2">{shortDigest(image.id)}</span>
          </h2>
        ) : (
          <h2
            className="row grow insp-name"
            tabIndex={-1}
            aria-label={visibleText(splitName(first).repository)}
            {...tip(visibleText(first))}
          >
            <RepositoryText repository={splitName(first).repository} look="" lead="t2" />
          </h2>
        )}
        <IconButton
          icon="tag"
          size="sm"
          iconSize={16}
          label={t('inspector.tag')}
          shortcut="T"
          disabledReason={refused}
          onClick={() => openDialog({ kind: 'tag', image: image.id })}
        />
        <IconButton
          icon="save"
          size="sm"
          iconSize={16}
          label={t('inspector.save')}
          shortcut={`${t('key.ctrl')} S`}
          disabledReason={silent}
          onClick={() =>
            choosesForm ? openDialog({ kind: 'save', what: [image.id] }) : void save([image.id], format)
          }
        />
        <IconButton
          icon="delete"
          size="sm"
          iconSize={16}
          label={t('inspector.delete')}
          shortcut={t('key.delete')}
          disabledReason={refused}
          onClick={() => openDialog({ kind: 'remove', images: [image.id], names: [] })}
        />
        <MenuButton size="sm" label={t('inspector.more')} entries={() => imageMenu([image.id])} />
      </div>
      <ImageNames image={image} />
    </header>
  );
}

function Facts({
  image,
  detail,
}: {
  readonly image: ImageNode;
  readonly detail: ImageDetail | null;
}): ReactNode {
  const t = useT();
  const { revealImage } = useActions();
  const graph = useApp((state) => state.graph);
  const base = useMemo(() => graph && baseOf(graph, image), [graph, image]);
  return (
    <dl className="insp-facts">
      <DigestFact label={t('inspector.id')} digest={image.id} what="inspector.copy.id" />
      {image.manifests
        .filter((digest) => digest !== image.id)
        .map((digest) => (
          <DigestFact
            key={digest}
            label={t('inspector.digest')}
            digest={digest}
            what="inspector.copy.digest"
          />
        ))}
      <Fact label={t('inspector.created')}>
        <DateText iso={image.created} />
      </Fact>
      <PlatformFact image={image} platforms={detail?.platforms ?? []} />
      {base && (
        <Fact label={t('inspector.builtOn')}>
          <button
            type="button"
            className="link-btn insp-link ell"
            aria-label={visibleText(displayName(base.image))}
            onClick={() => revealImage(base.image.id)}
          >
            <ImageName image={base.image} />
          </button>
          <span className="t3 insp-fixed">{t('inspector.builtOn.layers', { count: base.layersAbove })}</span>
        </Fact>
      )}
      {detail && <RecordedFacts detail={detail} />}
    </dl>
  );
}

function RecordedFacts({ detail }: { readonly detail: ImageDetail }): ReactNode {
  const t = useT();
  const { author, comment, dockerVersion } = detail;
  const facts = [
    [t('inspector.author'), author],
    [t('inspector.comment'), comment],
    [
      t('inspector.docker'),
      dockerVersion === '' ? '' : t('inspector.docker.version', { version: dockerVersion }),
    ],
  ] as const;
  return facts.map(([label, text]) =>
    text === '' ? null : (
      <Fact key={label} label={label}>
        <LongText text={text} />
      </Fact>
    ),
  );
}
