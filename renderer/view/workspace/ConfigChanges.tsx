import { useId, useRef, useState, type ReactNode } from 'react';
import { configWords, parseConfigChange, type ConfigWord } from '../../../shared/image/configChange';
import { textBounds } from '../../../shared/ipc/textBounds';
import { problemOf } from '../../../shared/image/problem';
import { describeProblem } from '../../../shared/text/problemText';
import { visibleText } from '../../../shared/text/format';
import { useLanguage, useT } from '../../store/hooks';
import { Button, IconButton } from '../../ui/Button';
import { Field } from '../../ui/Field';
import { Popover } from '../../ui/Popover';
import { Select } from '../../ui/Select';
import { CutText } from '../CutText';
import { tooLong } from '../fieldRoom';
import { tip } from '../../ui/Tooltip';

const examples: Readonly<Record<ConfigWord, string>> = {
  CMD: '["python", "app.py"]',
  ENTRYPOINT: '["/bin/server"]',
  ENV: 'DEBUG=1',
  EXPOSE: '8080/tcp',
  LABEL: 'version=1.6.1',
  ONBUILD: 'COPY . /app',
  USER: 'app',
  WORKDIR: '/app',
  VOLUME: '/data',
  STOPSIGNAL: 'SIGTERM',
  HEALTHCHECK: '--interval=30s CMD curl -f localhost',
};

interface Props {
  /** Changes in Dockerfile words. */
  readonly changes: readonly string[];
  readonly onChange: (changes: readonly string[]) => void;
}

/** The config changes of a commit: a list, and a small form that checks while it is typed. */
export function ConfigChanges({ changes, onChange }: Props): ReactNode {
  const t = useT();
  const [adding, setAdding] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  return (
    <section className="insp-section">
      <h3>
        <span>{t('commit.config')}</span>
        <span className="right">
          <Button ref={button} size="sm" variant="ghost" icon="plus" onClick={() => setAdding(!adding)}>
            {t('commit.add')}
          </Button>
        </span>
      </h3>
      {changes.map((text, i) => {
        const [, word = '', rest = ''] = /^(\S+)\s*([\s\S]*)$/.exec(text) ?? [];
        return (
          <div className="config-change" key={`${i} ${text}`}>
            <span className="t3 mono f11">{word}</span>
            <span className="mono f11 config-value" {...tip(visibleText(rest))}>
              <CutText text={rest} />
            </span>
            <IconButton
              icon="close"
              size="sm"
              iconSize={12}
              label={t('commit.removeChange', { name: visibleText(text) })}
              onClick={() => onChange(changes.filter((_, at) => at !== i))}
            />
          </div>
        );
      })}
      {adding && (
        <Popover
          label={t('commit.addChange')}
          anchor={button}
          placement="below-end"
          className="config-form"
          onClose={() => setAdding(false)}
        >
          <AddForm
            onAdd={(text) => {
              onChange([...changes, text]);
              setAdding(false);
            }}
          />
        </Popover>
      )}
    </section>
  );
}

function AddForm({ onAdd }: { readonly onAdd: (text: string) => void }): ReactNode {
  const t = useT();
  const language = useLanguage();
  const wordLabel = useId();
  const [word, setWord] = useState<ConfigWord>('ENV');
  const [text, setText] = useState('');
  const whole = `${word} ${text}`.trim();
  let trouble: string | null = tooLong(t, whole, textBounds.configChange);
  try {
    parseConfigChange(whole);
  } catch (thrown) {
    trouble ??= describeProblem(problemOf(thrown), language).explanation;
  }
  const add = (): void => {
    if (trouble === null) onAdd(whole);
  };
  return (
    // No form of its own: the list may stand in a dialog that is one.
    <div
      className="dialog-stack"
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || !(event.target instanceof HTMLInputElement)) return;
        event.preventDefault();
        add();
      }}
    >
      <div className="field">
        <span id={wordLabel} className="field-label">
          {t('commit.word')}
        </span>
        <Select
          labelledBy={wordLabel}
          value={word}
          onChange={setWord}
          options={configWords.map((each) => ({ value: each, label: each }))}
        />
      </div>
      <Field
        label={t('commit.arguments')}
        value={text}
        mono
        autoFocus
        placeholder={examples[word]}
        hint={examples[word]}
        trouble={text === '' ? null : trouble}
        onChange={setText}
      />
      <div className="row">
        <Button className="right" variant="primary" disabled={trouble !== null} onClick={add}>
          {t('commit.add')}
        </Button>
      </div>
    </div>
  );
}
