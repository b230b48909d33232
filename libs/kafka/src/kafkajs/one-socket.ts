/** What is used here of `kafkajs/src/network/connection.js`. */
type Connection = {
  connect: (this: Connection) => Promise<unknown>;
};

/**
 * A connection of kafkajs 2.2.4 that is asked for by two at once while it is not open yet opens two sockets and keeps
 * one of them: the other stays open until the process ends, and keeps it from ending. Whoever comes second waits for
 * the first. Happens where several read through one cluster. Upstream: not reported there.
 */
export const openOneSocket = (require: NodeJS.Require): void => {
  const { prototype } = require('kafkajs/src/network/connection.js') as { prototype: Connection };
  const open = prototype.connect;
  const opening = new WeakMap<Connection, Promise<unknown>>();
  prototype.connect = function (this: Connection): Promise<unknown> {
    const known = opening.get(this);
    if (known !== undefined) return known;
    const made = open.call(this).finally(() => opening.delete(this));
    opening.set(this, made);
    return made;
  };
};
