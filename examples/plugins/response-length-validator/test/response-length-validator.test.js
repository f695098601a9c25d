import assert from 'node:assert/strict';
import { test } from 'node:test';
import { validate } from '../response_length_validator.js';

test('accepts a short response', () => {
  assert.deepEqual(validate({ response: 'This is a short response.', max_words: 500 }), {
    valid: true,
    word_count: 5,
    message: 'OK — 5 words (limit: 500)',
  });
});

test('refuses a response over the limit', () => {
  assert.deepEqual(validate({ response: 'one two three', max_words: 2 }), {
    valid: false,
    word_count: 3,
    message: 'Too long — 3 words exceeds limit of 2',
  });
});

test('takes an absent response as empty, and 500 words as the limit', () => {
  assert.deepEqual(validate({}), { valid: true, word_count: 0, message: 'OK — 0 words (limit: 500)' });
  assert.equal(validate({ response: 'word '.repeat(501) }).valid, false);
});

test('counts words whatever blanks part them', () => {
  assert.equal(validate({ response: '  one\n\ttwo  ' }).word_count, 2);
});
