import { type JsonObject, objectAt } from './event.ts';

/** Lists the query's pairs from the two maps that payload 1.0 and load balancers have, one for each value sent. */
export function queryPairs(event: JsonObject): [key: string, value: string][] {
  const many = objectAt(event, 'multiValueQueryStringParameters');
  const single = objectAt(event, 'queryStringParameters');
  const both = [
    ...Object.entries(many),
    ...Object.entries(single).filter(([key]) => !Object.hasOwn(many, key)),
  ];
  return both.flatMap(([key, given]) => {
    const values: unknown[] = Array.isArray(given) ? given : [given];
    return values
      .filter((value) => value != null && typeof value !== 'object')
      .map((value): [string, string] => [key, String(value)]);
  });
}
