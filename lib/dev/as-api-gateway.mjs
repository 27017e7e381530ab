// Runs inside of serverless-offline, before it starts, and makes it pass on what API Gateway does.
import { subscribe } from 'node:diagnostics_channel';

subscribe('http.server.request.start', (message) => {
  const { request } = /** @type {{ request: import('node:http').IncomingMessage }} */ (message);
  // It answers CORS by itself, and lets every origin read every answer with credentials. Here it does not see that
  // there is one; the functions do, in the event, which is made of the headers as they came.
  delete request.headers.origin;
  // It takes one slash off the end of a path, and a function would answer where a deployed one does not.
  request.url = request.url?.replace(/^([^?]+\/)(?=\?|$)/, (path) => (path === '/' ? path : `${path}/`));
});
