import { openDatabase } from '@agentmesh/registry-sql';

/** Opens a database and says which it is. */
const [url = ''] = process.argv.slice(2);

const database = await openDatabase({ url });
await database.check();
await database.close();
process.stdout.write(`${database.engine}\n`);
