import type { ReactNode } from 'react';
import type { ImageNode } from '../../../shared/graph/imageGraph';
import type { Settings } from '../../../shared/ipc/settings';
import { displayName } from '../../../shared/graph/sharing';
import { formatBytes, groupDigits, shownNames, visibleText } from '../../../shared/text/format';
import { saveForm } from '../../store/forms';
import { useActions, useApp, useForm, useMarks, useT } from '../../store/hooks';
import { Button } from '../../ui/Button';
import { RadioGroup } from '../../ui/Choice';
import { Dialog } from '../../ui/Dialog';
import { InlineNotice } from '../../ui/InlineNotice';
import { Segmented } from '../../ui/Segmented';
import { Skeleton } from '../../ui/Skeleton';
import { ImageName } from '../inspector/ImageName';
import { useReply } from '../useReply';
import { ProblemNotice } from './NameDialog';
import { TargetHas } from './TargetHas';
import { useSubmit } from './useSubmit';

const imagesListed = 6;
const none: readonly never[] = [];
/** Names of which it is said that platforms are left out. */
const platformNotices = 3;

/** Saves images to one archive: the format, and what the file will hold. The place is asked for by the system. */
export function SaveDialog({ what }: { readonly what: readonly string[] }): ReactNode {
  const t = useT();
  const { closeDialog, save, changeSettings } = useActions();
  const source = useApp((state) => state.source);
  const graph = useApp((state) => state.graph);
  const { saveFormat, saveCompression } = useApp((state) => state.settings);
  const start = { format: saveFormat, compression: saveCompression, images: none, files: none };
  const [has, fillIn] = useForm(saveForm(what), start);
  const { format, compression: asked } = has;
  const compression = compressionIn(format, asked);
  const revision = graph?.revision ?? '';
  const except = has.images;
  const exceptFiles = has.files.filter(({ ticked }) => ticked).map(({ token }) => token);
  const request = { source, what, format, compression, except, exceptFiles };
  const preview = useReply('archive.previewSave', request, revision);
  const images = pickImages(graph?.images ?? [], what);
  const { value, loading, again, problem } = preview;
  const [first] = images;
  const title = t('dialog.save.title', {
    images: images.length === 1 ? 1 : what.length,
    name: first ? nameIn(first, what) : visibleText(what[0] ?? ''),
  });
  const comma = useMarks().listed;
  const { busy, failed, submit } = useSubmit();
  const counted = images.reduce((sum, { layers }) => sum + layers.length, 0);
  return (
    <Dialog
      title={title}
      width={480}
      closeLabel={t('app.close')}
      onClose={closeDialog}
      onSubmit={() => {
        if (!value || problem) return;
        changeSettings({ saveFormat: format, saveCompression: asked });
        submit(() => save(what, format, { compression, except, exceptFiles }));
      }}
      footer={
        <>
          <Button onClick={closeDialog}>{t('operation.cancel')}</Button>
          <Button variant="primary" type="submit" autoFocus disabled={!value || problem !== null || busy}>
            {t('dialog.save.button')}
          </Button>
        </>
      }
    >
      <div className="dialog-stack" aria-busy={loading}>
        {images.length > 1 && (
          <ul className="dialog-list">
            {images.slice(0, imagesListed).map((image) => (
              <li key={image.id} className="row">
                <ImageName image={{ id: image.id, names: namesIn(image, what) }} />
                <span className="right num t2">{formatBytes(image.size)}</span>
              </li>
            ))}
            {images.length > imagesListed && (
              <li className="t3 f12">{t('dialog.more', { count: images.length - imagesListed })}</li>
            )}
          </ul>
        )}
        <div className="field">
          <span className="field-label">{t('dialog.save.format')}</span>
          <RadioGroup
            name="save-format"
            label={t('dialog.save.format')}
            value={format}
            onChange={(picked) => fillIn({ format: picked })}
            options={[
              {
                value: 'docker-archive',
                label: t('dialog.save.docker'),
                hint: t('dialog.save.docker.hint'),
              },
              { value: 'oci-archive', label: t('dialog.save.oci'), hint: t('dialog.save.oci.hint') },
            ]}
          />
        </div>
        <div className="field">
          <span className="field-label">{t('dialog.save.compression')}</span>
          <Segmented
            label={t('dialog.save.compression')}
            value={compression}
            onChange={(picked) => fillIn({ compression: picked })}
            segments={[
              // A Docker archive holds layers plain in any case: one word for one thing.
              ...(format === 'docker-archive'
                ? [{ value: 'kept' as const, label: t('dialog.save.compression.none') }]
                : [
                    { value: 'kept' as const, label: t('dialog.save.compression.kept') },
                    { value: 'none' as const, label: t('dialog.save.compression.none') },
                  ]),
              { value: 'gzip', label: 'gzip' },
              ...(format === 'oci-archive' ? [{ value: 'zstd' as const, label: 'zstd' }] : []),
            ]}
          />
          <span className="field-hint">
            {t('dialog.save.compression.hint', { how: compression, format })}
          </span>
        </div>
        <TargetHas graph={graph} saved={images} has={has} onChange={fillIn} />
        {problem && <ProblemNotice problem={problem} again={again} />}
        {failed && <ProblemNotice problem={failed} />}
        {!value && !problem && <Skeleton rows={2} label={t('dialog.save.reading')} />}
        {value && (
          <dl className="dialog-facts" aria-live="polite">
            {first && images.length === 1 && namesIn(first, what).length > 1 && (
              <>
                <dt>{t('dialog.save.names')}</dt>
                <dd>{shownNames(namesIn(first, what))}</dd>
              </>
            )}
            <dt>{t('dialog.save.layers')}</dt>
            <dd className="num">{t('dialog.save.layers.once', { layers: value.layers, all: counted })}</dd>
            {value.leftOut.layers > 0 && (
              <>
                <dt>{t('dialog.save.left')}</dt>
                <dd className="num">
                  {t('dialog.save.left.layers', {
                    layers: value.leftOut.layers,
                    bytes: formatBytes(value.leftOut.bytes),
                  })}
                </dd>
              </>
            )}
            <dt>{t('dialog.save.size')}</dt>
            <dd className="num">
              <span className="m">{formatBytes(value.bytes)}</span>
              <span className="t3">
                {value.exact ? t('app.bytes', { exact: groupDigits(value.bytes) }) : t('dialog.save.before')}
              </span>
            </dd>
          </dl>
        )}
        {value?.otherPlatforms.slice(0, platformNotices).map(({ name, platform, others }) => (
          <InlineNotice key={`${name} ${platform}`} tone="warn">
            {t('dialog.save.platforms', { name: visibleText(name), platform, others: others.join(comma) })}
          </InlineNotice>
        ))}
        {value?.sharedNames.slice(0, platformNotices).map(({ name, platform, others }) => (
          <InlineNotice key={`once ${name}`} tone="warn">
            {t('dialog.save.nameOnce', { name: visibleText(name), platform, others: others.join(comma) })}
          </InlineNotice>
        ))}
        {value?.namesLeftOut.slice(0, platformNotices).map((name) => (
          <InlineNotice key={name} tone="warn">
            {t('dialog.save.nameLeft', { name: visibleText(name) })}
          </InlineNotice>
        ))}
        {value !== undefined && value !== null && value.lostReferrers > 0 && (
          <InlineNotice tone="warn">
            {t(format === 'docker-archive' ? 'dialog.save.referrersNoRoom' : 'dialog.save.referrers', {
              count: value.lostReferrers,
            })}
          </InlineNotice>
        )}
        {images.some((image) => image.names.length === 0) && (
          <InlineNotice tone="plain">{t('dialog.save.unnamed')}</InlineNotice>
        )}
      </div>
    </Dialog>
  );
}

/** What becomes of layers in a form of archive: Docker's holds them plain where they are kept, and Docker before 23 reads no zstd in it. */
function compressionIn(
  format: Settings['saveFormat'],
  asked: Settings['saveCompression'],
): Settings['saveCompression'] {
  if (format !== 'docker-archive') return asked;
  return asked === 'none' ? 'kept' : asked === 'zstd' ? 'gzip' : asked;
}

/** The images that IDs and names stand for, each once. */
function pickImages(all: readonly ImageNode[], what: readonly string[]): readonly ImageNode[] {
  const wanted = new Set(what);
  return all.filter(({ id, names }) => wanted.has(id) || names.some((name) => wanted.has(name)));
}

/** The names of an image that are saved: all when it was picked by its ID. */
function namesIn({ id, names }: ImageNode, what: readonly string[]): readonly string[] {
  return what.includes(id) ? names : names.filter((name) => what.includes(name));
}

function nameIn(image: ImageNode, what: readonly string[]): string {
  return visibleText(displayName({ id: image.id, names: namesIn(image, what) }));
}
