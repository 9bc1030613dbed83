import { useId, type KeyboardEvent, type ReactNode, type Ref } from 'react';
import { Icon, type IconName } from './Icon';

interface TextInputProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly id?: string | undefined;
  readonly placeholder?: string | undefined;
  readonly icon?: IconName | undefined;
  /** At the end of the field: a count, a key cap, a clear button. */
  readonly after?: ReactNode;
  readonly invalid?: boolean | undefined;
  readonly disabled?: boolean | undefined;
  /** `soft`: on a bar, sunken until it has the focus. */
  readonly look?: 'plain' | 'soft' | undefined;
  readonly size?: 'sm' | 'md' | undefined;
  readonly mono?: boolean | undefined;
  readonly autoFocus?: boolean | undefined;
  /** More letters than this are not taken in. */
  readonly most?: number | undefined;
  readonly onKeyDown?: ((event: KeyboardEvent<HTMLInputElement>) => void) | undefined;
  readonly ref?: Ref<HTMLInputElement> | undefined;
  readonly className?: string | undefined;
  readonly 'aria-label'?: string | undefined;
  readonly 'aria-describedby'?: string | undefined;
}

/** A one-line text field. */
export function TextInput(props: TextInputProps): ReactNode {
  const { value, onChange, icon, after, invalid = false, disabled = false, look, size, mono = false } = props;
  const classes = [
    'input',
    look === 'soft' && 'soft',
    size === 'sm' && 'sm',
    invalid && 'invalid',
    disabled && 'disabled',
    props.className,
  ];
  return (
    <div
      className={classes.filter(Boolean).join(' ')}
      onPointerDown={(event) => {
        const input = event.currentTarget.querySelector('input');
        if (event.target !== input && !(event.target as Element).closest('button')) {
          event.preventDefault();
          input?.focus();
        }
      }}
    >
      {icon && <Icon name={icon} size={14} />}
      <input
        ref={props.ref}
        id={props.id}
        type="text"
        className={mono ? 'mono' : undefined}
        value={value}
        placeholder={props.placeholder}
        disabled={disabled}
        maxLength={props.most}
        autoComplete="off"
        autoCorrect="off"
        spellCheck={false}
        aria-label={props['aria-label']}
        aria-describedby={props['aria-describedby']}
        aria-invalid={invalid || undefined}
        data-autofocus={props.autoFocus === true || undefined}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={props.onKeyDown}
      />
      {after}
    </div>
  );
}

interface FieldProps extends Omit<TextInputProps, 'id' | 'invalid' | 'aria-label' | 'aria-describedby'> {
  readonly label: string;
  readonly hint?: ReactNode;
  /** What is wrong with the value and how to make it right; marks the field. */
  readonly trouble?: ReactNode;
}

const isBad = (trouble: ReactNode): boolean => trouble != null && trouble !== '' && trouble !== false;

/** A text field with its label above and a hint or trouble below. */
export function Field({ label, hint, trouble, ...input }: FieldProps): ReactNode {
  const id = useId();
  const bad = isBad(trouble);
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <TextInput
        {...input}
        id={id}
        invalid={bad}
        aria-describedby={bad || hint != null ? `${id}-note` : undefined}
      />
      {bad ? (
        <div id={`${id}-note`} className="field-trouble" role="alert">
          {trouble}
        </div>
      ) : (
        hint != null && (
          <div id={`${id}-note`} className="field-hint">
            {hint}
          </div>
        )
      )}
    </div>
  );
}

/** A field of some lines, with its label above and trouble below. */
export function TextArea({
  label,
  value,
  trouble,
  onChange,
}: Pick<FieldProps, 'label' | 'value' | 'trouble' | 'onChange'>): ReactNode {
  const id = useId();
  const bad = isBad(trouble);
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <textarea
        id={id}
        className="textarea"
        rows={2}
        value={value}
        aria-invalid={bad || undefined}
        aria-describedby={bad ? `${id}-note` : undefined}
        onChange={(event) => onChange(event.target.value)}
      />
      {bad && (
        <div id={`${id}-note`} className="field-trouble" role="alert">
          {trouble}
        </div>
      )}
    </div>
  );
}
