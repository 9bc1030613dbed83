import { useMemo, type MouseEvent, type ReactNode } from 'react';
import { shortDigest, type ImageId } from '../../../shared/image/digest';
import { platformText } from '../../../shared/image/platform';
import type { ImageNode } from '../../../shared/graph/imageGraph';
import { platformTwins } from '../../../shared/graph/platformTwins';
import type { Settings } from '../../../shared/ipc/settings';
import {
  formatBytes,
  formatDate,
  formatUtc,
  groupDigits,
  isNoDate,
  shownNames,
  visibleText,
  visibleName,
} from '../../../shared/text/format';
import { useActions, useApp, useLanguage, useT } from '../../store/hooks';
import { SizeBar } from '../../ui/Amounts';
import { CheckBox } from '../../ui/Choice';
import { Icon } from '../../ui/Icon';
import { tip } from '../../ui/Tooltip';
import { CutText } from '../CutText';
import { grabImages } from '../drag/imageDrag';
import { NameInWords } from '../NameText';
import { RepositoryText } from '../RepositoryText';
import { builtOn, type TableRow } from './rows';

type Column = Settings['tableSort']['column'];

/** ID of the element that draws an image's line. */
export const rowId = (id: ImageId): string => `row-${id.slice(7)}`;

interface HeadProps {
  readonly column: Column;
  readonly right: boolean;
  readonly sort: Settings['tableSort'];
}

/** The head of a column: a press sorts by it, another turns the order round. */
export function Head({ column, right, sort }: HeadProps): ReactNode {
  const t = useT();
  const { changeSettings } = useActions();
  const on = sort.column === column;
  // Numbers and dates are asked for from the top, names from A.
  const descending = on ? !sort.descending : !['repository', 'tag', 'id'].includes(column);
  return (
    <span
      role="columnheader"
      aria-sort={on ? (sort.descending ? 'descending' : 'ascending') : 'none'}
      className={right ? 'r' : undefined}
    >
      <button
        type="button"
        className={on ? 'on' : undefined}
        onClick={() => changeSettings({ tableSort: { column, descending } })}
      >
        {t(`table.${column}`)}
        {on && <Icon name={sort.descending ? 'chevronDown' : 'chevronUp'} size={12} />}
      </button>
    </span>
  );
}

/** The head of a group; a press selects its images. */
export function GroupRow({
  row,
  place,
}: {
  readonly row: Extract<TableRow, { kind: 'group' }>;
  readonly place: number;
}): ReactNode {
  const t = useT();
  const { selectImages } = useActions();
  return (
    <div className="table-group" role="row" aria-rowindex={place + 2}>
      <span role="gridcell" className="row">
        <span className="swatch" style={{ background: `var(--lin-${row.colour})` }} />
        <button type="button" className="m ell" onClick={() => selectImages(row.images.map(({ id }) => id))}>
          {row.title === '' ? t('table.dangling') : visibleText(row.title)}
        </button>
        <span className="t3 num">{row.images.length}</span>
      </span>
    </div>
  );
}

interface ImageRowProps {
  readonly row: Extract<TableRow, { kind: 'image' }>;
  readonly place: number;
  readonly on: boolean;
  readonly tabbable: boolean;
  readonly largest: number;
  readonly wide: boolean;
  readonly onClick: (event: MouseEvent) => void;
  readonly onOpen: () => void;
  readonly onToggle: () => void;
  readonly onMenu: (at: { x: number; y: number } | Element) => void;
}

