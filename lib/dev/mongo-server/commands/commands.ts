import { checkWriteConcern } from '../arguments.ts';
import { type Doc, firstName } from '../bson-doc.ts';
import { refuse } from '../errors.ts';
import * as admin from './admin.ts';
import { endSessions, hello, ping } from './connection.ts';
import type { Command, Context } from './context.ts';
import { explain } from './explain.ts';
import * as read from './read.ts';
import * as write from './write.ts';

const { insert, update, remove, findAndModify } = write;

const commands: Readonly<Record<string, Command>> = {
  ...{ hello, ismaster: hello, isMaster: hello, ping, endSessions },
  ...read,
  explain,
  ...{ insert, update, delete: remove, findAndModify },
  ...admin,
};

/** Runs a command, and has what it wrote in the log before it answers. */
export function runCommand(body: Doc, context: Context): Doc {
  const name = firstName(body);
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) return refuse(`the command ${name}`);
  checkWriteConcern(body);
  try {
    return command(body, context);
  } finally {
    context.storage.flush();
  }
}
