// Count the derivations.
MATCH (derivation:Derivation)
WHERE derivation.premises IS NOT NULL
RETURN count(derivation) AS n
