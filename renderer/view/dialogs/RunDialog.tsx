import { useEffect, useState, type ReactNode } from 'react';
import type { ImageId } from '../../../shared/image/digest';
import { displayName } from '../../../shared/graph/sharing';
import { listBounds, textBounds } from '../../../shared/ipc/textBounds';
import { commandWords } from '../../../shared/text/commandWords';
import { visibleText } from '../../../shared/text/format';
import { useActions, useApp, useBridge, useT } from '../../store/hooks';
import { Button } from '../../ui/Button';
import { CheckBox } from '../../ui/Choice';
import { Dialog } from '../../ui/Dialog';
import { Field } from '../../ui/Field';
import { tooLong } from '../fieldRoom';
import { useReply } from '../useReply';
import { TerminalSession } from '../workspace/terminalSession';
import { TerminalView } from '../workspace/TerminalView';
import { ProblemNotice } from './NameDialog';

type Tree = { readonly image: ImageId } | { readonly workspace: string };

/** Asks for a command: in a workspace it runs in its terminal, on an image in the dialog, and is thrown away. */
export function RunDialog({ tree }: { readonly tree: Tree }): ReactNode {
  const t = useT();
  const bridge = useBridge();
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
  const [running, setRunning] = useState<TerminalSession | null>(null);
  const [lost, setLost] = useState<string | null>(null);
  const own = value ? [...value.config.entrypoint, ...value.config.cmd].join(' ') : '';
  const typed = commandWords(text);
  const long =
    typed !== null && typed.length > listBounds.words
      ? t('terminal.tooManyWords', { most: listBounds.words })
      : (typed ?? []).map((word) => tooLong(t, word, textBounds.word)).find((each) => each !== null);
  const words = long === undefined ? typed : null;
  const name = 'workspace' in tree ? tree.workspace : node ? displayName(node) : '';
  const submit = (): void => {
    if (words === null) return;
    const command = words.length === 0 ? null : words;
    if ('workspace' in tree) {
      closeDialog();
      runIn(tree.workspace, command, network);
    } else setRunning(new TerminalSession(bridge, { tree, kind: 'run', command, network }, text));
  };
  const started = running !== null;
  // It is nobody's once the dialog is gone.
  useEffect(() => () => void running?.close(), [running]);
  const leave = (): void => {
    if (running?.live !== true) closeDialog();
    else
      void running.program().then((program) => {
        if (program === null || lost !== null) closeDialog();
        else setLost(program);
      });
  };
  return (
    <Dialog
      title={t('terminal.runTitle', { name: visibleText(name) })}
      closeLabel={t('app.close')}
      width={started ? 860 : 500}
      onClose={leave}
      {...(started ? {} : { onSubmit: submit })}
      footer={
        started ? (
          <>
            {lost !== null && (
              <span className="grow" role="alert">
                {t('terminal.closeText', { name: visibleText(lost) })}
              </span>
            )}
            {lost !== null && <Button onClick={() => setLost(null)}>{t('terminal.closeKeep')}</Button>}
            <Button variant={lost === null ? 'plain' : 'danger'} onClick={leave}>
              {t(lost === null ? 'app.close' : 'terminal.closeDo')}
            </Button>
          </>
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
          <TerminalView session={running} onClose={closeDialog} />
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
            trouble={long ?? (words === null ? t('terminal.commandHint') : null)}
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
