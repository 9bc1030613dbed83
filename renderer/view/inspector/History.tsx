import { useState, type CSSProperties, type ReactNode } from 'react';
import type { ImageNode } from '../../../shared/graph/imageGraph';
import { plainCommand } from '../../../shared/graph/layerTitle';
import type { ImageDetail } from '../../../shared/ipc/detail';
import { formatBytes, visibleText, shownPiece } from '../../../shared/text/format';
import { titleOf } from '../../chart/layers/chartText';
import { useActions, useApp, useT } from '../../store/hooks';
import { tip } from '../../ui/Tooltip';
import { CappedList, CopyButton, DateText, Section } from './parts';

type Step = ImageDetail['history'][number];

const stepsListed = 40;
/** Characters of a command in a tooltip. */
const tipLength = 600;

interface Props {
  readonly image: ImageNode;
  /** Oldest first. */
  readonly steps: readonly Step[];
}

/** The steps that made an image, newest first as they lie on each other. A layer's step selects the layer. */
export function History({ image, steps }: Props): ReactNode {
  const t = useT();
  const family = useApp((state) => state.index?.familyOfImage.get(image.id));
  const layers = steps.filter(({ chainId }) => chainId !== null).length;
  const newest = [...steps].reverse();
  const style = { '--c': family ? `var(--lin-${family.colour})` : 'var(--text-3)' } as CSSProperties;
  return (
    <Section
      title={t('inspector.history')}
      aside={t('inspector.history.count', { layers, empty: steps.length - layers })}
    >
      {steps.length === 0 ? (
        <p className="f12 t3">{t('inspector.history.none')}</p>
      ) : (
        <div style={style}>
          <CappedList
            items={newest}
            cap={stepsListed}
            className="history"
            label={t('inspector.history')}
            render={(step, at) =>
              step.chainId === null ? (
                <EmptyStep key={at} step={step} />
              ) : (
                <LayerStep key={at} step={step} chainId={step.chainId} />
              )
            }
          />
        </div>
      )}
    </Section>
  );
}

function LayerStep({
  step,
  chainId,
}: {
  readonly step: Step;
  readonly chainId: NonNullable<Step['chainId']>;
}): ReactNode {
  const t = useT();
  const { selectLayer } = useActions();
  const command = plainCommand(step.createdBy);
  const layer = useApp(({ index }) => index?.layers.get(chainId));
  const shown = shownPiece(titleOf({ ...step, brings: layer?.brings }, t));
  return (
    <li className="step">
      <button
        type="button"
        className="step-row"
        onClick={() => selectLayer(chainId)}
        {...tip(command === '' ? shown : visibleText(command.slice(0, tipLength)))}
      >
        <span className="step-mark" />
        <span className="ell">{shown}</span>
        <span className={step.size === 0 ? 'num t3' : 'num t2'}>{formatBytes(step.size)}</span>
      </button>
    </li>
  );
}

/** A step without a layer; a press shows all of it. */
function EmptyStep({ step }: { readonly step: Step }): ReactNode {
  const t = useT();
  const [open, setOpen] = useState(false);
  const command = shownPiece(plainCommand(step.createdBy)) || shownPiece(step.comment) || t('graph.noStep');
  return (
    <li className="step empty">
      <button
        type="button"
        className="step-row"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        {...tip(t('inspector.history.empty'))}
      >
        <span className="step-mark" />
        <span className="ell mono f11">{command}</span>
        <span className="num">0 B</span>
      </button>
      {open && (
        <div className="step-more f11">
          <div className="mono selectable insp-wrap">{command}</div>
          <div className="row t3">
            <DateText iso={step.created} />
            <span className="right">
              <CopyButton text={step.createdBy} what="inspector.copy.command" />
            </span>
          </div>
        </div>
      )}
    </li>
  );
}
