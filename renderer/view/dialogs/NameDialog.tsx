import { useState, type ReactNode } from 'react';
import type { ImageId } from '../../../shared/image/digest';
import type { Problem } from '../../../shared/image/problem';
import { displayName } from '../../../shared/graph/sharing';
import { visibleText } from '../../../shared/text/format';
import { describeProblem } from '../../../shared/text/problemText';
import { imageForm, nameForm } from '../../store/forms';
import type { Form } from '../../store/formValues';
import { useActions, useApp, useForm, useLanguage, useT } from '../../store/hooks';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { Field } from '../../ui/Field';
import { InlineNotice } from '../../ui/InlineNotice';
import { Tag } from '../../ui/Tag';
import { NameText } from '../NameText';
import { ProblemText } from '../ProblemText';
import { checkName, type NameCheck } from './checkName';
import { NameMoves } from './NameMoves';
import { useSubmit } from './useSubmit';

/** Gives an image a further name. */
export function TagDialog({ image }: { readonly image: ImageId }): ReactNode {
  const t = useT();
  const { tag } = useActions();
  const node = useApp((state) => state.index?.images.get(image));
  const title = t('dialog.tag.title', { name: node ? visibleText(displayName(node)) : '' });
  return (
    <NameForm
      title={title}
      form={imageForm('tag', image)}
      image={image}
      from={null}
      start=""
      action={(check) => t(check.ok && check.holder && !check.isOwn ? 'dialog.tag.move' : 'dialog.tag.add')}
      run={(name, holder) => tag(image, name, holder)}
    />
  );
}

/** Changes a name into another. */
export function RenameDialog({ name }: { readonly name: string }): ReactNode {
  const t = useT();
  const { rename } = useActions();
  const holder = useApp((state) => state.graph?.images.find(({ names }) => names.includes(name))?.id ?? null);
  // The image that was shown to have the name: another that gets it meanwhile is not meant.
  const [image] = useState(holder);
  return (
    <NameForm
      title={t('dialog.rename.title', { name: visibleText(name) })}
      form={nameForm('rename', name)}
      image={image}
      from={name}
      start={name}
      action={() => t('dialog.rename.do')}
      run={(to, other) => (image === null ? Promise.resolve(null) : rename(image, name, to, other))}
    />
  );
}

interface FormProps {
  readonly title: string;
  readonly form: Form<'tag' | 'rename'>;
  /** Null when it is no longer in the store. */
  readonly image: ImageId | null;
  /** The name that is changed; null when one is added. */
  readonly from: string | null;
  readonly start: string;
  readonly action: (check: NameCheck) => string;
  /** `holder`: the image that is shown to have the name. */
  readonly run: (name: string, holder: ImageId | null) => Promise<Problem | null>;
}

/** A field for a name, checked while it is typed; says beforehand when another image loses the name. */
function NameForm({ title, form, image, from, start, action, run }: FormProps): ReactNode {
  const t = useT();
  const language = useLanguage();
  const { closeDialog, formDone } = useActions();
  const node = useApp((state) => (image === null ? undefined : state.index?.images.get(image)));
  const images = useApp((state) => state.graph?.images ?? none);
  const [{ name: text }, fillIn] = useForm(form, { name: start });
  const [asked, setAsked] = useState(false);
  const { busy, failed, submit: begin, forget } = useSubmit();
  const check = checkName(text, images, image);
  const unchanged = check.ok && check.name === from;
  const has = check.ok && check.isOwn && from === null;
  // An empty field is no mistake until somebody tries to go on with it.
  const quiet = text.trim() === '' && !asked;
  const trouble = !check.ok && !quiet ? describeProblem(check.problem, language).explanation : null;
  const hint = !check.ok
    ? t('dialog.name.hint', { name: example })
    : unchanged
      ? t('dialog.name.unchanged')
      : check.isOwn
        ? t('dialog.name.has')
        : t('dialog.name.full', { name: check.full });
  const can = node !== undefined && check.ok && !unchanged && !has && !busy;

  const submit = (): void => {
    setAsked(true);
    if (!can || !check.ok) return;
    begin(async () => {
      const problem = await run(check.name, check.holder?.id ?? null);
      if (problem === null) formDone(form);
      return problem;
    });
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
            {action(check)}
          </Button>
        </>
      }
    >
      <div className="dialog-stack">
        <Field
          label={t('dialog.name.field')}
          value={text}
          mono
          autoFocus
          placeholder={example}
          hint={hint}
          trouble={trouble}
          onChange={(value) => {
            fillIn({ name: value });
            forget();
          }}
        />
        {check.ok && !check.isOwn && <NameMoves check={check} taker={node} />}
        {from === null && node && node.names.length > 0 && (
          <div className="field">
            <span className="field-label">{t('dialog.name.names')}</span>
            <div className="dialog-tags">
              {node.names.slice(0, namesListed).map((name) => (
                <Tag key={name} tone="plain">
                  <NameText name={name} weight="" />
                </Tag>
              ))}
              {node.names.length > namesListed && (
                <span className="f12 t3">{t('dialog.more', { count: node.names.length - namesListed })}</span>
              )}
            </div>
          </div>
        )}
        {!node && <InlineNotice>{t('dialog.gone')}</InlineNotice>}
        {failed && <ProblemNotice problem={failed} />}
      </div>
    </Dialog>
  );
}

const none: readonly never[] = [];
const example = 'shop-api:1.6';
const namesListed = 12;

/** A problem in a dialog: what happened, why, what to do. */
export function ProblemNotice({
  problem,
  again,
  close,
}: {
  readonly problem: Problem;
  readonly again?: () => void;
  /** Puts away what failed, with its notice. */
  readonly close?: () => void;
}): ReactNode {
  const t = useT();
  return (
    <InlineNotice
      actions={
        <>
          {again && (
            <Button size="sm" onClick={again}>
              {t('app.tryAgain')}
            </Button>
          )}
          {close && (
            <Button size="sm" onClick={close}>
              {t('app.close')}
            </Button>
          )}
        </>
      }
    >
      <ProblemText problem={problem} />
    </InlineNotice>
  );
}
