import type { OciDescriptor } from '../../shared/image/manifest';

/** Who has a root stay: the list, an entry of it that is no descriptor, the trash that can still be put back, a workspace. */
export type Keeper = 'list' | 'entry' | 'trash' | 'workspace';

/** A root that stays, and by whom. */
export interface StayingRoot {
  readonly root: OciDescriptor;
  readonly keeper: Exclude<Keeper, 'entry'>;
}

/** The image because of which a sweep frees nothing: a root, or what is known of an entry that is none. */
export type KeptBy =
  StayingRoot | { readonly root: null; readonly keeper: 'entry'; readonly name: string | null };
