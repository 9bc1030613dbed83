/**
 * Imported before all else by whatever is started as a process. At SIGUSR1 Node opens its debugger on a port of this machine, and
 * whoever connects to that, another user or a container with our network, runs code as us. A listener takes the signal's place
 * (Node.js documentation, "Signal events"); what passes signals on has its own beside this one.
 */
process.on('SIGUSR1', () => undefined);

export {};
