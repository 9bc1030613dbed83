import type { ReactNode } from 'react';
import { splitName } from '../../shared/image/reference';
import { visibleText } from '../../shared/text/format';
import { tip } from '../ui/Tooltip';
import { RepositoryText } from './RepositoryText';

interface Props {
  readonly name: string;
  readonly tooltip?: string;
  readonly weight?: 'm' | '';
}

/** An image's name of which only the repository is cut, never the tag. */
export function NameText({ name, tooltip, weight = 'm' }: Props): ReactNode {
  const { repository, tag } = splitName(name);
  return (
    <span className="name-text" {...tip(tooltip ?? visibleText(name))}>
      <RepositoryText repository={repository} last={weight} />
      {tag !== '' && (
        <span className="name-tag">{`${name.includes('@') ? '@' : ':'}${visibleText(tag)}`}</span>
      )}
    </span>
  );
}
