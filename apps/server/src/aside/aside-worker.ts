import { parentPort, workerData } from 'node:worker_threads';
import { doTask } from './do-task.js';

// What `runAside` hands over is a task.
parentPort?.postMessage(await doTask(workerData));
