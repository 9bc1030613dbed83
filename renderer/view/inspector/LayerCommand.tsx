import type { ReactNode } from 'react';
import type { ImageNode, LayerNode } from '../../../shared/graph/imageGraph';
import { plainCommand } from '../../../shared/graph/layerTitle';
import { shownPiece } from '../../../shared/text/format';
import { useActions, useT } from '../../store/hooks';
import { Button } from '../../ui/Button';
import { ImageName } from './ImageName';
import { CappedList, CopyButton, Section } from './parts';
import { RawText } from './RawText';

/** Characters in sight; the dialog shows all. */
const shownLength = 1500;
const stepsListed = 12;
const imagesListed = 4;

interface Props {
  readonly layer: LayerNode;
  /** Those that have it. */
  readonly images: readonly ImageNode[];
}

/** The step that made a layer as it was recorded, the empty ones right after it, and what other images say instead. */
export function LayerCommand({ layer, images }: Props): ReactNode {
  const t = useT();
  const { openDialog } = useActions();
  const { createdBy, emptySteps, stepsDiffer } = layer;
  const others = images.flatMap((image) => {
    const step = image.steps?.[layer.chainId];
    return step && step.createdBy !== createdBy ? [{ image, step }] : [];
  });
  return (
    <Section
      title={t('inspector.layer.command')}
      aside={createdBy !== '' && <CopyButton text={createdBy} what="inspector.copy.command" />}
    >
      {createdBy === '' ? (
        <p className="f12 t3">{t('inspector.layer.noCommand')}</p>
      ) : (
        <RawText
          text={createdBy}
          label={t('inspector.layer.command')}
          wrap
          className="insp-command"
          limit={shownLength}
        />
      )}
      {createdBy.length > shownLength && (
        <Button
          size="sm"
          icon="fit"
          className="insp-all"
          onClick={() => openDialog({ kind: 'raw', title: t('inspector.layer.command'), text: createdBy })}
        >
          {t('inspector.documents.large')}
        </Button>
      )}
      {emptySteps.length > 0 && (
        <>
          <p className="f12 t2 insp-note">{t('inspector.layer.then', { count: emptySteps.length })}</p>
          <ul className="insp-steps">
            {emptySteps.slice(0, stepsListed).map((step, at) => (
              <li key={at} className="mono f11 t2 insp-wrap selectable">
                {shownPiece(plainCommand(step.createdBy) || step.comment) || t('graph.noStep')}
              </li>
            ))}
            {emptySteps.length > stepsListed && (
              <li className="f12 t3">{t('dialog.more', { count: emptySteps.length - stepsListed })}</li>
            )}
          </ul>
        </>
      )}
      {stepsDiffer && (
        <p className="f12 t2 insp-note">{t('inspector.layer.stepsDiffer', { count: emptySteps.length })}</p>
      )}
      {others.length > 0 && (
        <>
          <p className="f12 t2 insp-note">{t('inspector.layer.others', { count: others.length })}</p>
          <CappedList
            items={others}
            cap={imagesListed}
            className="insp-steps"
            render={({ image, step }) => (
              <li key={image.id} className="f11 t2">
                <div>
                  <ImageName image={image} />
                </div>
                <div className="mono insp-wrap selectable">
                  {shownPiece(plainCommand(step.createdBy) || step.comment) || t('graph.noStep')}
                </div>
              </li>
            )}
          />
        </>
      )}
    </Section>
  );
}
