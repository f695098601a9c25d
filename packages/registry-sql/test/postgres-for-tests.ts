import { type PostgresServer, startPostgres } from '@agentmesh/test-support';
import { afterAll } from 'vitest';

/** PostgreSQL for the tests of a file. */
export async function postgresForTests(): Promise<PostgresServer> {
  const server = await startPostgres();
  afterAll(() => server.close());
  return server;
}
