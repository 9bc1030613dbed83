import { useEffect, useMemo, useState, type ReactNode } from 'react';
import type { ImageId } from '../../../shared/image/digest';
import { displayName } from '../../../shared/graph/sharing';
import type { Problem } from '../../../shared/image/problem';
import { describeProblem } from '../../../shared/text/problemText';
import { visibleText } from '../../../shared/text/format';
import { imageForm, nameForm } from '../../store/forms';
import type { Form } from '../../store/formValues';
import { useActions, useApp, useForm, useLanguage, useT } from '../../store/hooks';
import type { DialogState } from '../../store/state';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { Field } from '../../ui/Field';
import { InlineNotice } from '../../ui/InlineNotice';
import { useCalm } from '../../ui/useCalm';
import { closeFirst, namedTerminals } from '../workspace/closeFirst';
import { useChanges } from '../workspace/useChanges';
import { closeTerminals, liveTerminals, renameTerminals, useTerminals } from '../workspace/terminalList';
import { AskDialog } from './AskDialog';
import { ProblemNotice } from './NameDialog';
import { TerminalNames, type NamedTerminal } from './TerminalDialogs';
import { useSubmit } from './useSubmit';

const grammar = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}$/;

/** A name for a workspace, made of an image's: its last part, with a number where it is taken. */
function suggestion(name: string, taken: ReadonlySet<string>): string {
  const last = name.slice(name.lastIndexOf('/') + 1).split(':')[0] ?? '';
  const base = last.replace(/[^a-zA-Z0-9_.-]/g, '-').replace(/^[^a-zA-Z0-9]+/, '') || 'workspace';
  for (let n = 1; ; n++) {
    const text = n === 1 ? base : `${base}-${n}`;
    if (!taken.has(text)) return text;
  }
}

interface FormProps {
  readonly form: Form<'workspace' | 'renameWorkspace'>;
  readonly title: string;
  readonly text: string | null;
  readonly action: string;
  readonly start: string;
  readonly taken: ReadonlySet<string>;
  readonly blocked: Problem | null;
  readonly run: (name: string) => Promise<Problem | null>;
  /** What else the person has to know before going on. */
  readonly children?: ReactNode;
}

function NameForm({ form, title, text, action, start, taken, blocked, run, children }: FormProps): ReactNode {
  const t = useT();
  const language = useLanguage();
  const { closeDialog } = useActions();
  const [{ name }, fillIn] = useForm(form, { name: start });
  const { busy, failed, submit: begin } = useSubmit();
  const wrong: Problem | null = grammar.test(name)
    ? null
    : { code: 'workspace-name-invalid', facts: { text: name } };
  const trouble = wrong
    ? describeProblem(wrong, language).explanation
    : taken.has(name)
      ? t('workspace.dialog.taken')
      : null;
  const can = trouble === null && !busy && blocked === null;
  const submit = (): void => {
    if (can) begin(() => run(name));
  };
  return (
    <Dialog
      title={title}
      closeLabel={t('app.close')}
      onClose={closeDialog}
      onSubmit={submit}
      footer={
        <>
          <Button onClick={closeDialog}>{t('operation.cancel')}</Button>
          <Button variant="primary" type="submit" disabled={!can}>
            {action}
          </Button>
        </>
      }
    >
      <div className="dialog-stack">
        {text !== null && <p className="t2">{text}</p>}
        <Field
          label={t('workspace.dialog.name')}
          value={name}
          mono
          autoFocus
          hint={t('workspace.dialog.hint')}
          trouble={trouble}
          onChange={(typed) => fillIn({ name: typed })}
        />
        {children}
        {blocked && <ProblemNotice problem={blocked} />}
        {failed && <ProblemNotice problem={failed} />}
      </div>
    </Dialog>
  );
}

/** Asks for the name of a new workspace on an image. */
export function WorkspaceDialog({ image }: { readonly image: ImageId }): ReactNode {
  const t = useT();
  const { createWorkspace } = useActions();
  const node = useApp((state) => state.index?.images.get(image));
  const workspaces = useApp((state) => state.workspaces);
  const support = useApp((state) => state.mountSupport);
  const name = node ? displayName(node) : image.slice(7, 19);
  const taken = new Set(workspaces.map((each) => each.name));
  return (
    <NameForm
      form={imageForm('workspace', image)}
      title={t('workspace.dialog.title', { name: visibleText(name) })}
      text={t('workspace.dialog.what')}
      action={t('workspace.dialog.create')}
      start={suggestion(name, taken)}
      taken={taken}
      blocked={support?.problem ?? null}
      run={(to) => createWorkspace(image, to)}
    />
  );
}

/** Asks for another name of a workspace. */
export function RenameWorkspaceDialog({ name }: { readonly name: string }): ReactNode {
  const t = useT();
  const { renameWorkspace, formDone } = useActions();
  const form = nameForm('renameWorkspace', name);
  const workspaces = useApp((state) => state.workspaces);
  const taken = new Set(workspaces.map((each) => each.name).filter((each) => each !== name));
  const { open } = useTerminals({ workspace: name });
  // Our own terminals are in the way of it, as of a commit, and go on while other pages are shown.
  const live = useMemo(() => open.filter((each) => each.live), [open]);
  const [named, setNamed] = useState<readonly NamedTerminal[]>([]);
  useEffect(() => {
    let shown = true;
    void namedTerminals(live).then((found) => {
      if (shown) setNamed(found);
    });
    return () => {
      shown = false;
    };
  }, [live]);
  return (
    <NameForm
      form={form}
      title={t('workspace.renameTitle', { name: visibleText(name) })}
      text={null}
      action={t(named.length > 0 ? 'terminal.thenRename' : 'workspace.renameDo')}
      start={name}
      taken={taken}
      blocked={null}
      run={async (to) => {
        await closeTerminals(liveTerminals({ workspace: name }));
        return renameWorkspace(name, to, () => {
          renameTerminals(name, to);
          formDone(form);
        });
      }}
    >
      {named.length > 0 && (
        <InlineNotice tone="warn">
          <p>{t('terminal.closeFirst', { name: visibleText(name), count: named.length })}</p>
          <TerminalNames terminals={named} />
        </InlineNotice>
      )}
    </NameForm>
  );
}

/** Asks before a workspace goes with everything in it, with what is changed as long as the question stands. */
export function RemoveWorkspaceDialog({
  name,
  refused,
}: Extract<DialogState, { kind: 'removeWorkspace' }>): ReactNode {
  const t = useT();
  const { removeWorkspace } = useActions();
  const image = useApp((state) => state.workspaces.find((each) => each.name === name)?.image ?? '');
  const { changes, problem } = useChanges(name, image);
  // What cannot be looked at is not confirmed by what it was before.
  const listed = problem ? null : (changes?.listed ?? null);
  const calm = useCalm(problem ? problem.code : listed);
  const count = changes
    ? changes.changes.filter(({ onlyParent }) => !onlyParent).length + changes.omitted
    : 0;
  return (
    <AskDialog
      title={t('workspace.removeTitle', { name: visibleText(name) })}
      action={t('workspace.removeDo')}
      waits={(changes === null && problem === null) || !calm}
      go={() =>
        void closeFirst({ workspace: name }, 'remove', name, () => void removeWorkspace(name, listed))
      }
    >
      {refused && <ProblemNotice problem={refused} />}
      {problem ? <ProblemNotice problem={problem} /> : <p>{t('workspace.removeText', { count })}</p>}
    </AskDialog>
  );
}
