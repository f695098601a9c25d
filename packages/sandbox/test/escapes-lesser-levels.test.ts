import { describeCorpus } from './corpus/describe-corpus.js';

describeCorpus('language', 'quickjs');
describeCorpus('language', 'wasm');
describeCorpus('process', 'node');
describeCorpus('process', 'python');
