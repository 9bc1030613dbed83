import { shortDigest, type ImageId } from '../../shared/image/digest';
import { displayName } from '../../shared/graph/sharing';
import type { ShownRemoval } from '../../shared/graph/shown';
import type { SourceId } from '../../shared/ipc/source';
import type { Context } from './context';
import { saveForm } from './forms';
import { news } from './notices';
import type { AppActions, Say } from './state';

/** Of a preview what a person is asked about. */
const shownIn = ({ images, untagged }: ShownRemoval): ShownRemoval => ({
  images: images.map(({ id, names }) => ({ id, names })),
  untagged,
});

type ImageActions = Pick<AppActions, 'tag' | 'untag' | 'rename' | 'remove' | 'prune' | 'save' | 'chooseHeld'>;

/** Names, deletion and saving. */
export function imageActions(context: Context): ImageActions {
  const { get, ask, attempt, dialogs, addNotice, pushUndo, refreshGraph } = context;

  /** Says what was done in a place, with a way back. */
  const done = (source: SourceId, say: Say, undo: () => Promise<boolean>): void =>
    addNotice(news(say, pushUndo({ source, say, undo })));

  const nameOf = (id: ImageId): string => {
    const image = get().index?.images.get(id);
    return image ? displayName(image) : shortDigest(id);
  };

  /** Gives a name back, from the image that has it by what is undone; who was given it since keeps it, and this answers false. */
  const putName = async (
    source: SourceId,
    image: ImageId,
    reference: string,
    holder: ImageId | null,
  ): Promise<boolean> => {
    const given = await attempt('image.tag', { source, image, reference, holder });
    await refreshGraph();
    return given !== null;
  };
  const takeName = async (source: SourceId, image: ImageId, name: string): Promise<boolean> => {
    const taken = await attempt('image.untag', { source, image, name });
    await refreshGraph();
    return taken !== null;
  };

  return {
    tag: async (image, reference, holder) => {
      const { source } = get();
      const reply = await ask('image.tag', { source, image, reference, holder });
      if (!reply.ok) return reply.problem;
      const { name, movedFrom } = reply.value;
      const undo = (): Promise<boolean> =>
        movedFrom === null ? takeName(source, image, name) : putName(source, movedFrom, name, image);
      const from = movedFrom === null ? null : nameOf(movedFrom);
      await refreshGraph();
      if (movedFrom !== image) {
        const key = from === null ? 'app.named' : 'app.nameMoved';
        done(source, (t) => t(key, { name, from: from ?? '' }), undo);
      }
      return null;
    },
    untag: async (image, name) => {
      const { source } = get();
      const value = await attempt('image.untag', { source, image, name });
      if (!value) return;
      await refreshGraph();
      done(
        source,
        (t) => t('app.nameRemoved', { name, dangling: value.dangling }),
        () => putName(source, image, name, null),
      );
    },
    rename: async (image, from, to, holder) => {
      const { source } = get();
      const reply = await ask('image.rename', { source, image, from, to, holder });
      if (!reply.ok) return reply.problem;
      const { name, movedFrom } = reply.value;
      await refreshGraph();
      const undo = async (): Promise<boolean> => {
        // The image would else be left with neither.
        if (!(await putName(source, image, from, null))) return false;
        return movedFrom === null ? takeName(source, image, name) : putName(source, movedFrom, name, image);
      };
      if (name !== from) done(source, (t) => t('app.renamed', { from, name }), undo);
      return null;
    },
    remove: async (images, names, shown, force = false) => {
      const what = { source: get().source, images, names, force, shown: shownIn(shown) };
      const asked = dialogs.asking({ dialog: { kind: 'remove', images, names } });
      const started = await attempt('images.remove', what);
      if (started) dialogs.began(started.operation, asked);
    },
    prune: async (shown) => {
      const asked = dialogs.asking({ dialog: { kind: 'prune' } });
      const started = await attempt('images.prune', { source: get().source, shown: shownIn(shown) });
      if (started) dialogs.began(started.operation, asked);
    },
    chooseHeld: async () =>
      (await attempt('archive.choose', { directory: false, purpose: 'held' })) ?? { files: [], refused: [] },
    save: async (what, format, layers) => {
      if (what.length === 0) return false;
      const asked = dialogs.asking({ dialog: { kind: 'save', what } }, saveForm(what));
      const input = { source: get().source, what, format, ...layers };
      const reply = layers ? await ask('archive.save', input) : null;
      // The dialog says itself what it was refused for.
      if (reply?.ok === false) return reply.problem.code === 'cancelled' ? false : reply.problem;
      const started = reply ? reply.value : await attempt('archive.save', input);
      if (started) dialogs.began(started.operation, asked);
      return started !== null;
    },
  };
}
