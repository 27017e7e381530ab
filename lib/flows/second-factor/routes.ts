import type { Config, ConfigFor } from '../../base/config.ts';
import { implement, operationRouter } from '../../web/router.ts';
import { newToken, noteTransport } from '../../web/session/by-token.ts';
import { factorsView } from '../shared/factors-view.ts';
import { answerRenewed, signedInAnswer } from '../shared/session-view.ts';
import type { FactorChanges } from './factor-changes.ts';
import * as api from './operations.ts';
import type { SecondFactorSteps } from './service.ts';

export interface SecondFactorRoutesOptions {
  config: ConfigFor<'sessions'>;
  secondFactorSteps: SecondFactorSteps;
}

/** Routes of `/auth`: show a second factor, and show anew who one is. */
export function secondFactorRoutes({ config, secondFactorSteps }: SecondFactorRoutesOptions) {
  const answer = implement(api.answerSecondFactor, async ({ body, req, res }) => {
    const { transport, ...shown } = body;
    noteTransport(req, { transport });
    const user = await secondFactorSteps.answer(req, shown);
    res.json(signedInAnswer(req, user, config));
  });

  const reauthenticate = implement(api.reauthenticate, async ({ body, req, res }) => {
    await secondFactorSteps.reauthenticate(req, body);
    answerRenewed(req, res, config);
  });

  const passkeyOptions = implement(api.secondFactorPasskeyOptions, async ({ req, res }) => {
    res.json(await secondFactorSteps.passkeyOptions(req));
  });

  return operationRouter([answer, passkeyOptions, reauthenticate]);
}

export interface FactorRoutesOptions {
  config: Pick<Config, 'oidcProviders' | 'sessionSecrets'>;
  secondFactorSteps: SecondFactorSteps;
  factorChanges: FactorChanges;
}

/** Routes of `/account`: what somebody can show, and changes of that. */
export function factorRoutes({ config, secondFactorSteps, factorChanges }: FactorRoutesOptions) {
  const get = implement(api.getFactors, async ({ req, res }) => {
    res.json(factorsView(await secondFactorSteps.view(req), config));
  });

  const begin = implement(api.beginTotp, async ({ req, res }) => {
    res.status(201).json(await factorChanges.beginTotp(req));
  });

  const confirm = implement(api.confirmTotp, async ({ body, req, res }) => {
    const recoveryCodes = await factorChanges.confirmTotp(req, body.code);
    res.json({ recoveryCodes, ...newToken(req, config) });
  });

  const remove = implement(api.removeTotp, async ({ req, res }) => {
    await factorChanges.removeTotp(req);
    answerRenewed(req, res, config);
  });

  const makeCodes = implement(api.makeRecoveryCodes, async ({ req, res }) => {
    res.status(201).json({ recoveryCodes: await factorChanges.makeRecoveryCodes(req) });
  });

  return operationRouter([get, begin, confirm, remove, makeCodes]);
}
