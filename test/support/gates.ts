/** A place in a route where requests wait until the test lets them go on. */
export interface Gate {
  /** Called by the route: counts the request as arrived and waits for {@link Gate.open}. */
  pass(): Promise<void>;
  /** Resolves once so many requests wait here, or have passed. */
  arrived(count: number): Promise<void>;
  /** Lets go all that wait, and all that come later. */
  open(): void;
}

/** Makes a gate that is shut; a test that forgets to open it fails by its own time limit. */
export function createGate(): Gate {
  let count = 0;
  let watchers: { count: number; resolve: () => void }[] = [];
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return {
    async pass() {
      count += 1;
      for (const watcher of watchers.filter((each) => each.count <= count)) watcher.resolve();
      watchers = watchers.filter((each) => each.count > count);
      await opened;
    },
    arrived: (least) =>
      new Promise((resolve) => {
        if (count >= least) resolve();
        else watchers.push({ count: least, resolve });
      }),
    open: () => open(),
  };
}
