import { useEffect, useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import { useActions, useT } from '../../store/hooks';
import { Kbd } from '../../ui/Kbd';

/** Whether a dialog waits for an answer. */
const isAsked = (): boolean => document.querySelector('dialog[open].dialog') !== null;

/**
 * Takes files that are dragged over the window: to load them, with Alt held only to look at them where they lie. Before the drop the browser tells only how many there are; names come
 * with the drop, the kind is told from the content while it is read.
 */
export function DropOverlay(): ReactNode {
  const t = useT();
  const { loadDropped, refuse } = useActions();
  /** Files are held over a window that asks something. */
  const [waits, setWaits] = useState(false);
  const [files, setFiles] = useState<number | null>(null);
  const [look, setLook] = useState(false);

  useEffect(() => {
    const filesOf = (event: DragEvent): number =>
      [...(event.dataTransfer?.items ?? [])].filter(({ kind }) => kind === 'file').length;
    const over = (event: DragEvent): void => {
      event.preventDefault();
      // A question is about what is in view: nothing takes its place while it is asked.
      const asks = isAsked();
      const count = asks ? 0 : filesOf(event);
      setWaits(asks && filesOf(event) > 0);
      if (event.dataTransfer) event.dataTransfer.dropEffect = count > 0 ? 'copy' : 'none';
      setFiles(count > 0 ? count : null);
      setLook(event.altKey);
    };
    const leave = (event: DragEvent): void => {
      // Only when the pointer leaves the window: elements inside of it send the same event.
      if (event.relatedTarget !== null) return;
      setFiles(null);
      setWaits(false);
    };
    const end = (): void => {
      setFiles(null);
      setWaits(false);
    };
    const drop = (event: DragEvent): void => {
      event.preventDefault();
      end();
      if (isAsked()) {
        if (filesOf(event) > 0) refuse((words) => words('app.drop.asked'));
        return;
      }
      const dropped = [...(event.dataTransfer?.files ?? [])];
      if (dropped.length > 0 || filesOf(event) > 0) void loadDropped(dropped, event.altKey);
    };
    document.addEventListener('dragenter', over);
    document.addEventListener('dragover', over);
    document.addEventListener('dragleave', leave);
    document.addEventListener('drop', drop);
    document.addEventListener('dragend', end);
    return () => {
      document.removeEventListener('dragenter', over);
      document.removeEventListener('dragover', over);
      document.removeEventListener('dragleave', leave);
      document.removeEventListener('drop', drop);
      document.removeEventListener('dragend', end);
    };
  }, [loadDropped, refuse]);

  if (waits) return <DropWaits />;
  if (files === null) return null;
  const title = t(look ? 'app.drop.look' : 'app.drop.title', { files });
  return (
    <div className="drop-overlay" role="region" aria-label={title}>
      <div className="drop-target">
        <h2>{title}</h2>
        <p className="t2">{t(look ? 'app.drop.look.hint' : 'app.drop.hint')}</p>
        {!look && <p className="f12 t2">{t('app.drop.alt')}</p>}
        <p className="f12 t2">
          <Kbd>{t('key.escape')}</Kbd> {t('app.drop.cancel')}
        </p>
      </div>
    </div>
  );
}

/** Over the dialog that is open: why files that are held over it cannot be dropped. */
function DropWaits(): ReactNode {
  const t = useT();
  const card = useRef<HTMLDivElement>(null);
  // A dialog lies above all that is not itself shown above the page.
  useLayoutEffect(() => card.current?.showPopover(), []);
  return (
    <div ref={card} popover="manual" className="drop-waits notice" role="status">
      {t('app.drop.asked')}
    </div>
  );
}
