import type { parser } from '@lezer/python';

/** A node of the Python syntax tree; the parser's package does not name the type itself. */
export type PythonNode = ReturnType<typeof parser.parse>['topNode'];
