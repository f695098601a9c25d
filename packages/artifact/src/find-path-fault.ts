import type { Refusal } from './refusal.js';
import type { TreeLimits } from './tree-limits.js';

/** What common file systems store at most as one name; longer ones could not be written anyway. */
const MAX_SEGMENT_BYTES = 255;
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;
const FORBIDDEN = /[<>:"|?*]/;
/** https://learn.microsoft.com/windows/win32/fileio/naming-a-file, with the superscript digits that Windows takes as digits. */
const DEVICE = /^(?:con|prn|aux|nul|clock\$|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3])(?: *\.| *$)/i;
const TRAILING = /[.\s]$/u;
const REPLACEMENT = '\ufffd';

/** Why a relative, `/`-separated path cannot be part of a tree; undefined when it can. */
export function findPathFault(path: string, limits: TreeLimits): Refusal | undefined {
  // Before anything else looks at it: the checks below cost time by length.
  if (!(Buffer.byteLength(path) <= limits.maxPathBytes)) {
    return large(`the path is longer than ${limits.maxPathBytes} bytes`);
  }
  const reason = findWholeFault(path);
  if (reason !== undefined) return { code: 'TREE_UNSAFE', reason };
  const segments = path.split('/');
  for (const segment of segments) {
    const fault = findSegmentFault(segment);
    if (fault !== undefined) return { code: 'TREE_UNSAFE', reason: fault };
    if (Buffer.byteLength(segment) > MAX_SEGMENT_BYTES)
      return large(`a name is longer than ${MAX_SEGMENT_BYTES} bytes`);
  }
  if (!(segments.length <= limits.maxDepth)) return large(`it lies deeper than ${limits.maxDepth} levels`);
  return undefined;
}

function findWholeFault(path: string): string | undefined {
  if (path === '') return 'the path is empty';
  if (!path.isWellFormed() || path.includes(REPLACEMENT)) return 'the name is not valid UTF-8';
  if (CONTROL.test(path)) return 'the name holds a control character';
  if (path.includes('\\')) return 'the name holds a backslash';
  if (path.startsWith('/')) return 'the path is absolute';
  if (FORBIDDEN.test(path)) return 'the name holds one of < > : " | ? *, which Windows forbids';
  if (path.normalize('NFC') !== path) return 'the name is not in Unicode normal form C';
  return undefined;
}

function findSegmentFault(segment: string): string | undefined {
  if (segment === '') return 'the path has an empty segment';
  if (segment === '.' || segment === '..') return `the path has a ${segment} segment`;
  if (TRAILING.test(segment)) return 'a name ends with a dot or a blank';
  if (DEVICE.test(segment)) return 'a name is a Windows device';
  return undefined;
}

function large(reason: string): Refusal {
  return { code: 'TREE_TOO_LARGE', reason };
}
