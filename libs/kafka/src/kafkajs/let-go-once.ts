import type { Socket } from 'node:net';

/** What is used here of `kafkajs/src/network/connection.js`. */
type Connection = {
  readonly socket?: Pick<Socket, 'unref'>;
  disconnect: (this: Connection) => Promise<unknown>;
};

const unrefOnce = (socket: Pick<Socket, 'unref'>): void => {
  const { unref } = socket;
  const done = (): Socket => socket as Socket;
  socket.unref = () => {
    // Node may keep the method, to call it once there is a handle: it is to be its own.
    socket.unref = unref;
    socket.unref();
    socket.unref = done;
    return done();
  };
};

/**
 * Whoever hears that a broker is gone closes the connection, and kafkajs 2.2.4 lets go of its socket each time. Node keeps a
 * listener for each time that a socket without a handle is let go of, and warns at the eleventh. Upstream: not reported
 * there.
 */
export const letGoOnce = (require: NodeJS.Require): void => {
  const { prototype } = require('kafkajs/src/network/connection.js') as { prototype: Connection };
  const close = prototype.disconnect;
  const known = new WeakSet<object>();
  prototype.disconnect = function (this: Connection): Promise<unknown> {
    const { socket } = this;
    if (socket !== undefined && !known.has(socket)) {
      known.add(socket);
      unrefOnce(socket);
    }
    return close.call(this);
  };
};
