import type { Mail } from '../mail/mailer.ts';

/** What `npm run dev` shows of a mail, so that its link can be followed. */
export function printMail({ to, subject, text }: Mail): void {
  console.log(`mail to ${to}: ${subject}\n${text.trim().replace(/^(?=.)/gm, '  | ')}`);
}
