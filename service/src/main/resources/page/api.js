// The service's read-only API.

const TIME_OUT_MS = 15_000;

/** An answer that is not the one asked for; `status` is 0 when there was none at all. */
export class ApiError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function get(path, signal) {
  const timeOut = AbortSignal.timeout(TIME_OUT_MS);
  let response;
  try {
    response = await fetch(path, { signal: signal ? AbortSignal.any([signal, timeOut]) : timeOut });
  } catch (failure) {
    if (signal?.aborted) throw failure;
    throw new ApiError(0, timeOut.aborted ? `no answer within ${TIME_OUT_MS / 1000} s` : "the service cannot be reached");
  }
  let body;
  try {
    body = await response.json();
  } catch (failure) {
    if (signal?.aborted) throw failure;
    throw new ApiError(response.status, "an answer that is not from Almanac");
  }
  if (!response.ok) throw new ApiError(response.status, body.error ?? response.statusText);
  return body;
}

const segment = (workload) =>
  `api/workloads/${encodeURIComponent(workload.namespace)}/${encodeURIComponent(workload.name)}`;

export const overview = (signal) => get("api/overview", signal);

/** A workload's last `range`; with `since` (seconds) only what is new from then on. */
export function workload(name, range, since, signal) {
  const query = new URLSearchParams({ range });
  if (since !== null) query.set("since", String(since));
  return get(`${segment(name)}?${query}`, signal);
}

export const why = (name, at, signal) => get(`${segment(name)}/decisions/${at}`, signal);

export const reports = (signal) => get("api/reports", signal);
