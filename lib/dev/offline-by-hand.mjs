// A plugin of serverless.yml, for who runs `serverless offline` by hand: the functions would find no database.
export default class OfflineByHand {
  /** @param {{ classes: { Error: new (message: string) => Error } }} serverless */
  constructor(serverless) {
    const check = () => {
      throw new serverless.classes.Error(
        'serverless offline by itself has no database, secrets or built handlers. Run instead: npm run dev',
      );
    };
    this.hooks = { 'before:offline:start': check, 'before:offline:start:init': check };
  }
}
