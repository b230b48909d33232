/** What is used here of `kafkajs/src/network/requestQueue/index.js`. */
type RequestQueue = {
  readonly pending: readonly unknown[];
  readonly throttledUntil: number;
  scheduleCheckPendingRequests: (this: RequestQueue) => void;
};

/**
 * A request queue of kafkajs 2.2.4 arms a timer of at most 1 ms after each answer, also where nothing waits: an idle
 * connection costs 3.5 % of a core, and Node warns of negative delays. Nothing waits and nothing is throttled: no timer.
 * Upstream: tulios/kafkajs issues 1556, 1704, 1751; pull request 1667 is not merged.
 */
export const stopIdleTimers = (require: NodeJS.Require): void => {
  const { prototype } = require('kafkajs/src/network/requestQueue/index.js') as { prototype: RequestQueue };
  const schedule = prototype.scheduleCheckPendingRequests;
  prototype.scheduleCheckPendingRequests = function (this: RequestQueue): void {
    if (this.pending.length > 0 || this.throttledUntil > Date.now()) schedule.call(this);
  };
};
