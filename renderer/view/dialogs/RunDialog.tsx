import { useEffect, useId, useState, useSyncExternalStore, type ReactNode } from 'react';
import type { ImageId } from '../../../shared/image/digest';
import { startWords } from '../../../shared/image/startWords';
import { displayName } from '../../../shared/graph/sharing';
import { listBounds, textBounds } from '../../../shared/ipc/textBounds';
import type { Translate } from '../../../shared/text/catalogue';
import { commandWords, quotedWords } from '../../../shared/text/commandWords';
import { visibleText } from '../../../shared/text/format';
import { runForm } from '../../store/forms';
import { useActions, useApp, useBridge, useForm, useT } from '../../store/hooks';
import { Button } from '../../ui/Button';
import { CheckBox } from '../../ui/Choice';
import { Dialog } from '../../ui/Dialog';
import { Field } from '../../ui/Field';
import { tooLong } from '../fieldRoom';
import { useReply } from '../useReply';
import { runPlan, TerminalSession } from '../workspace/terminalSession';
import { TerminalView } from '../workspace/TerminalView';
import { ProblemNotice } from './NameDialog';

type Tree = { readonly image: ImageId } | { readonly workspace: string };

/** The words of a field, and what is wrong with them; no words then. */
function typedWords(
  text: string,
  t: Translate,
): { readonly words: readonly string[] | null; readonly trouble: string | null } {
  const words = commandWords(text);
  if (words === null) return { words, trouble: t('terminal.openQuote') };
  const trouble =
    words.length > listBounds.words
      ? t('terminal.tooManyWords', { most: listBounds.words })
      : (words.map((word) => tooLong(t, word, textBounds.word)).find((each) => each !== null) ?? null);
  return trouble === null ? { words, trouble } : { words: null, trouble };
}

/** What stands in a field while nothing is typed: the image's own words. */
const placeholder = (words: readonly string[], t: Translate): string =>
  words.length === 0 ? t('terminal.none') : visibleText(quotedWords(words));

/** What there is to know of a terminal while none was started. */
const noTerminal = { subscribe: () => () => undefined, snapshot: () => null };

/** Asks for an entrypoint and a command, and says what will run: in a workspace it runs in its terminal, on an image in the dialog, and is thrown away. */
export function RunDialog({ tree }: { readonly tree: Tree }): ReactNode {
  const t = useT();
  const bridge = useBridge();
  const note = useId();
  const { closeDialog, formDone, runIn } = useActions();
  const [form] = useState(
    runForm(
      tree,
      useApp((state) => state.workspaces),
    ),
  );
  const id = useApp((state) =>
    'image' in tree
      ? tree.image
      : (state.workspaces.find(({ name }) => name === tree.workspace)?.image ?? null),
  );
  const node = useApp((state) => (id === null ? undefined : state.index?.images.get(id)));
  const support = useApp((state) => state.mountSupport);
  const { value } = useReply('image.inspect', id === null ? null : { image: id });
  const [values, fillIn] = useForm(form, { command: '', entrypoint: '', network: false });
  const { command: text, entrypoint: first, network } = values;
  const [running, setRunning] = useState<TerminalSession | null>(null);
  const [lost, setLost] = useState<string | null>(null);
  const own = value?.config ?? null;
  const command = typedWords(text, t);
  const entrypoint = typedWords(first, t);
  // An empty word alone is Docker's way to say that there is to be none.
  const isNone = entrypoint.words?.length === 1 && entrypoint.words[0] === '';
  const replaced = entrypoint.words !== null && entrypoint.words.length > 0;
  const what =
    command.words === null || entrypoint.words === null
      ? null
      : {
          command: command.words.length === 0 ? null : command.words,
          entrypoint: replaced ? (isNone ? [] : entrypoint.words) : null,
        };
  const words = what && own ? startWords(own, what) : null;
  const isReady = what !== null && words?.length !== 0;
  const name = 'workspace' in tree ? tree.workspace : node ? displayName(node) : '';
  const submit = (): void => {
    if (what === null || !isReady) return;
    if ('workspace' in tree) {
      closeDialog();
      runIn(tree.workspace, { ...what, network });
    } else {
      const title = [first, text].map((each) => each.trim()).filter((each) => each !== '');
      setRunning(new TerminalSession(bridge, { tree, ...runPlan({ ...what, network }) }, title.join(' ')));
    }
  };
  const started = running !== null;
  const shown = useSyncExternalStore(
    running?.subscribe ?? noTerminal.subscribe,
    running?.snapshot ?? noTerminal.snapshot,
  );
  const isOver = shown !== null && (shown.ended !== null || shown.problem !== null);
  const close = (): void => {
    // What came to nothing is to be put right: it stands there again.
    if (shown?.ended?.code === 0) formDone(form);
    closeDialog();
  };
  // It is nobody's once the dialog is gone.
  useEffect(() => () => void running?.close(), [running]);
  const leave = (): void => {
    if (running?.live !== true) close();
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
            {isOver && <Button onClick={() => setRunning(null)}>{t('terminal.change')}</Button>}
            {lost !== null && <Button onClick={() => setLost(null)}>{t('terminal.closeKeep')}</Button>}
            <Button variant={lost === null ? 'plain' : 'danger'} onClick={leave}>
              {t(lost === null ? 'app.close' : 'terminal.closeDo')}
            </Button>
          </>
        ) : (
          <>
            <Button onClick={closeDialog}>{t('operation.cancel')}</Button>
            <Button variant="primary" type="submit" disabled={!isReady}>
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
            label={t('terminal.entrypoint')}
            value={first}
            mono
            placeholder={own ? placeholder(own.entrypoint, t) : ''}
            hint={t(own?.entrypoint.length === 0 ? 'terminal.noEntrypointHint' : 'terminal.entrypointHint')}
            trouble={entrypoint.trouble}
            onChange={(typed) => fillIn({ entrypoint: typed })}
          />
          <Field
            label={t('terminal.command')}
            value={text}
            mono
            autoFocus
            placeholder={own ? placeholder(replaced ? [] : own.cmd, t) : ''}
            hint={t(replaced ? 'terminal.argumentsHint' : 'terminal.commandHint')}
            trouble={command.trouble}
            onChange={(typed) => fillIn({ command: typed })}
          />
          {words !== null && (
            <div className="field">
              <span className="field-label" id={`${note}-words`}>
                {t('terminal.willRun')}
              </span>
              <div className="run-words" role="status" aria-labelledby={`${note}-words`}>
                {words.length === 0 ? (
                  <span className="t3">{t('terminal.runsNothing')}</span>
                ) : (
                  <code className="mono selectable">{visibleText(quotedWords(words))}</code>
                )}
              </div>
            </div>
          )}
          <CheckBox
            checked={network}
            label={t('terminal.network')}
            onChange={(on) => fillIn({ network: on })}
          />
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
