import type { Request, Response } from 'express';
import type { Activity } from '../../activity/activity.ts';
import type { Language } from '../../base/language.ts';
import { Problem } from '../../base/problem.ts';
import type { Device, Devices } from '../../sessions/devices.ts';
import { storageId } from '../../sessions/id.ts';
import { callerOf } from '../../web/caller.ts';
import { requireUser } from '../../web/session/require-user.ts';
import type { EventOf } from '../flow.ts';
import { deviceName } from '../shared/device-name.ts';
import type { SignIn } from '../shared/sign-in.ts';
import type { sessions as manifest } from './manifest.ts';

/** A session as its owner sees it among the others. */
export interface OwnSession extends Device {
  /** True of the one that asks. */
  readonly current: boolean;
  /** As people read it, such as "Firefox 128 on Windows", in the language that was asked for. */
  readonly userAgent: string | null;
}

/** What users do with their own sessions, for the JSON routes and the pages alike; each needs one. */
export interface OwnSessions {
  /** The live ones, newest use first. @param language of the devices' names; the first unless told. */
  list(req: Request, language?: Language): Promise<OwnSession[]>;
  /** Ends one, this one too, whose cookie is cleared then. @throws {Problem} 404 `not_found`. */
  end(req: Request, res: Response, id: string): Promise<void>;
  /** Ends all but this one. */
  endOthers(req: Request): Promise<void>;
  /** Ends all and clears the cookie. */
  endAll(req: Request, res: Response): Promise<void>;
}

export interface OwnSessionsOptions {
  devices: Devices;
  sessions: SignIn;
  activity: Activity<EventOf<typeof manifest>>;
}

export function createOwnSessions({ devices, sessions, activity }: OwnSessionsOptions): OwnSessions {
  const currentId = (req: Request) => storageId(req.sessionID);

  return {
    list: async (req, language) => {
      const found = await devices.list(requireUser(req).userId);
      return found.map((device) => ({
        ...device,
        current: device.id === currentId(req),
        userAgent: deviceName(device.userAgent, language),
      }));
    },
    end: async (req, res, id) => {
      const { userId } = requireUser(req);
      if (!(await devices.end(userId, id)))
        throw new Problem('not_found', 'You have no session of this id. It may have ended already.');
      if (id === currentId(req)) sessions.drop(req, res);
      await activity.record('session_ended', userId, callerOf(req));
    },
    endOthers: async (req) => {
      const { userId } = requireUser(req);
      await devices.endOthers(userId, currentId(req));
      await activity.record('other_sessions_ended', userId, callerOf(req));
    },
    endAll: async (req, res) => {
      const { userId } = requireUser(req);
      await devices.endAll(userId);
      sessions.drop(req, res);
      await activity.record('all_sessions_ended', userId, callerOf(req));
    },
  };
}
