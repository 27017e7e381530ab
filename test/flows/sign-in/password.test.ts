import { signInMethodContract } from './method-contract.ts';

signInMethodContract({
  name: 'password',
  failures: 5,
  enter: ({ auth, email, password }) => auth.post('/auth/sign-in', { email, password }, { expect5xx: true }),
  fail: ({ auth, email }) => auth.post('/auth/sign-in', { email, password: 'another than that of anybody' }),
});
