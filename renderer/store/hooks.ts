import { useStore } from 'zustand';
import type { Bridge } from '../../shared/ipc/bridge';
import { translator, type Translate } from '../../shared/text/catalogue';
import { marksOf, type Language } from '../../shared/text/format';
import type { App } from './appStore';
import { formKey } from './forms';
import type { Form, FormKind, FormValues } from './formValues';
import type { AppActions, AppState } from './state';

let current: App | null = null;

/** Says which app the hooks of this window read; called once before the first render. */
export function provideApp(app: App): void {
  current = app;
}

function app(): App {
  if (!current) throw new Error('provideApp was not called');
  return current;
}

const translators: Readonly<Record<Language, Translate>> = {
  en: translator('en'),
  'zh-CN': translator('zh-CN'),
};

/** A part of the state; the component renders again when the part is another (by `Object.is`). */
export function useApp<T>(selector: (state: AppState) => T): T {
  return useStore(app().store, selector);
}

/** The state now, for handlers that must not render again when it changes. */
export function appState(): AppState {
  return app().store.getState();
}

/** The actions, for what is no component. */
export function currentActions(): AppActions {
  return app().actions;
}

/** The actions; always the same object. */
export function useActions(): AppActions {
  return app().actions;
}

/** The bridge, for reading details and previews. Things that change state go through {@link useActions}. */
export function useBridge(): Bridge {
  return app().bridge;
}

/**
 * What of the store everything that is worked out of it depends on, as one word for `useReply`: the images, and what keeps bytes
 * beside them.
 */
export function useStanding(): string {
  return useApp(({ graph, keptRound }) => `${graph?.revision ?? ''} ${keptRound}`);
}

/** Translates into the current language; a new function only when the language changes. */
export function useT(): Translate {
  return translators[useApp((state) => state.language)];
}

/** {@link marksOf} the person's language. */
export function useMarks(): ReturnType<typeof marksOf> {
  return marksOf(useLanguage());
}

/** The current language, for dates and sizes. */
export function useLanguage(): Language {
  return useApp((state) => state.language);
}

/**
 * What stands in a form, and a way to change it: as it begins, with what somebody filled in. It outlives what shows it, and goes once what
 * it asked for is done. `start` is read where nothing was filled in.
 */
export function useForm<K extends FormKind>(
  form: Form<K>,
  start: FormValues[K],
): readonly [FormValues[K], (change: Partial<FormValues[K]>) => void] {
  const filled = useApp((state) => state.forms.get(formKey(form)));
  return [{ ...start, ...filled }, (change) => app().actions.fillIn(form, change)];
}

/** What {@link canRetry} has to know of the window. */
export function useRetries(): Pick<AppState, 'askedIn' | 'page'> {
  const askedIn = useApp((state) => state.askedIn);
  const page = useApp((state) => state.page);
  return { askedIn, page };
}
