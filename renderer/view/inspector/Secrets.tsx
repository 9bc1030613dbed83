import { useEffect, useState, type ReactNode } from 'react';
import type { ImageNode } from '../../../shared/graph/imageGraph';
import type { ShownSecrets } from '../../../shared/ipc/secrets';
import { visibleText } from '../../../shared/text/format';
import { useActions, useApp, useBridge, useT } from '../../store/hooks';
import { canHere, whyNotHere } from '../../store/sources';
import { Button } from '../../ui/Button';
import { tip } from '../../ui/Tooltip';
import { ProblemNotice } from '../dialogs/NameDialog';
import { useReply } from '../useReply';
import { CappedList, Section } from './parts';

const secretsListed = 12;

/** Images that were looked through in this window: to come back to one shows what was found, which the store keeps. */
const asked = new Set<string>();

/** The secrets in an image, on demand: what and where they are, and a way to take their files out. */
export function Secrets({ image }: { readonly image: ImageNode }): ReactNode {
  const t = useT();
  const bridge = useBridge();
  const canLook = useApp(canHere('inside'));
  const source = useApp((state) => state.source);
  const [isAsked, setAsked] = useState(asked.has(image.id));
  const { value, problem, loading, again } = useReply(
    'secrets.find',
    isAsked ? { source, image: image.id } : null,
  );
  const [stopped, setStopped] = useState(false);
  useEffect(
    () => () => {
      // Nobody waits for it any more; what was read is kept.
      if (asked.has(image.id)) void bridge.request['secrets.stop']({ source, image: image.id });
    },
    [bridge, source, image.id],
  );
  if (!canLook) return null;
  const find = (): void => {
    asked.add(image.id);
    setStopped(false);
    if (isAsked) again();
    else setAsked(true);
  };
  const stop = (): void => {
    setStopped(true);
    void bridge.request['secrets.stop']({ source, image: image.id });
  };
  const count = value ? value.files.length + value.config.length + value.omitted : null;
  return (
    <Section title={t('secret.title')} fold="secrets" aside={count}>
      {value ? (
        <Found image={image} found={value} />
      ) : loading ? (
        <div className="row" role="status">
          <span className="f12 t2">{t('secret.finding')}</span>
          <span className="right">
            <Button size="sm" onClick={stop}>
              {t('secret.stop')}
            </Button>
          </span>
        </div>
      ) : (
        <>
          {problem && !stopped && <ProblemNotice problem={problem} />}
          <p className="f12 t2 insp-note">{t('secret.intro')}</p>
          <Button size="sm" icon="search" onClick={find}>
            {t('secret.find')}
          </Button>
        </>
      )}
    </Section>
  );
}

function Found({ image, found }: { readonly image: ImageNode; readonly found: ShownSecrets }): ReactNode {
  const t = useT();
  const { openDialog } = useActions();
  const { files, config, scanned, skipped, omitted } = found;
  const large = skipped.large + skipped.sparse;
  const rows = [
    ...files.map((each, i) => {
      const state =
        each.by === null || each.state === 'visible'
          ? t('secret.visible')
          : t(`secret.${each.state}`, { by: each.by });
      const where = `/${visibleText(each.path)}:${each.line}`;
      const place = `${t('secret.inLayer', { number: each.layer })} · ${state}`;
      return { key: `file ${i}`, rule: each.rule, where, place, excerpt: each.excerpt };
    }),
    ...config.map(({ rule, field, key, excerpt }, i) => {
      const where = visibleText(key === '' ? field : `${field} ${key}`);
      return { key: `config ${i}`, rule, where, place: t('secret.inConfig', { field }), excerpt };
    }),
  ];
  const refused = useApp((state) => whyNotHere(state, 'make', t));
  const paths = [...new Set(files.map(({ path }) => path))];
  return (
    <>
      {rows.length === 0 ? (
        <p className="f12 t2">{t('secret.none')}</p>
      ) : (
        <CappedList
          items={rows}
          cap={secretsListed}
          className="insp-secrets"
          render={({ key, rule, where, place, excerpt }) => (
            <li key={key} className="insp-secret">
              <span className="f12 b">{t(`secret.${rule}`)}</span>
              <span className="f12 mono ell" {...tip(where)}>
                {where}
              </span>
              <span className="f12 t3">{place}</span>
              <span className="f11 mono t2 ell" {...tip(visibleText(excerpt))}>
                {visibleText(excerpt)}
              </span>
            </li>
          )}
        />
      )}
      {omitted > 0 && <p className="f12 t3">{t('secret.omitted', { count: omitted })}</p>}
      <p className="f12 t3 insp-note">
        {t('secret.found', { count: rows.length + omitted, ...scanned })}
        {large + skipped.samples > 0 && ` ${t('secret.skipped', { large, samples: skipped.samples })}`}
      </p>
      {paths.length > 0 && (
        <>
          <p className="f12 t2 insp-note">{t('secret.adviceWindow')}</p>
          <Button
            size="sm"
            disabledReason={refused}
            onClick={() => openDialog({ kind: 'rewrite', image: image.id, paths })}
          >
            {t('secret.takeOut')}
          </Button>
        </>
      )}
      {config.length > 0 && <p className="f12 t2 insp-note">{t('secret.adviceConfig')}</p>}
    </>
  );
}
