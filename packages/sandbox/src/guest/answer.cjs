'use strict';

// The one answer of a call: whatever comes after the first is nothing, and with it the process ends.

const { byteLength, dictionary, isArray, keys, slice, stringify } = require('./intrinsics.cjs');
const { Kind, send } = require('./channel.cjs');
const { describeError, messageOf } = require('./describe-error.cjs');

class Answer {
  #answered = false;
  #maxMessage = 4096;
  #maxResult = 0;
  #leave;

  /** @param {() => void} leave ends the process */
  constructor(leave) {
    this.#leave = leave;
  }

  /** @param {{ resultBytes: number, errorUnits: number }} limits */
  limit({ resultBytes, errorUnits }) {
    this.#maxResult = resultBytes;
    this.#maxMessage = errorUnits;
  }

  /** What the function returned. @param {unknown} value */
  result(value) {
    const plain = unwrap(value);
    if (typeof plain === 'function' || typeof plain === 'symbol')
      return this.#refuse(`a ${typeof plain} is no JSON value`);
    let json;
    try {
      json = stringify(plain) ?? 'null';
    } catch (error) {
      return this.#refuse(messageOf(error));
    }
    if (byteLength(json) > this.#maxResult) return this.#refuse(`it is larger than ${this.#maxResult} bytes`);
    this.#send(Kind.RESULT, json);
  }

  /** What the plugin threw. @param {unknown} thrown */
  thrown(thrown) {
    this.#send(Kind.ERROR, describeError(thrown, this.#maxMessage));
  }

  /** There is no function of the name. @param {string} names of those there are */
  noFunction(names) {
    this.#error('no-function', names);
  }

  /** @param {string} message */
  #refuse(message) {
    this.#error('invalid-output', message);
  }

  /**
   * @param {string} kind
   * @param {string} message
   */
  #error(kind, message) {
    const description = dictionary();
    description.kind = kind;
    description.message = slice(message, 0, this.#maxMessage);
    this.#send(Kind.ERROR, stringify(description));
  }

  /**
   * @param {number} kind
   * @param {string} json
   */
  #send(kind, json) {
    if (this.#answered) return;
    this.#answered = true;
    send(kind, json);
    this.#leave();
  }
}

/** An object with the single key `result` is the envelope itself. @param {any} value */
function unwrap(value) {
  if (typeof value !== 'object' || value === null || isArray(value)) return value;
  const names = keys(value);
  return names.length === 1 && names[0] === 'result' ? value.result : value;
}

module.exports = { Answer };
