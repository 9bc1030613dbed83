import type { ReactNode } from 'react';
import { splitName } from '../../shared/image/reference';
import { visibleText } from '../../shared/text/format';
import { tip } from '../ui/Tooltip';
import { CutText } from './CutText';
import { RepositoryText } from './RepositoryText';

interface Props {
  readonly name: string;
  readonly tooltip?: string;
  readonly weight?: 'm' | '';
}

/** An image's name of which the repository is cut first, then the tag in its middle. */
export function NameText({ name, tooltip, weight = 'm' }: Props): ReactNode {
  const { repository, tag } = splitName(name);
  return (
    <span className="name-text" {...tip(tooltip ?? visibleText(name))}>
      <RepositoryText repository={repository} last={weight} />
      {tag !== '' && <CutText text={`${name.includes('@') ? '@' : ':'}${tag}`} className="name-tag" />}
    </span>
  );
}
