import { asked, connected } from './native-calls.ts';
import { loadNative, type NativeConsumer, type NativeSettings } from './native.ts';

/** Consumers that join nothing: librdkafka takes the name of a group, for its offsets, from one. */
export type GroupHandles = {
  readonly of: (groupId: string) => Promise<NativeConsumer>;
  readonly close: () => Promise<void>;
};

/**
 * Offsets go with a transaction under no member's name, as with the other client: what keeps a former owner out is the
 * transactional id, and a partition that stays where it is is not disturbed when the group is dealt out anew.
 */
export const groupHandles = (settings: NativeSettings): GroupHandles => {
  const handles = new Map<string, Promise<NativeConsumer>>();
  const open = async (groupId: string): Promise<NativeConsumer> => {
    const handle = new (loadNative().KafkaConsumer)({ ...settings, 'group.id': groupId }, {});
    await connected(handle);
    return handle;
  };
  return {
    of: (groupId) => {
      const handle = handles.get(groupId) ?? open(groupId);
      handles.set(groupId, handle);
      return handle;
    },
    close: async () => {
      for (const handle of handles.values())
        await handle.then((open) => asked((done) => open.disconnect(done))).catch(() => undefined);
    },
  };
};
