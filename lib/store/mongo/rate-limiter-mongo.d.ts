/** The package's own module of this limiter: its index would bring the limiters of every other database. */
declare module 'rate-limiter-flexible/lib/RateLimiterMongo.js' {
  export { RateLimiterMongo as default } from 'rate-limiter-flexible';
}
