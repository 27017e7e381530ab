export type JsonObject = Record<string, unknown>;

/** Tells whether a value is a JSON object: no array, no null. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Gives the object at `key`, or an empty one where the event has none, so that reading on is safe. */
export function objectAt(parent: JsonObject, key: string): JsonObject {
  const value = Object.hasOwn(parent, key) ? parent[key] : undefined;
  return isObject(value) ? value : {};
}

/** Gives the non-empty string at `key`, or undefined. */
export function textAt(parent: JsonObject, key: string): string | undefined {
  const value = Object.hasOwn(parent, key) ? parent[key] : undefined;
  return typeof value === 'string' && value !== '' ? value : undefined;
}
