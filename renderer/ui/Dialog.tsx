import { useId, useRef, type FormEvent, type ReactNode } from 'react';
import { IconButton } from './Button';
import { dialogControl, useFocusBack } from './focusBack';
import { ModalFrame } from './overModal';
import { WholeNames } from './wholeNames';

interface Props {
  readonly title: string;
  readonly onClose: () => void;
  /** Name of the close button in the corner; none without it. */
  readonly closeLabel?: string;
  readonly children: ReactNode;
  /** Buttons, the one that acts last. */
  readonly footer?: ReactNode;
  /** CSS pixels. */
  readonly width?: number;
  /** Makes the dialog a form: Enter in a field or a submit button calls it. */
  readonly onSubmit?: () => void;
  /** `alertdialog` for a question about loss. */
  readonly role?: 'dialog' | 'alertdialog';
}

/**
 * A modal dialog on the platform's own `<dialog>`: the page behind is inert, Esc and a press on the backdrop close it,
 * the focus goes to `data-autofocus` or the first control and comes back at the end.
 */
export function Dialog(props: Props): ReactNode {
  const { title, onClose, closeLabel, children, footer, width = 440, onSubmit, role = 'dialog' } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const pressedOutside = useRef(false);
  const id = useId();

  useFocusBack(dialog, (element) => {
    element.showModal();
    const first = dialogControl(element);
    first?.focus();
    if (first instanceof HTMLInputElement && first.type === 'text') first.select();
    return () => element.close();
  });

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    onSubmit?.();
  };
  const content = (
    <>
      <div className="dialog-head">
        <h2 id={id}>{title}</h2>
        {closeLabel !== undefined && (
          <IconButton icon="close" size="sm" label={closeLabel} onClick={onClose} />
        )}
      </div>
      <div className="dialog-body">
        <WholeNames.Provider value>{children}</WholeNames.Provider>
      </div>
      {footer != null && <div className="dialog-foot">{footer}</div>}
    </>
  );
  const outside = (event: {
    readonly target: EventTarget;
    readonly clientX: number;
    readonly clientY: number;
  }) => {
    const box = dialog.current?.getBoundingClientRect();
    if (!box || event.target !== dialog.current) return false;
    const { clientX: x, clientY: y } = event;
    return x < box.left || x > box.right || y < box.top || y > box.bottom;
  };
  return (
    <dialog
      ref={dialog}
      role={role}
      aria-labelledby={id}
      className="dialog"
      style={{ width }}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === 'Escape') {
          event.preventDefault();
          onClose();
        }
      }}
      onPointerDown={(event) => (pressedOutside.current = outside(event))}
      onClick={(event) => {
        if (pressedOutside.current && outside(event)) onClose();
        pressedOutside.current = false;
      }}
    >
      {onSubmit ? (
        <form className="col dialog-form" onSubmit={submit}>
          {content}
        </form>
      ) : (
        content
      )}
      <ModalFrame />
    </dialog>
  );
}
