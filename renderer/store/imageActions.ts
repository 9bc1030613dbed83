import { shortDigest, type ImageId } from '../../shared/image/digest';
import { displayName } from '../../shared/graph/sharing';
import type { ShownRemoval } from '../../shared/graph/shown';
import type { SourceId } from '../../shared/ipc/source';
import type { Context } from './context';
import { saveForm } from './forms';
import { news, trouble } from './notices';
import { withoutSaved } from './savesAgain';
import type { AppActions, Say } from './state';

/** Of a preview what a person is asked about. */
const shownIn = ({ images, untagged }: ShownRemoval): ShownRemoval => ({
  images: images.map(({ id, names }) => ({ id, names })),
  untagged,
});

type ImageActions = Pick<
  AppActions,
  'tag' | 'untag' | 'rename' | 'remove' | 'prune' | 'save' | 'saveAgain' | 'chooseHeld'
>;

/** Names, deletion and saving. */
export function imageActions(context: Context, showSource: AppActions['showSource']): ImageActions {
  const { get, set, ask, attempt, dialogs, addNotice, pushUndo, refreshGraph } = context;

  /** Says what was done in a place, with a way back. */
  const done = (source: SourceId, say: Say, undo: () => Promise<boolean>): void =>
    addNotice(news(say, pushUndo({ source, say, undo })));

  const nameOf = (id: ImageId): string => {
    const image = get().index?.images.get(id);
    return image ? displayName(image) : shortDigest(id);
  };

  /** All names of an image in their order; none where it is not in view. */
  const namesOf = (id: ImageId | null): readonly string[] =>
    (id === null ? undefined : get().index?.images.get(id)?.names) ?? [];

  /** Gives a name back to its place in `order`, from the image that has it by what is undone; who was given it since keeps it, and this answers false. */
  const putName = async (
    source: SourceId,
    image: ImageId,
    reference: string,
    holder: ImageId | null,
    order: readonly string[],
  ): Promise<boolean> => {
    const given = await attempt('image.tag', { source, image, reference, holder, order: [...order] });
    await refreshGraph();
    return given !== null;
  };
  const takeName = async (source: SourceId, image: ImageId, name: string): Promise<boolean> => {
    const taken = await attempt('image.untag', { source, image, name });
    await refreshGraph();
    return taken !== null;
  };

  const save: ImageActions['save'] = async (what, format, layers) => {
    if (what.length === 0) return false;
    const asked = dialogs.asking({ dialog: { kind: 'save', what } }, saveForm(what));
    const input = { source: get().source, what, format, ...layers };
    const reply = await ask('archive.save', input);
    const again = { source: input.source, what: [...what], format };
    if (!reply.ok) {
      if (reply.problem.code === 'cancelled') return false;
      // The dialog says itself what it was refused for.
      if (layers) return reply.problem;
      set({ notices: withoutSaved(get().notices, again, get()) });
      addNotice(trouble(reply.problem, { places: [input.source], save: again }));
      return false;
    }
    const started = reply.value;
    if (started) dialogs.began(started.operation, asked);
    return started !== null;
  };

  return {
    tag: async (image, reference, holder) => {
      const { source } = get();
      const reply = await ask('image.tag', { source, image, reference, holder });
      if (!reply.ok) return reply.problem;
      const { name, movedFrom } = reply.value;
      const order = namesOf(movedFrom);
      const undo = (): Promise<boolean> =>
        movedFrom === null ? takeName(source, image, name) : putName(source, movedFrom, name, image, order);
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
      const order = namesOf(image);
      const value = await attempt('image.untag', { source, image, name });
      if (!value) return;
      await refreshGraph();
      done(
        source,
        (t) => t('app.nameRemoved', { name, dangling: value.dangling }),
        () => putName(source, image, name, null, order),
      );
    },
    rename: async (image, from, to, holder) => {
      const { source } = get();
      const own = namesOf(image);
      const reply = await ask('image.rename', { source, image, from, to, holder });
      if (!reply.ok) return reply.problem;
      const { name, movedFrom } = reply.value;
      const order = namesOf(movedFrom);
      await refreshGraph();
      const undo = async (): Promise<boolean> => {
        // The image would else be left with neither.
        if (!(await putName(source, image, from, null, own))) return false;
        return movedFrom === null
          ? takeName(source, image, name)
          : putName(source, movedFrom, name, image, order);
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
    saveAgain: async ({ source, what, format }) => {
      if (get().source !== source && get().sources.some(({ id }) => id === source)) await showSource(source);
      if (get().source === source) await save(what, format);
    },
    save,
  };
}
