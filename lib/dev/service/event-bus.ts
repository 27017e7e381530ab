import { allow, arnHere, type Service } from './service.ts';

/**
 * Where `EVENT_BUS` is set, `mail` alone may put events on that bus, and `sessions`, which sends no mail, may hand it a
 * job. Without it no function may do more than before.
 */
export function allowEventBus(service: Service): void {
  const { mail, sessions } = service.functions;
  const bus = mail?.environment?.EVENT_BUS;
  if (!bus || !sessions) return;
  sessions.role = 'MailJobsRole';
  const Resource = String(bus).startsWith('arn:') ? bus : arnHere('events', `event-bus/${bus}`);
  allow(service, 'MailRole', 'event-bus', { Effect: 'Allow', Action: ['events:PutEvents'], Resource });
}
