import { Fragment, type ReactNode } from 'react';
import { useActions, useT } from '../../store/hooks';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { Kbd } from '../../ui/Kbd';
import type { Command } from '../commands/command';
import { commandsFor } from '../commands/commands';

interface Row {
  readonly id: string;
  readonly label: string;
  /** Alternatives, each with its keys parted by spaces. */
  readonly keys: readonly string[];
}

/** Every step that Esc may take. */
const steps = [
  'clearSelection',
  'notice.dismiss',
  'lineage.leave',
  'view.leave',
  'page.leave',
  'place.close',
];

const groups = ['app', 'selection', 'view'] as const;
/** Commands that have their key only now and then: their rows stand always, in words for all times. */
const told: ReadonlySet<string> = new Set([...steps, 'copyIn']);
const heading = {
  app: 'shortcuts.general',
  selection: 'shortcuts.selection',
  view: 'shortcuts.view',
} as const satisfies Record<Command['group'], string>;

/** Every key that does something, made from the commands themselves. */
export function ShortcutsDialog(): ReactNode {
  const t = useT();
  const { closeDialog } = useActions();
  // Without a selection the commands have their general names.
  const commands = commandsFor({ images: [], layer: null });
  const ctrl = t('key.ctrl');
  const general: readonly Row[] = [
    { id: 'back', label: t('shortcuts.stepBack'), keys: [t('key.escape')] },
    { id: 'look', label: t('shortcuts.look'), keys: ['Alt'] },
  ];
  const copying: readonly Row[] = [{ id: 'copyIn', label: t('command.copyIn.plain'), keys: [`${ctrl} D`] }];
  const inGraph: readonly Row[] = [
    { id: 'travel', label: t('shortcuts.graph.travel'), keys: ['← ↑ ↓ →'] },
    { id: 'beside', label: t('shortcuts.graph.beside'), keys: [`${ctrl} ↑`, `${ctrl} ↓`] },
    { id: 'open', label: t('shortcuts.graph.open'), keys: [t('key.enter')] },
    { id: 'select', label: t('shortcuts.graph.select'), keys: [t('key.space')] },
    { id: 'fit', label: t('shortcuts.graph.fit'), keys: ['F'] },
    { id: 'zoom', label: t('shortcuts.graph.zoom'), keys: ['+', '−'] },
    { id: 'menu', label: t('shortcuts.graph.menu'), keys: [`${t('key.shift')} F10`] },
  ];
  const inMap: readonly Row[] = [
    { id: 'travel', label: t('shortcuts.map.travel'), keys: ['← ↑ ↓ →'] },
    { id: 'in', label: t('shortcuts.map.in'), keys: [t('key.enter'), '+'] },
    { id: 'out', label: t('shortcuts.map.out'), keys: [t('key.backspace'), t('key.escape')] },
    { id: 'select', label: t('shortcuts.graph.select'), keys: [t('key.space')] },
  ];
  const scale: Row = { id: 'scale', label: t('shortcuts.scale'), keys: [`${ctrl} +`, `${ctrl} −`] };
  return (
    <Dialog
      title={t('dialog.shortcuts.title')}
      width={760}
      closeLabel={t('app.close')}
      onClose={closeDialog}
      footer={
        <Button variant="primary" autoFocus onClick={closeDialog}>
          {t('app.close')}
        </Button>
      }
    >
      <div className="shortcuts" tabIndex={0} role="group" aria-label={t('dialog.shortcuts.title')}>
        {groups.map((group) => (
          <Group
            key={group}
            title={t(heading[group])}
            rows={[
              ...(group === 'app' ? general : group === 'selection' ? copying : []),
              ...commands.flatMap((command): Row[] =>
                command.group === group && command.shortcut !== undefined && !told.has(command.id)
                  ? [{ id: command.id, label: command.label, keys: [command.shortcut] }]
                  : [],
              ),
              ...(group === 'view' ? [scale] : []),
            ]}
          />
        ))}
        <Group title={t('shortcuts.graph')} rows={inGraph} />
        <Group title={t('shortcuts.map')} rows={inMap} />
      </div>
    </Dialog>
  );
}

function Group({ title, rows }: { readonly title: string; readonly rows: readonly Row[] }): ReactNode {
  const t = useT();
  if (rows.length === 0) return null;
  return (
    <section className="shortcut-group">
      <h3>{title}</h3>
      <dl>
        {rows.map(({ id, label, keys }) => (
          <div key={id} className="row">
            <dt className="grow">{label.replace(/…$/, '')}</dt>
            <dd className="row keys">
              {keys.map((chord, i) => (
                <Fragment key={chord}>
                  {i > 0 && <span className="f11 t3">{t('dialog.shortcuts.or')}</span>}
                  {chord.split(' ').map((key) => (
                    <Kbd key={key}>{key}</Kbd>
                  ))}
                </Fragment>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
