import type { Activity as ActivityLog } from '../../activity/activity.ts';
import type { Config } from '../../base/config.ts';
import type { PageTools, Show } from '../../web/page/page-tools.ts';
import type { Implemented } from '../../web/router.ts';
import { requireUser } from '../../web/session/require-user.ts';
import { Activity } from './activity-page.tsx';
import * as api from './page-operations.ts';
import { pageTexts } from './texts/texts.ts';

export interface ActivityPagesOptions {
  config: Pick<Config, 'activityDays'>;
  activity: ActivityLog;
}

/** The page `/activity`. */
export function activityPages(
  { config, activity }: ActivityPagesOptions,
  { page }: PageTools,
): Implemented[] {
  const showActivity: Show = async ({ req, given, language }) => {
    const { before, limit } = given as { before?: string; limit: number };
    const entries = await activity.list(requireUser(req).userId, { before, limit });
    return {
      title: pageTexts[language].title,
      main: <Activity page={entries} isFirst={before === undefined} days={config.activityDays} />,
    };
  };

  return [page(api.activityPage, showActivity)];
}
