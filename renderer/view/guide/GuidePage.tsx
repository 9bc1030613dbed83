import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import type { GuideState } from '../../../shared/ipc/guide';
import { problemOf, type Problem } from '../../../shared/image/problem';
import type { Reply } from '../../../shared/ipc/reply';
import { useActions, useApp, useBridge, useT } from '../../store/hooks';
import { Button, IconButton } from '../../ui/Button';
import { Icon } from '../../ui/Icon';
import { ProblemNotice } from '../dialogs/NameDialog';
import { GuideCards } from './GuideCards';
import { GuidePicture } from './GuidePicture';

const steps = [1, 2, 3, 4, 5] as const;
type Step = (typeof steps)[number];
const parts = { 1: 'material', 2: 'stack', 3: 'build', 4: 'remove', 5: 'layer' } as const;

/** "How layers work": the book's building, replayed step by step on a real overlay. */
export function GuidePage(): ReactNode {
  const t = useT();
  const bridge = useBridge();
  const { openPage, openDialog } = useActions();
  const image = useApp(({ selection }) => (selection.images.length === 1 ? selection.images[0] : undefined));
  const [step, setStep] = useState<Step>(1);
  const [state, setState] = useState<GuideState | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);

  const take = (work: Promise<Reply<GuideState>>): Promise<void> =>
    work
      .catch((thrown: unknown) => ({ ok: false as const, problem: problemOf(thrown) }))
      .then((reply) => {
        if (reply.ok) {
          setState(reply.value);
          setProblem(null);
        } else setProblem(reply.problem);
      });
  useEffect(() => {
    let live = true;
    void bridge.request['guide.start']({}).then(async (reply) => {
      if (!live) return;
      // The arrow keys turn the pages from the start.
      if (reply.ok) await take(bridge.request['guide.go']({ step: 1 })).then(() => heading.current?.focus());
      else setProblem(reply.problem);
    });
    return () => {
      live = false;
      void bridge.request['guide.end']({});
    };
  }, [bridge]);

  const go = (to: number): void => {
    const next = steps.find((each) => each === to);
    if (next === undefined) return;
    setStep(next);
    void take(bridge.request['guide.go']({ step: next })).then(() => heading.current?.focus());
  };
  const key = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowRight') go(step + 1);
    else if (event.key === 'ArrowLeft') go(step - 1);
    else return;
    event.preventDefault();
  };
  const tryIt = (): void => {
    openPage({ kind: 'images' });
    if (image !== undefined) openDialog({ kind: 'workspace', image });
  };
  return (
    <div className="guide" onKeyDown={key}>
      <aside className="guide-side" aria-label={t('guide.steps')} data-pane="guide">
        <div className="guide-head">
          <IconButton icon="back" label={t('workspace.back')} onClick={() => openPage({ kind: 'images' })} />
          <h1>{t('guide.title')}</h1>
        </div>
        <p className="t2 f12">{t('guide.intro')}</p>
        <ol className="guide-steps">
          {steps.map((each) => (
            <li key={each}>
              <button
                type="button"
                className={each === step ? 'guide-step on' : 'guide-step'}
                aria-current={each === step ? 'step' : undefined}
                onClick={() => go(each)}
              >
                <span className={each < step ? 'guide-mark done' : 'guide-mark'}>
                  {each < step ? <Icon name="check" size={12} /> : each}
                </span>
                <span>
                  <span className="m">{t(`guide.${parts[each]}.name`)}</span>
                  <span className="t2 f12">{t(`guide.${parts[each]}.short`)}</span>
                </span>
              </button>
            </li>
          ))}
        </ol>
        <div className="guide-foot">
          <Button disabled={step === 1} onClick={() => go(step - 1)}>
            {t('guide.back')}
          </Button>
          {step < 5 ? (
            <Button variant="primary" className="grow" onClick={() => go(step + 1)}>
              {t('guide.next', { name: t(`guide.${parts[(step + 1) as Step]}.name`) })}
            </Button>
          ) : (
            <Button variant="primary" className="grow" onClick={tryIt}>
              {t('guide.try')}
            </Button>
          )}
        </div>
      </aside>
      <main className="guide-main scroll" tabIndex={0} data-pane="guide-main" data-pane-focus>
        <div aria-live="polite">
          <h2 ref={heading} tabIndex={-1}>
            {t(`guide.${parts[step]}.name`)}
          </h2>
          <p className="guide-text">{t(`guide.${parts[step]}.text`)}</p>
        </div>
        {problem && <ProblemNotice problem={problem} again={() => go(step)} />}
        {state ? (
          <>
            <GuidePicture state={state} />
            <GuideCards state={state} />
            <section className="guide-terminal" aria-label={t('guide.commands')}>
              {state.commands.map((command, i) => (
                <div key={i}>
                  <div>
                    <span className={command.asRoot ? 'guide-root' : 'guide-prompt'}>
                      {command.asRoot ? '#' : '$'}
                    </span>{' '}
                    {command.command}
                  </div>
                  {command.output.map(({ text, whiteout }, line) => (
                    <div key={line} className={whiteout ? 'guide-whiteout' : 'guide-output'}>
                      {text}
                    </div>
                  ))}
                </div>
              ))}
            </section>
          </>
        ) : (
          !problem && <p className="t3">{t('guide.loading')}</p>
        )}
      </main>
    </div>
  );
}
