import { setImmediate as endOfTurn } from 'node:timers/promises';

/**
 * Makes one question of all that are asked in one turn of the event loop. It is put at the end of that turn, so that its answer is never
 * older than anybody's question.
 */
export function askOnceATurn<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined;
  return () => {
    asked ??= endOfTurn().then(() => {
      asked = undefined;
      return ask();
    });
    return asked;
  };
}
