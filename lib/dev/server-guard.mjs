// The program of a process that runs a server, and ends it when the process that wanted it is gone.
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';

const endsWithinMs = 8000;

process.once('message', (message) => {
  const { program, args, runAs, endSignal, temporaryFolder } =
    /** @type {import('./guarded-server.ts').GuardedProgram} */ (message);
  const server = spawn(program, args, { stdio: 'inherit', ...runAs });
  server.once('error', (error) => console.error(error.message));
  server.once('close', (code) => {
    // Where it ended by itself, its parent may still want to read why.
    if (temporaryFolder !== undefined && !process.connected)
      rmSync(temporaryFolder, { recursive: true, force: true });
    process.exit(code ?? 1);
  });
  const end = () => {
    server.kill(endSignal);
    setTimeout(() => server.kill('SIGKILL'), endsWithinMs);
  };
  process.once('disconnect', end);
  // The parent may have gone while the server was started.
  if (!process.connected) end();
});
