import type * as bson from 'bson';

/**
 * A BSON value as it is kept: an int32 is a `number`, an int64 a `bigint`, a double a `Double`, and a document
 * a `Map`, because a plain object would lose the order of number-like names and trip over `__proto__`.
 */
export type Value = number | bigint | string | boolean | null | Date | Value[] | Doc | BsonObject;
export type Doc = Map<string, Value>;
type BsonObject = bson.Double | bson.ObjectId | bson.Binary | bson.BSONRegExp;
