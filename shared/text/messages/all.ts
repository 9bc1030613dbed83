import { analyze } from './analyze';
import { app } from './app';
import { cleanUp } from './cleanUp';
import { cli } from './cli';
import { compare } from './compare';
import { copy } from './copy';
import { dialog } from './dialog';
import { filter } from './filter';
import { equal } from './equal';
import { take } from './take';
import { graph } from './graph';
import { inspector } from './inspector';
import { limits } from './limits';
import { map } from './map';
import { native } from './native';
import { overlap } from './overlap';
import { operation } from './operation';
import { problem } from './problem';
import { rewrite } from './rewrite';
import { secret } from './secret';
import { sign } from './sign';
import { source } from './source';
import { strata } from './strata';
import { table } from './table';
import { guide } from './guide';
import { usage } from './usage';
import { workspace } from './workspace';

const put = () => ({
  ...analyze,
  ...app,
  ...cleanUp,
  ...cli,
  ...compare,
  ...copy,
  ...dialog,
  ...filter,
  ...equal,
  ...take,
  ...graph,
  ...inspector,
  ...limits,
  ...map,
  ...native,
  ...overlap,
  ...operation,
  ...problem,
  ...rewrite,
  ...secret,
  ...sign,
  ...source,
  ...strata,
  ...table,
  ...guide,
  ...usage,
  ...workspace,
});

/** All messages. */
export type Messages = ReturnType<typeof put>;
let all: Messages | null = null;

/** The whole catalogue: one flat map, keys prefixed by area. Put together when the first message is wanted, which many commands never do. */
export const messages = (): Messages => (all ??= put());
