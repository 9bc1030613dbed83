import type { ReactNode } from 'react';
import { shortDigest } from '../../../shared/image/digest';
import type { ImageDetail } from '../../../shared/ipc/detail';
import { shownPiece } from '../../../shared/text/format';
import { useT } from '../../store/hooks';
import { Icon } from '../../ui/Icon';
import { tip } from '../../ui/Tooltip';
import { Bytes, CappedList, CopyButton, Section } from './parts';

const listed = 6;

type Artifact = ImageDetail['artifacts'][number];

/** A type or predicate without what all of them have. */
function shortType(type: string): string {
  return shownPiece(type.replace(/^https?:\/\/|^application\/(?:vnd\.)?/, '').replace(/\+json$/, ''));
}

/** What is kept with an image and is none: attestations, signatures, other artifacts; shown, never opened. */
export function Artifacts({ artifacts }: { readonly artifacts: readonly Artifact[] }): ReactNode {
  const t = useT();
  if (artifacts.length === 0) return null;
  const of = ({ kind, parts }: Artifact): string => t(`inspector.artifact.${kind}.parts`, { count: parts });
  return (
    <Section title={t('inspector.artifacts')} fold="artifacts" aside={artifacts.length}>
      <CappedList
        items={artifacts}
        cap={listed}
        className="insp-artifacts"
        label={t('inspector.artifacts')}
        render={(artifact) => (
          <li key={artifact.digest}>
            <Icon name={artifact.kind === 'artifact' ? 'file' : 'check'} size={14} />
            <div className="grow">
              <div className="row">
                <span className="b">{t(`inspector.artifact.${artifact.kind}`)}</span>
                <span className="t2">{of(artifact)}</span>
                <span className="right">
                  <Bytes bytes={artifact.size} />
                </span>
              </div>
              {(artifact.predicates.length > 0 ? artifact.predicates : [artifact.type])
                .filter((type) => type !== '')
                .map((type) => (
                  <div key={type} className="t2 insp-wrap selectable" {...tip(shownPiece(type))}>
                    {shortType(type)}
                  </div>
                ))}
              <div className="row mono f11 t3">
                <span className="selectable" {...tip(artifact.digest)}>
                  {shortDigest(artifact.digest)}
                </span>
                <CopyButton text={artifact.digest} what="inspector.copy.digest" />
              </div>
            </div>
          </li>
        )}
      />
    </Section>
  );
}
