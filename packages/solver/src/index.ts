export { checkProof } from './check-proof.js';
export { type Cut, createIntervals, type IntervalOptions, type IntervalSet, type Intervals } from './intervals.js';
export type { Proof, ProofCause, ProofStep, ProofTerm } from './proof.js';
export type { ProofFacts } from './proof-facts.js';
export type { Combination, Needs, Provider, Requirement, RootRequirement } from './provider.js';
export type { NoSolution, Solution, SolveOptions } from './solution.js';
export { solve } from './solve.js';
export { DEFAULT_SOLVER_LIMITS, type SolverLimits } from './solver-limits.js';
export type { VersionSet } from './version-set.js';
