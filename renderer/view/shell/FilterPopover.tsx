import { useState, type ReactNode, type RefObject } from 'react';
import { parseFilter, tokenValue, withToken, type TokenKind } from '../../../shared/graph/filterQuery';
import { useActions, useApp, useT } from '../../store/hooks';
import { Field } from '../../ui/Field';
import { Popover } from '../../ui/Popover';
import { Segmented, type Segment } from '../../ui/Segmented';

interface Props {
  readonly anchor: RefObject<HTMLElement | null>;
  readonly onClose: () => void;
}

/** What can be chosen with a press, with its name; anything else can be typed. */
const choices = {
  size: [
    ['<100MB', 'filter.size.small'],
    ['>100MB', 'filter.size.large'],
    ['>1GB', 'filter.size.huge'],
  ],
  age: [
    ['<7d', 'filter.age.week'],
    ['<30d', 'filter.age.month'],
    ['>90d', 'filter.age.old'],
  ],
  dangling: [
    ['true', 'filter.dangling.only'],
    ['false', 'filter.dangling.none'],
  ],
} as const;

/** Filters by repository, label, size, age and name: each writes its token into the filter field. */
export function FilterPopover({ anchor, onClose }: Props): ReactNode {
  const t = useT();
  return (
    <Popover label={t('filter.title')} anchor={anchor} onClose={onClose} className="filter-popover">
      <TokenField kind="repo" label={t('filter.repository')} placeholder="shop-*" />
      <TokenField kind="label" label={t('filter.label')} placeholder="team=web" />
      <TokenChoice kind="size" />
      <TokenChoice kind="age" />
      <TokenChoice kind="dangling" />
      <p className="f11 t3">{t('filter.hint')}</p>
      <p className="f11 t2 mono filter-example">
        repo:shop-* label:team=web size:&gt;100MB age:&lt;30d -dangling:true
      </p>
    </Popover>
  );
}

function TokenField(props: {
  readonly kind: TokenKind;
  readonly label: string;
  readonly placeholder: string;
}): ReactNode {
  const { kind, label, placeholder } = props;
  const { setFilter } = useActions();
  const filter = useApp((state) => state.filter);
  const held = tokenValue(parseFilter(filter), kind) ?? '';
  const [typed, setTyped] = useState(held);
  return (
    <Field
      label={label}
      size="sm"
      placeholder={placeholder}
      // A space at the end belongs to what is still being typed.
      value={typed.trim() === held ? typed : held}
      onChange={(value) => {
        setTyped(value);
        const clean = value.replaceAll('"', '').trim();
        setFilter(withToken(filter, kind, clean === '' ? null : clean));
      }}
    />
  );
}

function TokenChoice({ kind }: { readonly kind: keyof typeof choices }): ReactNode {
  const t = useT();
  const { setFilter } = useActions();
  const filter = useApp((state) => state.filter);
  const held = tokenValue(parseFilter(filter), kind) ?? '';
  const segments: Segment<string>[] = [
    { value: '', label: t('filter.any') },
    ...choices[kind].map(([value, label]) => ({ value, label: t(label) })),
  ];
  // What was typed and is none of these stands beside them.
  if (!segments.some(({ value }) => value === held)) segments.push({ value: held, label: held });
  return (
    <div className="field">
      <span className="filter-label" aria-hidden="true">
        {t(`filter.${kind}`)}
      </span>
      <Segmented
        size="sm"
        label={t(`filter.${kind}`)}
        value={held}
        segments={segments}
        onChange={(value) => setFilter(withToken(filter, kind, value === '' ? null : value))}
      />
    </div>
  );
}
