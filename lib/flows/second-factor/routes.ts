import type { Config, ConfigFor } from '../../base/config.ts';
import { implement, operationRouter } from '../../web/router.ts';
import { providerNames } from '../shared/providers/provider-names.ts';
import { viewOf } from '../shared/session-view.ts';
import { userView } from '../shared/user-view.ts';
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
    const user = await secondFactorSteps.answer(req, body);
    res.json({ user: userView(user), session: viewOf(req, config) });
  });

  const reauthenticate = implement(api.reauthenticate, async ({ body, req, res }) => {
    await secondFactorSteps.reauthenticate(req, body);
    res.status(204).end();
  });

  const passkeyOptions = implement(api.secondFactorPasskeyOptions, async ({ req, res }) => {
    res.json(await secondFactorSteps.passkeyOptions(req));
  });

  return operationRouter([answer, passkeyOptions, reauthenticate]);
}

export interface FactorRoutesOptions {
  config: Pick<Config, 'oidcProviders'>;
  secondFactorSteps: SecondFactorSteps;
  factorChanges: FactorChanges;
}

/** Routes of `/account`: what somebody can show, and changes of that. */
export function factorRoutes({ config, secondFactorSteps, factorChanges }: FactorRoutesOptions) {
  const nameOf = providerNames(config);

  const get = implement(api.getFactors, async ({ req, res }) => {
    const { password, totp, passkeys, recoveryCodesLeft, providers } = await secondFactorSteps.view(req);
    res.json({
      password,
      totp: totp && { createdAt: totp.createdAt },
      passkeys,
      recoveryCodesLeft,
      providers: providers.map(({ provider: id, linkedAt }) => ({ id, name: nameOf(id), linkedAt })),
    });
  });

  const begin = implement(api.beginTotp, async ({ req, res }) => {
    res.status(201).json(await factorChanges.beginTotp(req));
  });

  const confirm = implement(api.confirmTotp, async ({ body, req, res }) => {
    res.json({ recoveryCodes: await factorChanges.confirmTotp(req, body.code) });
  });

  const remove = implement(api.removeTotp, async ({ req, res }) => {
    await factorChanges.removeTotp(req);
    res.status(204).end();
  });

  const makeCodes = implement(api.makeRecoveryCodes, async ({ req, res }) => {
    res.status(201).json({ recoveryCodes: await factorChanges.makeRecoveryCodes(req) });
  });

  return operationRouter([get, begin, confirm, remove, makeCodes]);
}
