import { useState, type ReactNode } from 'react';
import type { ImageId } from '../../../shared/image/digest';
import { displayName } from '../../../shared/graph/sharing';
import { commandWords } from '../../../shared/text/commandWords';
import { visibleText } from '../../../shared/text/format';
import { useActions, useApp, useT } from '../../store/hooks';
import { Button } from '../../ui/Button';
import { CheckBox } from '../../ui/Choice';
import { Dialog } from '../../ui/Dialog';
import { Field } from '../../ui/Field';
import { useReply } from '../useReply';
import { TerminalView } from '../workspace/TerminalView';
import { ProblemNotice } from './NameDialog';

type Tree = { readonly image: ImageId } | { readonly workspace: string };

/** Asks for a command: in a workspace it runs in its terminal, on an image in the dialog, and is thrown away. */
export function RunDialog({ tree }: { readonly tree: Tree }): ReactNode {
  const t = useT();
  const { closeDialog, runIn } = useActions();
  const id = useApp((state) =>
    'image' in tree
      ? tree.image
      : (state.workspaces.find(({ name }) => name === tree.workspace)?.image ?? null),
  );
  const node = useApp((state) => (id === null ? undefined : state.index?.images.get(id)));
  const support = useApp((state) => state.mountSupport);
  const { value } = useReply('image.inspect', id === null ? null : { image: id });
  const [text, setText] = useState('');
  const [network, setNetwork] = useState(false);
  const [running, setRunning] = useState<readonly string[] | null | undefined>(undefined);
  const own = value ? [...value.config.entrypoint, ...value.config.cmd].join(' ') : '';
  const words = commandWords(text);
  const name = 'workspace' in tree ? tree.workspace : node ? displayName(node) : '';
  const submit = (): void => {
    if (words === null) return;
    const command = words.length === 0 ? null : words;
    if ('workspace' in tree) {
      closeDialog();
      runIn(tree.workspace, command, network);
    } else setRunning(command);
  };
  const started = running !== undefined && 'image' in tree;
  return (
    <Dialog
      title={t('terminal.runTitle', { name: visibleText(name) })}
      closeLabel={t('app.close')}
      width={started ? 860 : 500}
      onClose={closeDialog}
      {...(started ? {} : { onSubmit: submit })}
      footer={
        started ? (
          <Button onClick={closeDialog}>{t('app.close')}</Button>
        ) : (
          <>
            <Button onClick={closeDialog}>{t('operation.cancel')}</Button>
            <Button variant="primary" type="submit" disabled={words === null}>
              {t('terminal.run')}
            </Button>
          </>
        )
      }
    >
      {started ? (
        <div className="run-terminal">
          <TerminalView
            onClose={closeDialog}
            plan={{ tree, kind: 'run', command: running === null ? null : [...running], network }}
          />
        </div>
      ) : (
        <div className="dialog-stack">
          <Field
            label={t('terminal.command')}
            value={text}
            mono
            autoFocus
            placeholder={visibleText(own)}
            hint={t('terminal.commandHint')}
            trouble={words === null ? t('terminal.commandHint') : null}
            onChange={setText}
          />
          <CheckBox checked={network} label={t('terminal.network')} onChange={setNetwork} />
          {'image' in tree && <p className="t3 f12">{t('terminal.runHint')}</p>}
          {support?.runtime === null && (
            <ProblemNotice
              problem={{ code: 'runtime-missing', facts: { packages: support.runtimePackages } }}
            />
          )}
        </div>
      )}
    </Dialog>
  );
}
