import { useEffect, useRef, type FocusEvent, type ReactNode } from 'react';
import { useApp, useT } from '../../store/hooks';
import { ImageInspector } from './ImageInspector';
import { LayerInspector } from './LayerInspector';
import { NothingSelected } from './NothingSelected';
import { RunInspector } from './RunInspector';
import { SeveralImages } from './SeveralImages';

/** The right pane: what is selected, whatever view it was selected in. */
export function Inspector(): ReactNode {
  const t = useT();
  const selection = useApp((state) => state.selection);
  const index = useApp((state) => state.index);
  const images = selection.images.flatMap((id) => index?.images.get(id) ?? []);
  const layer = selection.layer === null ? undefined : index?.layers.get(selection.layer);
  const [one] = images;
  const pane = useRef<HTMLElement>(null);
  const held = useRef(false);
  useEffect(() => {
    // What was pressed here may be gone with the old selection: the focus stays in the pane, on its new title.
    if (!held.current || document.activeElement !== document.body) return;
    pane.current?.querySelector('h2')?.focus();
  }, [selection]);
  const left = ({ target, relatedTarget }: FocusEvent): void => {
    held.current =
      pane.current?.contains(relatedTarget) === true || (relatedTarget === null && !target.isConnected);
  };
  return (
    <aside
      ref={pane}
      className="inspector"
      onFocus={() => (held.current = true)}
      onBlur={left}
      aria-label={t('app.inspector')}
      data-pane="inspector"
    >
      {layer && selection.run ? (
        <RunInspector key={`${layer.chainId}+`} run={selection.run} />
      ) : layer ? (
        <LayerInspector key={layer.chainId} layer={layer} />
      ) : images.length > 1 ? (
        <SeveralImages images={images} />
      ) : one ? (
        <ImageInspector key={one.id} image={one} />
      ) : (
        <NothingSelected />
      )}
    </aside>
  );
}
