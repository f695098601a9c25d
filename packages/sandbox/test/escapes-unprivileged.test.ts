import { describeCorpus } from './corpus/describe-corpus.js';

// Python is the engine whose own guards stop least: here the box is what contains.
describeCorpus('os-strict', 'python', { unprivileged: true });
