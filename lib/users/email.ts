/** The form in which e-mail addresses are compared: Unicode NFC, lower case. */
export function emailKey(email: string): string {
  return email.normalize('NFC').toLowerCase();
}
