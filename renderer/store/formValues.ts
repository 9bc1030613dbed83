import type { ChainId, ImageId } from '../../shared/image/digest';
import type { PickedFile } from '../../shared/ipc/contract';
import type { Settings } from '../../shared/ipc/settings';

/** What people fill in, by the kind of the form. */
export interface FormValues {
  readonly tag: { readonly name: string };
  readonly rename: { readonly name: string };
  readonly save: {
    readonly format: Settings['saveFormat'];
    readonly compression: Settings['saveCompression'];
    /** What the target has: images of the store, and files that say what else. */
    readonly images: readonly ImageId[];
    readonly files: readonly (PickedFile & { readonly ticked: boolean })[];
  };
  readonly squash: { readonly from: ChainId | null; readonly name: string };
  readonly rewrite: {
    /** Paths that are not to go. */
    readonly left: readonly string[];
    readonly name: string;
  };
  readonly import: {
    readonly name: string;
    readonly message: string;
    readonly changes: readonly string[];
  };
  readonly workspace: { readonly name: string };
  readonly renameWorkspace: { readonly name: string };
  readonly run: { readonly command: string; readonly entrypoint: string; readonly network: boolean };
  readonly commit: {
    readonly name: string;
    readonly message: string;
    readonly author: string;
    readonly changes: readonly string[];
    /** What the last commit from here was called; nobody types it. */
    readonly last: string | null;
  };
  /** The paths of a workspace that are not to be committed. */
  readonly ticks: { readonly unticked: ReadonlySet<string> };
}
export type FormKind = keyof FormValues;

/** One form: its kind, and what it is about, so that nothing typed of one thing stands in the form of another. */
export interface Form<K extends FormKind = FormKind> {
  readonly kind: K;
  readonly subject: string;
}

/** What is filled in of a form, by its kind and what it is about. What is not there stands as the form begins. */
export type Forms = ReadonlyMap<string, object>;
