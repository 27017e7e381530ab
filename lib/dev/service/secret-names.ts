/** Settings that are secrets, but for those of providers. */
export const secretNames = [
  'MONGODB_URI',
  'DATABASE_URL',
  'SESSION_SECRETS',
  'PASSWORD_PEPPER',
  'SMTP_URL',
  'ORIGIN_SECRET',
];

/** True for a setting whose value nobody may see. */
export const isSecret = (name: string) => secretNames.includes(name) || name.startsWith('OIDC_SECRET_');