/** A line of the table. */
export function ImageRow(props: ImageRowProps): ReactNode {
  const t = useT();
  const language = useLanguage();
  const { row, place, on, tabbable, largest, wide } = props;
  const { image } = row;
  const index = useApp((state) => state.index);
  const family = index?.familyOfImage.get(image.id);
  const dangling = image.names.length === 0;
  const more = image.names.length - 1;
  // Two of one name are told apart by their platform, also where it has no column.
  const twin = index ? platformTwins(index.graph.images).get(image.id) : undefined;
  return (
    <div
      id={rowId(image.id)}
      className={on ? 'table-row on' : 'table-row'}
      role="row"
      aria-rowindex={place + 2}
      aria-selected={on}
      tabIndex={tabbable ? 0 : -1}
      {...(tabbable ? { 'data-pane-focus': '' } : {})}
      onPointerDown={({ nativeEvent, target }) => {
        if (target instanceof Element && !target.closest('input, label')) grabImages(nativeEvent, [image.id]);
      }}
      onClick={props.onClick}
      onDoubleClick={props.onOpen}
      onContextMenu={(event) => {
        event.preventDefault();
        props.onMenu(event.button === 2 ? { x: event.clientX, y: event.clientY } : event.currentTarget);
      }}
    >
      <span role="gridcell" onClick={(event) => event.stopPropagation()}>
        <CheckBox
          checked={on}
          tabIndex={-1}
          aria-label={visibleText(image.names[0] ?? shortDigest(image.id))}
          onChange={props.onToggle}
        />
      </span>
      <span role="gridcell" className="row">
        <span className="swatch" style={{ background: `var(--lin-${family?.colour ?? 12})` }} />
        {dangling ? (
          <span className="dangling ell">{t('table.dangling')}</span>
        ) : (
          <span className="repository-text" {...tip(visibleText(row.repository))}>
            <RepositoryText repository={row.repository} lead="t2" />
          </span>
        )}
      </span>
      <span role="gridcell" className="row tight">
        {dangling ? (
          <span className="t3">{t('table.noTag')}</span>
        ) : (
          <span className="row-name" {...tip(visibleText(row.tag))}>
            <CutText text={row.tag} />
          </span>
        )}
        {!wide && twin !== undefined && <span className="row-twin t3">{visibleText(twin)}</span>}
        {more > 0 && (
          <span className="tag" {...tip(shownNames(image.names.slice(1), '\n'))}>
            {more === 1 ? <CutText text={otherTag(image, row.repository)} /> : `+${more}`}
          </span>
        )}
      </span>
      <span role="gridcell" className="mono f11 t2">
        {shortDigest(image.id)}
      </span>
      <span
        role="gridcell"
        className="t2 num ell"
        {...(isNoDate(image.created) ? {} : tip(formatUtc(image.created)))}
      >
        {isNoDate(image.created) ? t('table.noDate') : formatDate(image.created, language)}
      </span>
      <Amount bytes={image.size} className="m" />
      <Amount bytes={image.shared} className="t2" />
      <Amount bytes={image.unique} className="" />
      <span role="gridcell" className="table-bar">
        <SizeBar
          thin
          width={Math.max(10, (image.size / largest) * (wide ? 112 : 40))}
          parts={[
            { kind: 'shared', bytes: image.shared },
            { kind: 'unique', bytes: image.unique },
          ]}
        />
      </span>
      {wide && <BuiltOn image={image} />}
      {wide && (
        <span role="gridcell" className="t3 ell">
          {visibleName(platformText(image))}
        </span>
      )}
    </div>
  );
}

function Amount({ bytes, className }: { readonly bytes: number; readonly className: string }): ReactNode {
  const t = useT();
  return (
    <span
      role="gridcell"
      className={`r num ${bytes === 0 ? 't3' : className}`}
      {...tip(t('app.bytes', { exact: groupDigits(bytes) }))}
    >
      {formatBytes(bytes)}
    </span>
  );
}

function BuiltOn({ image }: { readonly image: ImageNode }): ReactNode {
  const graph = useApp((state) => state.graph);
  const base = useMemo(() => graph && builtOn(graph, image), [graph, image]);
  return (
    <span role="gridcell" className="t2 row-name">
      {base && <NameInWords name={base.name} say={(name) => `${name} + ${base.layers}`} />}
    </span>
  );
}

/** The second name, without the repository where it is the same. */
function otherTag({ names }: ImageNode, repository: string): string {
  const second = names[1] ?? '';
  return second.startsWith(`${repository}:`) ? second.slice(repository.length + 1) : second;
}
