import { describeCorpus } from './corpus/describe-corpus.js';

describeCorpus('os-strict', 'node');
describeCorpus('os-strict', 'quickjs');
describeCorpus('os-strict', 'python');
describeCorpus('os-strict', 'wasm');
