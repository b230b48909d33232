/**
 * What a child with an IPC channel is told to `--import`: it ends with the process that started it, however that came,
 * and the channel does not keep it from ending.
 */
export const WITH_PARENT =
  "data:text/javascript,process.once('disconnect',()=>process.kill(process.pid,'SIGKILL'));process.channel.unref()";
