import { useEffect, type ReactNode } from 'react';
import { displayName } from '../../../shared/graph/sharing';
import { mostPaths } from '../../../shared/ipc/pathBounds';
import type { RequestInput } from '../../../shared/ipc/contract';
import { visibleText } from '../../../shared/text/format';
import { rewriteForm } from '../../store/forms';
import { useActions, useApp, useBridge, useForm, useMarks, useT } from '../../store/hooks';
import type { DialogOf } from '../../store/state';
import { Button } from '../../ui/Button';
import { CheckBox } from '../../ui/Choice';
import { Dialog } from '../../ui/Dialog';
import { InlineNotice } from '../../ui/InlineNotice';
import { useReply } from '../useReply';
import { ProblemNotice } from './NameDialog';
import { NewImageName, useNewName } from './NewImageName';
import { useSubmit } from './useSubmit';

/** Images that are named as sharing, and places that are named as holding the same. */
const listed = 4;
const placesListed = 8;
const none: readonly string[] = [];

/** Takes files out of every layer of an image: which, what sharing that loses, and where their contents stand all the same. */
export function RewriteDialog(dialog: DialogOf<'rewrite'>): ReactNode {
  const { image, paths: all } = dialog;
  const t = useT();
  const bridge = useBridge();
  const paths = all.slice(0, mostPaths);
  const comma = useMarks().listed;
  const { closeDialog, rewrite } = useActions();
  const node = useApp((state) => state.index?.images.get(image));
  const [values, fillIn] = useForm(rewriteForm(dialog), { left: none, name: '' });
  const left = new Set(values.left);
  const { busy, failed, submit: begin } = useSubmit();
  const going = paths.filter((path) => !left.has(path));
  const asked = going.length === 0 ? null : JSON.stringify({ image, paths: going });
  const { value, problem, loading, again } = useReply(
    'rewrite.preview',
    asked === null ? null : (JSON.parse(asked) as RequestInput<'rewrite.preview'>),
  );
  // What nobody waits for any more is not read on.
  useEffect(
    () =>
      asked === null
        ? undefined
        : () => void bridge.request['rewrite.stop'](JSON.parse(asked) as RequestInput<'rewrite.stop'>),
    [bridge, asked],
  );
  const stop = (): void => void bridge.request['rewrite.stop']({ image, paths: going });
  const stopped = problem?.code === 'cancelled' && !loading;
  const named = useNewName(image, values.name, (text) => fillIn({ name: text }));
  const can = value !== null && !loading && !problem && named.trouble === null && going.length > 0 && !busy;
  const submit = (): void => {
    if (can) begin(() => rewrite(dialog, going, named.name, named.holder));
  };
  const tick = (path: string, on: boolean): void => {
    const next = new Set(left);
    if (on) next.delete(path);
    else next.add(path);
    fillIn({ left: [...next] });
  };
  return (
    <Dialog
      title={t('rewrite.title', { name: node ? visibleText(displayName(node)) : '' })}
      closeLabel={t('app.close')}
      width={560}
      onClose={closeDialog}
      onSubmit={submit}
      footer={
        <>
          <Button onClick={closeDialog}>{t('operation.cancel')}</Button>
          <Button variant="primary" type="submit" disabled={!can}>
            {t('rewrite.do')}
          </Button>
        </>
      }
    >
      <div className="dialog-stack">
        <p className="t2">{t('rewrite.what')}</p>
        <div className="rewrite-paths scroll" role="group" aria-label={t('rewrite.files')} tabIndex={0}>
          {paths.map((path) => (
            <CheckBox
              key={path}
              checked={!left.has(path)}
              onChange={(on) => tick(path, on)}
              label={`/${visibleText(path)}`}
            />
          ))}
        </div>
        {all.length > paths.length && (
          <p className="f12 t2">{t('rewrite.first', { shown: paths.length, count: all.length })}</p>
        )}
        {problem && !stopped && <ProblemNotice problem={problem} />}
        {stopped && (
          <div className="row">
            <Button size="sm" icon="search" onClick={again}>
              {t('rewrite.look')}
            </Button>
          </div>
        )}
        {!value && loading && (
          <div className="row" role="status">
            <span className="f12 t2">{t('rewrite.looking')}</span>
            <span className="right">
              <Button size="sm" onClick={stop}>
                {t('rewrite.stop')}
              </Button>
            </span>
          </div>
        )}
        {value && !problem && (
          <InlineNotice tone={value.sharedBytes > 0 ? 'warn' : 'plain'}>
            <div>
              {t('rewrite.changes', { count: value.layers })}
              {comma}
              {t('rewrite.kept', { count: value.kept })}
            </div>
            <div>{t('rewrite.frees', { bytes: value.freedBytes })}</div>
            {value.sharedBytes > 0 && (
              <div>
                {t('rewrite.shared', {
                  bytes: value.sharedBytes,
                  name:
                    value.sharedWith.slice(0, listed).map(visibleText).join(comma) +
                    (value.sharedWith.length > listed ? `${comma}…` : ''),
                })}
              </div>
            )}
          </InlineNotice>
        )}
        {value && !problem && value.elsewhereCount > 0 && (
          <InlineNotice tone="warn">
            <div className="b">{t('rewrite.stays')}</div>
            {value.elsewhere.slice(0, placesListed).map((place) => (
              <div key={`${place.image} ${place.layer} ${place.path}`}>
                {t('rewrite.elsewhere', { path: `/${place.path}`, name: place.image, layer: place.layer })}
              </div>
            ))}
            {value.elsewhereCount > placesListed && (
              <div>{t('rewrite.elsewhereMore', { count: value.elsewhereCount - placesListed })}</div>
            )}
          </InlineNotice>
        )}
        <NewImageName {...named} />
        {failed && <ProblemNotice problem={failed} />}
      </div>
    </Dialog>
  );
}
