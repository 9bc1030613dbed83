import type { ReactNode } from 'react';
import type { ImageNode } from '../../../shared/graph/imageGraph';
import { visibleText } from '../../../shared/text/format';
import { useT } from '../../store/hooks';
import { tip } from '../../ui/Tooltip';
import { CappedList, Section } from './parts';

const listed = 8;

/** The containers of an engine that use an image; nothing where there is none. */
export function Containers({ image }: { readonly image: ImageNode }): ReactNode {
  const t = useT();
  const { containers } = image;
  if (containers.length === 0) return null;
  return (
    <Section title={t('source.containers')} fold="containers" aside={containers.length}>
      <CappedList
        items={containers}
        cap={listed}
        className="insp-rows"
        render={({ name, state }) => (
          <li key={name} className="row f12 insp-file">
            <span className="ell m selectable" {...tip(visibleText(name))}>
              {visibleText(name)}
            </span>
            <span className="right t3">{visibleText(state)}</span>
          </li>
        )}
      />
    </Section>
  );
}
