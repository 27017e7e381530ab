/** The times that bound a session. */
export interface Lifetime {
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
  /** False where the session ends with the browser. */
  readonly remember?: false;
  /** True where a sign-in waits for its second factor: it is soon over. */
  readonly waits?: true;
}

/** One way in which somebody has proven who they are, such as `password`. */
export interface Proven {
  readonly method: string;
  readonly at: Date;
}

/** Who is signed in, and how; written once, when the session is made. */
export interface SignedIn {
  readonly userId: string;
  readonly methods: readonly Proven[];
  /** Factors that were proven: 2 with a second one. */
  readonly assurance: 1 | 2;
  readonly authenticatedAt: Date;
  /** The user's count of credential changes then. */
  readonly credentialsVersion: number;
  readonly ip: string | null;
  readonly userAgent: string | null;
}

/** Somebody who has shown a first factor and has to show a second. Nobody is signed in by it. */
export type WaitingSignIn = Pick<SignedIn, 'userId' | 'methods' | 'credentialsVersion'>;

/** The application's data of a session, by the names of its fields in the database. */
export type Fields = ReadonlyMap<string, Field>;

/** One field of a session: the value as it is stored, and as bytes, by which a change inside of it is seen. */
export interface Field {
  readonly value: unknown;
  readonly bytes: Buffer;
}

/** What makes stored fields equal to those of a session, key by key. */
export interface FieldsChange {
  readonly set: ReadonlyMap<string, unknown>;
  readonly unset: readonly string[];
}

export interface SessionRecord extends Lifetime {
  /** SHA-256 of the id in the cookie; no credential. */
  readonly id: string;
  /** When it is over if unused from now on. */
  readonly expires: Date;
  /** Undefined while nobody is signed in. */
  readonly signedIn?: SignedIn | undefined;
  /** Of one that `waits`, which nobody is signed in with. */
  readonly waiting?: WaitingSignIn | undefined;
  /** By which session with a provider it came, hashed; undefined where by none that is known. Told to nobody. */
  readonly providerSession?: string | undefined;
  readonly fields: Fields;
}

export interface SessionUse {
  readonly lastSeenAt: Date;
  readonly expires: Date;
  /** From where, of a session that somebody is signed in with. */
  readonly caller?: { readonly ip: string | null; readonly userAgent: string | null } | undefined;
}
