'use strict';

// Where a plugin's files seem to lie. Nothing is there: its modules come from memory, and no file is read.

const ROOT_URL = process.platform === 'win32' ? 'file:///C:/plugin/' : 'file:///plugin/';
const ROOT_PATH = process.platform === 'win32' ? 'C:\\plugin' : '/plugin';

module.exports = { ROOT_PATH, ROOT_URL };
