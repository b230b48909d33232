import { effectStreamType, type EffectState } from '@orderloom/domain';
import { instant } from './instant.ts';
import { streamView, type Stored, type StreamDocument } from './stream-view.ts';

export type EffectDocument = StreamDocument<EffectState>;

/** Lists: `all:`, `status:due` … `status:given-up`; `webhook:<name>`, `provider:<name>`, and `order:<id>` that it is about. */
export const effectView = streamView(effectStreamType, {
  version: 2,
  lists: ({ state: { call } }) => [
    `${call === null || call.handler === 'webhook' ? 'webhook' : 'provider'}:${call?.name ?? ''}`,
    ...(call === null ? [] : [`order:${call.subject}`]),
  ],
});

/** A call to the outside as readers get it; what it says is in the order's own history. */
export const presentEffect = ({ id, version, document }: Stored<EffectDocument>) => {
  const { call, attempt, lastAttempt, due, code } = document.state;
  return {
    effectId: id,
    status: document.status,
    handler: call?.handler,
    name: call?.name,
    url: call?.url,
    orderId: call?.subject,
    eventType: call?.eventType,
    /** When the event was recorded that the call tells of. */
    eventAt: call === null ? null : instant(call.at),
    attempt,
    lastAttempt,
    code,
    nextAttemptAt: due === null ? null : instant(due),
    createdAt: instant(document.createdAt),
    updatedAt: instant(document.updatedAt),
    version,
  };
};
