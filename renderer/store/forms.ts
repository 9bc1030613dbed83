import type { ImageId } from '../../shared/image/digest';
import type { Form, FormKind, Forms, FormValues } from './formValues';
import type { AppState, DialogOf } from './state';

/** A form of what belongs to a workspace: by its name and when it was made, since another one may get the name. */
export const workspaceForm = <K extends FormKind>(
  kind: K,
  { name, created }: { readonly name: string; readonly created: string },
): Form<K> => ({ kind, subject: `${name} ${created}` });

export const formKey = ({ kind, subject }: Form): string => `${kind} ${subject}`;

/** What somebody has filled in of a form, and has not been done yet. */
export function filledIn<K extends FormKind>(forms: Forms, form: Form<K>): Partial<FormValues[K]> {
  return forms.get(formKey(form)) ?? {};
}

/** The forms with something more filled in. */
export function withFilled<K extends FormKind>(
  forms: Forms,
  form: Form<K>,
  values: Partial<FormValues[K]>,
): Forms {
  return new Map(forms).set(formKey(form), { ...forms.get(formKey(form)), ...values });
}

/**
 * The forms after what one of them asked for was done. What was filled in since then is for the next time and stays; `sent`: what was asked
 * for.
 */
export function withoutDone(forms: Forms, form: Form, sent: object): Forms {
  const asked = new Map(Object.entries(sent));
  const now = Object.entries(forms.get(formKey(form)) ?? {});
  const left = now.filter(([field, value]) => !asked.has(field) || asked.get(field) !== value);
  const next = new Map(forms);
  if (left.length > 0) next.set(formKey(form), Object.fromEntries(left));
  else next.delete(formKey(form));
  return next;
}

/** The forms after a workspace was given another name: what was filled in of it goes with it. */
export function withRenamed(
  forms: Forms,
  workspace: { readonly name: string; readonly created: string },
  to: string,
): Forms {
  const kinds: readonly FormKind[] = ['run', 'commit', 'ticks'];
  const next = new Map(forms);
  for (const kind of kinds) {
    const from = formKey(workspaceForm(kind, workspace));
    const values = next.get(from);
    if (!values) continue;
    next.delete(from);
    next.set(formKey(workspaceForm(kind, { ...workspace, name: to })), values);
  }
  return next;
}

/** A form about one image. */
export const imageForm = <K extends 'tag' | 'workspace'>(kind: K, image: ImageId): Form<K> => ({
  kind,
  subject: image,
});

/** A form about one name. */
export const nameForm = <K extends 'rename' | 'renameWorkspace'>(kind: K, name: string): Form<K> => ({
  kind,
  subject: name,
});

/** The form of what is saved together, by IDs or names. */
export const saveForm = (what: readonly string[]): Form<'save'> => ({
  kind: 'save',
  subject: JSON.stringify(what),
});

/** The form of a squash from the layer that was pointed at. */
export const squashForm = ({ image, from }: DialogOf<'squash'>): Form<'squash'> => ({
  kind: 'squash',
  subject: `${image} ${from ?? ''}`,
});

/** The form of a rewrite of the paths that were found. */
export const rewriteForm = ({ image, paths }: DialogOf<'rewrite'>): Form<'rewrite'> => ({
  kind: 'rewrite',
  subject: JSON.stringify([image, paths]),
});

/** The form of an import of one file. */
export const importForm = ({ file }: DialogOf<'import'>): Form<'import'> => ({
  kind: 'import',
  subject: file,
});

/** The run form of an image or a workspace; of a workspace that is gone by its name. */
export function runForm(
  tree: { readonly image: ImageId } | { readonly workspace: string },
  workspaces: AppState['workspaces'],
): Form<'run'> {
  if ('image' in tree) return { kind: 'run', subject: tree.image };
  const of = workspaces.find(({ name }) => name === tree.workspace);
  return workspaceForm('run', of ?? { name: tree.workspace, created: '' });
}
