import { checkGeneric, syncsDisk } from '../arguments.ts';
import { type Doc, firstName } from '../bson-doc.ts';
import { fail, refuse } from '../errors.ts';
import * as admin from './admin.ts';
import { buildInfo, hello, ping, sessions } from './connection.ts';
import type { Command, Context } from './context.ts';
import { explain } from './explain.ts';
import * as read from './read.ts';
import * as write from './write.ts';

const { insert, update, remove, findAndModify } = write;

const commands: Readonly<Record<string, Command>> = {
  ...{ hello, ismaster: hello, isMaster: hello, ping, buildInfo, buildinfo: buildInfo },
  ...{ endSessions: sessions, killSessions: sessions, refreshSessions: sessions },
  ...read,
  explain,
  ...{ insert, update, delete: remove, findAndModify, findandmodify: findAndModify },
  ...admin,
};

/** Known to the server, and refused here; any other name is unknown there too. */
const unsupported =
  `saslStart saslContinue authenticate logout createUser usersInfo mapReduce renameCollection collMod
  collStats dbStats serverStatus top getParameter setParameter configureFailPoint connectionStatus currentOp killOp
  getLog hostInfo validate compact startSession abortTransaction commitTransaction replSetGetStatus listCommands
  whatsmyuri shutdown fsync profile getCmdLineOpts dataSize`.split(/\s+/);

/** Runs a command, and has what it wrote in the log before it answers. */
export function runCommand(body: Doc, context: Context): Doc {
  const name = firstName(body);
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) {
    return unsupported.includes(name)
      ? refuse(`the command ${name}`)
      : fail(59, `no such command: '${name}'`);
  }
  checkGeneric(body);
  try {
    return command(body, context);
  } finally {
    context.storage.flush(syncsDisk(body));
  }
}
