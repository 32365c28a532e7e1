// Name some facts that rules conclude, with the rule that each one leans on.
MATCH (derivation:Derivation)
WHERE derivation.fact >= '' AND derivation.best
RETURN derivation.fact AS key, derivation.rule AS rule, size(derivation.premises) AS n_premises
LIMIT $limit
