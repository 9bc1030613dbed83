import type { ReactNode } from 'react';
import { visibleText } from '../../shared/text/format';
import { CutText } from './CutText';

interface Props {
  readonly repository: string;
  /** Classes of its last part, and of what stands before that. */
  readonly last?: string;
  readonly lead?: string;
}

/**
 * A repository, in a flexible row, of which the registry and the namespaces are cut first: its last part tells
 * images apart, and is cut in its middle. */
export function RepositoryText({ repository, last = 'm', lead = last }: Props): ReactNode {
  const slash = repository.lastIndexOf('/') + 1;
  return (
    <>
      {slash > 0 && (
        <span className={`ell repository-lead ${lead}`.trim()}>
          {visibleText(repository.slice(0, slash))}
        </span>
      )}
      <CutText text={repository.slice(slash)} className={`repository-last ${last}`.trim()} />
    </>
  );
}
