import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** A request that was answered. */
interface RequestObservation {
  readonly method: string;
  /** The route's pattern, never the path: paths are without number. */
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

/** What the server counts. */
export interface Metrics {
  observeRequest(request: RequestObservation): void;
  rateLimited(kind: string): void;
  published(outcome: 'again' | 'created' | 'failed'): void;
  /** Counts an upload in, and gives what counts it out. */
  uploadStarted(): () => void;
  /** All of it, as Prometheus reads it. */
  render(): Promise<string>;
  readonly contentType: string;
}

const METHODS = new Set(['GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'PATCH', 'OPTIONS']);
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Metrics of one app, in a registry of their own. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'agentmesh_' });
  const registers = [registry];
  const duration = new Histogram({
    name: 'agentmesh_http_request_duration_seconds',
    help: 'Time from a request to its answer',
    labelNames: ['method', 'route', 'status'],
    buckets: BUCKETS,
    registers,
  });
  const limited = new Counter({
    name: 'agentmesh_http_rate_limited_total',
    help: 'Requests that were too many',
    labelNames: ['limit'],
    registers,
  });
  const publishes = new Counter({
    name: 'agentmesh_publishes_total',
    help: 'Uploads by what became of them',
    labelNames: ['outcome'],
    registers,
  });
  const uploads = new Gauge({ name: 'agentmesh_uploads', help: 'Uploads that are being taken in', registers });
  return {
    observeRequest({ method, route, status, seconds }) {
      duration.observe({ method: METHODS.has(method) ? method : 'other', route, status }, seconds);
    },
    rateLimited: (limit) => limited.inc({ limit }),
    published: (outcome) => publishes.inc({ outcome }),
    uploadStarted() {
      uploads.inc();
      return () => uploads.dec();
    },
    render: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
