/**
 * Node's own errors, which drivers let through as they are: where a name is looked up, a connection is refused, or a
 * socket dies while something is being written to it.
 */
export function isNetworkError(error: Error): boolean {
  const { syscall, code } = error as NodeJS.ErrnoException;
  // EPIPE without a system call: written after the server had ended the connection in order.
  return networkCalls.has(syscall ?? '') || /^(EPIPE$|ERR_(STREAM|SOCKET)_)/.test(code ?? '');
}

const networkCalls = new Set(['connect', 'read', 'write', 'shutdown', 'getaddrinfo', 'querySrv', 'queryTxt']);
