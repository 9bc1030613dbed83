import { useState, type ReactNode } from 'react';
import { commandLine } from '../../../shared/image/compareConfigs';
import type { ImageDetail, KeyValue } from '../../../shared/ipc/detail';
import { useT } from '../../store/hooks';
import { Icon } from '../../ui/Icon';
import { CappedList, CopyButton, Fact, FoldedText, Section } from './parts';

const pairsListed = 30;

/** What a container of the image starts with; what is not set is left out. */
export function ConfigSection({ config }: { readonly config: ImageDetail['config'] }): ReactNode {
  const t = useT();
  const lines = [
    [t('inspector.entrypoint'), commandLine(config.entrypoint)],
    [t('inspector.cmd'), commandLine(config.cmd)],
    [t('inspector.workdir'), config.workingDir],
    [t('inspector.user'), config.user],
    [t('inspector.ports'), config.ports.join(', ')],
    [t('inspector.volumes'), config.volumes.join(', ')],
    [t('inspector.stopSignal'), config.stopSignal],
    [t('inspector.healthcheck'), commandLine(config.healthcheck)],
  ] as const;
  const set = lines.filter(([, text]) => text !== '');
  const { env, labels } = config;
  const nothing = set.length === 0 && env.length === 0 && labels.length === 0;
  return (
    <Section title={t('inspector.config')} fold="config">
      {nothing ? (
        <p className="f12 t3">{t('inspector.config.none')}</p>
      ) : (
        <dl className="insp-facts">
          {set.map(([label, text]) => (
            <Fact key={label} label={label} mono>
              <FoldedText text={text} className="grow" />
              <CopyButton text={text} what="inspector.copy.value" />
            </Fact>
          ))}
          {env.length > 0 && (
            <Pairs
              label={t('inspector.env')}
              count={t('inspector.env.count', { count: env.length })}
              pairs={env}
              what="inspector.copy.env"
            />
          )}
          {labels.length > 0 && (
            <Pairs
              label={t('inspector.labels')}
              count={t('inspector.labels.count', { count: labels.length })}
              pairs={labels}
              what="inspector.copy.labels"
            />
          )}
        </dl>
      )}
    </Section>
  );
}

interface PairsProps {
  readonly label: string;
  readonly count: string;
  readonly pairs: readonly KeyValue[];
  readonly what: 'inspector.copy.env' | 'inspector.copy.labels';
}

/** Names with values: their number, and all of them on demand. */
function Pairs({ label, count, pairs, what }: PairsProps): ReactNode {
  const t = useT();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Fact label={label}>
        <button
          type="button"
          className="insp-disclose"
          aria-expanded={open}
          aria-label={`${label} – ${count}`}
          onClick={() => setOpen(!open)}
        >
          {count}
          <Icon name={open ? 'chevronUp' : 'chevronDown'} size={12} />
        </button>
        <CopyButton text={pairs.map(({ key, value }) => `${key}=${value}`)} what={what} />
      </Fact>
      {open && (
        <dd className="insp-pairs">
          <CappedList
            items={pairs}
            cap={pairsListed}
            label={label}
            render={({ key, value }, at) => (
              <li key={at} className="selectable mono f11">
                <FoldedText text={key} className="t3" />
                {value === '' ? (
                  <span className="t3">{t('inspector.emptyValue')}</span>
                ) : (
                  <FoldedText text={value} />
                )}
              </li>
            )}
          />
        </dd>
      )}
    </>
  );
}
