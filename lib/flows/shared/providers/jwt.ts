/** What is used of jose; see openid.ts. */
export { createRemoteJWKSet, customFetch, jwtVerify } from 'jose';
