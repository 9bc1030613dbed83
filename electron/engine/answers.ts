import { z } from 'zod';

/**
 * What we read of an engine's answers. Docker and Podman, and their versions, differ in what they leave out, write as
 * null or under another type: whatever is not needed to go on falls back to nothing, and only what an answer makes no
 * sense without is refused.
 */
const text = z.string().catch('');
const count = z.number().int().nonnegative().catch(0);
const list = <S extends z.ZodType>(item: S) =>
  z
    .array(z.unknown())
    .catch([])
    .transform((values) =>
      values.flatMap((value): z.output<S>[] => {
        const checked = item.safeParse(value);
        return checked.success ? [checked.data] : [];
      }),
    );
const hex = /^[0-9a-f]{64}$/;
/** `sha256:…`; Podman leaves the algorithm out in places. */
const digestText = z
  .string()
  .transform((value) => (hex.test(value) ? `sha256:${value}` : value))
  .refine((value) => /^sha256:[0-9a-f]{64}$/.test(value), 'is no sha256 digest');

/** `GET /version`. */
export const versionAnswer = z.object({
  Version: text,
  ApiVersion: z.string(),
  MinAPIVersion: text,
  Components: list(z.object({ Name: z.string() })),
});

/** An entry of `GET /images/json`. */
export const listedImage = z.object({
  Id: digestText,
  RepoTags: list(z.string()),
  RepoDigests: list(z.string()),
});
export type ListedImage = z.output<typeof listedImage>;
export const imageList = z.array(listedImage);

/** All that an engine says about an image, as it says it. */
export const anyObject = z.record(z.string(), z.unknown());

/** `GET /images/{id}/json`, as much of it as is read. */
export const inspectedImage = z.object({
  Id: digestText,
  RepoTags: list(z.string()),
  Created: text,
  Author: text,
  Comment: text,
  Os: text,
  Architecture: text,
  Variant: text,
  DockerVersion: text,
  Size: count,
  RootFS: z.object({ Layers: z.array(digestText).nullish() }).nullish(),
  Config: z.unknown().optional(),
});
export type InspectedImage = z.output<typeof inspectedImage>;

/** An entry of `GET /images/{id}/history`, the newest step first. */
export const historyAnswer = z.array(
  z.object({
    Id: text,
    CreatedBy: text,
    Created: z.number().catch(0),
    Comment: text,
    Size: count,
  }),
);
export type HistoryAnswer = z.output<typeof historyAnswer>;

/** An entry of `GET /containers/json`. */
export const containerList = z.array(
  z.object({
    Id: z.string(),
    Names: list(z.string()),
    ImageID: z.string().catch(''),
    State: text,
  }),
);

/** What `DELETE /images/{name}` did. */
export const removedList = z.array(z.object({ Untagged: text, Deleted: text }));

/** A line of `GET /events`. */
export const eventLine = z.object({ Type: text, Action: text, status: text });

/** A line that `POST /images/load` answers. */
export const loadLine = z.object({
  stream: text,
  error: text,
  errorDetail: z.object({ message: text }).nullish().catch(null),
});
