import * as z from 'zod/mini';

/** An event as other systems are told of it: no secret, no address, no name. */
export const ToldEvent = z.object({
  id: z
    .string()
    .check(z.meta({ description: 'As in the activity of the user. What is told twice has the same one.' })),
  type: z.string(),
  at: z.iso.datetime(),
  userId: z.string(),
  ip: z.nullable(z.string()),
  userAgent: z.nullable(z.string().check(z.meta({ description: 'As sent, cut to 256 characters.' }))),
  by: z.optional(z.string().check(z.meta({ description: 'The administrator who did it, or `operator`.' }))),
  about: z.optional(
    z.string().check(z.meta({ description: 'Of what an administrator did: the user to whom.' })),
  ),
});

export type ToldEvent = z.infer<typeof ToldEvent>;

/**
 * What one request has to tell, as it waits in the queue of the function `mail`. What happened to nobody's account is
 * among it, so that the time of an answer does not say whether there is an account; it goes no further.
 */
const EventsJob = z.object({
  kind: z.literal('events'),
  id: z.string(),
  events: z.array(z.extend(ToldEvent, { userId: z.nullable(z.string()) })),
});

export type EventsJob = z.infer<typeof EventsJob>;

/** Null for what is no such job. */
export function parseEventsJob(input: unknown): EventsJob | null {
  return z.safeParse(EventsJob, input).data ?? null;
}

/** Those of a job that are somebody's. */
export function toldEvents({ events }: EventsJob): ToldEvent[] {
  return events.flatMap((event) => (event.userId === null ? [] : [{ ...event, userId: event.userId }]));
}
