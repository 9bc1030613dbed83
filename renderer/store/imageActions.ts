import { shortDigest, type ImageId } from '../../shared/image/digest';
import { displayName } from '../../shared/graph/sharing';
import type { Context } from './appStore';
import type { AppActions } from './state';

type ImageActions = Pick<AppActions, 'tag' | 'untag' | 'rename' | 'remove' | 'prune' | 'save'>;

/** Names, deletion and saving. */
export function imageActions(context: Context): ImageActions {
  const { get, ask, attempt, addNotice, pushUndo, refreshGraph, t } = context;

  const news = (text: string, undo: (() => Promise<void>) | null): void =>
    addNotice({ tone: 'done', problem: null, operation: null, text, undo: undo && pushUndo(undo) });

  const nameOf = (id: ImageId): string => {
    const image = get().index?.images.get(id);
    return image ? displayName(image) : shortDigest(id);
  };

  const putName = async (image: ImageId, reference: string): Promise<void> => {
    await attempt('image.tag', { image, reference });
    await refreshGraph();
  };
  const takeName = async (name: string): Promise<void> => {
    await attempt('image.untag', { name });
    await refreshGraph();
  };

  return {
    tag: async (image, reference) => {
      const reply = await ask('image.tag', { image, reference });
      if (!reply.ok) return reply.problem;
      const { name, movedFrom } = reply.value;
      const undo = movedFrom === null ? () => takeName(name) : () => putName(movedFrom, name);
      const from = movedFrom === null ? null : nameOf(movedFrom);
      await refreshGraph();
      if (movedFrom !== image) {
        news(t()(from === null ? 'app.named' : 'app.nameMoved', { name, from: from ?? '' }), undo);
      }
      return null;
    },
    untag: async (name) => {
      const value = await attempt('image.untag', { name });
      if (!value) return;
      await refreshGraph();
      news(t()('app.nameRemoved', { name, dangling: value.dangling }), () => putName(value.image, name));
    },
    rename: async (from, to) => {
      const image = get().graph?.images.find(({ names }) => names.includes(from))?.id;
      const reply = await ask('image.rename', { from, to });
      if (!reply.ok) return reply.problem;
      const { name, movedFrom } = reply.value;
      await refreshGraph();
      const undo = async (): Promise<void> => {
        if (image !== undefined) await putName(image, from);
        if (movedFrom === null) await takeName(name);
        else await putName(movedFrom, name);
      };
      if (name !== from) news(t()('app.renamed', { from, name }), undo);
      return null;
    },
    remove: async (images, names) => {
      await attempt('images.remove', { images, names });
    },
    prune: async () => {
      await attempt('images.prune', {});
    },
    save: async (what, format) => {
      if (what.length === 0) return;
      await attempt('archive.save', { what, format });
    },
  };
}
