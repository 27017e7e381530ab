/** The name of a host in ASCII (RFC 1123, section 2.1), without a dot at its end. */
export const domainName = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i;
