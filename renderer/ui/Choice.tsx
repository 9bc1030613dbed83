import { useEffect, useRef, type CSSProperties, type ReactNode } from 'react';

interface CheckBoxProps {
  readonly checked: boolean | 'mixed';
  readonly onChange: (checked: boolean) => void;
  /** Text beside the box; without it `aria-label` must name the box. */
  readonly label?: ReactNode;
  readonly 'aria-label'?: string;
  /** CSS colour of the box when on: a family's lineage colour. */
  readonly colour?: string;
  readonly disabled?: boolean;
  readonly className?: string;
  readonly tabIndex?: number;
}

/** A check box: a native input with our drawing. `mixed` shows a dash. */
export function CheckBox(props: CheckBoxProps): ReactNode {
  const { checked, onChange, label, colour, disabled = false, className = '', tabIndex } = props;
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (input.current) input.current.indeterminate = checked === 'mixed';
  }, [checked]);
  const style = colour
    ? ({ '--choice-colour': colour, '--choice-ink': 'var(--canvas)' } as CSSProperties)
    : undefined;
  return (
    <label className={`choice ${disabled ? 'disabled' : ''} ${className}`.trim()} style={style}>
      <span className="box">
        <input
          ref={input}
          type="checkbox"
          checked={checked === true}
          disabled={disabled}
          tabIndex={tabIndex}
          aria-label={props['aria-label']}
          onChange={(event) => onChange(event.target.checked)}
        />
        {checked !== false && (
          <svg viewBox="0 0 10 10" aria-hidden="true">
            <path d={checked === 'mixed' ? 'M2 5h6' : 'm1.8 5.3 2.1 2.2 4.3-4.7'} />
          </svg>
        )}
      </span>
      {label}
    </label>
  );
}

/** One choice of a {@link RadioGroup}. */
export interface RadioOption<V extends string> {
  readonly value: V;
  readonly label: ReactNode;
  /** A second line: what it means. */
  readonly hint?: ReactNode;
}

interface RadioGroupProps<V extends string> {
  readonly name: string;
  /** Name of the group, read aloud. */
  readonly label: string;
  readonly value: V;
  readonly options: readonly RadioOption<V>[];
  readonly onChange: (value: V) => void;
  readonly inline?: boolean;
}

/** One of several with an explanation each: native radio inputs with our drawing. */
export function RadioGroup<V extends string>(props: RadioGroupProps<V>): ReactNode {
  const { name, label, value, options, onChange, inline = false } = props;
  return (
    <div role="radiogroup" aria-label={label} className={inline ? 'radio-group inline' : 'radio-group'}>
      {options.map((option) => (
        <label key={option.value} className="choice">
          <span className="box radio">
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={option.value === value}
              onChange={() => onChange(option.value)}
            />
          </span>
          <span>
            {option.label}
            {option.hint != null && <span className="hint">{option.hint}</span>}
          </span>
        </label>
      ))}
    </div>
  );
}
