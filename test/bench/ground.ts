import type { BenchInstance } from './instance.ts';
import { startBenchInstance } from './instance.ts';

/** Where instances of bundles are measured: each bundle has a database of its own, on one server. */
export interface Ground {
  /** What an instance of a bundle is given, with a database that is of this table alone. */
  environment(name: string): NodeJS.ProcessEnv;
  /** An instance of a bundle, on a database of that bundle's own, prepared where the bundle is ours. */
  start(name: string, environment?: NodeJS.ProcessEnv): Promise<BenchInstance>;
  /** Another instance on what is there already. */
  restart(name: string, environment: NodeJS.ProcessEnv): Promise<BenchInstance>;
  log(line: string): void;
}

/** Starts instances of `bundles` in processes that run `program`, and ends them all together. */
export function createInstances(program: string, bundles: ReadonlyMap<string, string>) {
  const instances = new Set<BenchInstance>();
  return {
    start: async (name: string, environment: NodeJS.ProcessEnv): Promise<BenchInstance> => {
      const bundle = bundles.get(name);
      if (!bundle) throw new Error(`there is no bundle of ${name}`);
      const instance = await startBenchInstance(program, bundle, environment);
      instances.add(instance);
      return instance;
    },
    end: async (): Promise<void> => {
      await Promise.all([...instances].map((each) => each.end()));
      instances.clear();
    },
  };
}
