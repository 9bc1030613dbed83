import type { Digest, DiffId } from '../../shared/image/digest';
import type { OciDescriptor } from '../../shared/image/manifest';
import type { ArchiveFiles } from './archiveFiles';
import type { ActionRun, Ingest, SourceTools } from './sourceTools';

/**
 * A form that images come in. It looks at the named files of an input, whether those are members of an archive or files
 * of a folder, verifies every digest it is given, stages what is new, and hands back what to list in index.json. It
 * never writes index.json itself.
 */
export interface ImageSource {
  readonly format: 'docker-archive' | 'oci-layout' | 'legacy-archive';
  /** Whether the input has this form, told by the files in it. */
  recognises(files: ArchiveFiles): Promise<boolean>;
  /**
   * Diff IDs of every image from the base up; reads documents only. Left out of a form whose documents do not tell them.
   * Throws as {@link ImageSource.stage} does.
   */
  chains?(files: ArchiveFiles): Promise<readonly (readonly DiffId[])[]>;
  /** Stages every image. Throws a ProblemError on anything that is not as it should be. */
  stage(files: ArchiveFiles, ingest: Ingest, tools: SourceTools, run: ActionRun): Promise<StagedImages>;
}

/** What a source found and staged. */
export interface StagedImages {
  readonly roots: readonly StagedRoot[];
  /** Different layers in the input. */
  readonly layers: number;
  /** Artifacts that say that they are about one of the images; none where it is left out. */
  readonly referrers?: readonly OciDescriptor[];
  /** Artifacts about an image whose manifest had to be written anew, so that they are about none; none where it is left out. */
  readonly lostReferrers?: number;
  /** Platforms that an index lists and that are not in the input, where there are any. */
  readonly absentPlatforms?: readonly string[];
  /** Names that are no references, and are not among those of `roots`; none where it is left out. */
  readonly namesLeftOut?: readonly string[];
  /** Images that came in a form of old and were made into today's; none where it is left out. */
  readonly converted?: number;
}

/** A descriptor to list in index.json, with the names it came with. */
export interface StagedRoot {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
  /** Familiar names, already parsed, or with `ownNames` those of the layout; empty: dangling. */
  readonly names: readonly string[];
  /** Images reached: config digest and diff IDs of each. */
  readonly images: readonly { readonly id: Digest; readonly diffIds: readonly DiffId[] }[];
}
