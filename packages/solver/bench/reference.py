"""Times resolvelib, the solver of pip, on a graph of large-graphs.ts: reads it from stdin, writes milliseconds and the outcome."""

import json
import sys
import time

from pip._vendor.resolvelib import AbstractProvider, BaseReporter, ResolutionImpossible, ResolutionTooDeep, Resolver

graph = json.load(sys.stdin)
names = graph["names"]


class Provider(AbstractProvider):
    def identify(self, requirement_or_candidate):
        return requirement_or_candidate[0]

    def get_preference(self, identifier, resolutions, candidates, information, backtrack_causes):
        return sum(1 for _ in candidates[identifier])

    def find_matches(self, identifier, requirements, incompatibilities):
        wanted = list(requirements[identifier])
        bad = {candidate[1] for candidate in incompatibilities[identifier]}
        low = max(one[1] for one in wanted)
        high = min(min(one[2] for one in wanted), len(names.get(identifier, [])))
        return [(identifier, version) for version in range(high - 1, low - 1, -1) if version not in bad]

    def is_satisfied_by(self, requirement, candidate):
        return requirement[1] <= candidate[1] < requirement[2]

    def get_dependencies(self, candidate):
        return [tuple(need) for need in names[candidate[0]][candidate[1]]]


started = time.perf_counter()
started_cpu = time.process_time()
try:
    Resolver(Provider(), BaseReporter()).resolve([tuple(need) for need in graph["root"]], max_rounds=200_000)
    outcome = "solved"
except ResolutionImpossible:
    outcome = "no solution"
except ResolutionTooDeep:
    outcome = "given up"
elapsed = time.perf_counter() - started
cpu = time.process_time() - started_cpu
print(json.dumps({"ms": elapsed * 1000, "cpu": cpu * 1000, "outcome": outcome}))
