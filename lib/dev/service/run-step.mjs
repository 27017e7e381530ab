import { tsImport } from 'tsx/esm/api';

/**
 * Runs a step of the workshop, which is TypeScript, for a plugin of Serverless. What the user can put right is shown
 * without a stack.
 *
 * @param file beside this one, or by a path from here.
 * @param name of what it exports.
 */
export async function runStep(serverless, file, name, ...given) {
  const steps = await tsImport(file, import.meta.url);
  try {
    return await steps[name](serverless, ...given);
  } catch (error) {
    throw error.name === 'UsageError' ? new serverless.classes.Error(error.message) : error;
  }
}
