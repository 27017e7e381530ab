import { startMongoServer } from './start-mongo-server.ts';

/** The program of a server process: takes options from its parent, tells it the URI, and ends when the parent does. */
process.once('message', async (options) => {
  try {
    const server = await startMongoServer(options as object);
    const end = () => void server.stop().then(() => process.exit(0));
    process.once('disconnect', end);
    process.once('SIGTERM', end);
    process.send?.({ uri: server.uri });
    // The parent may have gone while the server started.
    if (!process.connected) end();
  } catch (error) {
    process.send?.({ error: (error as Error).message }, () => process.exit(1));
  }
});
// Ctrl-C reaches the whole group: the parent says when it needs the database no more.
process.on('SIGINT', () => {});
