'use strict';

// Stands in for the Node guest's end of the channel: the machine's host writes the frames.

const host = require('./host.cjs');

const Kind = { READY: 1, CALL: 2, RESULT: 3, ERROR: 4, FETCH: 5, FETCHED: 6, PLUGIN: 7, IDLE: 8, LOG: 9 };

module.exports = { Kind, receive: host.receive, send: host.send };
