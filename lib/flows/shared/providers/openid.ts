/** What is used of openid-client. Bundles carry no more of it, and read it at its first use: import this as it is needed. */
export {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  ClientSecretBasic,
  ClientSecretPost,
  Configuration,
  calculatePKCECodeChallenge,
  clockTolerance,
  customFetch,
  discovery,
  fetchProtectedResource,
  fetchUserInfo,
} from 'openid-client';
