'use strict';

// Where a plugin's files seem to lie.

module.exports = { ROOT_PATH: '/plugin', ROOT_URL: 'file:///plugin/' };
