import { type FSWatcher, watch } from 'node:fs';
import { resolve } from 'node:path';
import { context } from 'esbuild';
import {
  type BuildHandlersOptions,
  type Bundle,
  buildErrors,
  esbuildOptions,
  handlerFiles,
  writeBundles,
} from './build.ts';

export interface WatchOptions extends BuildHandlersOptions {
  /** Folders of sources besides the handlers' own. */
  readonly sourceDirs?: readonly string[];
  /** Called where a build has another outcome than the one before; on failure with the messages to show. */
  readonly onBuild: (outcome: { bundles: readonly Bundle[] } | { errors: string }) => void;
}

/** Calls `onChange` once after each burst of changes below `dir` to a file that `matches`. */
export function onFilesChanged(
  dir: string,
  options: { matches: (file: string) => boolean; recursive?: boolean },
  onChange: () => void,
): FSWatcher {
  let timer: NodeJS.Timeout | undefined;
  return watch(dir, { recursive: options.recursive ?? false }, (_kind, file) => {
    if (!file || !options.matches(file)) return;
    clearTimeout(timer);
    // Editors write in several steps; the folder is at rest after that.
    timer = setTimeout(onChange, 60);
  });
}

/** Builds what `handlersDir` holds at this moment, and again on every change; resolves once the first build was tried. */
async function watchThese(options: WatchOptions) {
  const { onBuild, ...buildOptions } = options;
  const outDir = resolve(options.outDir ?? 'dist');
  const { plugins, ...common } = esbuildOptions(buildOptions);
  let last: string | undefined;
  let hasBegun = () => {};
  const begun = new Promise<void>((resolve) => {
    hasBegun = resolve;
  });
  const isNews = (outcome: string) => {
    const before = last;
    last = outcome;
    return outcome !== before;
  };
  const building = await context({
    ...common,
    plugins: [
      ...plugins,
      {
        name: 'write-and-tell',
        setup(build) {
          build.onEnd(async (result) => {
            const errors = result.errors.length > 0 ? await buildErrors(result) : undefined;
            if (!isNews(errors ?? (result.outputFiles ?? []).map(({ hash }) => hash).join())) return;
            try {
              onBuild(errors === undefined ? { bundles: await writeBundles(result, outDir) } : { errors });
            } finally {
              hasBegun();
            }
          });
        },
      },
    ],
  });
  // It looks every two seconds or so at whatever went into the build; a rebuild asked for comes at once.
  await building.watch();
  // That resolves before the first build ends, and whoever serves the handlers needs them.
  await begun;
  return {
    // Its outcome is told by the plugin; it rejects only to say the same.
    rebuild: () => building.rebuild().catch(() => undefined),
    stop: () => building.dispose(),
  };
}

/**
 * Builds on every change of a source, handlers that come and go included, until `stop` is called; a source that
 * does not build is reported and the last build stays. Resolves once the first build was tried.
 */
export async function watchHandlers(options: WatchOptions): Promise<{ stop(): Promise<void> }> {
  const { handlersDir = 'handlers', sourceDirs = ['lib'] } = options;
  let watched = handlerFiles(handlersDir).join();
  let building = await watchThese(options);
  let turn = Promise.resolve();
  const refresh = async () => {
    const files = handlerFiles(handlersDir).join();
    // No handler at all is a checkout under way; the next change comes soon.
    if (files === '') return;
    if (files === watched) return void (await building.rebuild());
    watched = files;
    await building.stop();
    building = await watchThese(options);
  };
  const onChange = () => {
    turn = turn.then(refresh);
  };
  const matches = () => true;
  const watchers = [
    // Not recursive: where it is, Node 20 misses files that go.
    onFilesChanged(handlersDir, { matches }, onChange),
    ...sourceDirs.map((dir) => onFilesChanged(dir, { matches, recursive: true }, onChange)),
  ];
  const stop = async () => {
    for (const watcher of watchers) watcher.close();
    await turn;
    await building.stop();
  };
  return { stop };
}
