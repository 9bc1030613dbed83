import type { ReactNode } from 'react';
import type { ImageId } from '../../../shared/image/digest';
import { describeProblem } from '../../../shared/text/problemText';
import { useApp, useLanguage, useT } from '../../store/hooks';
import { Field } from '../../ui/Field';
import { checkName, type NameCheck } from './checkName';
import { NameMoves } from './NameMoves';

/** A name for an image that is to be made of another; none makes a dangling one. */
export interface NewName {
  readonly text: string;
  readonly set: (text: string) => void;
  readonly check: NameCheck | null;
  /** Why it is none. */
  readonly trouble: string | null;
  /** What is asked for: the name, and the image that is shown to have it. */
  readonly name: string | null;
  readonly holder: ImageId | null;
}

/** What comes of the name that is typed for an image made of `image`, null: of none. */
export function useNewName(image: ImageId | null, text: string, set: (text: string) => void): NewName {
  const language = useLanguage();
  const images = useApp((state) => state.index?.graph.images);
  const check = text.trim() === '' ? null : checkName(text, images ?? [], image);
  const trouble = check && !check.ok ? describeProblem(check.problem, language).explanation : null;
  const named = check?.ok ? check : null;
  return { text, set, check, trouble, name: named?.name ?? null, holder: named?.holder?.id ?? null };
}

/** The field for it, with what giving it takes from another image. */
export function NewImageName({ text, set, check, trouble }: NewName): ReactNode {
  const t = useT();
  return (
    <>
      <Field
        label={t('squash.name')}
        value={text}
        mono
        hint={check?.ok ? t('dialog.name.full', { name: check.full }) : t('commit.nameHint')}
        trouble={trouble}
        onChange={set}
      />
      <NameMoves check={check} />
    </>
  );
}
