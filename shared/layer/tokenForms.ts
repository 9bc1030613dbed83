import { secretTokens, type SecretTokenId, type TokenForm } from './secretTokens';

/** All forms of tokens, with the pattern as it is searched for, and what cannot stand beside it: that could be a part. */
export const tokenForms: readonly (TokenForm & {
  readonly id: SecretTokenId;
  readonly search: RegExp;
  readonly beside: RegExp;
})[] = (Object.entries(secretTokens) as [SecretTokenId, TokenForm][]).map(([id, each]) => {
  const beside = `[A-Za-z0-9_${(each.apart ?? '').replace(/[/\]\\]/g, '\\$&')}-]`;
  return {
    ...each,
    id,
    search: new RegExp(`(${each.pattern})(?!${beside})`, 'g'),
    // What a token is assigned to ends in one.
    beside: new RegExp(beside.replace('=', '')),
  };
});
