import { useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { useActions, useT } from '../../store/hooks';
import { Button } from '../../ui/Button';
import { Section, useCopy } from './parts';
import { RawText } from './RawText';

/** Characters in sight; the dialog shows all. */
const shownLength = 12_000;

/** A document as stored, or as a command prints it. */
interface Document {
  readonly id: string;
  readonly label: string;
  readonly text: string;
}

interface Props {
  /** Of the image or layer, for the title of the dialog. */
  readonly name: string;
  readonly documents: readonly Document[];
}

/** The tab that was used last stays for the next selection. */
let lastTab = '';

/** The documents behind an image or layer as tabs, each to copy and to open large. */
export function Documents({ name, documents }: Props): ReactNode {
  const t = useT();
  const id = useId();
  const { openDialog } = useActions();
  const { copied, copy } = useCopy();
  const [tab, setTab] = useState(lastTab);
  const tabs = useRef<HTMLDivElement>(null);
  const shown = documents.find((document) => document.id === tab) ?? documents[0];
  if (!shown) return null;
  const choose = (document: Document): void => {
    lastTab = document.id;
    setTab(document.id);
  };
  const move = (event: KeyboardEvent): void => {
    const at = documents.indexOf(shown);
    const last = documents.length - 1;
    const to = {
      ArrowRight: at === last ? 0 : at + 1,
      ArrowLeft: at === 0 ? last : at - 1,
      Home: 0,
      End: last,
    }[event.key];
    const document = to === undefined ? undefined : documents[to];
    if (to === undefined || !document) return;
    event.preventDefault();
    choose(document);
    (tabs.current?.children[to] as HTMLElement | undefined)?.focus();
  };
  const title = t('inspector.documents.title', { name, document: shown.label });
  return (
    <Section title={t('inspector.documents')} fold="documents" startFolded>
      <div
        ref={tabs}
        role="tablist"
        aria-label={t('inspector.documents')}
        className="insp-tabs"
        onKeyDown={move}
      >
        {documents.map((document) => (
          <button
            key={document.id}
            type="button"
            role="tab"
            id={`${id}-${document.id}`}
            aria-selected={document === shown}
            aria-controls={`${id}-panel`}
            tabIndex={document === shown ? 0 : -1}
            onClick={() => choose(document)}
          >
            {document.label}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${shown.id}`} className="insp-document">
        <RawText text={shown.text} label={title} className="insp-raw" limit={shownLength} />
        {shown.text.length > shownLength && <p className="f11 t3">{t('inspector.documents.cut')}</p>}
        <div className="row">
          <Button size="sm" icon={copied ? 'check' : 'copy'} onClick={() => copy(shown.text)}>
            {t('inspector.documents.copy')}
          </Button>
          <Button size="sm" icon="fit" onClick={() => openDialog({ kind: 'raw', title, text: shown.text })}>
            {t('inspector.documents.large')}
          </Button>
        </div>
      </div>
    </Section>
  );
}
