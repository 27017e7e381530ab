/** Resolves at Ctrl-C, at a signal to end, or once npm, which started this, is gone. */
export function interruption(): Promise<void> {
  const parent = process.ppid;
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
    if (process.env.npm_lifecycle_event !== undefined)
      setInterval(() => process.ppid !== parent && resolve(), 500).unref();
  });
}
