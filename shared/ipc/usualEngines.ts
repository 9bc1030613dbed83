/** What tells the usual places of engines apart: no name on a person's list is one of these, also while nobody is found there. */
const usualLabels = ['rootless', 'desktop', 'orbstack', 'colima', 'rancher', 'lima', 'machine'] as const;

/** Names that only what is found by itself may have. */
export const foundNames: readonly string[] = [
  'store',
  ...(['docker', 'podman'] as const).flatMap((kind) => [
    kind,
    ...usualLabels.map((label) => `${kind}-${label}`),
  ]),
];
