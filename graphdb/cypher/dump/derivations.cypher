// All derivations, in order of the fact derived.
MATCH (derivation:Derivation)
WHERE derivation.fact IS NOT NULL AND derivation.premises IS NOT NULL
RETURN derivation.fact AS fact, properties(derivation) AS properties
ORDER BY fact
